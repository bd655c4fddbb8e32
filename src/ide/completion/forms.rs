//! Declarations, statements and what they go on with, as forms with places to fill in. What a form is for stands in the catalogue.

use super::Asked;
use super::item::{Item, Rank, Sort, escaped, slot};
use super::names::Takes;
use super::{around, names};
use crate::catalog::{self, Form};
use crate::check::DeclKind;
use crate::ide::plans;
use crate::ide::samples::sample;

/// The word that a form begins with, and the form. `<target>` stands for something declared of that kind.
const FORMS: &[(&[Form], &str, &str)] = &[
    (catalog::DECLARATIONS, "import", "import ${1:shop} from \"${2:shared/shop.scale}\""),
    (catalog::DECLARATIONS, "let", "let ${1:name} = ${2:1_000/s}"),
    (catalog::DECLARATIONS, "param", "param ${1:name} = ${2:10_000/s} in ${3:1_000/s}..=${4:50_000/s}"),
    (catalog::DECLARATIONS, "event", "event ${1:name} {\n  key  = ${2:id}\n  size = ${3:1KiB}\n\n  field ${2:id} = ${4:uuid()}\n  field at = now()$0\n}"),
    (catalog::DECLARATIONS, "mix", "mix ${1:name} { ${2:60%} <event>, rest ${3:other} }"),
    (catalog::DECLARATIONS, "metric", "metric ${1:name} = <source>.${2:query}(\"$3\") as ${4|number,count,ratio,percent,seconds,milliseconds,bytes,mebibytes,per_second,bytes_per_second,dollars|} every ${5:15s}"),
    (catalog::DECLARATIONS, "pipeline", "pipeline ${1:name} {\n  reads    = <target>\n  group    = \"${2:group}\"\n  capacity = ${3:10_000/s}$0\n}"),
    (catalog::DECLARATIONS, "cluster", "cluster ${1:name} {\n  driver  = 1 of \"${2:m5.xlarge}\"\n  workers = ${3:4} of \"${4:m5.xlarge}\"$0\n}"),
    (catalog::DECLARATIONS, "node", "node \"${1:name}\" { vcpu = ${2:4}, memory = ${3:16GiB}, price = ${4:\\$0.192/h} }"),
    (catalog::DECLARATIONS, "sizing", "sizing <pipeline> {\n  rule ${2:behind} when ${3:trend(<pipeline>.lag) > 1/s} => scale out by ${4:2}\n  otherwise keep$0\n}"),
    (catalog::DECLARATIONS, "alert", "alert ${1|critical,warning|} ${2:name} when ${3:errors.ratio > 1%} for ${4:1m}"),
    (catalog::DECLARATIONS, "test", "test \"${1:name}\" {\n  seed = ${2:1}\n\n  send <event> to <target>\n\n  phase ${3:steady} = hold ${4:1_000/s} for ${5:10m}\n\n  expect latency.p99 < ${6:250ms} during ${3:steady}$0\n}"),
    (catalog::STATEMENTS, "send", "send <event> to <target>"),
    (catalog::STATEMENTS, "phase", "phase ${1:name} = hold ${2:1_000/s} for ${3:10m}"),
    (catalog::STATEMENTS, "repeat", "repeat ${1:3} {\n  phase ${2:burst} = hold ${3:5_000/s} for ${4:5m}\n  phase ${5:recover} = hold ${6:1_000/s} for ${7:10m}$0\n}"),
    (catalog::STATEMENTS, "fault", "fault ${1:outage} = stop <pipeline> at ${2:5m} into <phase>"),
    (catalog::STATEMENTS, "undo", "undo <fault> after ${1:10m}"),
    (catalog::STATEMENTS, "expect", "expect ${1:latency.p99 < 250ms} during <phase>"),
    (catalog::STATEMENTS, "sustain", "sustain ${1:acked_rate >= 99% * offered_rate}"),
    (catalog::STATEMENTS, "abort", "abort when ${1:errors.ratio > 10%} for ${2:1m}"),
    (catalog::SIZING, "size", "size by ${1:offered_rate} {\n  ..${2:1_000/s} => ${3:2} of \"${4:m5.large}\"\n  ${2:1_000/s}.. => ${5:4} of \"${4:m5.large}\"$0\n}"),
    (catalog::SIZING, "rule", "rule ${1:name} when ${2:acked_rate < 90% * offered_rate} => scale out by ${3:2}"),
    (catalog::SIZING, "otherwise", "otherwise ${1:keep}"),
    (catalog::ENTRIES, "field", "field ${1:name} = ${2:uuid()}"),
    (catalog::SHAPES, "hold", "hold ${1:1_000/s} for ${2:10m}"),
    (catalog::SHAPES, "ramp", "ramp ${1:0/s} to ${2:1_000/s} over ${3:5m}"),
    (catalog::SHAPES, "step", "step ${1:1_000/s} to ${2:5_000/s} by ${3:1_000/s} every ${4:5m}"),
    (catalog::SHAPES, "sine", "sine ${1:1_000/s} to ${2:3_000/s} period ${3:1h} for ${4:6h}"),
    (catalog::SHAPES, "spike", "spike ${1:1_000/s} to ${2:10_000/s} over ${3:2m}"),
    (catalog::SHAPES, "pause", "pause for ${1:5m}"),
    (catalog::SHAPES, "flood", "flood ${1:1M} at ${2:50_000/s}"),
    (catalog::SHAPES, "replay", "replay \"${1:file.csv}\""),
    (catalog::SHAPES, "search", "search ${1:1_000/s}..=${2:20_000/s} by ${3:25%} hold ${4:1m} settle ${5:10s} to within ${6:5%}"),
    (catalog::WINDOWS, "always", "always"),
    (catalog::WINDOWS, "during", "during <phase>"),
    (catalog::WINDOWS, "during all", "during all <phase>"),
    (catalog::WINDOWS, "eventually during", "eventually during <phase>"),
    (catalog::WINDOWS, "within", "within ${1:10m} after <phase>"),
    (catalog::WINDOWS, "at end", "at end"),
    (catalog::WINDOWS, "per", "per ${1:1m}"),
    (catalog::ADVICE, "keep", "keep"),
    (catalog::ADVICE, "scale out", "scale out by ${1:2}"),
    (catalog::ADVICE, "scale in", "scale in by ${1:2}"),
    (catalog::ADVICE, "scale up", "scale up to \"${1:m5.2xlarge}\""),
    (catalog::ADVICE, "split", "split into ${1:2}"),
    (catalog::ADVICE, "throttle", "throttle to ${1:5_000/s}"),
    (catalog::ADVICE, "investigate", "investigate \"${1:what to look at}\""),
    (catalog::FAULT_ACTIONS, "exec", "exec(\"${1:command}\", \"${2:argument}\")"),
    (catalog::FAULT_ACTIONS, "stop", "stop <pipeline>"),
    (catalog::FAULT_ACTIONS, "start", "start <pipeline>"),
    (catalog::FAULT_ACTIONS, "kill", "kill <pipeline>"),
    (catalog::FAULT_ACTIONS, "scale", "scale <pipeline> to ${1:2}"),
];

/// Places for declared things come behind all others.
const DECLARED: usize = 20;

impl Asked<'_, '_> {
    /// The forms of a table that have one.
    pub fn forms(&self, table: &'static [Form], rank: Rank, out: &mut Vec<Item>) {
        for form in table {
            let Some((_, _, text)) = FORMS.iter().find(|(of, word, _)| std::ptr::eq(*of, table) && *word == form.word) else { continue };
            out.push(self.form(form, rank).snippet(self.filled(text)));
        }
    }

    fn form(&self, form: &Form, rank: Rank) -> Item {
        self.item(form.word, Sort::Form, rank).detail(form.form).doc(format!("{}\n\n```scale\n{}\n```", form.doc, form.form))
    }

    /// A form with names of what is declared in its places; places without one stay to be filled in.
    fn filled(&self, form: &str) -> String {
        let mut out = form.to_owned();
        for (number, (mark, name)) in [
            ("<event>", self.declared_name(&[DeclKind::Event, DeclKind::Mix], "event")),
            ("<target>", self.declared_name(&[DeclKind::Target], "target")),
            ("<pipeline>", self.declared_name(&[DeclKind::Pipeline], "pipeline")),
            ("<source>", self.declared_name(&[DeclKind::Source], "source")),
            ("<phase>", around::named(self.text, &self.place, "phase").first().map_or("phase".to_owned(), |p| (*p).to_owned())),
            ("<fault>", around::named(self.text, &self.place, "fault").first().map_or("fault".to_owned(), |p| (*p).to_owned())),
        ]
        .into_iter()
        .enumerate()
        {
            // Within another place a name stands as it is.
            out = out.replace(&format!("({mark}."), &format!("({name}."));
            out = out.replace(mark, &slot(DECLARED + number, &name));
        }
        out
    }

    fn declared_name(&self, kinds: &[DeclKind], otherwise: &str) -> String {
        let mut found = Vec::new();
        self.things(Takes::Kinds(kinds), &mut found);
        found.into_iter().find(|item| item.rank == Rank::Best).map_or(otherwise.to_owned(), |item| item.label)
    }

    /// A declaration.
    pub fn declarations(&self, out: &mut Vec<Item>) {
        self.forms(catalog::DECLARATIONS, Rank::Best, out);
        for (word, first) in [("target", "file"), ("source", "prometheus")] {
            let Some(form) = catalog::form_of(catalog::DECLARATIONS, word) else { continue };
            let body = self.body(word, first);
            out.push(self.form(form, Rank::Best).snippet(format!("{word} ${{{}:name}} = {body}", DECLARED + 9)));
        }
    }

    /// What a target or source can be.
    pub fn kinds(&self, of: &'static str, out: &mut Vec<Item>) {
        for (kind, doc) in catalog::kinds(of) {
            let item = self.item(kind, Sort::Word, Rank::Best).detail(of).doc(doc);
            out.push(if self.followed_by('{') { item } else { item.snippet(self.body(of, kind)) });
        }
    }

    /// `kafka { … }` with the settings that it needs.
    fn body(&self, of: &'static str, kind: &str) -> String {
        let Some(block) = catalog::block(of, kind) else { return escaped(kind) };
        let mut needed: Vec<_> = block.settings.iter().filter(|s| s.required).copied().collect();
        if needed.is_empty() {
            needed.extend(block.one_of.first().and_then(|first| block.setting(first)));
        }
        if needed.is_empty() {
            return if block.settings.is_empty() { format!("{} {{}}", escaped(kind)).replace('}', "\\}") } else { format!("{} {{\n  $0\n\\}}", escaped(kind)) };
        }
        let widest = needed.iter().map(|s| s.name.len()).max().unwrap_or(0);
        let lines: Vec<String> = needed.iter().enumerate().map(|(i, s)| format!("  {:widest$} = {}", s.name, value(i + 1, &sample(s)))).collect();
        format!("{} {{\n{}$0\n\\}}", escaped(kind), lines.join("\n"))
    }

    /// A statement of a test.
    pub fn statements(&self, settings: bool, out: &mut Vec<Item>) {
        let faults = !around::named(self.text, &self.place, "fault").is_empty();
        let mut forms = Vec::new();
        self.forms(catalog::STATEMENTS, Rank::Best, &mut forms);
        let searches = self.text.contains("= search ");
        if settings {
            out.extend(forms.into_iter().filter(|f| (f.label != "undo" || faults) && (f.label != "sustain" || searches)));
            self.keys("test", "", out);
        } else {
            // Only phases are repeated.
            out.extend(forms.into_iter().filter(|f| matches!(f.label.as_str(), "phase" | "repeat")));
        }
    }

    /// Words that the statement goes on with.
    pub fn next(&self, words: &[&'static str], joins: bool, out: &mut Vec<Item>) {
        for word in words {
            let window = catalog::form_of(catalog::WINDOWS, word);
            let clause = catalog::form_of(catalog::CLAUSES, word).or_else(|| catalog::form_of(catalog::OPERATORS, word));
            let form = FORMS.iter().find(|(of, w, _)| std::ptr::eq(*of, catalog::WINDOWS) && w == word).filter(|_| words.len() > 2 || *word == "per");
            let item = self.item(*word, Sort::Keyword, Rank::Best);
            let item = match (window, clause) {
                (Some(f), _) | (None, Some(f)) => item.detail(f.form).doc(f.doc),
                _ => item,
            };
            out.push(match form {
                Some((_, _, text)) => item.snippet(self.filled(text)),
                None => item.again(),
            });
        }
        if joins {
            for word in ["and", "or"] {
                let doc = catalog::form_of(catalog::OPERATORS, word).map_or("", |f| f.doc);
                out.push(self.item(word, Sort::Keyword, Rank::Part).detail("another condition").doc(doc).again());
            }
        }
    }

    /// What a raw number of a metric is.
    pub fn raw_units(&self, out: &mut Vec<Item>) {
        out.extend(catalog::METRIC_UNITS.iter().map(|u| self.item(u.name, Sort::Word, Rank::Best).detail(crate::units::dimension_name(u.dim)).doc(u.doc)));
    }

    pub fn levels(&self, out: &mut Vec<Item>) {
        out.extend(catalog::LEVELS.iter().map(|f| self.item(f.word, Sort::Keyword, Rank::Best).detail(f.form).doc(f.doc)));
    }

    /// Phases of this test; in a sizing those of every test of the file.
    pub fn phases(&self, all: bool, faults: bool, start: bool, out: &mut Vec<Item>) {
        let own = around::named(self.text, &self.place, "phase");
        let names: Vec<String> = if own.is_empty() { self.every_phase() } else { own.into_iter().map(str::to_owned).collect() };
        out.extend(names.iter().map(|name| self.item(name, Sort::Phase, Rank::Best).detail(self.phase_fact(name))));
        if faults {
            let faults = around::named(self.text, &self.place, "fault");
            out.extend(faults.into_iter().map(|name| self.item(name, Sort::Fault, Rank::Good).detail("fault")));
        }
        let word = |word: &'static str, label: &str| {
            let form = catalog::form_of(catalog::CLAUSES, word);
            self.item(label, Sort::Keyword, Rank::Part).detail(form.map_or("", |f| f.form)).doc(form.map_or("", |f| f.doc)).again()
        };
        if start {
            out.push(word("start", "start of"));
        }
        if all {
            out.push(word("all", "all"));
        }
    }

    /// What the plan says of a phase of this name, where there is one.
    fn phase_fact(&self, name: &str) -> String {
        let offset = self.place.word.start as u32;
        let around = plans::sketched(&self.view).filter(|test| test.span.start <= offset).max_by_key(|test| test.span.start);
        let instances: Vec<_> = around.iter().flat_map(|test| &test.phases).filter(|p| p.name == name).collect();
        match plans::planned(&instances) {
            _ if instances.is_empty() => "phase".to_owned(),
            plans::Planned::Unknown => [Some(plans::phase_line(&instances)), instances.first().and_then(|p| plans::counted(p))].into_iter().flatten().collect::<Vec<_>>().join(" · "),
            _ => plans::phase_line(&instances),
        }
    }

    fn every_phase(&self) -> Vec<String> {
        use crate::syntax::ast::{ItemKind, Statement, StatementKind};
        fn walk(statements: &[Statement], out: &mut Vec<String>) {
            for statement in statements {
                match &statement.kind {
                    StatementKind::Phase(p) => {
                        if let Some(name) = p.name.as_ref().filter(|n| !out.contains(&n.text)) {
                            out.push(name.text.clone());
                        }
                    }
                    StatementKind::Repeat { statements, .. } => walk(statements, out),
                    _ => {}
                }
            }
        }
        let mut out = Vec::new();
        for item in self.cx.file(self.view.file).map_or(&[][..], |f| &f.items) {
            if let ItemKind::Test(test) = &item.kind {
                walk(&test.statements, &mut out);
            }
        }
        out
    }

    pub fn fault_names(&self, out: &mut Vec<Item>) {
        out.extend(around::named(self.text, &self.place, "fault").into_iter().map(|name| self.item(name, Sort::Fault, Rank::Best).detail("fault")));
    }

    pub fn pipeline_names(&self, out: &mut Vec<Item>) {
        // A sizing is of a pipeline of its own file.
        let mut found = Vec::new();
        self.things(Takes::Kinds(&names::kinds(&["pipeline"])), &mut found);
        out.extend(found.into_iter().filter(|item| !item.label.contains('.') && item.sort == Sort::Pipeline));
    }
}

/// A value as a place to fill in; the quotes of a text stay outside.
fn value(number: usize, text: &str) -> String {
    match text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        Some(inner) => format!("\"{}\"", slot(number, inner)),
        None => slot(number, text),
    }
}


#[cfg(test)]
mod tests {
    use super::super::item::plain;
    use super::*;
    use crate::source::FileId;

    #[test]
    fn every_form_of_the_catalogue_can_be_filled_in() {
        let tables = [catalog::STATEMENTS, catalog::SIZING, catalog::ENTRIES, catalog::SHAPES, catalog::WINDOWS, catalog::ADVICE, catalog::FAULT_ACTIONS, catalog::DECLARATIONS];
        for table in tables {
            for form in table.iter().filter(|f| !matches!(f.word, "target" | "source")) {
                assert!(FORMS.iter().any(|(of, word, _)| std::ptr::eq(*of, table) && *word == form.word), "no form for `{}`", form.word);
            }
        }
        for (table, word, _) in FORMS {
            assert!(catalog::form_of(table, word).is_some(), "`{word}` is no word of its table");
        }
    }

    #[test]
    fn forms_are_read_as_what_they_are() {
        for (table, word, form) in FORMS {
            let name = |text: String| ["<event>", "<target>", "<pipeline>", "<source>", "<phase>", "<fault>"].iter().fold(text, |t, m| t.replace(m, "thing"));
            let text = name(plain(form));
            let whole = if std::ptr::eq(*table, catalog::DECLARATIONS) {
                text
            } else if std::ptr::eq(*table, catalog::STATEMENTS) {
                format!("test \"a\" {{\n{text}\n}}")
            } else if std::ptr::eq(*table, catalog::SIZING) {
                format!("sizing p {{\n{text}\n}}")
            } else if std::ptr::eq(*table, catalog::SHAPES) {
                format!("test \"a\" {{\nphase a = {text}\n}}")
            } else if std::ptr::eq(*table, catalog::WINDOWS) {
                format!("test \"a\" {{\nexpect latency.p99 < 5ms {}{text}\n}}", if *word == "per" { "always " } else { "" })
            } else if std::ptr::eq(*table, catalog::ADVICE) {
                format!("sizing p {{\notherwise {text}\n}}")
            } else if std::ptr::eq(*table, catalog::FAULT_ACTIONS) {
                format!("test \"a\" {{\nfault f = {text} at 5m into a\n}}")
            } else {
                format!("event e {{\n{text}\n}}")
            };
            let parsed = crate::syntax::parse(FileId(0), &whole);
            assert!(parsed.diagnostics.is_empty(), "{word}: {whole}\n{:?}", parsed.diagnostics);
        }
    }
}
