//! The words of the catalogue in the classes that a highlighter tells apart. Read from the JSON that `scalec catalog` prints, as any tool would.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The name of a class, and its words in the order of the catalogue.
pub type Classes = BTreeMap<&'static str, Vec<String>>;

pub fn classes() -> Classes {
    let catalog = scalec::catalog::json();
    let list = |of: &str| catalog[of].as_array().unwrap_or_else(|| panic!("no list `{of}`")).clone();
    let texts = |values: Vec<Value>, member: &str| -> Vec<String> { values.iter().filter_map(|v| v[member].as_str().map(str::to_owned)).collect() };
    // `scale out`, `errors.ratio`: each of its words.
    let split = |values: Vec<String>, at: char| -> Vec<String> { values.iter().flat_map(|v| v.split(at)).map(str::to_owned).collect() };
    let forms = |of: &str| split(texts(list(of), "word"), ' ');
    let never: Vec<String> = list("never_values").iter().filter_map(|v| v.as_str().map(str::to_owned)).collect();
    let operators = forms("operators");

    let blocks = list("settings");
    let kinds = |of: &str| texts(blocks.iter().filter(|b| b["of"] == of).cloned().collect(), "kind");
    let (mut settings, mut worded, mut words) = (Vec::new(), Vec::new(), Vec::new());
    for block in &blocks {
        collect(&block["settings"], &mut settings, &mut worded, &mut words);
    }
    let metrics = |wanted: &dyn Fn(&Value) -> bool| texts(list("metrics").into_iter().filter(|m| wanted(m)).collect(), "name");
    // What can stand without an owner; the first word of each.
    let bare = |m: &Value| ["test", "alerts", "cost"].iter().any(|of| m["of"] == *of);
    let first = |names: Vec<String>| names.iter().map(|n| n.split('.').next().unwrap_or_default().to_owned()).collect();
    let units = list("units");
    let behind = |wanted: &dyn Fn(&Value) -> bool| texts(units.iter().filter(|u| wanted(u)).cloned().collect(), "unit");

    let mut out = Classes::from([
        ("declarations", forms("declarations")),
        ("statements", forms("statements")),
        ("sizing_statements", forms("sizing_statements")),
        ("entries", forms("entries")),
        ("shapes", forms("shapes")),
        ("window_words", forms("windows")),
        ("clauses", forms("clauses")),
        ("advice", forms("advice")),
        ("fault_actions", forms("fault_actions")),
        ("levels", forms("levels")),
        ("word_operators", operators.clone()),
        ("constants", forms("constants")),
        // Never a value, so that they can be told wherever they stand.
        ("reserved", never.into_iter().filter(|w| !operators.contains(w)).collect()),
        ("target_kinds", kinds("target")),
        ("source_kinds", kinds("source")),
        ("settings", settings),
        ("worded_settings", worded),
        ("setting_words", words),
        ("generators", texts(list("generators"), "name")),
        ("functions", texts(list("functions"), "name")),
        ("queries", blocks.iter().filter_map(|b| b["query"]["name"].as_str().map(str::to_owned)).collect()),
        ("test_metrics", first(metrics(&bare))),
        ("members", split(metrics(&|_| true), '.')),
        ("statistics", texts(list("statistics"), "name").into_iter().chain(texts(list("across_instances"), "name")).collect()),
        ("cluster_members", texts(list("cluster_members"), "name")),
        ("metric_units", texts(list("metric_units"), "name")),
        ("units", behind(&|u| u["in_front"] == false)),
        ("units_in_front", behind(&|u| u["in_front"] == true)),
        ("units_behind_slash", behind(&|u| u["behind_slash"] == true)),
    ]);
    for words in out.values_mut() {
        let mut seen = BTreeSet::new();
        words.retain(|w| seen.insert(w.clone()));
    }
    out
}

/// The settings of a block and of what is a block in it.
fn collect(block: &Value, settings: &mut Vec<String>, worded: &mut Vec<String>, words: &mut Vec<String>) {
    for setting in block.as_array().into_iter().flatten() {
        let name = setting["name"].as_str().unwrap_or_default().to_owned();
        settings.push(name.clone());
        let plain = setting["words"].as_array().into_iter().flatten().filter_map(|w| w.as_str());
        let variants = setting["variants"].as_array().into_iter().flatten();
        let own: Vec<String> = plain.chain(variants.clone().filter_map(|v| v["word"].as_str())).map(str::to_owned).collect();
        if !own.is_empty() {
            worded.push(name);
            words.extend(own);
        }
        variants.for_each(|v| collect(&v["settings"], settings, worded, words));
        collect(&setting["settings"], settings, worded, words);
    }
}

/// Every word of the language.
pub fn all_words(classes: &Classes) -> BTreeSet<&str> {
    classes.values().flatten().map(String::as_str).collect()
}

#[test]
fn no_class_is_empty_and_every_keyword_is_in_one() {
    let classes = classes();
    for (class, words) in &classes {
        assert!(!words.is_empty(), "`{class}` is empty");
    }
    let words = all_words(&classes);
    for keyword in scalec::catalog::keywords() {
        assert!(words.contains(keyword.word), "`{}` is in no class", keyword.word);
    }
}
