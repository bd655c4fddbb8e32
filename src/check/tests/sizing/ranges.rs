//! The ranges of a `size by`: E0801 where two hold the same value, E0802 where a value is in none, W0810 where more load is given a smaller cluster.

use super::ArmRead;
use crate::check::reason::{reach, written};
use crate::check::{Context, reason};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{Action, MetricRef, NodeKind, Value};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};
use crate::units::{Dimension, Exact};
use num_traits::One;

/// Where a range begins or ends, between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Edge {
    /// Below everything.
    Open,
    /// Right below a value, or (`true`) right above it.
    At(Exact, bool),
    /// Above everything.
    Unbounded,
}

/// The range of one arm.
#[derive(Clone, Copy)]
struct Stretch<'r, 'a> {
    arm: &'r ArmRead<'a>,
    from: Edge,
    to: Edge,
    /// The place in the text, from 0.
    index: usize,
}

/// All of one `size by`. Of a broken arm it is not known what it holds: then nothing is said of any.
pub fn check<'a>(cx: &Context<'a>, metric: &'a Expr, value: &Value, arms: &[ArmRead<'a>]) {
    // A count of things lies on whole numbers: there is nothing between 10 and 11.
    let whole = value.dim == Dimension::COUNT;
    let Some(mut stretches) = arms.iter().enumerate().map(|(index, arm)| stretch(arm, index, whole)).collect::<Option<Vec<_>>>() else { return };
    if stretches.is_empty() {
        cx.report(no_size(metric.span, &written(value)));
        return;
    }
    stretches.sort_by_key(|s| (s.from, s.to, s.index));
    let show = Show { dim: value.dim, whole };
    let overlapping = overlaps(cx, &stretches, show);
    gaps(cx, (metric, value), &stretches, show);
    for pair in stretches.windows(2) {
        if let [less, more] = pair
            && !overlapping.contains(&less.index)
            && !overlapping.contains(&more.index)
        {
            smaller(cx, less, more);
        }
    }
}

fn stretch<'r, 'a>(arm: &'r ArmRead<'a>, index: usize, whole: bool) -> Option<Stretch<'r, 'a>> {
    let bounds = arm.bounds?;
    let at = |value: Exact, after: bool| match (whole, after) {
        (false, _) => Edge::At(value, after),
        (true, false) => Edge::At(value.ceil(), false),
        (true, true) => Edge::At(value.floor() + Exact::one(), false),
    };
    Some(Stretch {
        arm,
        from: bounds.low.map_or(Edge::Open, |q| at(q.value, false)),
        to: bounds.high.map_or(Edge::Unbounded, |q| at(q.value, bounds.inclusive)),
        index,
    })
}

/// E0801. Answers the arms that overlap with another.
fn overlaps(cx: &Context<'_>, stretches: &[Stretch<'_, '_>], show: Show) -> Vec<usize> {
    let mut overlapping = Vec::new();
    let mut furthest: Option<&Stretch<'_, '_>> = None;
    for stretch in stretches {
        if let Some(before) = furthest.filter(|before| stretch.from < before.to) {
            overlapping.extend([before.index, stretch.index]);
            cx.report(overlap(cx, before, stretch, show));
        }
        if furthest.is_none_or(|before| stretch.to > before.to) {
            furthest = Some(stretch);
        }
    }
    overlapping
}

fn overlap(cx: &Context<'_>, before: &Stretch<'_, '_>, stretch: &Stretch<'_, '_>, show: Show) -> Diagnostic {
    let both = show.between(stretch.from, stretch.to.min(before.to));
    let (first, later) = if before.index < stretch.index { (before, stretch) } else { (stretch, before) };
    let text = |s: &Stretch<'_, '_>| cx.quoted(s.arm.ast.range.span);
    let d = Diagnostic::new(codes::E0801, later.arm.ast.range.span, format!("the sizes for {} and {} both claim {both}", text(first), text(later)))
        .here("claimed again")
        .label(first.arm.ast.range.span, "claimed here");
    // The one that begins later in value begins where the other ends, if it ends with a value that it does not hold.
    let end = match (&before.arm.ast.range.unwrapped().kind, &stretch.arm.ast.range.unwrapped().kind) {
        (ExprKind::Range { high: Some(end), inclusive: false, .. }, ExprKind::Range { .. }) if stretch.to > before.to => cx.text_at(end.span),
        (ExprKind::Range { high: Some(end), inclusive: true, low, .. }, ExprKind::Range { .. }) if stretch.from == show.right_below(before) => {
            let low = low.as_ref().map_or("", |low| cx.text_at(low.span));
            let mended = format!("{low}..{}", cx.text_at(end.span));
            return d.help(format!("write `{mended}`, which leaves its upper end out")).fix(format!("replace by `{mended}`"), false, before.arm.ast.range.span, mended);
        }
        _ => return d.help("give each value to one of them"),
    };
    let mended = with_low(cx, &stretch.arm.ast.range, end);
    d.help(format!("write `{mended}`")).fix(format!("replace by `{mended}`"), false, stretch.arm.ast.range.span, mended)
}

/// A range with another lower end.
fn with_low(cx: &Context<'_>, range: &Expr, low: &str) -> String {
    match &range.unwrapped().kind {
        ExprKind::Range { high, inclusive, .. } => {
            format!("{low}{}{}", if *inclusive { "..=" } else { ".." }, high.as_ref().map_or("", |high| cx.text_at(high.span)))
        }
        _ => format!("{low}..={}", cx.text_at(range.span)),
    }
}

/// E0802: values between two ranges, below the first or above the last that the metric can have.
fn gaps<'a>(cx: &Context<'a>, (metric, value): (&'a Expr, &Value), stretches: &[Stretch<'_, 'a>], show: Show) {
    let file = metric.span.file;
    let known = reach(value, &|m: &MetricRef| cx.reach_of(file, m));
    let likely = reach(value, &|m: &MetricRef| cx.likely_reach_of(file, m));
    let name = written(value);
    let missing = |stretch: &Stretch<'_, 'a>, from: Edge, to: Edge| {
        let gap = show.gap(from, to);
        Diagnostic::new(codes::E0802, stretch.arm.ast.range.span, format!("no size is given where `{name}` is {gap}")).here(format!("leaves out {}{gap}", if gap.starts_with(['a', 'b']) { "what is " } else { "" }))
    };
    if let Some(first) = stretches.first() {
        let least = likely.low.map_or(Edge::Open, |v| Edge::At(v, false));
        if least < first.from {
            let d = missing(first, least, first.from);
            let mended = match &first.arm.ast.range.unwrapped().kind {
                ExprKind::Range { high: Some(high), inclusive, .. } => Some(format!("{}{}", if *inclusive { "..=" } else { ".." }, cx.text_at(high.span))),
                _ => None,
            };
            cx.report(helped(d, first, mended, "add a size for what is less"));
        }
    }
    let mut furthest: Option<&Stretch<'_, '_>> = None;
    for stretch in stretches {
        if let Some(before) = furthest.filter(|before| before.to < stretch.from) {
            let (first, later) = if before.index < stretch.index { (before, stretch) } else { (stretch, before) };
            let d = missing(later, before.to, stretch.from).label(first.arm.ast.range.span, if first.index == before.index { "ends before it" } else { "begins behind it" });
            cx.report(match between(cx, before, stretch) {
                Some((place, mended)) => d.help(format!("write `{mended}`")).fix(format!("replace by `{mended}`"), false, place, mended),
                None => d.help("add a size for it"),
            });
        }
        if furthest.is_none_or(|before| stretch.to > before.to) {
            furthest = Some(stretch);
        }
    }
    if let Some(last) = furthest {
        // A metric that most likely ends there may well never reach its end.
        let most = known.high.map(|v| Edge::At(v, true)).or(likely.high.map(|v| Edge::At(v, false))).unwrap_or(Edge::Unbounded);
        if last.to < most {
            let d = missing(last, last.to, most);
            let mended = match (&last.arm.ast.range.unwrapped().kind, known.high) {
                (ExprKind::Range { low: Some(low), .. }, None) => Some(format!("{}..", cx.text_at(low.span))),
                (ExprKind::Range { low: Some(low), .. }, Some(high)) => Some(format!("{}..={}", cx.text_at(low.span), reason::number(high, show.dim))),
                _ => None,
            };
            cx.report(helped(d, last, mended, "add a size for what is more"));
        }
    }
}

fn helped(d: Diagnostic, stretch: &Stretch<'_, '_>, mended: Option<String>, otherwise: &str) -> Diagnostic {
    match mended {
        Some(mended) => d.help(format!("write `{mended}`, or {otherwise}")).fix(format!("replace by `{mended}`"), false, stretch.arm.ast.range.span, mended),
        None => d.help(otherwise),
    }
}

/// The upper one of two neighbours, begun where the lower one ends; where that holds its end, the lower one without it.
fn between(cx: &Context<'_>, before: &Stretch<'_, '_>, after: &Stretch<'_, '_>) -> Option<(Span, String)> {
    let (below, above) = (&before.arm.ast.range, &after.arm.ast.range);
    match (&below.unwrapped().kind, &above.unwrapped().kind) {
        (ExprKind::Range { high: Some(end), inclusive: false, .. }, ExprKind::Range { .. }) => Some((above.span, with_low(cx, above, cx.text_at(end.span)))),
        (ExprKind::Range { low, inclusive: true, .. }, ExprKind::Range { low: Some(begin), .. }) => {
            Some((below.span, format!("{}..{}", low.as_ref().map_or("", |low| cx.text_at(low.span)), cx.text_at(begin.span))))
        }
        _ => None,
    }
}

/// E0802: no range at all.
fn no_size(place: Span, metric: &str) -> Diagnostic {
    Diagnostic::new(codes::E0802, place, format!("no size is given, whatever `{metric}` is"))
        .here("which size for how much?")
        .help("add sizes, such as `..1_000/s => 2 of \"m5.large\"` and `1_000/s.. => 4 of \"m5.xlarge\"`")
}

/// W0810
fn smaller(cx: &Context<'_>, less: &Stretch<'_, '_>, more: &Stretch<'_, '_>) {
    let (Some(Action::Size { low: a, high: b, node: lower }), Some(Action::Size { low: c, high: d, node: upper })) = (&less.arm.action, &more.arm.action) else { return };
    let (lower, upper) = (Offer { low: *a, high: *b, node: lower }, Offer { low: *c, high: *d, node: upper });
    if !upper.is_less_than(&lower) {
        return;
    }
    let (first, later) = if less.index < more.index { (less, more) } else { (more, less) };
    let size = |s: &Stretch<'_, '_>| cx.text_at(s.arm.ast.size.span);
    let range = |s: &Stretch<'_, '_>| cx.quoted(s.arm.ast.range.span);
    let of_one_kind = lower.node.name == upper.node.name;
    let what = if of_one_kind { "fewer nodes" } else { "a smaller cluster" };
    let here = |s: &Stretch<'_, '_>| if s.index == more.index { "more load" } else { "less load" };
    let mut message = Diagnostic::new(codes::W0810, later.arm.ast.span, format!("more load is given {what}: {} gets {}, and {} gets {}", range(less), size(less), range(more), size(more)))
        .here(here(later))
        .label(first.arm.ast.span, here(first));
    if !of_one_kind {
        message = message.note(format!("{} against {}", upper.sum(), lower.sum()));
    }
    cx.report(message.help(format!("give {} at least what {} gets, or exchange the two", range(more), range(less))));
}

/// So many nodes of a kind.
struct Offer<'n> {
    low: u64,
    high: u64,
    node: &'n NodeKind,
}

impl Offer<'_> {
    /// In every respect at most as much, and surely less to work with. Of two kinds of node processors, memory and price must all say so: a node that
    /// costs more may well do more.
    fn is_less_than(&self, other: &Offer<'_>) -> bool {
        let of = |each: fn(&NodeKind) -> Exact| {
            let all = |offer: &Offer<'_>, n: u64| Exact::from_integer(i128::from(n)) * each(offer.node);
            let (low, high) = (all(self, self.low).cmp(&all(other, other.low)), all(self, self.high).cmp(&all(other, other.high)));
            (low.is_le() && high.is_le(), low.is_lt() || high.is_lt())
        };
        if self.node.name == other.node.name {
            return of(|_| Exact::one()) == (true, true);
        }
        of(|n| n.vcpu) == (true, true) && of(|n| n.memory).0 && of(|n| n.price).0
    }
    /// "2 × 4 = 8 vCPU, 32GiB, $0.38/h", at the upper end.
    fn sum(&self) -> String {
        let n = Exact::from_integer(i128::from(self.high));
        let shown = |value: Exact, dim: Dimension| crate::units::show(value, dim);
        format!(
            "{} × {} = {} vCPU, {}, {}",
            self.high,
            shown(self.node.vcpu, Dimension::COUNT),
            shown(n * self.node.vcpu, Dimension::COUNT),
            shown(n * self.node.memory, Dimension::DATA),
            shown(n * self.node.price, Dimension::MONEY_PER_TIME),
        )
    }
}

/// Stretches of values as they would be written.
#[derive(Clone, Copy)]
struct Show {
    dim: Dimension,
    whole: bool,
}

impl Show {
    fn between(self, from: Edge, to: Edge) -> String {
        let value = |v: Exact| reason::number(v, self.dim);
        match (from, to) {
            (Edge::At(a, false), Edge::At(b, true)) if a == b => format!("exactly `{}`", value(a)),
            (Edge::At(a, false), Edge::At(b, false)) if self.whole && a + Exact::one() == b => format!("exactly `{}`", value(a)),
            (Edge::At(a, false), Edge::At(b, false)) => format!("`{}..{}`", value(a), value(b)),
            (Edge::At(a, false), Edge::At(b, true)) => format!("`{}..={}`", value(a), value(b)),
            (Edge::At(a, true), Edge::At(b, false)) => format!("above `{}` and below `{}`", value(a), value(b)),
            (Edge::At(a, true), Edge::At(b, true)) => format!("above `{}`, up to `{}`", value(a), value(b)),
            (Edge::At(a, false), _) => format!("`{}..`", value(a)),
            (Edge::At(a, true), _) => format!("above `{}`", value(a)),
            (_, Edge::At(b, false)) => format!("`..{}`", value(b)),
            (_, Edge::At(b, true)) => format!("`..={}`", value(b)),
            _ => "anything".to_owned(),
        }
    }
    /// The same, behind "where the metric is".
    fn gap(self, from: Edge, to: Edge) -> String {
        let value = |v: Exact| reason::number(v, self.dim);
        match (from, to) {
            (Edge::Open, Edge::At(b, false)) => format!("below `{}`", value(b)),
            (Edge::At(a, false), Edge::Unbounded) => format!("`{}` or more", value(a)),
            _ => self.between(from, to),
        }
    }
    /// The edge below the upper end of a range that holds it.
    fn right_below(self, stretch: &Stretch<'_, '_>) -> Edge {
        match stretch.to {
            Edge::At(v, true) => Edge::At(v, false),
            Edge::At(v, false) if self.whole => Edge::At(v - Exact::one(), false),
            edge => edge,
        }
    }
}
