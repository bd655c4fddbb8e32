//! What the shapes of phases come to: staircases, the longest way of a search, the points of a replayed table, and the rates at their ends.

use crate::plan::Shape;
use crate::units::Exact;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, Signed, ToPrimitive, Zero};

/// Most steps that a staircase or a search may have, and most phases that `repeat` may unroll to: what keeps checking bounded.
pub const MOST_STEPS: usize = 10_000;

/// The height of a step over the one before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rise {
    /// Records a second.
    By(Exact),
    /// A share of the step before: 1/4 makes each step 1.25 times the last (on the way down, 3/4 of it).
    Ratio(Exact),
    /// Times the step before (on the way down, divided by it).
    Factor(Exact),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Staircase {
    /// Records a second; the last is the upper (on the way down, the lower) end.
    pub levels: Vec<Exact>,
    /// The level that a whole last step would have reached, where the end cuts it.
    pub cut: Option<Exact>,
}

/// The levels from `from` to `to`; `None` where it never arrives, or only after more than [`MOST_STEPS`].
pub fn staircase(from: Exact, to: Exact, rise: Rise) -> Option<Staircase> {
    let mut levels = vec![from];
    let mut at = from;
    let mut cut = None;
    let up = to > from;
    while at != to {
        let step = match rise {
            Rise::By(step) => step,
            Rise::Ratio(share) => at.checked_mul(&share)?,
            Rise::Factor(factor) if up => at.checked_mul(&factor)?.checked_sub(&at)?,
            Rise::Factor(factor) => at.checked_sub(&at.checked_div(&factor)?)?,
        };
        if !step.is_positive() || levels.len() >= MOST_STEPS {
            return None;
        }
        let next = if up { at.checked_add(&step)? } else { at.checked_sub(&step)? };
        let next = tame(next)?;
        let beyond = if up { next > to } else { next < to };
        if beyond {
            cut = Some(next);
            at = to;
        } else {
            at = next;
        }
        levels.push(at);
    }
    Some(Staircase { levels, cut })
}

/// Keeps powers of a ratio from outgrowing exact numbers: beyond a denominator of 10¹² a level is rounded to 10⁻⁹ records a second.
fn tame(level: Exact) -> Option<Exact> {
    const LARGEST: i128 = 1_000_000_000_000;
    const GRID: i128 = 1_000_000_000;
    if *level.denom() <= LARGEST {
        return Some(level);
    }
    Some(Exact::new(level.checked_mul(&Exact::from_integer(GRID))?.to_integer(), GRID))
}

/// How a search is planned: at its longest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchLength {
    pub climb: usize,
    pub bisections: usize,
    /// Climb, one for the backlog to clear, the bisections, and one to confirm.
    pub steps: usize,
}

/// `ratio` 1/4 for `by 25%`, `within` 1/20 for `to within 5%`; `None` where the climb never arrives.
pub fn search_length(from: Exact, to: Exact, ratio: Exact, within: Exact) -> Option<SearchLength> {
    let climb = staircase(from, to, Rise::Ratio(ratio))?.levels.len();
    let (ratio, within) = (ratio.to_f64()?, within.to_f64()?);
    let halvings = (ratio.ln_1p() / within.ln_1p()).log2();
    // A span that is a whole power of the precision must not cost a step more because of the last bit of a logarithm.
    let bisections = if halvings.is_finite() { (halvings - 1e-9).ceil().max(0.0) as usize } else { return None };
    Some(SearchLength { climb, bisections, steps: climb + 1 + bisections + 1 })
}

/// What is wrong with a table of `seconds,rate`.
#[derive(Clone, Debug, PartialEq)]
pub enum TableError {
    NoColumns,
    TooFewRows,
    /// Line from 1 and the text that is no number.
    NotANumber { line: usize, text: String },
    Negative { line: usize },
    Backwards { line: usize },
}

/// The points of a table with the columns `seconds,rate` (any order, others ignored), its rates multiplied by `scale`. Two points at one time are a
/// jump; nothing is offered before the first.
pub fn replay_points(text: &str, scale: Exact) -> Result<Vec<(Exact, Exact)>, TableError> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    let header = lines.next().map(|(_, l)| l).unwrap_or("");
    let columns: Vec<&str> = header.split(',').map(|c| c.trim().trim_matches('"')).collect();
    let column = |name: &str| columns.iter().position(|c| c.eq_ignore_ascii_case(name));
    let (Some(seconds), Some(rate)) = (column("seconds"), column("rate")) else {
        return Err(TableError::NoColumns);
    };
    let mut points: Vec<(Exact, Exact)> = Vec::new();
    for (index, line) in lines {
        let cells: Vec<&str> = line.split(',').map(|c| c.trim().trim_matches('"')).collect();
        let read = |column: usize| {
            let cell = cells.get(column).copied().unwrap_or("");
            decimal(cell).ok_or_else(|| TableError::NotANumber { line: index + 1, text: cell.to_string() })
        };
        let (at, value) = (read(seconds)?, read(rate)?);
        if at.is_negative() || value.is_negative() {
            return Err(TableError::Negative { line: index + 1 });
        }
        if points.last().is_some_and(|(before, _)| at < *before) {
            return Err(TableError::Backwards { line: index + 1 });
        }
        let value = value.checked_mul(&scale).ok_or_else(|| TableError::NotANumber { line: index + 1, text: "a rate beyond all bounds".into() })?;
        points.push((at, value));
    }
    if points.len() < 2 || points.last().is_none_or(|(end, _)| !end.is_positive()) {
        return Err(TableError::TooFewRows);
    }
    Ok(points)
}

/// A plain decimal number with at most nine digits after the point, exactly (more digits would make sums of many points overflow).
fn decimal(text: &str) -> Option<Exact> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    if whole.is_empty() && fraction.is_empty() || whole.len() > 15 {
        return None;
    }
    let fraction: String = fraction.chars().take(9).collect();
    let denominator = 10i128.checked_pow(fraction.len() as u32)?;
    let joined = format!("{whole}{fraction}");
    Some(Exact::new(sign * joined.parse::<i128>().ok()?, denominator))
}

/// The highest rate that it offers, records a second; `None` where nobody can know before (a flood, a search).
pub fn peak(shape: &Shape) -> Option<Exact> {
    match shape {
        Shape::Hold { rate } => Some(*rate),
        Shape::Ramp { from, to } | Shape::Spike { from, to } => Some(*from.max(to)),
        Shape::Step { levels, .. } => levels.iter().max().copied(),
        Shape::Sine { low, high, .. } => Some(*low.max(high)),
        Shape::Pause => Some(Exact::zero()),
        Shape::Replay { points } => points.iter().map(|(_, rate)| *rate).max(),
        Shape::Flood { .. } | Shape::Search { .. } => None,
    }
}

/// The rate that it begins with, where it is a steady curve that a ramp could lead to.
pub fn first_rate(shape: &Shape) -> Option<Exact> {
    match shape {
        Shape::Hold { rate } => Some(*rate),
        Shape::Ramp { from, .. } | Shape::Spike { from, .. } => Some(*from),
        Shape::Step { levels, .. } => levels.first().copied(),
        Shape::Sine { low, .. } => Some(*low),
        Shape::Replay { points } => points.first().map(|(at, rate)| if at.is_positive() { Exact::zero() } else { *rate }),
        Shape::Pause | Shape::Flood { .. } | Shape::Search { .. } => None,
    }
}

/// Whether it sends at all.
pub fn has_load(shape: &Shape) -> bool {
    !matches!(shape, Shape::Pause)
}

/// Seconds that a flood is planned to last: N ÷ R, at most 10 m without R.
pub fn flood_length(count: u64, at: Option<Exact>) -> Option<Exact> {
    match at {
        None => Some(Exact::from_integer(600)),
        Some(rate) => Exact::from_integer(i128::from(count)).checked_div(&rate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(value: i128) -> Exact {
        Exact::from_integer(value)
    }

    #[test]
    fn a_staircase_that_fits() {
        let stairs = staircase(n(100), n(400), Rise::By(n(100))).unwrap();
        assert_eq!(stairs, Staircase { levels: vec![n(100), n(200), n(300), n(400)], cut: None });
        let down = staircase(n(400), n(100), Rise::Ratio(Exact::new(1, 2))).unwrap();
        assert_eq!(down, Staircase { levels: vec![n(400), n(200), n(100)], cut: None });
        assert_eq!(staircase(n(400), n(100), Rise::Factor(n(2))), Some(down));
        let doubled = staircase(n(1_000), n(8_000), Rise::Factor(n(2))).unwrap();
        assert_eq!(doubled, staircase(n(1_000), n(8_000), Rise::Ratio(n(1))).unwrap());
    }

    #[test]
    fn a_staircase_whose_last_step_is_cut() {
        let stairs = staircase(n(100), n(350), Rise::By(n(100))).unwrap();
        assert_eq!(stairs.levels, vec![n(100), n(200), n(300), n(350)]);
        assert_eq!(stairs.cut, Some(n(400)));
    }

    #[test]
    fn a_staircase_that_never_arrives() {
        assert_eq!(staircase(n(100), n(200), Rise::By(n(0))), None);
        assert_eq!(staircase(n(0), n(200), Rise::Ratio(Exact::new(1, 2))), None);
        assert_eq!(staircase(n(1), n(1_000_000), Rise::By(n(1))), None);
    }

    #[test]
    fn many_small_ratios_stay_within_exact_numbers() {
        let stairs = staircase(n(1_000), n(50_000), Rise::Ratio(Exact::new(1, 100))).unwrap();
        assert_eq!(stairs.levels.len(), 395);
    }

    #[test]
    fn the_longest_way_of_a_search() {
        let length = search_length(n(1_000), n(20_000), Exact::new(1, 2), Exact::new(1, 20)).unwrap();
        assert_eq!(length, SearchLength { climb: 9, bisections: 4, steps: 15 });
        // 1.21 = 1.1²: one bisection, not two.
        let whole = search_length(n(100), n(121), Exact::new(21, 100), Exact::new(1, 10)).unwrap();
        assert_eq!(whole.bisections, 1);
        assert_eq!(search_length(n(100), n(200), Exact::new(1, 10), Exact::new(1, 5)).unwrap().bisections, 0);
    }

    #[test]
    fn a_table_to_replay() {
        let points = replay_points("seconds,rate\n10,100\n20.5,250\n", n(2)).unwrap();
        assert_eq!(points, vec![(n(10), n(200)), (Exact::new(41, 2), n(500))]);
        assert_eq!(replay_points("a,b\n1,2\n", n(1)), Err(TableError::NoColumns));
        assert_eq!(replay_points("seconds,rate\n1,2\n", n(1)), Err(TableError::TooFewRows));
        assert_eq!(replay_points("seconds,rate\n2,2\n1,3\n", n(1)), Err(TableError::Backwards { line: 3 }));
        assert_eq!(replay_points("seconds,rate\n1,x\n", n(1)), Err(TableError::NotANumber { line: 2, text: "x".into() }));
    }

    #[test]
    fn a_flood_lasts_as_long_as_its_limit_needs() {
        assert_eq!(flood_length(10_000, Some(n(500))), Some(n(20)));
        assert_eq!(flood_length(10_000, None), Some(n(600)));
        assert_eq!(flood_length(10_000, Some(n(0))), None);
    }
}
