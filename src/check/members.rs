//! W0712: more members of a group than there are partitions to read.

use super::{Context, Decl, DeclKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::ExprKind;

impl<'a> Context<'a> {
    /// Looks at one pipeline by itself. A partition is read by one member of a group; what is above their number has nothing to do.
    pub(super) fn members_above_partitions(&self, decl: Decl) {
        let Some(settings) = self.quietly(|| self.pipeline_settings(decl)) else { return };
        let (Some(value), Some(place)) = (settings.get("members"), settings.place("members")) else { return };
        let Some(members) = self.quietly(|| self.whole_setting(&settings, "members")) else { return };
        let Some(reads) = self.quietly(|| self.reads(&settings)) else { return };
        let mut inputs: Vec<(Decl, Partitions)> = Vec::new();
        for input in reads {
            // What another pipeline writes has partitions of its own.
            let Some(target) = (if self.kind_of(input) == Some(DeclKind::Pipeline) { self.written_target(input) } else { Some(input) }) else { return };
            if inputs.iter().any(|(known, _)| *known == target) {
                continue;
            }
            let Some((count, unit, place)) = self.partitions_of(target) else { return };
            inputs.push((target, Partitions { count, unit, place }));
        }
        let sum: u64 = inputs.iter().map(|(_, p)| p.count).sum();
        let Some((_, first)) = inputs.first() else { return };
        let unit = if inputs.iter().all(|(_, p)| p.unit == first.unit) { first.unit } else { "partition" };
        if members <= sum {
            return;
        }
        let idle = members - sum;
        let are = if idle == 1 { "is" } else { "are" };
        let mut d = Diagnostic::new(codes::W0712, place, format!("`{}` has {members} members over {}: {idle} {are} idle", self.plain_name(decl), many(sum, unit))).here(format!("{idle} of them {are} given nothing to read"));
        for (target, partitions) in &inputs {
            d = d.label(partitions.place, format!("`{}` has {}, each read by one member", self.name_of(*target, decl.file), many(partitions.count, partitions.unit)));
        }
        if inputs.len() > 1 {
            let counts: Vec<String> = inputs.iter().map(|(_, p)| p.count.to_string()).collect();
            d = d.note(format!("{} = {}", counts.join(" + "), many(sum, unit)));
        }
        d = d.note(format!("{members} members − {} = {idle} idle", many(sum, unit))).help(format!("declare at most {sum} members, or at least {members} {unit}s"));
        // What stands behind a name is used elsewhere too.
        if matches!(value.unwrapped().kind, ExprKind::Quantity(_)) {
            d = d.fix(format!("declare {sum} members"), false, value.span, sum.to_string());
        }
        self.report(d);
    }
}

struct Partitions {
    count: u64,
    unit: &'static str,
    place: Span,
}

fn many(count: u64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
