//! The catalogue for people: a section a subject, a line a word.

use super::*;
use crate::diagnostics::pages;
use crate::units::dimension_word;
use unicode_width::UnicodeWidthStr;

/// All of it; titles stand out where there are colours.
pub fn human(color: bool) -> String {
    let mut out = Out { text: String::new(), color };
    for (role, forms) in TABLES {
        let line = |f: &Form| match role {
            Role::Clause | Role::Operator if !f.form.is_empty() => [f.word.to_owned(), format!("{} `{}`", f.doc, f.form)],
            Role::Clause | Role::Level => [f.word.to_owned(), f.doc.to_owned()],
            _ => [f.form.to_owned(), f.doc.to_owned()],
        };
        out.section(title(*role), forms.iter().map(line));
    }
    out.section("words that are never a value", [[NEVER_VALUES.join(" "), String::new()]].into_iter());
    out.section("units", UNITS.iter().chain([&MONEY]).map(|u| [u.name.to_owned(), format!("{}: {}", dimension_word(u.dim), u.doc)]));
    for block in blocks() {
        let name = if block.kind.is_empty() { format!("{} — {}", block.of, block.doc) } else { format!("{} = {} — {}", block.of, block.kind, block.doc) };
        let settings = block.settings.iter().flat_map(|s| settings(s, ""));
        let query = block.query.map(|q| [format!(".{}", q.usage), q.doc.to_owned()]);
        out.section(&name, settings.chain(query));
    }
    out.section("generators", GENERATORS.iter().chain([&CHOICE, &LATE]).map(|g| [g.usage.to_owned(), g.doc.to_owned()]));
    out.section("functions", FUNCTIONS.iter().map(|f| [f.signature.usage.to_owned(), f.signature.doc.to_owned()]));
    let mut groups: Vec<(String, Vec<Metric>)> = Vec::new();
    for metric in metrics() {
        let name = match metric.of {
            Of::Source(kind) => format!("metrics of a {kind} source"),
            of => format!("metrics: {}", of.name()),
        };
        match groups.iter_mut().find(|(n, _)| *n == name) {
            Some((_, group)) => group.push(metric),
            None => groups.push((name, vec![metric])),
        }
    }
    for (name, group) in groups {
        out.section(&name, group.iter().map(line_of));
    }
    out.section("statistics of a distribution", STATISTICS.iter().map(|s| [format!(".{}", s.name), s.doc.to_owned()]));
    out.section("across instances", ACROSS.iter().map(|a| [format!(".{}", a.name), a.doc.to_owned()]));
    out.section("what a raw number is", METRIC_UNITS.iter().map(|u| [format!("as {}", u.name), format!("{}: {}", dimension_word(u.dim), u.doc)]));
    out.section("members of a cluster", CLUSTER_MEMBERS.iter().map(|m| [format!(".{}", m.name), format!("{}: {}", dimension_word(m.dim), m.doc)]));
    out.section("codes", CODES.iter().filter_map(|c| pages::page(*c).map(|page| [c.to_string(), pages::title(page).to_owned()])));
    out.text
}

fn title(role: Role) -> &'static str {
    match role {
        Role::Declaration => "declarations",
        Role::Statement => "statements of a test",
        Role::Sizing => "statements of a sizing",
        Role::Entry => "entries of an event",
        Role::Shape => "shapes of a phase",
        Role::Window => "windows of an expectation",
        Role::Advice => "advice of a sizing",
        Role::FaultAction => "what a fault can do",
        Role::Level => "levels of an alert",
        Role::Clause => "words between",
        Role::Operator => "operators that are words",
        Role::Constant => "values that are words",
    }
}

/// A setting, and beneath it the settings of what it can be.
fn settings(setting: &Setting, indent: &str) -> Vec<[String; 2]> {
    let default = match (setting.required, setting.default) {
        (true, _) => " (required)".to_owned(),
        (false, "") => String::new(),
        (false, default) => format!(" (default: {default})"),
    };
    let mut lines = vec![[format!("{indent}{}", setting.name), format!("{}: {}{default}", setting.kind.takes(), setting.doc)]];
    let deeper = format!("{indent}  ");
    match setting.kind {
        SettingKind::Variant(variants) => {
            for variant in variants {
                lines.push([format!("{deeper}{}", variant.name), variant.doc.to_owned()]);
                lines.extend(variant.settings.iter().flat_map(|t| t.iter()).flat_map(|s| self::settings(s, &format!("{deeper}  "))));
            }
        }
        SettingKind::Block(inner) => lines.extend(inner.iter().flat_map(|s| self::settings(s, &deeper))),
        _ => {}
    }
    lines
}

fn line_of(metric: &Metric) -> [String; 2] {
    let mut facts = vec![dimension_word(metric.series.dim)];
    if metric.is_distribution() {
        facts.push("distribution".to_owned());
    }
    if metric.series.per_instance {
        facts.push("per instance".to_owned());
    }
    facts.push(match metric.every() {
        Some(seconds) => format!("{}, every {seconds}s", metric.from),
        None => metric.from.to_owned(),
    });
    [metric.series.name.to_owned(), format!("{} ({})", metric.series.doc, facts.join("; "))]
}

struct Out {
    text: String,
    color: bool,
}

impl Out {
    fn section(&mut self, title: &str, lines: impl IntoIterator<Item = [String; 2]>) {
        let lines: Vec<[String; 2]> = lines.into_iter().collect();
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text += &if self.color { format!("\u{1b}[1m{title}\u{1b}[0m\n") } else { format!("{title}\n") };
        // Long forms do not push every explanation to the right: theirs stands beneath.
        const WIDEST: usize = 44;
        let width = lines.iter().map(|[left, _]| left.width()).filter(|w| *w <= WIDEST).max().unwrap_or(20);
        for [left, right] in lines {
            let gap = match left.width() {
                wide if wide > WIDEST => format!("\n  {}", " ".repeat(width)),
                narrow => " ".repeat(width.saturating_sub(narrow)),
            };
            self.text += format!("  {left}{gap}  {right}").trim_end();
            self.text.push('\n');
        }
    }
}
