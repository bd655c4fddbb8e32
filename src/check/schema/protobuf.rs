//! Messages of `.proto` files as shapes. A file is read by itself: what it imports is not, and anything fits there.

use super::shape::{Field, MOST_SHAPES, Shape};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto};
use std::cell::Cell;

/// Messages within messages; what is deeper is not looked at.
const DEEPEST: usize = 32;

/// Brackets within brackets: the parser calls itself for each of them.
const MOST_NESTED: usize = 128;

/// Brackets in comments and texts are none.
fn nested_too_deep(text: &str) -> bool {
    let (mut depth, mut at): (usize, usize) = (0, 0);
    let bytes = text.as_bytes();
    let behind = |from: usize, end: &str| text.get(from..).and_then(|rest| rest.find(end)).map_or(bytes.len(), |found| from + found + end.len());
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match (byte, bytes.get(at)) {
            (b'/', Some(b'/')) => at = behind(at, "\n"),
            (b'/', Some(b'*')) => at = behind(at + 1, "*/"),
            (b'"' | b'\'', _) => {
                // To its end, or to that of the line: the parser tells of one that is never closed.
                while let Some(&inner) = bytes.get(at).filter(|inner| **inner != b'\n') {
                    at += if inner == b'\\' { 2 } else { 1 };
                    if inner == byte {
                        break;
                    }
                }
            }
            (b'{' | b'[' | b'(' | b'<', _) => depth += 1,
            (b'}' | b']' | b')' | b'>', _) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MOST_NESTED {
            return true;
        }
    }
    false
}

#[derive(Debug, PartialEq)]
pub enum Error {
    /// In words.
    Unreadable(String),
    /// There is none of that name; those that there are.
    NoMessage(Vec<String>),
    /// There are several, and none is named.
    Several,
}

pub fn read(text: &str, message: Option<&str>) -> Result<Shape, Error> {
    if nested_too_deep(text) {
        return Err(Error::Unreadable(format!("its brackets are nested deeper than {MOST_NESTED}")));
    }
    let file = protox_parse::parse("schema.proto", text).map_err(|e| Error::Unreadable(e.to_string()))?;
    let reader = Reader { file: &file, made: Cell::new(0) };
    match message {
        Some(name) => match reader.message(name) {
            Some(found) => Ok(reader.shape(found, 0)),
            None => Err(Error::NoMessage(file.message_type.iter().map(|m| m.name().to_owned()).collect())),
        },
        None => match file.message_type.as_slice() {
            [only] => Ok(reader.shape(only, 0)),
            [] => Err(Error::Unreadable("it declares no message".to_owned())),
            _ => Err(Error::Several),
        },
    }
}

struct Reader<'f> {
    file: &'f FileDescriptorProto,
    /// Shapes so far.
    made: Cell<usize>,
}

impl<'f> Reader<'f> {
    /// Whether so many more are too many.
    fn are_enough(&self, more: usize) -> bool {
        self.made.set(self.made.get() + more);
        self.made.get() > MOST_SHAPES
    }

    /// By its name, with or without the package, nested ones with dots.
    fn message(&self, name: &str) -> Option<&'f DescriptorProto> {
        let mut path = self.inside(name);
        let mut found = self.file.message_type.iter().find(|m| Some(m.name()) == path.first().copied())?;
        while !path.is_empty() {
            path.remove(0);
            let Some(next) = path.first() else { break };
            found = found.nested_type.iter().find(|m| m.name() == *next)?;
        }
        Some(found)
    }

    fn inside<'n>(&self, name: &'n str) -> Vec<&'n str> {
        let name = name.trim_start_matches('.');
        let inside = name.strip_prefix(self.file.package()).and_then(|rest| rest.strip_prefix('.')).filter(|_| !self.file.package().is_empty());
        inside.unwrap_or(name).split('.').collect()
    }

    fn shape(&self, message: &'f DescriptorProto, depth: usize) -> Shape {
        if depth > DEEPEST || self.are_enough(0) {
            return Shape::Anything;
        }
        let fields = message.field.iter().map(|field| Field {
            name: field.name().to_owned(),
            aliases: vec![camel(field.name())],
            shape: self.field(message, field, depth),
            needed: field.label() == Label::Required,
        });
        Shape::Record { name: message.name().to_owned(), fields: fields.collect() }
    }

    fn field(&self, within: &'f DescriptorProto, field: &'f FieldDescriptorProto, depth: usize) -> Shape {
        if self.are_enough(1) {
            return Shape::Anything;
        }
        let one = self.single(within, field, depth);
        if field.label() != Label::Repeated {
            // What is not there is not sent: any field can be null.
            return Shape::Either(vec![Shape::Null, one]);
        }
        // A map is a list of entries, to the parser.
        let entry = within.nested_type.iter().find(|m| m.options.as_ref().is_some_and(|o| o.map_entry()) && field.type_name().rsplit('.').next() == Some(m.name()));
        match entry.map(|entry| entry.field.as_slice()) {
            Some([key, value]) => Shape::Either(vec![Shape::Null, Shape::Map(Box::new(self.single(within, key, depth)), Box::new(self.single(within, value, depth)))]),
            _ => Shape::Either(vec![Shape::Null, Shape::List(Box::new(one))]),
        }
    }

    fn single(&self, within: &'f DescriptorProto, field: &'f FieldDescriptorProto, depth: usize) -> Shape {
        if field.r#type.is_none() || !field.type_name().is_empty() {
            return self.named(within, field.type_name(), depth);
        }
        let (signed, unsigned) = (|bits: u32, name: &str| (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1, name.to_owned()), |bits: u32, name: &str| (0, (1i128 << bits) - 1, name.to_owned()));
        let whole = |(low, high, name): (i128, i128, String)| Shape::Whole { low, high, name };
        match field.r#type() {
            Type::Double => Shape::Real { name: "double".to_owned() },
            Type::Float => Shape::Real { name: "float".to_owned() },
            Type::Int32 | Type::Sint32 | Type::Sfixed32 => whole(signed(32, "int32")),
            Type::Int64 | Type::Sint64 | Type::Sfixed64 => whole(signed(64, "int64")),
            Type::Uint32 | Type::Fixed32 => whole(unsigned(32, "uint32")),
            Type::Uint64 | Type::Fixed64 => whole(unsigned(64, "uint64")),
            Type::Bool => Shape::Bool,
            Type::String => Shape::Text { name: "string".to_owned() },
            Type::Bytes => Shape::Bytes,
            Type::Enum | Type::Message | Type::Group => Shape::Anything,
        }
    }

    /// A message or an enum of this file, or one that everybody has.
    fn named(&self, within: &'f DescriptorProto, name: &str, depth: usize) -> Shape {
        let plain = name.trim_start_matches('.');
        let wrapped = |shape: Shape| Shape::Either(vec![shape, Shape::Anything]);
        match plain {
            "google.protobuf.Timestamp" => return Shape::Instant { name: "Timestamp".to_owned() },
            "google.protobuf.StringValue" => return wrapped(Shape::Text { name: "string".to_owned() }),
            _ if plain.starts_with("google.") => return Shape::Anything,
            _ => {}
        }
        let last = plain.rsplit('.').next().unwrap_or(plain);
        if let Some(words) = within.enum_type.iter().find(|e| e.name() == last).or_else(|| self.file.enum_type.iter().find(|e| e.name() == last)) {
            return if self.are_enough(words.value.len()) { Shape::Anything } else { self.words(words) };
        }
        let nested = within.nested_type.iter().find(|m| m.name() == last);
        match nested.or_else(|| self.message(plain)) {
            Some(message) => self.shape(message, depth + 1),
            None => Shape::Anything,
        }
    }

    /// By name or by number.
    fn words(&self, of: &EnumDescriptorProto) -> Shape {
        let numbers = Shape::Whole { low: i128::from(i32::MIN), high: i128::from(i32::MAX), name: "number".to_owned() };
        Shape::Either(vec![Shape::Enum { words: of.value.iter().map(|v| v.name().to_owned()).collect() }, numbers])
    }
}

/// `user_id` is `userId` in JSON.
fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut up = false;
    for c in name.chars() {
        match c {
            '_' => up = true,
            c if up => {
                out.extend(c.to_uppercase());
                up = false;
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: &str = r#"syntax = "proto3";
        package shop;
        import "google/protobuf/timestamp.proto";
        enum Os { UNKNOWN = 0; ANDROID = 1; }
        message Order {
          message Item { string sku = 1; uint32 quantity = 2; }
          string user_id = 1;
          repeated Item items = 2;
          map<string, int64> prices = 3;
          google.protobuf.Timestamp at = 4;
          Os os = 5;
          elsewhere.Thing thing = 6;
          Order previous = 7;
        }
        message Other {}
    "#;

    #[test]
    fn messages_are_found_by_name() {
        assert_eq!(read(ORDERS, None), Err(Error::Several));
        assert!(matches!(read(ORDERS, Some("shop.Order")), Ok(Shape::Record { .. })));
        assert!(matches!(read(ORDERS, Some("Order.Item")), Ok(Shape::Record { .. })));
        assert_eq!(read(ORDERS, Some("Ordr")), Err(Error::NoMessage(vec!["Order".into(), "Other".into()])));
        assert!(matches!(read("message {", None), Err(Error::Unreadable(_))));
    }

    #[test]
    fn fields_are_what_they_say() {
        let Ok(Shape::Record { fields, .. }) = read(ORDERS, Some("Order")) else { panic!("no record") };
        let inner = |name: &str| match &fields.iter().find(|f| f.name == name).expect("a field").shape {
            Shape::Either(all) => all[1].clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(inner("user_id"), Shape::Text { name: "string".into() });
        assert!(matches!(inner("items"), Shape::List(of) if matches!(*of, Shape::Record { .. })));
        assert!(matches!(inner("prices"), Shape::Map(key, value) if matches!((&*key, &*value), (Shape::Text { .. }, Shape::Whole { .. }))));
        assert!(matches!(inner("at"), Shape::Instant { .. }));
        assert_eq!(inner("thing"), Shape::Anything);
        assert_eq!(fields[0].aliases, ["userId"]);
    }

    #[test]
    fn brackets_in_comments_and_texts_do_not_nest() {
        let fields: String = (1..200).map(|n| format!("  // {{ less than < {n} (or so [\n  /* \" < */ string f{n} = {n} [json_name = \"<{n}\"];\n")).collect();
        let proto = format!("syntax = \"proto3\";\nmessage M {{\n{fields}}}\n");
        assert!(read(&proto, None).is_ok(), "{:?}", read(&proto, None));
        let deep = format!("syntax = \"proto3\";\nmessage M {{ {}{} }}\n", "message N { ".repeat(200), "}".repeat(200));
        assert!(matches!(read(&deep, None), Err(Error::Unreadable(why)) if why.contains("nested deeper")));
    }
}
