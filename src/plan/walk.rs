//! Walking conditions: one place that knows their shape.

use super::{Condition, MetricRef, PhaseId, Value, ValueKind};

impl Condition {
    /// The sides of its comparisons, in the order of the text.
    pub fn sides(&self) -> Vec<&Value> {
        match self {
            Condition::And(a, b) | Condition::Or(a, b) => [a.sides(), b.sides()].concat(),
            Condition::Not(inner) => inner.sides(),
            Condition::Compare { left, right, .. } => vec![left, right],
            Condition::In { value, low, high, .. } => [Some(value), low.as_ref(), high.as_ref()].into_iter().flatten().collect(),
        }
    }

    /// Every metric it names, in the order of the text.
    pub fn metrics(&self) -> Vec<&MetricRef> {
        self.sides().into_iter().flat_map(Value::metrics).collect()
    }

    /// Every metric it names, with the phases in which a window function reads it (`avg(m, baseline)`), where it is not read in the window.
    pub fn metrics_and_phases(&self) -> Vec<(&MetricRef, Option<&[PhaseId]>)> {
        fn walk<'c>(value: &'c Value, own: Option<&'c [PhaseId]>, found: &mut Vec<(&'c MetricRef, Option<&'c [PhaseId]>)>) {
            match &value.kind {
                ValueKind::Metric(metric) => found.push((metric, own)),
                ValueKind::Window { of, phases: Some(phases), .. } => walk(of, Some(phases), found),
                _ => value.parts().into_iter().for_each(|part| walk(part, own, found)),
            }
        }
        let mut found = Vec::new();
        self.sides().into_iter().for_each(|side| walk(side, None, &mut found));
        found
    }

    /// Changes every metric it names.
    pub fn each_metric_mut(&mut self, change: &mut impl FnMut(&mut MetricRef)) {
        match self {
            Condition::And(a, b) | Condition::Or(a, b) => {
                a.each_metric_mut(change);
                b.each_metric_mut(change);
            }
            Condition::Not(inner) => inner.each_metric_mut(change),
            Condition::Compare { left, right, .. } => {
                left.each_metric_mut(change);
                right.each_metric_mut(change);
            }
            Condition::In { value, low, high, .. } => {
                [Some(value), low.as_mut(), high.as_mut()].into_iter().flatten().for_each(|v| v.each_metric_mut(change));
            }
        }
    }
}

impl Value {
    /// The values right beneath.
    pub fn parts(&self) -> Vec<&Value> {
        match &self.kind {
            ValueKind::Constant(_) | ValueKind::Metric(_) => Vec::new(),
            ValueKind::Window { of, .. } | ValueKind::Rate(of) | ValueKind::Negate(of) => vec![of],
            ValueKind::Arithmetic { left, right, .. } => vec![left, right],
            ValueKind::Call { arguments, .. } => arguments.iter().collect(),
        }
    }

    /// Every metric it names, in the order of the text.
    pub fn metrics(&self) -> Vec<&MetricRef> {
        match &self.kind {
            ValueKind::Metric(metric) => vec![metric],
            _ => self.parts().into_iter().flat_map(Value::metrics).collect(),
        }
    }

    fn each_metric_mut(&mut self, change: &mut impl FnMut(&mut MetricRef)) {
        match &mut self.kind {
            ValueKind::Constant(_) => {}
            ValueKind::Metric(metric) => change(metric),
            ValueKind::Window { of, .. } | ValueKind::Rate(of) | ValueKind::Negate(of) => of.each_metric_mut(change),
            ValueKind::Arithmetic { left, right, .. } => {
                left.each_metric_mut(change);
                right.each_metric_mut(change);
            }
            ValueKind::Call { arguments, .. } => arguments.iter_mut().for_each(|v| v.each_metric_mut(change)),
        }
    }
}
