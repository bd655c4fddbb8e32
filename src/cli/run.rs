//! `scalec run`

use super::{Exit, RunArgs, Screen};

/// This build was made without the engine.
#[cfg(not(feature = "engine"))]
pub fn run(_: &RunArgs, screen: &mut Screen) -> Exit {
    screen.error(
        "this build of scalec has no engine, so it can check, format and plan, but not run\n  \
         help: `cargo install --path .`, without --no-default-features, builds one that can; it needs a C compiler, make and perl",
    );
    Exit::Wrong
}

#[cfg(feature = "engine")]
pub use engine::run;

#[cfg(feature = "engine")]
mod engine {
    use super::{Exit, RunArgs, Screen};
    use crate::analysis::Analysis;
    use crate::cli::analyzed;
    use crate::plan::{Test, counts, predict, retention};
    use crate::report::folder::{Problem, RunFolder};
    use crate::report::live::Display;
    use crate::report::{self, Report, RunFacts, terminal};
    use crate::run::execute::{self, Failure, Interrupts};
    use crate::run::guard::{self, Consent};
    use crate::run::prepare::{self, Choice, Stop};
    use crate::run::values::Process;
    use crate::verdict;
    use crate::units::{Dimension, Exact, show as quantity};
    use num_traits::ToPrimitive;
    use sha2::{Digest, Sha256};
    use std::io::IsTerminal;
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    pub fn run(args: &RunArgs, screen: &mut Screen) -> Exit {
        let analysis = match analyzed(&args.file, &args.sets, screen) {
            Ok(analysis) => analysis,
            Err(exit) => return exit,
        };
        let Some(plan) = analysis.plan() else {
            screen.error("there is no plan for this file; please report this as a bug");
            return Exit::CouldNot;
        };
        let mut choice = Choice { tests: args.tests.clone(), tags: args.tags.clone(), local: args.local, time_scale: None };
        if let Some(text) = &args.time_scale {
            match prepare::factor(text) {
                Ok(factor) => choice.time_scale = Some(factor),
                Err(why) => {
                    screen.error(&why);
                    return Exit::Wrong;
                }
            }
        }
        let consent = match guard::consent(guard::config_path().as_deref(), &args.confirm_targets) {
            Ok(consent) => consent,
            Err(why) => {
                screen.error(&why);
                return Exit::CouldNot;
            }
        };
        let tests = match prepare::prepare(plan, &analysis.workspace.map, &choice, &consent, &Process) {
            Ok(tests) => tests,
            Err(Stop::Wrong(why)) => {
                screen.error(&why);
                return Exit::Wrong;
            }
            Err(Stop::CouldNot(why)) => {
                screen.error(&why);
                return Exit::CouldNot;
            }
        };
        if args.dry_run {
            tests.iter().for_each(|test| screen.out(&dry(test)));
            return Exit::Pass;
        }
        let interrupts = match Signals::heed() {
            Ok(signals) => signals,
            Err(why) => {
                screen.error(&why);
                return Exit::CouldNot;
            }
        };
        let mut worst = Exit::Pass;
        for test in &tests {
            let exit = one(test, args, &analysis, &choice, &consent, &interrupts, screen);
            worst = worse(worst, exit);
            if interrupts.asked() > 0 {
                break;
            }
        }
        worst
    }

    /// One test: its folder, the run, the verdict, the record.
    fn one(
        test: &Test,
        args: &RunArgs,
        analysis: &Analysis,
        choice: &Choice,
        consent: &Consent,
        interrupts: &Signals,
        screen: &mut Screen,
    ) -> Exit {
        let run_id = run_id();
        let folder = match RunFolder::create(&args.out, now_ns(), &test.name, &run_id) {
            Ok(folder) => folder,
            Err(problem) => {
                screen.error(&problem.message);
                return Exit::CouldNot;
            }
        };
        let files = scenario_files(analysis);
        let problems = folder.keep_scenario(&files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect::<Vec<_>>());
        if let Some(problem) = problems.first() {
            screen.error(&problem.message);
            let _ = std::fs::remove_dir_all(folder.path());
            return Exit::CouldNot;
        }
        for outgrown in retention::outgrown(test, &predict::predict(test), choice.local) {
            screen.err(&format!("warning: {outgrown}\n"));
        }
        let time_scale = choice.time_scale.and_then(|f| f.to_f64()).unwrap_or(1.0);
        let mut audience = Audience::of(test, args.quiet, screen);
        let done = execute::execute(test, &run_id, time_scale, consent, &Process, interrupts, &mut audience);
        audience.leave();
        let recording = match done {
            Ok(recording) => recording,
            Err(failure) => {
                // Nothing was measured: an empty folder would only be in the way.
                let _ = std::fs::remove_dir_all(folder.path());
                return match failure {
                    Failure::CouldNot(why) => {
                        screen.error(&why);
                        Exit::CouldNot
                    }
                    Failure::Killed => Exit::Interrupted,
                };
            }
        };
        let verdict = verdict::judge(test, &recording);
        let (file, sha256) = fingerprint(analysis);
        let params = analysis.plan().map(|p| p.params.clone()).unwrap_or_default();
        let facts = RunFacts { run_id, version: env!("CARGO_PKG_VERSION").into(), file, sha256, params, ended_at_ns: now_ns() };
        let report = Report { test, recording: &recording, verdict: &verdict, facts: &facts };
        let problems = folder.write(&report);
        show(&report, &folder, &problems, args.quiet, screen);
        match verdict.exit_code() {
            _ if !problems.is_empty() => Exit::CouldNot,
            0 => Exit::Pass,
            1 => Exit::Failed,
            3 => Exit::CouldNot,
            _ => Exit::Inconclusive,
        }
    }

    /// Shows a run while it goes on.
    struct Audience<'a> {
        display: Display,
        screen: &'a mut Screen,
        quiet: bool,
    }

    impl<'a> Audience<'a> {
        fn of(test: &Test, quiet: bool, screen: &'a mut Screen) -> Audience<'a> {
            let terminal = std::io::stderr().is_terminal();
            let display = Display::new(test, quiet, terminal, screen.look_err().color);
            Audience { display, screen, quiet }
        }
        fn leave(self) {
            self.display.finish();
        }
    }

    impl execute::Audience for Audience<'_> {
        fn warn(&mut self, message: &str) {
            // Also where only the verdict is wanted: it may explain it.
            if self.quiet {
                self.screen.err(&format!("warning: {message}\n"));
            } else {
                self.display.note(&format!("warning: {message}"));
            }
        }
        fn look(&mut self, now: &execute::Now) {
            let live = &now.live;
            let answered = live.acked_rate > 0.0;
            self.display.show(&report::live::Live {
                at: live.at,
                phase: if live.flushing { String::new() } else { live.phase_name.clone() },
                phase_left: live.phase_left,
                target_rate: (live.phase_left.is_some() && !live.flushing).then_some(live.target_rate),
                achieved_rate: live.sent_rate,
                latency_p50: answered.then_some(live.latency_p50),
                latency_p99: answered.then_some(live.latency_p99),
                lags: now.lags.clone(),
                failed: live.failed,
                not_sent: live.not_sent,
                critical: now.standing.0,
                warning: now.standing.1,
                behind: live.lateness_p99 > BEHIND,
            });
        }
        fn news(&mut self, message: &str) {
            self.display.note(message);
        }
    }

    /// Seconds: records this late at the 99th percentile of a second are worth a word.
    const BEHIND: f64 = 0.1;

    fn show(report: &Report, folder: &RunFolder, problems: &[Problem], quiet: bool, screen: &mut Screen) {
        if quiet {
            screen.out(&terminal::brief(report, &screen.look_out()));
            problems.iter().for_each(|problem| screen.error(&problem.message));
        } else {
            screen.out(&terminal::text(report, &screen.look_out(), Some(folder.path()), problems));
        }
    }

    /// What a run would do, up to its first connection.
    fn dry(test: &Test) -> String {
        let mut text = format!("test \"{}\" is ready to run: ", test.name);
        let total = counts::total(test);
        if let Some(planned) = total.planned {
            text += &format!("{} records in ", quantity(Exact::from_integer(planned.into()), Dimension::COUNT));
        }
        text += &format!("{} to ", quantity(test.duration(), Dimension::TIME));
        text += &test.targets.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", ");
        text + "\n"
    }

    /// Eight letters and digits: enough to tell runs apart, short enough to say.
    fn run_id() -> String {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let word: u64 = rand::random();
        (0..8).map(|i| LETTERS[(word >> (5 * i)) as usize & 31] as char).collect()
    }

    fn now_ns() -> i128 {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_nanos() as i128)
    }

    /// What was run: the file, what it imports (but what ships with scalec), and the tables that it replays.
    fn scenario_files(analysis: &Analysis) -> Vec<(String, String)> {
        let map = &analysis.workspace.map;
        let units = analysis.workspace.units.iter().filter(|u| !u.std);
        let mut files: Vec<_> = units.map(|u| map.file(u.id)).map(|f| (f.path.clone(), f.text.to_string())).collect();
        for ((id, path), table) in &analysis.workspace.tables {
            if let Ok(text) = table {
                let beside = Path::new(&map.file(*id).path).with_file_name(path);
                files.push((beside.display().to_string(), text.clone()));
            }
        }
        files
    }

    fn fingerprint(analysis: &Analysis) -> (String, String) {
        let Some(id) = analysis.workspace.roots.first() else { return Default::default() };
        let file = analysis.workspace.map.file(*id);
        let digest = Sha256::digest(file.text.as_bytes());
        (file.path.clone(), digest.iter().map(|b| format!("{b:02x}")).collect())
    }

    /// 2, 3, 1, 4, 0; an interrupt before all.
    fn worse(a: Exit, b: Exit) -> Exit {
        let rank = |exit: &Exit| match exit {
            Exit::Interrupted => 0,
            Exit::Wrong => 1,
            Exit::CouldNot => 2,
            Exit::Failed => 3,
            Exit::Inconclusive => 4,
            Exit::Pass => 5,
        };
        if rank(&b) < rank(&a) { b } else { a }
    }

    /// Counts SIGINT and SIGTERM.
    struct Signals(Arc<AtomicUsize>);

    impl Signals {
        fn heed() -> Result<Signals, String> {
            let count = Arc::new(AtomicUsize::new(0));
            for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
                let count = count.clone();
                // SAFETY: the handler only adds to an atomic number, which is allowed in a signal handler.
                unsafe { signal_hook::low_level::register(signal, move || {
                    count.fetch_add(1, Ordering::SeqCst);
                }) }
                .map_err(|e| format!("cannot heed interrupts: {e}"))?;
            }
            let asked = count.clone();
            // Reaching a cluster, reading back: what cannot be broken off must not hold up who has asked twice.
            let insist = move || {
                while asked.load(Ordering::SeqCst) < 2 {
                    std::thread::sleep(std::time::Duration::from_millis(50));
                }
                std::thread::sleep(GRACE);
                signal_hook::low_level::exit(130);
            };
            std::thread::Builder::new().name("second interrupt".into()).spawn(insist).map_err(|e| format!("cannot start a thread: {e}"))?;
            Ok(Signals(count))
        }
    }

    /// To end in good order after the second interrupt.
    const GRACE: std::time::Duration = std::time::Duration::from_secs(1);

    impl Interrupts for Signals {
        fn asked(&self) -> usize {
            self.0.load(Ordering::SeqCst)
        }
    }
}
