//! Exact quantities with dimensions. Base units: second, byte, record (count), dollar; a ratio is a plain number (80 % is 4/5).

mod arithmetic;
mod honest;
mod parse;
mod print;

pub use arithmetic::{ArithmeticError, add, divide, multiply, negate, subtract};
pub use honest::{exact, honest, honest_quantity};
pub use parse::{MONEY, QuantityError, UNITS, Unit, parse};
pub use print::{base_units, decimal, dimension_name, dimension_word, has_name, show, show_quantity};

use num_rational::Ratio;

/// Exact number. Arithmetic goes through the checked operations; overflow is a diagnostic (E0307), never a wrap.
pub type Exact = Ratio<i128>;

/// Integer exponents of time, data, count and money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Dimension {
    pub time: i8,
    pub data: i8,
    pub count: i8,
    pub money: i8,
}

impl Dimension {
    pub const fn of(time: i8, data: i8, count: i8, money: i8) -> Dimension {
        Dimension { time, data, count, money }
    }
    pub const RATIO: Dimension = Dimension::of(0, 0, 0, 0);
    pub const COUNT: Dimension = Dimension::of(0, 0, 1, 0);
    pub const TIME: Dimension = Dimension::of(1, 0, 0, 0);
    pub const DATA: Dimension = Dimension::of(0, 1, 0, 0);
    pub const MONEY: Dimension = Dimension::of(0, 0, 0, 1);
    pub const RATE: Dimension = Dimension::of(-1, 0, 1, 0);
    pub const DATA_RATE: Dimension = Dimension::of(-1, 1, 0, 0);
    pub const MONEY_PER_TIME: Dimension = Dimension::of(-1, 0, 0, 1);
    pub const MONEY_PER_COUNT: Dimension = Dimension::of(0, 0, -1, 1);

    /// With another exponent of count.
    pub const fn with_count(self, count: i8) -> Dimension {
        Dimension { count, ..self }
    }
}

/// A number of a dimension, in base units.
///
/// A bare number may stand for a count or a plain ratio, and `2_000/s` for records a second or a bare number a second. So the exponent of count
/// may be read as any between `dim.count + slack.0` and `dim.count + slack.1`; everything else is as `dim` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    pub value: Exact,
    pub dim: Dimension,
    pub slack: (i8, i8),
}

impl Quantity {
    pub const fn new(value: Exact, dim: Dimension) -> Quantity {
        Quantity { value, dim, slack: (0, 0) }
    }
    /// A number without a unit.
    pub const fn bare(value: Exact) -> Quantity {
        Quantity { value, dim: Dimension::RATIO, slack: (0, 1) }
    }
    pub fn is_bare(&self) -> bool {
        self.dim == Dimension::RATIO && self.slack.1 >= 1
    }
    /// Whether it can be read as this dimension.
    pub fn fits(&self, dim: Dimension) -> bool {
        fits(self.dim, self.slack, dim)
    }
    /// The dimension that both can be read as.
    pub fn common(&self, other: &Quantity) -> Option<Dimension> {
        common(self.dim, self.slack, other.dim, other.slack)
    }
}

/// Whether a dimension with this slack of its count can be read as `wanted`.
pub fn fits(dim: Dimension, slack: (i8, i8), wanted: Dimension) -> bool {
    dim.with_count(0) == wanted.with_count(0)
        && (i16::from(dim.count) + i16::from(slack.0)..=i16::from(dim.count) + i16::from(slack.1)).contains(&i16::from(wanted.count))
}

/// The dimension that two can both be read as: the one without slack decides, else the first's own reading where it can.
pub fn common(a: Dimension, a_slack: (i8, i8), b: Dimension, b_slack: (i8, i8)) -> Option<Dimension> {
    if a.with_count(0) != b.with_count(0) {
        return None;
    }
    let low = (i16::from(a.count) + i16::from(a_slack.0)).max(i16::from(b.count) + i16::from(b_slack.0));
    let high = (i16::from(a.count) + i16::from(a_slack.1)).min(i16::from(b.count) + i16::from(b_slack.1));
    if low > high {
        return None;
    }
    let count = if b_slack == (0, 0) { i16::from(b.count) } else { i16::from(a.count).clamp(low, high) };
    i8::try_from(count).ok().map(|count| a.with_count(count))
}
