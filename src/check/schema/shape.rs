//! What a schema allows, whatever language it is written in.

#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Nothing can be told: everything fits.
    Anything,
    Null,
    Bool,
    /// Both ends included; its name in the schema.
    Whole { low: i128, high: i128, name: String },
    Real { name: String },
    Text { name: String },
    Bytes,
    /// So many bytes.
    Fixed { size: u64 },
    /// One of these words.
    Enum { words: Vec<String> },
    /// Digits in all, and behind the point.
    Decimal { precision: u64, scale: u64 },
    /// An instant as a number.
    Instant { name: String },
    /// A day as a number.
    Day,
    Uuid,
    List(Box<Shape>),
    /// Its keys and values.
    Map(Box<Shape>, Box<Shape>),
    Record { name: String, fields: Vec<Field> },
    Either(Vec<Shape>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    /// Other names under which it is known.
    pub aliases: Vec<String>,
    pub shape: Shape,
    /// A record without it cannot be encoded.
    pub needed: bool,
}

/// So many shapes a schema is looked at in, the words of enums counted: one that names another twice, which names another twice, would have no end.
pub const MOST_SHAPES: usize = 100_000;

impl Shape {
    /// As a schema would say it: "`array` of `long`".
    pub fn words(&self) -> String {
        match self {
            Shape::Anything => "anything".to_owned(),
            Shape::Null => "`null`".to_owned(),
            Shape::Bool => "`boolean`".to_owned(),
            Shape::Whole { name, .. } | Shape::Real { name } | Shape::Text { name } | Shape::Instant { name } => format!("`{name}`"),
            Shape::Bytes => "`bytes`".to_owned(),
            Shape::Fixed { size } => format!("`fixed` of {size} B"),
            Shape::Enum { words } => {
                let shown: Vec<&str> = words.iter().take(4).map(String::as_str).collect();
                format!("`enum` of {}{}", shown.join(", "), if words.len() > 4 { " …" } else { "" })
            }
            Shape::Decimal { precision, scale } => format!("`decimal({precision}, {scale})`"),
            Shape::Day => "`date`".to_owned(),
            Shape::Uuid => "`uuid`".to_owned(),
            Shape::List(of) => format!("a list of {}", of.words()),
            Shape::Map(_, value) => format!("a map of {}", value.words()),
            Shape::Record { name, .. } => format!("the record `{name}`"),
            Shape::Either(all) => {
                let others: Vec<String> = all.iter().filter(|s| **s != Shape::Null).map(Shape::words).collect();
                if others.is_empty() { Shape::Null.words() } else { others.join(" or ") }
            }
        }
    }

    pub fn takes_null(&self) -> bool {
        match self {
            Shape::Anything | Shape::Null => true,
            Shape::Either(all) => all.iter().any(Shape::takes_null),
            _ => false,
        }
    }
}
