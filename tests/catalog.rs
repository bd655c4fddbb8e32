//! The catalogue is the one truth: the grammar knows exactly its words, its forms are what they say, and what messages list is what it lists.

use scalec::catalog::{self, Role, SettingKind};
use scalec::source::FileId;
use scalec::syntax;
use std::collections::BTreeSet;

fn grammar() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/grammar/scale.pest")).expect("the grammar")
}

/// The text of a rule of the grammar.
fn rule<'g>(grammar: &'g str, name: &str) -> &'g str {
    let start = grammar.lines().scan(0, |at, l| { let s = *at; *at += l.len() + 1; Some((s, l)) }).find(|(_, l)| l.starts_with(name) && l[name.len()..].trim_start().starts_with('=')).unwrap_or_else(|| panic!("no rule {name}")).0;
    let rest = &grammar[start..];
    let end = rest.find("\n}").into_iter().chain(rest.find(" }\n")).min().unwrap_or(rest.len());
    &rest[..end]
}

fn quoted(text: &str) -> Vec<&str> {
    text.split('"').skip(1).step_by(2).collect()
}

#[test]
fn the_grammar_knows_exactly_these_words() {
    let grammar = grammar();
    let in_grammar: BTreeSet<&str> = grammar
        .lines()
        .filter(|l| l.starts_with("kw_") || l.starts_with("op_"))
        .flat_map(quoted)
        .filter(|w| w.bytes().all(|b| b.is_ascii_lowercase()))
        .collect();
    // Names that stand for values, and a word that no rule takes.
    let elsewhere = ["true", "false", "before"];
    let listed: BTreeSet<&str> = catalog::keywords().iter().map(|k| k.word).filter(|w| !elsewhere.contains(w)).collect();
    assert_eq!(in_grammar, listed);
}

#[test]
fn the_words_that_are_never_a_value_are_the_grammars() {
    let grammar = grammar();
    let reserved: Vec<&str> = grammar.lines().find(|l| l.starts_with("// and as after")).expect("the comment").trim_start_matches("// ").split(' ').collect();
    let listed: BTreeSet<&str> = catalog::NEVER_VALUES.iter().copied().collect();
    assert_eq!(reserved.into_iter().collect::<BTreeSet<_>>(), listed);
    for keyword in catalog::keywords() {
        let text = format!("let a = {}\n", keyword.word);
        let wrong = syntax::parse(FileId(0), &text).diagnostics.iter().any(|d| d.is_error());
        assert_eq!(wrong, keyword.never_a_value(), "{text}");
    }
}

#[test]
fn the_grammar_knows_exactly_these_units() {
    let grammar = grammar();
    let in_grammar: BTreeSet<&str> = quoted(rule(&grammar, "unit")).into_iter().collect();
    assert_eq!(in_grammar, catalog::UNITS.iter().map(|u| u.name).collect());
    for unit in catalog::UNITS {
        let read = scalec::units::parse(&format!("1{}", unit.name)).expect("a quantity");
        assert!(read.dim == unit.dim || read.is_bare(), "{}", unit.name);
        assert_eq!(scalec::units::parse(&format!("1/{}", unit.name)).is_ok(), unit.divides(), "{}", unit.name);
    }
}

/// Completed to a whole file, each form is free of errors of syntax.
#[test]
fn every_form_is_what_the_language_takes() {
    for (role, forms) in catalog::TABLES {
        for form in forms.iter().filter(|f| !f.form.is_empty()) {
            let text = form.form.replace("{ … }", "{ }").replace("when …", "when a > 1").replace(" … }", "\n}").replace("{ ..", "{\n ..");
            let file = match role {
                Role::Declaration | Role::Level => text,
                Role::Statement => format!("test \"t\" {{\n  {text}\n}}"),
                Role::Sizing => format!("sizing p {{\n  {text}\n}}"),
                Role::Entry => format!("event e {{\n  {text}\n}}"),
                Role::Shape => format!("test \"t\" {{\n  phase p = {text}\n}}"),
                Role::Window if form.word == "per" => format!("test \"t\" {{\n  expect a > 1 always {text}\n}}"),
                Role::Window => format!("test \"t\" {{\n  expect a > 1 {text}\n}}"),
                Role::Advice => format!("sizing p {{\n  otherwise {text}\n}}"),
                Role::FaultAction => format!("test \"t\" {{\n  fault f = {text} at 5m into p\n}}"),
                // Parts of statements, written as they stand in some: looked at below.
                Role::Clause => continue,
                Role::Operator | Role::Constant => format!("let a = {text}"),
            };
            let found = syntax::parse(FileId(0), &format!("{file}\n")).diagnostics;
            assert!(found.is_empty(), "{file}\n{found:?}");
        }
    }
    for clause in catalog::CLAUSES.iter().filter(|f| !f.form.is_empty()) {
        assert!(clause.form.split(' ').any(|w| w == clause.word), "`{}` does not stand in `{}`", clause.word, clause.form);
    }
}

#[test]
fn what_messages_list_is_what_there_is() {
    let listed = |text: &str, marker: &str| -> Vec<String> {
        let found = syntax::parse(FileId(0), text).diagnostics;
        let help = found.iter().filter_map(|d| d.help.clone()).find(|h| h.contains(marker)).unwrap_or_else(|| panic!("{text}: {found:?}"));
        help.replace("one of ", "").replace('`', "").split([',', ' ']).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    };
    let names = |of: &str| catalog::kinds(of).into_iter().map(|(kind, _)| kind.to_owned()).collect::<Vec<_>>();
    assert_eq!(listed("target t = { }\n", "kafka"), names("target"));
    assert_eq!(listed("source t = { }\n", "spark"), names("source"));
    let units: Vec<String> = catalog::METRIC_UNITS.iter().map(|u| u.name.to_owned()).collect();
    assert_eq!(listed("metric m = a.b as\n", "percent"), units);
}

#[test]
fn generators_and_functions_are_called_as_they_say() {
    for signature in catalog::GENERATORS.iter().chain(catalog::FUNCTIONS.iter().map(|f| &f.signature)) {
        for usage in signature.usage.split(" or ") {
            let text = format!("let a = {}\n", usage.replace(", …", ""));
            let parsed = syntax::parse(FileId(0), &text);
            assert!(parsed.diagnostics.is_empty(), "{text}");
            assert!(usage.starts_with(&format!("{}(", signature.name)), "{usage}");
            let Some(syntax::ast::ItemKind::Let(l)) = parsed.ast.items.first().map(|i| &i.kind) else { panic!("{text}") };
            let syntax::ast::ExprKind::Call { args, .. } = &l.value.kind else { panic!("{text}") };
            assert!(signature.count().contains(&args.len()), "{usage}");
        }
        assert!(!signature.doc.is_empty(), "{}", signature.name);
    }
}

/// Every kind with the samples of its required settings is accepted, and a default is a value that the setting takes.
#[test]
fn defaults_are_values_of_their_settings() {
    let settings = catalog::blocks().into_iter().flat_map(|b| b.settings).chain(catalog::nested_settings());
    for setting in settings {
        assert!(!setting.doc.is_empty(), "`{}` has no line on what it is", setting.name);
        if setting.default.is_empty() || setting.default.contains(' ') {
            continue;
        }
        match setting.kind {
            SettingKind::Words(words) => assert!(words.contains(&setting.default), "{}", setting.name),
            SettingKind::Variant(variants) => assert!(variants.iter().any(|v| v.name == setting.default), "{}", setting.name),
            SettingKind::Bool => assert!(["true", "false"].contains(&setting.default), "{}", setting.name),
            SettingKind::Whole(_) | SettingKind::Rate | SettingKind::DataRate | SettingKind::Time | SettingKind::Size | SettingKind::Share | SettingKind::Ratio | SettingKind::MoneyPerTime => {
                assert!(scalec::units::parse(setting.default).is_ok(), "{} = {}", setting.name, setting.default);
            }
            _ => {}
        }
    }
}

#[test]
fn the_json_is_whole() {
    let json = catalog::json();
    assert_eq!(json["schema"], "scalec.catalog/1");
    for list in ["keywords", "never_values", "units", "settings", "generators", "functions", "metrics", "statistics", "across_instances", "metric_units", "cluster_members", "codes", "declarations", "statements", "shapes", "windows", "advice", "fault_actions"] {
        assert!(json[list].as_array().is_some_and(|a| !a.is_empty()), "`{list}` is empty");
    }
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/catalog.md")).expect("docs/catalog.md");
    for (key, _) in json.as_object().expect("an object") {
        assert!(page.contains(&format!("`{key}`")), "docs/catalog.md does not tell of `{key}`");
    }
    let kafka = json["settings"].as_array().expect("a list").iter().find(|b| b["kind"] == "kafka").expect("kafka");
    let acks = kafka["settings"].as_array().expect("a list").iter().find(|s| s["name"] == "acks").expect("acks");
    assert_eq!(acks["words"], serde_json::json!(["none", "leader", "all"]));
    assert_eq!(acks["default"], "all");
}

/// The language's page names every word of the catalogue.
#[test]
fn the_page_of_the_language_names_everything() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/language.md")).expect("docs/language.md");
    let words: BTreeSet<&str> = page.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let named = |what: &str, name: &str| assert!(name.split('.').all(|w| words.contains(w)), "docs/language.md does not name the {what} `{name}`");
    catalog::keywords().iter().for_each(|k| named("word", k.word));
    catalog::UNITS.iter().filter(|u| u.name != "%").for_each(|u| named("unit", u.name));
    for block in catalog::blocks() {
        block.settings.iter().for_each(|s| named("setting", s.name));
        block.query.iter().for_each(|q| named("query", q.name));
        named("kind", block.kind);
    }
    catalog::nested_settings().iter().for_each(|s| named("setting", s.name));
    catalog::setting_words().iter().for_each(|w| named("word of a setting", w));
    catalog::GENERATORS.iter().for_each(|g| named("generator", g.name));
    catalog::FUNCTIONS.iter().for_each(|f| named("function", f.signature.name));
    catalog::metrics().iter().for_each(|m| named("metric", m.series.name));
    catalog::METRIC_UNITS.iter().for_each(|u| named("unit of a metric", u.name));
}
