//! Values as they would be written.

use crate::plan::{Across, Arithmetic, MathFunction, MetricRef, Statistic, Value, ValueKind, WindowFunction};
use crate::units::{Dimension, Exact, decimal, honest};
use num_traits::CheckedMul;

pub fn value(value: &Value) -> String {
    match &value.kind {
        ValueKind::Constant(c) => number(*c, value.dim),
        ValueKind::Metric(m) => metric(m),
        ValueKind::Window { function, of, .. } => format!("{}({})", window_function(*function), self::value(of)),
        ValueKind::Rate(of) => format!("rate({})", self::value(of)),
        ValueKind::Negate(of) => format!("-{}", operand(of)),
        ValueKind::Arithmetic { op, left, right } => {
            let op = match op {
                Arithmetic::Add => "+",
                Arithmetic::Subtract => "-",
                Arithmetic::Multiply => "*",
                Arithmetic::Divide => "/",
            };
            format!("{} {op} {}", operand(left), operand(right))
        }
        ValueKind::Call { function, arguments } => {
            let name = match function {
                MathFunction::Min => "min",
                MathFunction::Max => "max",
                MathFunction::Abs => "abs",
                MathFunction::Ceil => "ceil",
                MathFunction::Floor => "floor",
                MathFunction::Round => "round",
            };
            let arguments: Vec<String> = arguments.iter().map(self::value).collect();
            format!("{name}({})", arguments.join(", "))
        }
    }
}

/// A number of a dimension; shares in percent, up to 1000 % of them.
pub fn number(number: Exact, dim: Dimension) -> String {
    match number.checked_mul(&Exact::from_integer(100)) {
        Some(percent) if dim == Dimension::RATIO && percent <= Exact::from_integer(1_000) && percent.checked_mul(&Exact::from_integer(1_000)).is_some_and(|p| p.is_integer()) => format!("{}%", decimal(percent, 3)),
        _ => honest(number, dim),
    }
}

fn operand(v: &Value) -> String {
    match v.kind {
        ValueKind::Arithmetic { .. } => format!("({})", value(v)),
        _ => value(v),
    }
}

fn window_function(function: WindowFunction) -> &'static str {
    match function {
        WindowFunction::Avg => "avg",
        WindowFunction::Min => "min",
        WindowFunction::Max => "max",
        WindowFunction::Last => "last",
        WindowFunction::Delta => "delta",
        WindowFunction::Trend => "trend",
        WindowFunction::Stability => "stability",
    }
}

fn metric(metric: &MetricRef) -> String {
    let statistic = metric.statistic.map_or("", |s| match s {
        Statistic::P50 => ".p50",
        Statistic::P90 => ".p90",
        Statistic::P95 => ".p95",
        Statistic::P99 => ".p99",
        Statistic::P999 => ".p999",
        Statistic::Mean => ".mean",
        Statistic::Max => ".max",
        Statistic::Count => ".count",
    });
    let across = metric.across.map_or("", |a| match a {
        Across::Min => ".min",
        Across::Max => ".max",
        Across::Avg => ".avg",
        Across::Spread => ".spread",
        Across::Count => ".count",
    });
    format!("{}{across}{statistic}", metric.series)
}
