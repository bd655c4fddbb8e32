//! Avro schemas (`.avsc`, JSON) as shapes; after the specification of Avro 1.12.

use super::shape::{Field, MOST_SHAPES, Shape};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Records within records; what is deeper is not looked at.
const DEEPEST: usize = 32;

/// The words say what is wrong with the text.
pub fn read(text: &str) -> Result<Shape, String> {
    let document: Value = serde_json::from_str(text).map_err(|e| format!("it is not JSON ({e})"))?;
    let mut reader = Reader { named: HashMap::new(), open: Vec::new(), made: 0 };
    reader.shape(&document, "", 0)
}

struct Reader {
    /// Named types that have been read, by full name, and of how many shapes they are.
    named: HashMap<String, (Shape, usize)>,
    /// Records that are being read: a type may contain itself.
    open: Vec<String>,
    /// Shapes so far, those of a named type counted wherever it is named.
    made: usize,
}

impl Reader {
    fn shape(&mut self, schema: &Value, namespace: &str, depth: usize) -> Result<Shape, String> {
        self.made += 1;
        if depth > DEEPEST || self.made > MOST_SHAPES {
            return Ok(Shape::Anything);
        }
        match schema {
            Value::String(name) => self.by_name(name, namespace),
            Value::Array(union) => Ok(Shape::Either(union.iter().map(|s| self.shape(s, namespace, depth + 1)).collect::<Result<_, _>>()?)),
            Value::Object(object) => self.object(object, namespace, depth),
            other => Err(format!("`{other}` is no type")),
        }
    }

    fn by_name(&mut self, name: &str, namespace: &str) -> Result<Shape, String> {
        if let Some(shape) = primitive(name) {
            return Ok(shape);
        }
        let full = full_name(name, namespace);
        if self.open.contains(&full) || self.open.iter().any(|open| open == name) {
            return Ok(Shape::Anything);
        }
        let (shape, of) = self.named.get(&full).or_else(|| self.named.get(name)).ok_or_else(|| format!("there is no type `{name}`"))?;
        self.made += of;
        Ok(if self.made > MOST_SHAPES { Shape::Anything } else { shape.clone() })
    }

    fn object(&mut self, object: &Map<String, Value>, namespace: &str, depth: usize) -> Result<Shape, String> {
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        let kind = match object.get("type") {
            Some(Value::String(kind)) => kind.as_str(),
            // `{ "type": { … } }` is what stands inside.
            Some(inner) => return self.shape(inner, namespace, depth + 1),
            None => return Err("a type has no `type`".to_owned()),
        };
        let named = || {
            let name = text("name").ok_or_else(|| format!("a type `{kind}` has no `name`"))?;
            Ok::<_, String>(full_name(name, text("namespace").unwrap_or(namespace)))
        };
        let whole = |key: &str| object.get(key).and_then(Value::as_u64);
        let shape = match kind {
            "record" | "error" => return self.record(object, &named()?, depth),
            "enum" => {
                let words = object.get("symbols").and_then(Value::as_array).ok_or("an enum has no `symbols`")?;
                let shape = Shape::Enum { words: words.iter().filter_map(Value::as_str).map(str::to_owned).collect() };
                self.made += words.len();
                self.named.insert(named()?, (shape.clone(), words.len()));
                shape
            }
            "fixed" => {
                let size = whole("size").ok_or("a fixed has no `size`")?;
                let shape = logical(text("logicalType"), &whole).unwrap_or(Shape::Fixed { size });
                self.named.insert(named()?, (shape.clone(), 1));
                shape
            }
            "array" => Shape::List(Box::new(self.shape(object.get("items").ok_or("an array has no `items`")?, namespace, depth + 1)?)),
            "map" => {
                let values = self.shape(object.get("values").ok_or("a map has no `values`")?, namespace, depth + 1)?;
                Shape::Map(Box::new(Shape::Text { name: "string".to_owned() }), Box::new(values))
            }
            name => logical(text("logicalType"), &whole).map_or_else(|| self.by_name(name, namespace), Ok)?,
        };
        Ok(shape)
    }

    fn record(&mut self, object: &Map<String, Value>, name: &str, depth: usize) -> Result<Shape, String> {
        let namespace = name.rsplit_once('.').map_or("", |(namespace, _)| namespace).to_owned();
        self.open.push(name.to_owned());
        let before = self.made;
        let mut fields = Vec::new();
        let list = object.get("fields").and_then(Value::as_array).ok_or_else(|| format!("the record `{name}` has no `fields`"))?;
        for field in list {
            let of = |key: &str| field.get(key);
            let field_name = of("name").and_then(Value::as_str).ok_or_else(|| format!("a field of `{name}` has no `name`"))?;
            let schema = of("type").ok_or_else(|| format!("the field `{field_name}` of `{name}` has no `type`"))?;
            fields.push(Field {
                name: field_name.to_owned(),
                aliases: of("aliases").and_then(Value::as_array).map(|all| all.iter().filter_map(Value::as_str).map(str::to_owned).collect()).unwrap_or_default(),
                shape: self.shape(schema, &namespace, depth + 1)?,
                needed: of("default").is_none(),
            });
        }
        self.open.pop();
        let shape = Shape::Record { name: name.rsplit('.').next().unwrap_or(name).to_owned(), fields };
        self.named.insert(name.to_owned(), (shape.clone(), self.made - before));
        Ok(shape)
    }
}

fn full_name(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() { name.to_owned() } else { format!("{namespace}.{name}") }
}

fn primitive(name: &str) -> Option<Shape> {
    let named = name.to_owned();
    Some(match name {
        "null" => Shape::Null,
        "boolean" => Shape::Bool,
        "int" => Shape::Whole { low: i128::from(i32::MIN), high: i128::from(i32::MAX), name: named },
        "long" => Shape::Whole { low: i128::from(i64::MIN), high: i128::from(i64::MAX), name: named },
        "float" | "double" => Shape::Real { name: named },
        "bytes" => Shape::Bytes,
        "string" => Shape::Text { name: named },
        _ => return None,
    })
}

/// `None` where the type underneath decides, as the specification wants it for logical types that nobody knows.
fn logical(name: Option<&str>, whole: &dyn Fn(&str) -> Option<u64>) -> Option<Shape> {
    Some(match name? {
        "decimal" => Shape::Decimal { precision: whole("precision")?, scale: whole("scale").unwrap_or(0) },
        "big-decimal" => Shape::Real { name: "big-decimal".to_owned() },
        "uuid" => Shape::Uuid,
        "date" => Shape::Day,
        name @ ("timestamp-millis" | "timestamp-micros" | "timestamp-nanos" | "local-timestamp-millis" | "local-timestamp-micros" | "local-timestamp-nanos") => {
            Shape::Instant { name: name.to_owned() }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_their_namespace() {
        let schema = r#"{ "type": "record", "name": "Order", "namespace": "shop", "fields": [
            { "name": "a", "type": { "type": "enum", "name": "Os", "symbols": ["x", "y"] } },
            { "name": "b", "type": ["null", "Os"], "default": null },
            { "name": "c", "type": { "type": "array", "items": "shop.Os" } },
            { "name": "next", "type": ["null", "Order"] },
            { "name": "d", "type": { "type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2 } },
            { "name": "e", "type": { "type": "long", "logicalType": "timestamp-micros" } },
            { "name": "f", "type": { "type": "long", "logicalType": "of-nobody" } }
        ] }"#;
        let Ok(Shape::Record { name, fields }) = read(schema) else { panic!("no record") };
        assert_eq!(name, "Order");
        let os = Shape::Enum { words: vec!["x".into(), "y".into()] };
        assert_eq!(fields[1].shape, Shape::Either(vec![Shape::Null, os.clone()]));
        assert!(!fields[1].needed && fields[0].needed);
        assert_eq!(fields[2].shape, Shape::List(Box::new(os)));
        assert_eq!(fields[3].shape, Shape::Either(vec![Shape::Null, Shape::Anything]));
        assert_eq!(fields[4].shape, Shape::Decimal { precision: 9, scale: 2 });
        assert!(matches!(&fields[5].shape, Shape::Instant { .. }) && matches!(&fields[6].shape, Shape::Whole { .. }));
    }

    #[test]
    fn what_is_no_schema_is_told_in_words() {
        for (text, why) in [("{", "it is not JSON"), ("3", "`3` is no type"), ("\"strin\"", "there is no type `strin`"), ("{\"type\":\"array\"}", "an array has no `items`"), ("{\"type\":\"record\",\"name\":\"a\"}", "has no `fields`")] {
            assert!(read(text).is_err_and(|e| e.contains(why)), "{text}: {:?}", read(text));
        }
    }
}
