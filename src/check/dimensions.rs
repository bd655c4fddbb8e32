//! What to say where numbers of different dimensions meet. The mend is derived by dividing the dimension that is needed by the one that is there.

use super::Context;
use crate::diagnostics::{Diagnostic, codes};
use crate::syntax::ast::{Expr, ExprKind, QuantityToken};
use crate::units::{self, Dimension, Exact, QuantityError};

/// What an expression is needed for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need<'s> {
    /// Any of these; empty where the dimension is free.
    pub dims: &'s [Dimension],
    /// In words, where it is no number: "a text".
    pub kind: &'s str,
    /// "the length of a phase"
    pub what: &'s str,
    /// A metric is welcome: it is looked at where the name is used.
    pub deferred: bool,
}

impl<'s> Need<'s> {
    pub fn any(what: &'s str) -> Need<'s> {
        Need { dims: &[], kind: "", what, deferred: false }
    }
    pub fn of(dims: &'s [Dimension], what: &'s str) -> Need<'s> {
        Need { dims, kind: "", what, deferred: false }
    }
    /// "a time", "a rate or a plain number"
    pub fn words(&self) -> String {
        if !self.kind.is_empty() {
            return self.kind.to_owned();
        }
        match self.dims {
            [] => "a number".to_owned(),
            dims => dims.iter().map(|d| needed_name(*d)).collect::<Vec<_>>().join(" or "),
        }
    }
    /// "a time, such as `30m`"
    pub fn example(&self) -> String {
        match self.dims.first() {
            Some(dim) => example(*dim),
            None => self.words(),
        }
    }
    /// A value as it could be written.
    pub fn sample(&self) -> &'static str {
        match self.dims.first() {
            Some(dim) => sample(*dim).unwrap_or("…"),
            None if self.kind == "a text" => "\"…\"",
            None => "…",
        }
    }
}

/// A ratio is asked for as such, though a plain number will do.
fn needed_name(dim: Dimension) -> String {
    if dim == Dimension::RATIO { "a ratio".to_owned() } else { units::dimension_name(dim) }
}

fn sample(dim: Dimension) -> Option<&'static str> {
    Some(match dim {
        Dimension::RATIO => "80%",
        Dimension::COUNT => "10_000",
        Dimension::TIME => "30s",
        Dimension::DATA => "1KB",
        Dimension::MONEY => "$12",
        Dimension::RATE => "1_000/s",
        Dimension::DATA_RATE => "5MB/s",
        Dimension::MONEY_PER_TIME => "$0.192/h",
        Dimension::MONEY_PER_COUNT => "$0.67/M",
        Dimension { time: -1, data: 0, count: 0, money: 0 } => "1%/h",
        _ => return None,
    })
}

pub(super) fn example(dim: Dimension) -> String {
    match sample(dim) {
        Some(sample) => format!("{}, such as `{sample}`", needed_name(dim)),
        None => needed_name(dim),
    }
}

/// A share as people write it, also beyond 100 %.
pub(super) fn percent(value: Exact) -> String {
    let shown = value * Exact::from_integer(100);
    format!("{}%", units::decimal(shown, 3))
}

/// E0302 and its kin: what is wrong with one token.
pub(super) fn bad_quantity(token: &QuantityToken, error: &QuantityError) -> Diagnostic {
    match error {
        QuantityError::Malformed => Diagnostic::new(codes::E0105, token.span, format!("`{}` is no number", token.text)).help("write digits, a fraction and a unit without spaces, such as `1_500`, `2.5s`"),
        QuantityError::TooLarge => Diagnostic::new(codes::E0307, token.span, format!("`{}` is beyond what scalec can calculate exactly", token.text)).help("use smaller numbers: the largest are about 10³⁰"),
        QuantityError::UnknownUnit { word, suggestion, sure, bits } => {
            let title = if *bits {
                format!("`{}` counts bits, and scalec counts bytes", token.text)
            } else {
                format!("unknown unit `{word}` in `{}`", token.text)
            };
            let d = Diagnostic::new(codes::E0302, token.span, title);
            let d = match suggestion {
                Some(better) => d.here(format!("did you mean `{better}`?")).help(format!("write `{better}`")).fix(format!("replace by `{better}`"), *sure, token.span, better.clone()),
                None => d.here("no such unit").help("units are `ns us ms s m h d`, `B KB MB GB TB`, `KiB MiB GiB TiB`, `k M G`, `%`, `x`, and `/` with one of them"),
            };
            if *bits { d.note("8 bits are a byte: if bits were meant, divide the number by 8") } else { d }
        }
    }
}

impl<'a> Context<'a> {
    /// E0303: of another dimension than is needed at this place.
    pub(super) fn wrong_dimension(&self, e: &Expr, dim: Dimension, slack: (i8, i8), need: &Need) -> Diagnostic {
        let is = self.inferred(dim, slack);
        let d = Diagnostic::new(codes::E0303, e.span, format!("{} is {is}, not {}: it cannot stand for {}", self.quoted(e.span), need.words(), need.what)).here(is.clone());
        let wanted = need.dims.first().copied().unwrap_or_default();
        let d = match self.mend(e, dim, slack, wanted, need.deferred) {
            Some((help, fix)) => with_fix(d.help(help), e, fix),
            None => d.help(format!("give {}", need.example())),
        };
        if matches!(e.unwrapped().kind, ExprKind::Quantity(_)) { d } else { d.note(format!("{} is {is}", self.quoted(e.span))) }
    }

    /// E0301: two that meet and differ. The place that a reader would change first is the second, unless only the first is written as a number.
    pub(super) fn dimensions_differ(&self, how: &str, left: (&'a Expr, Dimension, (i8, i8)), right: (&'a Expr, Dimension, (i8, i8))) -> Diagnostic {
        let literal = |e: &Expr| matches!(e.unwrapped().kind, ExprKind::Quantity(_));
        let (change, keep) = if literal(left.0) && !literal(right.0) { (left, right) } else { (right, left) };
        let (change_is, keep_is) = (self.inferred(change.1, change.2), self.inferred(keep.1, keep.2));
        let (l, r) = (self.quoted(left.0.span), self.quoted(right.0.span));
        let (l_is, r_is) = (self.inferred(left.1, left.2), self.inferred(right.1, right.2));
        let message = match how {
            "compared" => format!("{l} is {l_is} and cannot be compared with {r}, {r_is}"),
            "added" => format!("{l} is {l_is} and cannot be added to {r}, {r_is}"),
            "subtracted" => format!("{r} is {r_is} and cannot be subtracted from {l}, {l_is}"),
            "held against a range" => format!("{l} is {l_is} and cannot lie in {r}, a range of {}", plural(&r_is)),
            how => format!("{l} is {l_is}, but {r} is {r_is}: {how} must be of one dimension"),
        };
        let keep_text = keep_is.clone();
        let d = Diagnostic::new(codes::E0301, change.0.span, message).here(change_is).label(keep.0.span, keep_is);
        let measured = self.is_deferred(left.0) || self.is_deferred(right.0);
        match self.mend(change.0, change.1, change.2, keep.1, measured) {
            Some((help, fix)) => with_fix(d.help(help), change.0, fix),
            None if matches!(change.0.unwrapped().kind, ExprKind::Range { .. }) => d.help(match sample(keep.1) {
                Some(sample) => format!("give a range of {}, such as `{sample}..`", plural(&keep_text)),
                None => format!("give a range of {}", plural(&keep_text)),
            }),
            None => d.help(format!("write {}", example(keep.1))),
        }
    }

    /// A dimension in words, as it was inferred.
    pub(super) fn inferred(&self, dim: Dimension, slack: (i8, i8)) -> String {
        if dim == Dimension::RATIO && slack != (0, 0) {
            return "a plain number".to_owned();
        }
        needed_name(dim)
    }

    /// How an expression of one dimension becomes another: a help, and the text that mends it where that is plain.
    /// `measured`: a metric may stand there.
    pub(super) fn mend(&self, e: &Expr, dim: Dimension, slack: (i8, i8), wanted: Dimension, measured: bool) -> Option<(String, Option<String>)> {
        let text = self.text_at(e.span);
        // What is multiplied is a number, never a range.
        if matches!(e.unwrapped().kind, ExprKind::Range { .. }) {
            return None;
        }
        if let ExprKind::Quantity(token) = &e.unwrapped().kind
            && let Some(mended) = unit_for(&token.text, dim, slack, wanted)
        {
            return Some(mended);
        }
        let factor = Dimension {
            time: wanted.time.checked_sub(dim.time)?,
            data: wanted.data.checked_sub(dim.data)?,
            count: wanted.count.checked_sub(dim.count)?,
            money: wanted.money.checked_sub(dim.money)?,
        };
        let inverse = Dimension { time: -factor.time, data: -factor.data, count: -factor.count, money: -factor.money };
        // A size is the size of a record: it takes the count away, and brings it back.
        let size = |f: Dimension| f.with_count(0) == Dimension::DATA && (-1..=0).contains(&f.count);
        let operand = if matches!(e.unwrapped().kind, ExprKind::Binary { .. }) { format!("({text})") } else { text.to_owned() };
        let (sign, by, with) = if size(factor) {
            ("*", "multiply by the size of a record", "1KB")
        } else if size(inverse) {
            ("/", "divide by the size of a record", "1KB")
        } else {
            match (factor, inverse) {
                (Dimension::TIME, _) => ("*", "multiply by a time", "10m"),
                (_, Dimension::TIME) => ("/", "divide by a time", "10m"),
                (Dimension::RATE, _) => ("*", "multiply by a rate", if measured { "offered_rate" } else { "1_000/s" }),
                (_, Dimension::RATE) => ("/", "divide by a rate", "1_000/s"),
                (Dimension::DATA_RATE, _) => ("*", "multiply by a data rate", "5MB/s"),
                (Dimension::MONEY_PER_TIME, _) => ("*", "multiply by a price", "$0.192/h"),
                (Dimension::MONEY_PER_COUNT, _) => ("*", "multiply by a price per record", "$0.67/M"),
                (Dimension::COUNT, _) if dim == Dimension::RATIO => ("*", "say a share of what", "10_000"),
                _ => return None,
            }
        };
        Some((format!("{by}: `{operand} {sign} {with}`"), None))
    }
}

fn with_fix(d: Diagnostic, e: &Expr, fix: Option<String>) -> Diagnostic {
    match fix {
        Some(text) => d.fix(format!("replace by `{text}`"), false, e.span, text),
        None => d,
    }
}

fn plural(name: &str) -> String {
    match name {
        "a time" => "times".to_owned(),
        "a rate" => "rates".to_owned(),
        "a ratio" => "ratios".to_owned(),
        "a size" => "sizes".to_owned(),
        "a count" => "counts".to_owned(),
        "a data rate" => "data rates".to_owned(),
        "a plain number" => "plain numbers".to_owned(),
        other => format!("{other} each"),
    }
}

/// A literal without its unit, or with another: the unit that was forgotten.
fn unit_for(text: &str, dim: Dimension, slack: (i8, i8), wanted: Dimension) -> Option<(String, Option<String>)> {
    let bare = dim == Dimension::RATIO && slack != (0, 0);
    if !bare {
        // `100ms` where a rate belongs needs more than a unit.
        return match (dim, wanted) {
            (Dimension::RATE, Dimension::COUNT) => text.split_once('/').map(|(n, _)| (format!("write `{n}`"), Some(n.to_owned()))),
            (Dimension::DATA_RATE, Dimension::DATA) => text.split_once('/').map(|(n, _)| (format!("write `{n}`"), Some(n.to_owned()))),
            (Dimension::DATA, Dimension::DATA_RATE) => Some((format!("write `{text}/s`"), Some(format!("{text}/s")))),
            (Dimension::MONEY, Dimension::MONEY_PER_TIME) => Some((format!("write `{text}/h`"), Some(format!("{text}/h")))),
            (Dimension::MONEY, Dimension::MONEY_PER_COUNT) => Some((format!("write `{text}/M`"), Some(format!("{text}/M")))),
            (Dimension::RATIO, Dimension { time: -1, data: 0, count: 0, money: 0 }) => Some((format!("write `{text}/h`"), Some(format!("{text}/h")))),
            (Dimension::RATIO, Dimension::COUNT) => Some(("give a number without `%` or `x`".to_owned(), None)),
            _ => None,
        };
    }
    let scaled = text.ends_with(['k', 'M', 'G']);
    Some(match wanted {
        Dimension::RATE => (format!("write `{text}/s`"), Some(format!("{text}/s"))),
        Dimension::TIME if scaled => ("write a time, such as `5m` (`m` is minutes, `M` is a million)".to_owned(), None),
        Dimension::TIME => (format!("give it a unit: `{text}ms`, `{text}s` or `{text}m`"), None),
        Dimension::DATA if scaled => (format!("write `{text}B`"), Some(format!("{}B", text.replace('k', "K")))),
        Dimension::DATA => (format!("give it a unit: `{text}B`, `{text}KB` or `{text}KiB`"), None),
        Dimension::DATA_RATE => (format!("give it a unit: `{text}{}B/s`", if scaled { "" } else { "M" }), None),
        Dimension::MONEY => (format!("write `${text}`"), Some(format!("${text}"))),
        Dimension::MONEY_PER_TIME => (format!("write `${text}/h`"), Some(format!("${text}/h"))),
        Dimension::MONEY_PER_COUNT => (format!("write `${text}/M`"), Some(format!("${text}/M"))),
        Dimension { time: -1, data: 0, count: 0, money: 0 } => (format!("write `{text}%/h`"), None),
        _ => return None,
    })
}
