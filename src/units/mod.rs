//! Exact quantities with dimensions. Base units: second, byte, record (count), dollar; a ratio is a plain number (80 % is 4/5).

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
    const fn of(time: i8, data: i8, count: i8, money: i8) -> Dimension {
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
}

/// A number of a dimension, in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    pub value: Exact,
    pub dim: Dimension,
    /// Written without a unit, so it may stand for a count or a plain ratio (then `dim.count` is 0).
    pub bare: bool,
}

mod print;
pub use print::{dimension_name, show};
