//! Three-valued truth, and numbers that may be known only to within an interval.

/// True, false, or not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    False,
    Unknown,
    True,
}

impl Truth {
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }
    pub fn negate(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
    pub fn of(known: bool) -> Truth {
        if known { Truth::True } else { Truth::False }
    }
}

/// A number known to lie in `low..=high`, most likely `mid`. What is measured directly has all three equal; a `trend` does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub low: f64,
    pub mid: f64,
    pub high: f64,
}

impl Estimate {
    pub fn exact(value: f64) -> Estimate {
        Estimate { low: value, mid: value, high: value }
    }
    pub fn is_exact(self) -> bool {
        self.low == self.high
    }
    pub fn is_number(self) -> bool {
        !(self.low.is_nan() || self.mid.is_nan() || self.high.is_nan())
    }
    pub fn negate(self) -> Estimate {
        Estimate { low: -self.high, mid: -self.mid, high: -self.low }
    }
    pub fn plus(self, other: Estimate) -> Estimate {
        Estimate { low: self.low + other.low, mid: self.mid + other.mid, high: self.high + other.high }
    }
    pub fn times(self, other: Estimate) -> Estimate {
        let corners = [self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high];
        Estimate {
            low: corners.iter().copied().fold(f64::INFINITY, f64::min),
            mid: self.mid * other.mid,
            high: corners.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }
    /// `None` where the divisor may be zero.
    pub fn over(self, other: Estimate) -> Option<Estimate> {
        if other.low <= 0.0 && other.high >= 0.0 {
            return None;
        }
        let inverse = Estimate { low: 1.0 / other.high, mid: 1.0 / other.mid, high: 1.0 / other.low };
        let quotient = self.times(inverse);
        // One rounding instead of two where both are exact, so that a share such as 3/3 is 1.
        if self.is_exact() && other.is_exact() { Some(Estimate::exact(self.mid / other.mid)) } else { Some(quotient) }
    }
    pub fn min(self, other: Estimate) -> Estimate {
        Estimate { low: self.low.min(other.low), mid: self.mid.min(other.mid), high: self.high.min(other.high) }
    }
    pub fn max(self, other: Estimate) -> Estimate {
        Estimate { low: self.low.max(other.low), mid: self.mid.max(other.mid), high: self.high.max(other.high) }
    }
    pub fn abs(self) -> Estimate {
        if self.low >= 0.0 {
            self
        } else if self.high <= 0.0 {
            self.negate()
        } else {
            Estimate { low: 0.0, mid: self.mid.abs(), high: self.high.max(-self.low) }
        }
    }
    /// Of a function that never falls (`ceil`, `floor`, `round`).
    pub fn map_rising(self, f: impl Fn(f64) -> f64) -> Estimate {
        Estimate { low: f(self.low), mid: f(self.mid), high: f(self.high) }
    }

    pub fn less(self, other: Estimate) -> Truth {
        if self.high < other.low {
            Truth::True
        } else if self.low >= other.high {
            Truth::False
        } else {
            Truth::Unknown
        }
    }
    pub fn less_equal(self, other: Estimate) -> Truth {
        other.less(self).negate()
    }
    pub fn equal(self, other: Estimate) -> Truth {
        if self.high < other.low || other.high < self.low {
            Truth::False
        } else if self.is_exact() && other.is_exact() {
            Truth::True
        } else {
            Truth::Unknown
        }
    }
}
