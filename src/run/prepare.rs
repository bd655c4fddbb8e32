//! Everything that can be said before the first connection: which tests, what stands in the way, what the user allows.

use super::guard::{self, Consent};
use super::local::{self, is_embedded};
use super::support::{self, Refusal};
use super::values::{self, Environment};
use super::scale;
use crate::diagnostics::suggest;
use crate::plan::words::dollars;
use crate::plan::{Plan, Share, TargetKind, Test, cost, counts, shape};
use crate::source::SourceMap;
use crate::units::Exact;
use num_traits::{ToPrimitive, Zero};

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub tests: Vec<String>,
    pub tags: Vec<String>,
    pub local: bool,
    pub time_scale: Option<Exact>,
}

/// Why nothing is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The scenario or the command line is wrong.
    Wrong(String),
    /// It cannot be run here, or now, or yet.
    CouldNot(String),
}

/// `60`, `2.5`, `60x`
pub fn factor(text: &str) -> Result<Exact, String> {
    let wrong = || format!("--time-scale {text}: write a number above 0, such as 60");
    let digits = text.trim().trim_end_matches('x').replace('_', "");
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let (Ok(number), true) = (format!("{whole}{fraction}").parse::<i128>(), fraction.len() <= 9) else { return Err(wrong()) };
    let value = Exact::new(number, 10i128.pow(fraction.len() as u32));
    if value > Exact::zero() && value <= Exact::from_integer(1_000_000) { Ok(value) } else { Err(wrong()) }
}

/// The chosen tests as they are to be run, or why not. Asks the environment for what they name, and nothing else.
pub fn prepare(plan: &Plan, map: &SourceMap, choice: &Choice, consent: &Consent, environment: &dyn Environment) -> Result<Vec<Test>, Stop> {
    let mut plan = plan.clone();
    plan.tests = choose(plan.tests, choice)?;
    if choice.local {
        local::localize(&mut plan);
    }
    if let Some(factor) = choice.time_scale {
        scale::scale(&mut plan, factor);
        plan.tests.iter_mut().for_each(counts::fill);
    }
    let refused: Vec<String> = plan.tests.iter().filter_map(|test| refusal(test, map)).collect();
    if !refused.is_empty() {
        return Err(Stop::CouldNot(refused.join("\n")));
    }
    let missing = values::missing(&plan.tests.iter().collect::<Vec<_>>(), environment);
    if !missing.is_empty() {
        return Err(Stop::CouldNot(missing.join("\n")));
    }
    let not_allowed = forbidden(&plan.tests, consent, environment);
    if !not_allowed.is_empty() {
        return Err(Stop::CouldNot(not_allowed.join("\n")));
    }
    Ok(plan.tests)
}

fn choose(tests: Vec<Test>, choice: &Choice) -> Result<Vec<Test>, Stop> {
    if tests.is_empty() {
        return Err(Stop::Wrong("this file has no test to run; it is a library for others to import".into()));
    }
    let names: Vec<String> = tests.iter().map(|t| t.name.clone()).collect();
    let listed = names.iter().map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(", ");
    for wanted in &choice.tests {
        if !names.iter().any(|name| is_named(name, wanted)) {
            let near = suggest::nearest(wanted, names.iter().map(String::as_str)).map(|n| format!("; did you mean \"{n}\"?"));
            return Err(Stop::Wrong(format!("there is no test \"{wanted}\"{}\n  help: there are {listed}", near.unwrap_or_default())));
        }
    }
    for wanted in &choice.tags {
        if !tests.iter().any(|t| t.tags.contains(wanted)) {
            let mut tags: Vec<&str> = tests.iter().flat_map(|t| &t.tags).map(String::as_str).collect();
            tags.sort_unstable();
            tags.dedup();
            let there = if tags.is_empty() { "no test has a tag".to_string() } else { format!("there are {}", tags.join(", ")) };
            return Err(Stop::Wrong(format!("no test has the tag \"{wanted}\"\n  help: {there}")));
        }
    }
    let chosen = |t: &Test| {
        (choice.tests.is_empty() || choice.tests.iter().any(|wanted| is_named(&t.name, wanted)))
            && (choice.tags.is_empty() || choice.tags.iter().any(|tag| t.tags.contains(tag)))
    };
    let chosen: Vec<Test> = tests.into_iter().filter(chosen).collect();
    if chosen.is_empty() {
        return Err(Stop::Wrong("no test has both that name and that tag".into()));
    }
    Ok(chosen)
}

/// `payloads` also means `payloads (size = 100B)` and its like.
fn is_named(name: &str, wanted: &str) -> bool {
    name == wanted || name.strip_prefix(wanted).is_some_and(|rest| rest.starts_with(" (") && rest.ends_with(')'))
}

fn refusal(test: &Test, map: &SourceMap) -> Option<String> {
    let refusals = support::refusals(test);
    if refusals.is_empty() {
        return None;
    }
    let place = |r: &Refusal| {
        let at = map.line_column(r.span);
        format!("\n  {}:{}:{}: {}", map.file(r.span.file).path, at.line, at.column, r.what)
    };
    let places: String = refusals.iter().map(place).collect();
    let remaining = "\n  help: `scalec check` and `scalec plan` cover all of it; choose other tests with --test NAME, or take these parts out to run this one";
    Some(format!("test \"{}\" cannot be run by this version yet:{places}{remaining}", test.name))
}

/// What the user's own file (or its absence) forbids.
fn forbidden(tests: &[Test], consent: &Consent, environment: &dyn Environment) -> Vec<String> {
    let mut all = Vec::new();
    for test in tests {
        for target in &test.targets {
            let TargetKind::Kafka(kafka) = &target.kind else { continue };
            if is_embedded(kafka) {
                continue;
            }
            let Ok(brokers) = values::resolve(&kafka.brokers, environment) else { continue };
            // With cluster ids among what is allowed only the cluster itself can tell, which it is asked before anything is sent.
            if consent.names_clusters() {
                continue;
            }
            if let Some(stranger) = guard::strangers(brokers.reveal(), consent).first() {
                all.push(not_here(&target.name, stranger));
            }
        }
        let rate = peak_rate(test);
        if let Some(cap) = consent.max_rate.filter(|cap| rate > *cap) {
            all.push(format!(
                "test \"{}\" sends up to {rate:.0}/s, more than the max_rate of {cap:.0}/s in your own config file\n  help: lower the rate, or raise max_rate there",
                test.name
            ));
        }
    }
    // Of an autoscaled cluster the dearer end.
    let total: f64 = tests.iter().filter_map(cost::cost).map(|c| c.high.total).sum();
    if let Some(cap) = consent.max_cost.filter(|cap| total > *cap) {
        all.push(format!(
            "these tests cost {} as planned, more than the max_cost of {} in your own config file\n  help: choose fewer tests, or raise max_cost there",
            dollars(total),
            dollars(cap)
        ));
    }
    all.dedup();
    all
}

/// The message for a host that nobody has allowed.
pub fn not_here(target: &str, host: &str) -> String {
    let file = guard::config_path().map_or_else(|| "your config file".to_string(), |p| p.display().to_string());
    format!(
        "target `{target}` is not on this machine: {host}\n  help: if you mean it, pass --confirm-target {host}, or add it to `allow` in {file}; `--local` tries the scenario without it"
    )
}

/// Records a second over all targets, at the highest planned moment.
pub fn peak_rate(test: &Test) -> f64 {
    let mut peak: f64 = 0.0;
    for phase in &test.phases {
        let offered = shape::peak_rate(phase).unwrap_or(0.0);
        let mut sum = 0.0;
        for send in phase.sends.iter().filter_map(|id| test.sends.get(*id)) {
            let rate = match &send.share {
                Share::Of(share) => offered * share.to_f64().unwrap_or(0.0),
                Share::Rate(rate) => rate.to_f64().unwrap_or(0.0),
            };
            sum += rate * send.targets.len() as f64;
        }
        peak = peak.max(sum);
    }
    peak
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_scale_is_a_number_above_zero() {
        assert_eq!(factor("60"), Ok(Exact::from_integer(60)));
        assert_eq!(factor("2.5x"), Ok(Exact::new(5, 2)));
        for wrong in ["", "0", "-1", "fast", "1e9", "1.2.3"] {
            assert!(factor(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_family_of_tests_is_chosen_by_its_name() {
        assert!(is_named("payloads (size = 100B)", "payloads"));
        assert!(is_named("payloads (size = 100B)", "payloads (size = 100B)"));
        assert!(!is_named("payloads again", "payloads"));
    }
}
