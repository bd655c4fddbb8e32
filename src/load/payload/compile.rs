//! A generator tree becomes a flat list of steps; what never changes is written beforehand.

use super::pattern::{self, Pattern};
use super::random::chance;
use super::zipf::{Tables, Zipf};
use super::{Compiled, KeySource};
use crate::plan::{Event, Field, Generator, Key};
use crate::units::Exact;
use num_traits::ToPrimitive;

/// One step: appends to the payload.
#[derive(Debug)]
pub enum Op {
    Bytes(Box<[u8]>),
    KeyStart,
    KeyEnd,
    /// `null` with this chance, else the steps.
    Nullable(u64, Vec<Op>),
    Uuid,
    Now,
    Seq,
    Int(i64, i64),
    Float(f64, f64),
    /// Hundredths.
    Decimal(i64, i64),
    Normal(rand_distr::Normal<f64>),
    Lognormal(rand_distr::LogNormal<f64>),
    Exponential(rand_distr::Exp<f64>),
    /// The lowest value.
    Zipf(Zipf, i64),
    Text(u64, u64),
    Pattern(Pattern),
    /// (up to this word, steps), ascending.
    Choice(Vec<(u64, Vec<Op>)>),
    Bool(u64),
    Base64(u64, u64),
    Ip,
    Email,
    Name,
    Word,
    OneOf(Vec<Vec<Op>>),
    Timestamp(i64, i64),
    Date(i64, i64),
    Map(u64, u64, Vec<Op>, Vec<Op>),
    List(u64, u64, Vec<Op>),
}

pub fn event(event: &Event, tables: &mut Tables) -> Result<Compiled, String> {
    if event.op.is_some() || event.envelope.is_some() {
        return Err("`op` and `envelope` are not sent yet; remove them to run this test".into());
    }
    let mut ops = Vec::new();
    let key_field = match &event.key {
        Some(Key::Field(index)) => Some(*index),
        _ => None,
    };
    record(&event.fields, key_field, tables, &mut ops)?;
    let key = match &event.key {
        None => KeySource::None,
        Some(Key::Field(_)) => KeySource::Field,
        Some(Key::Generator(own)) => {
            let mut ops = Vec::new();
            generator(own, tables, &mut ops).map_err(|why| format!("its key: {why}"))?;
            KeySource::Own(ops)
        }
    };
    let late = event.late.as_ref().map(|(share, (low, high))| (chance(float(*share)), float(*low), float(*high)));
    let malformed = event.malformed.map_or(0, |share| chance(float(share)));
    Ok(Compiled { ops, key, size: event.size, late, malformed })
}

fn float(value: Exact) -> f64 {
    value.to_f64().unwrap_or(0.0)
}

/// `{"a":…,"b":…}`
fn record(fields: &[Field], key_field: Option<usize>, tables: &mut Tables, ops: &mut Vec<Op>) -> Result<(), String> {
    bytes(ops, b"{");
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            bytes(ops, b",");
        }
        bytes(ops, quoted(&field.name).as_bytes());
        bytes(ops, b":");
        if key_field == Some(index) {
            ops.push(Op::KeyStart);
        }
        let mut value = Vec::new();
        generator(&field.generator, tables, &mut value).map_err(|why| format!("field `{}`: {why}", field.name))?;
        let null = chance(float(field.null));
        if null > 0 {
            ops.push(Op::Nullable(null, value));
        } else {
            value.into_iter().for_each(|op| push(ops, op));
        }
        if key_field == Some(index) {
            ops.push(Op::KeyEnd);
        }
    }
    bytes(ops, b"}");
    Ok(())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn bytes(ops: &mut Vec<Op>, more: &[u8]) {
    push(ops, Op::Bytes(more.into()));
}

/// Appends a step; neighbouring constants become one.
fn push(ops: &mut Vec<Op>, op: Op) {
    match (ops.last_mut(), op) {
        (Some(Op::Bytes(last)), Op::Bytes(more)) => {
            let mut joined = std::mem::take(last).into_vec();
            joined.extend_from_slice(&more);
            *last = joined.into_boxed_slice();
        }
        (_, op) => ops.push(op),
    }
}

fn weighted(entries: &[(Exact, Generator)], tables: &mut Tables) -> Result<Vec<(u64, Vec<Op>)>, String> {
    let total: f64 = entries.iter().map(|(w, _)| float(*w)).sum();
    let mut sum = 0.0;
    let mut out = Vec::new();
    for (weight, value) in entries {
        sum += float(*weight) / total.max(f64::MIN_POSITIVE);
        let mut ops = Vec::new();
        generator(value, tables, &mut ops)?;
        out.push((chance(sum), ops));
    }
    if let Some(last) = out.last_mut() {
        last.0 = u64::MAX;
    }
    Ok(out)
}

fn generator(from: &Generator, tables: &mut Tables, ops: &mut Vec<Op>) -> Result<(), String> {
    let op = match from {
        Generator::Uuid => Op::Uuid,
        Generator::Now => Op::Now,
        Generator::Seq => Op::Seq,
        Generator::Int { low, high } => Op::Int(*low, *high),
        Generator::Float { low, high } => Op::Float(*low, *high),
        Generator::Decimal { low, high } => Op::Decimal(*low, *high),
        Generator::Normal { mean, deviation } => {
            Op::Normal(rand_distr::Normal::new(*mean, *deviation).map_err(|e| format!("`normal`: {e}"))?)
        }
        Generator::Lognormal { mean, deviation } => {
            // The arguments are the mean and deviation of the value itself; the library wants those of its logarithm.
            let variance = (1.0 + (deviation / mean).powi(2)).ln();
            let location = mean.ln() - variance / 2.0;
            Op::Lognormal(rand_distr::LogNormal::new(location, variance.sqrt()).map_err(|e| format!("`lognormal`: {e}"))?)
        }
        Generator::Exponential { mean } => {
            Op::Exponential(rand_distr::Exp::new(1.0 / mean).map_err(|e| format!("`exponential`: {e}"))?)
        }
        Generator::Zipf { low, high, exponent } => {
            let width = (*high as i128 - *low as i128 + 1).clamp(1, u64::MAX as i128) as u64;
            Op::Zipf(tables.zipf(width, *exponent)?, *low)
        }
        Generator::Text { low, high } => Op::Text(*low, *high),
        Generator::Pattern(regex) => Op::Pattern(pattern::compile(regex)?),
        Generator::Choice(entries) => Op::Choice(weighted(entries, tables)?),
        Generator::Bool(share) => Op::Bool(chance(float(*share))),
        Generator::Bytes { low, high } => Op::Base64(*low, *high),
        Generator::Ip => Op::Ip,
        Generator::Email => Op::Email,
        Generator::Name => Op::Name,
        Generator::Word => Op::Word,
        Generator::OneOf(values) => {
            let mut all = Vec::new();
            for value in values {
                let mut ops = Vec::new();
                generator(value, tables, &mut ops)?;
                all.push(ops);
            }
            Op::OneOf(all)
        }
        Generator::FromFile { .. } => return Err("`from_file` is not sent yet".into()),
        Generator::Recent { .. } => return Err("`recent` is not sent yet".into()),
        Generator::Timestamp { low, high } => Op::Timestamp(*low, *high),
        Generator::Date { low, high } => Op::Date(*low, *high),
        Generator::Map { low, high, key, value } => {
            let (mut keys, mut values) = (Vec::new(), Vec::new());
            generator(key, tables, &mut keys)?;
            generator(value, tables, &mut values)?;
            Op::Map(*low, *high, keys, values)
        }
        Generator::List { low, high, element } => {
            let mut elements = Vec::new();
            generator(element, tables, &mut elements)?;
            Op::List(*low, *high, elements)
        }
        Generator::Record(fields) => return record(fields, None, tables, ops),
        Generator::LiteralText(text) => Op::Bytes(quoted(text).into_bytes().into()),
        Generator::LiteralNumber(number) => Op::Bytes(number.as_bytes().into()),
        Generator::LiteralBool(value) => Op::Bytes(if *value { &b"true"[..] } else { b"false" }.into()),
        Generator::Null => Op::Bytes(b"null"[..].into()),
    };
    push(ops, op);
    Ok(())
}
