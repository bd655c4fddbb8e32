//! How functions, generators and the queries of sources are called.

use std::ops::RangeInclusive;

/// Something that is called.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    pub name: &'static str,
    /// As it would be written; where there are several ways, joined by "or".
    pub usage: &'static str,
    pub parameters: &'static [Parameter],
    /// One line, for hover and completion.
    pub doc: &'static str,
}

/// One argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: &'static str,
    /// What it takes, in words.
    pub takes: &'static str,
    pub optional: bool,
    /// It can stand any number of times.
    pub repeated: bool,
}

impl Parameter {
    pub const fn new(name: &'static str, takes: &'static str) -> Parameter {
        Parameter { name, takes, optional: false, repeated: false }
    }
    pub const fn optional(self) -> Parameter {
        Parameter { optional: true, ..self }
    }
    pub const fn repeated(self) -> Parameter {
        Parameter { repeated: true, ..self }
    }
}

impl Signature {
    pub const fn new(name: &'static str, usage: &'static str, parameters: &'static [Parameter], doc: &'static str) -> Signature {
        Signature { name, usage, parameters, doc }
    }
    /// How many arguments it takes.
    pub fn count(&self) -> RangeInclusive<usize> {
        let least = self.parameters.iter().filter(|p| !p.optional).count();
        let most = if self.parameters.iter().any(|p| p.repeated) { usize::MAX } else { self.parameters.len() };
        least..=most
    }
    /// `normal(mean, sd)`, `env(name[, default])`
    pub fn shape(&self) -> String {
        let mut out = format!("{}(", self.name);
        for (index, parameter) in self.parameters.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let more = if parameter.repeated { ", …" } else { "" };
            out += &match parameter.optional {
                true => format!("[{comma}{}{more}]", parameter.name),
                false => format!("{comma}{}{more}", parameter.name),
            };
        }
        out + ")"
    }
}
