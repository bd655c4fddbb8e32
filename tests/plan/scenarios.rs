//! The scenarios of the repository, from their text.

use scalec::analysis::{Analysis, Options, analyze};
use scalec::diagnostics::codes;
use scalec::loader;
use std::path::{Path, PathBuf};

fn analysis(path: &str, sets: &[(&str, &str)]) -> Analysis {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let sets = sets.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
    analyze(loader::load(&[Path::new(path).to_path_buf()], &root), &Options { sets, ..Options::default() })
}

fn planned(path: &str) -> serde_json::Value {
    let analysis = analysis(path, &[]);
    assert!(!analysis.has_errors(), "{path}: {:?}", analysis.diagnostics);
    serde_json::from_str(&scalec::plan::json::json(analysis.plan().expect("a plan"))).expect("it is JSON")
}

#[test]
fn the_published_figures_come_from_the_text() {
    let plan = planned("scenarios/doors_open.scale");
    let test = &plan["tests"][0];
    assert_eq!((test["name"].as_str(), test["seed"].as_u64(), test["planned"].as_u64()), (Some("doors open"), Some(20_251_128), Some(14_700_000)));
    assert_eq!(test["duration_seconds"].as_f64(), Some(5280.0));
    let burst = &test["phases"][2];
    assert_eq!((burst["name"].as_str(), burst["start_seconds"].as_f64(), burst["planned"].as_u64()), (Some("burst"), Some(2100.0), Some(3_000_000)));
    assert_eq!((burst["targets"]["clicks"].as_u64(), burst["targets"]["orders"].as_u64()), (Some(2_400_000), Some(600_000)));
    let predicted = &test["predictions"][0];
    assert_eq!((predicted["peak_backlog"].as_u64(), predicted["peak_at_seconds"].as_f64(), predicted["keeps_up"].as_bool()), (Some(600_000), Some(2400.0), Some(true)));
    assert!((predicted["cleared_at_seconds"].as_f64().unwrap_or(0.0) - 2546.34).abs() < 0.005);
    assert_eq!((test["cost"]["per_hour"].as_f64(), test["cost"]["total"].as_f64()), (Some(0.96), Some(1.408)));
    let first = &test["expectations"][0];
    assert_eq!((first["windows"][0]["from_seconds"].as_f64(), first["windows"][0]["to_seconds"].as_f64()), (Some(300.0), Some(2100.0)));
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/doors_open.scale")).expect("the scenario");
    for expectation in test["expectations"].as_array().expect("a list") {
        let line = text.lines().nth(expectation["line"].as_u64().expect("a line") as usize - 1).expect("of the file");
        let folded = line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(folded, format!("expect {}", expectation["text"].as_str().expect("its text")));
    }
}

#[test]
fn what_the_scenarios_declare_contradicts_nothing() {
    for path in ["quickstart", "doors_open", "breaking_point"] {
        let analysis = analysis(&format!("scenarios/{path}.scale"), &[]);
        assert!(analysis.diagnostics.iter().all(|d| d.code != codes::W0615), "{path}: {:?}", analysis.diagnostics);
    }
}

#[test]
fn every_scenario_is_planned() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "scale") {
            let name = format!("scenarios/{}", path.file_name().expect("a name").to_string_lossy());
            let plan = planned(&name);
            assert!(plan["tests"].as_array().is_some_and(|t| !t.is_empty()), "{name}");
        }
    }
}
