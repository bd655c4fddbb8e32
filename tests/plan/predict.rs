use crate::build::*;
use scalec::plan::predict::*;
use scalec::plan::retention::outgrown;
use scalec::plan::*;

fn only(t: &Test) -> Forecast {
    let mut all = predict(t);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * b.abs().max(1.0)
}

/// The published example: two bursts, the trigger not adding to the backlog.
fn doors_open() -> Test {
    let mut t = test();
    t.targets.push(target("orders", "embedded", 2));
    t.sends = vec![send(Share::Of(r(95, 100)), &[(x(1), 0)], &[0]), send(Share::Of(r(5, 100)), &[(x(1), 0)], &[1])];
    let usual = vec![0, 1];
    t.sends.push(send(Share::Of(r(80, 100)), &[(x(1), 0)], &[0]));
    t.sends.push(send(Share::Of(r(20, 100)), &[(x(1), 0)], &[1]));
    let mut t = t
        .phase("warm_up", x(300), Shape::Ramp { from: x(0), to: x(2000) })
        .hold("baseline", 2000, 1800)
        .hold("burst", 10_000, 300)
        .hold("recover", 2000, 1200)
        .hold("burst", 10_000, 300)
        .hold("recover", 2000, 1200)
        .phase("drain", x(180), Shape::Pause)
        .pipeline("clickstream", Some(6000));
    for p in &mut t.phases {
        p.sends = if p.name == "burst" { vec![2, 3] } else { usual.clone() };
    }
    t.pipelines[0].trigger = Some(x(10));
    t
}

#[test]
fn the_published_prediction() {
    let f = only(&doors_open());
    assert!(near(f.peak_backlog, 600_000.0), "{}", f.peak_backlog);
    assert_eq!(f.peak_at, Some(2400.0));
    assert!(near(f.cleared_at.unwrap(), 2400.0 + 600_000.0 / 4100.0), "{:?}", f.cleared_at);
    assert!(f.keeps_up);
    assert!(near(f.surplus.unwrap(), 4100.0));
    assert_eq!(f.backlog.at(2000.0), 19_000.0);
    assert_eq!(f.backlog.at(5200.0), 0.0);
}

#[test]
fn worked_figures() {
    let f = only(&test().hold("burst", 3000, 900).hold("after", 1000, 1800).pipeline("p", Some(2200)));
    assert_eq!((f.peak_backlog, f.peak_at, f.cleared_at), (720_000.0, Some(900.0), Some(1500.0)));
    let f = only(&test().hold("burst", 5000, 900).pipeline("p", Some(2200)));
    assert_eq!((f.peak_backlog, f.keeps_up, f.cleared_at), (2_520_000.0, false, None));
    assert_eq!(f.left, 2_520_000.0);
    let f = only(&test().hold("steady", 1000, 10).hold("burst", 3000, 10).hold("recover", 1000, 20).pipeline("p", Some(2200)));
    assert_eq!((f.peak_backlog, f.peak_at), (8000.0, Some(20.0)));
    assert!(near(f.cleared_at.unwrap(), 20.0 + 8000.0 / 1200.0));
    assert_eq!(f.backlog.at(15.0), 4000.0);
}

#[test]
fn below_its_capacity_a_pipeline_has_no_backlog_but_what_waits_for_a_batch() {
    let mut t = test().hold("p", 1000, 100).pipeline("p", Some(2200));
    let f = only(&t);
    assert_eq!((f.peak_backlog, f.peak_at, f.cleared_at, f.keeps_up), (0.0, None, None, true));
    t.pipelines[0].trigger = Some(x(10));
    let f = only(&t);
    assert_eq!((f.peak_backlog, f.peak_at, f.cleared_at, f.keeps_up), (10_000.0, Some(0.0), None, true));
}

#[test]
fn ramps_and_waves() {
    // 0 to 2000 over 100 s against 1000: above it from 50 s on, 25 000 at the end.
    let f = only(&test().phase("up", x(100), Shape::Ramp { from: x(0), to: x(2000) }).pipeline("p", Some(1000)));
    assert!(near(f.peak_backlog, 25_000.0) && f.peak_at == Some(100.0));
    assert!(near(f.backlog.at(75.0), 6250.0));
    // Up and down: it grows until the rate has fallen to the capacity, and is gone as long after as the areas are equal.
    let f = only(&test().phase("spike", x(200), Shape::Spike { from: x(0), to: x(2000) }).phase("rest", x(100), Shape::Pause).pipeline("p", Some(1000)));
    assert!(near(f.peak_backlog, 50_000.0) && near(f.peak_at.unwrap(), 150.0), "{:?}", f.peak_at);
    assert!(near(f.cleared_at.unwrap(), 200.0 + 25_000.0 / 1000.0), "{:?}", f.cleared_at);
    // A wave of 1000 ± 500 against 1000: amplitude · period ÷ π above it.
    let f = only(&test().phase("wave", x(600), Shape::Sine { low: x(500), high: x(1500), period: x(600) }).pipeline("p", Some(1000)));
    assert!((f.peak_backlog / (500.0 * 600.0 / std::f64::consts::PI) - 1.0).abs() < 1e-4, "{}", f.peak_backlog);
}

#[test]
fn what_is_offered_and_taken_is_accounted_for() {
    let mut dice = Dice(23);
    for _ in 0..200 {
        let mut t = test();
        for _ in 0..1 + dice.roll(6) {
            let mut rate = || x(dice.roll(3000) as i128);
            let (a, b) = (rate(), rate());
            let shape = match dice.roll(4) {
                0 => Shape::Hold { rate: a },
                1 => Shape::Ramp { from: a, to: b },
                2 => Shape::Spike { from: a, to: b },
                _ => Shape::Pause,
            };
            t = t.phase("p", x(1 + dice.roll(50) as i128), shape);
        }
        let t = t.pipeline("p", Some(1 + dice.roll(2500) as i128));
        let Some(f) = predict(&t).into_iter().next() else { continue };
        let end = scalec::plan::shape::number(t.duration());
        let (came, went) = (f.offered.between(0.0, end), f.processed.between(0.0, end));
        assert!((came - went - f.left).abs() < 1e-6 * came.max(1.0) + 1e-2, "{came} − {went} ≠ {}", f.left);
        assert!(f.backlog.parts.windows(2).all(|w| w[0].to == w[1].from));
        for i in 0..100 {
            let at = end * i as f64 / 100.0;
            assert!(f.backlog.at(at) <= f.peak_backlog * 1.000001 + 1e-3);
            let balance = f.offered.between(0.0, at) - f.processed.between(0.0, at);
            assert!((balance - f.backlog.fluid(at)).abs() < 1e-6 * came.max(1.0) + 1e-2);
        }
        if let (Some(peak), Some(cleared)) = (f.peak_at, f.cleared_at) {
            assert!(cleared > peak && f.backlog.fluid(cleared) < 1e-2);
        }
    }
}

#[test]
fn fan_in_and_chains() {
    let mut t = test();
    t.targets.push(target("orders", "embedded", 2));
    t.sends[0].targets = vec![0, 1];
    let mut t = t.hold("p", 1000, 10).phase("rest", x(100), Shape::Pause).pipeline("both", Some(1500)).pipeline("next", Some(400));
    t.pipelines[0].reads = vec![PipelineInput::Target(0), PipelineInput::Target(1)];
    t.pipelines[0].yields = r(1, 2);
    t.pipelines[1].reads = vec![PipelineInput::Pipeline(0)];
    let all = predict(&t);
    assert_eq!(all[0].peak_backlog, 5000.0);
    // 1500/s for 10 s and 3.33 s more, halved: 750/s against 400/s.
    assert!(near(all[1].peak_backlog, 350.0 * (10.0 + 5000.0 / 1500.0)), "{}", all[1].peak_backlog);
}

#[test]
fn fixed_rates_and_duplicates_are_load_too() {
    let mut t = test();
    t.events[0].duplicate = Some(r(1, 10));
    t.events.push(event("audit", 10.0));
    t.sends.push(send(Share::Rate(x(100)), &[(x(1), 1)], &[0]));
    let f = only(&t.hold("p", 1000, 10).pipeline("p", Some(1000)));
    assert!(near(f.peak_backlog, 2000.0));
}

#[test]
fn rings_end_and_searches_are_not_predicted() {
    let mut t = test().hold("p", 1000, 10).pipeline("a", Some(100)).pipeline("b", Some(100));
    t.pipelines[0].reads = vec![PipelineInput::Target(0), PipelineInput::Pipeline(1)];
    t.pipelines[1].reads = vec![PipelineInput::Pipeline(0)];
    assert_eq!(predict(&t).len(), 2);
    let search = Shape::Search { from: x(100), to: x(1000), ratio: r(1, 4), hold: x(10), settle: x(3), within: r(1, 20) };
    assert!(predict(&test().phase("limit", x(100), search).pipeline("p", Some(100))).is_empty());
}

#[test]
fn a_flood_arrives_at_once_or_at_its_limit() {
    let f = only(&test().phase("f", x(600), Shape::Flood { count: 100_000, at: None }).pipeline("p", Some(1000)));
    assert!(near(f.peak_backlog, 99_000.0));
    let f = only(&test().phase("f", x(50), Shape::Flood { count: 100_000, at: Some(x(2000)) }).pipeline("p", Some(1000)));
    assert!(near(f.peak_backlog, 50_000.0));
}

#[test]
fn a_backlog_that_the_inner_broker_drops_is_told() {
    let t = test().hold("burst", 3000, 900).pipeline("p", Some(2200));
    let lost = outgrown(&t, &predict(&t), false);
    assert_eq!(lost.len(), 1);
    assert!(lost[0].bytes_per_partition > 80e6 && lost[0].partitions_needed > 4 * 15);
    let text = lost[0].to_string();
    assert!(text.contains("720_000 records") && text.contains("`clicks`"), "{text}");
    let small = test().hold("burst", 3000, 10).pipeline("p", Some(2200));
    assert!(outgrown(&small, &predict(&small), false).is_empty());
    let mut real = t.clone();
    real.targets[0] = target("clicks", "kafka:9092", 4);
    assert!(outgrown(&real, &predict(&real), false).is_empty());
    assert_eq!(outgrown(&real, &predict(&real), true).len(), 1);
}

/// A timeline of every shape, stopped now and then, through one pipeline or two; how much is offered in each second's thousandths is the caller's to sum.
pub fn random(dice: &mut Dice) -> (Test, bool) {
    let mut t = test();
    for i in 0..2 + dice.roll(5) {
        let mut rate = || x(dice.roll(30) as i128 * 100);
        let (a, b) = (rate(), rate());
        let seconds = x(2 + dice.roll(60) as i128);
        let (shape, seconds) = match dice.roll(8) {
            0 => (Shape::Hold { rate: a }, seconds),
            1 => (Shape::Ramp { from: a, to: b }, seconds),
            2 => (Shape::Spike { from: a, to: b }, seconds),
            3 => (Shape::Pause, seconds),
            4 => {
                let levels = vec![a, b, a + b];
                let every = x(1 + dice.roll(20) as i128);
                (Shape::Step { levels, every }, every * x(3))
            }
            5 => {
                let period = x(5 + dice.roll(40) as i128);
                (Shape::Sine { low: a.min(b), high: a.max(b), period }, seconds)
            }
            6 => {
                let points = vec![(x(0), a), (seconds / x(2), b), (seconds / x(2), a), (seconds, b)];
                (Shape::Replay { points }, seconds)
            }
            _ => {
                let limit = x(1 + dice.roll(3000) as i128);
                let count = (limit * seconds).to_integer() as u64;
                (Shape::Flood { count, at: Some(limit) }, seconds)
            }
        };
        t = t.phase(if i % 2 == 0 { "p" } else { "q" }, seconds, shape);
    }
    let mut t = t.pipeline("first", Some(100 + dice.roll(2500) as i128));
    let chained = dice.roll(3) == 0;
    if chained {
        t.pipelines[0].yields = r(1 + dice.roll(4) as i128, 2);
        t = t.pipeline("second", Some(100 + dice.roll(2500) as i128));
        t.pipelines[1].reads = vec![PipelineInput::Pipeline(0)];
    }
    if dice.roll(3) == 0 {
        let phase = dice.roll(t.phases.len() as u64) as usize;
        let undo = (dice.roll(3) > 0).then(|| (None, x(dice.roll(40) as i128)));
        let offset = FaultOffset::Share(r(dice.roll(100) as i128, 100));
        t.faults.push(Fault { name: "f".into(), span: at(0), action: FaultAction::Stop(0), phases: vec![phase], offset, undo });
    }
    (t, chained)
}

/// The rate that the test offers at a moment, straight from the shapes.
fn rate_at(t: &Test, at: f64) -> f64 {
    let number = |e: scalec::units::Exact| scalec::plan::shape::number(e);
    let Some(phase) = t.phases.iter().rfind(|p| number(p.start) <= at) else { return 0.0 };
    let (into, length) = (at - number(phase.start), number(phase.duration));
    if into >= length {
        return 0.0;
    }
    let between = |a: f64, b: f64, share: f64| a + (b - a) * share;
    match &phase.shape {
        Shape::Hold { rate } => number(*rate),
        Shape::Ramp { from, to } => between(number(*from), number(*to), into / length),
        Shape::Spike { from, to } => between(number(*from), number(*to), 1.0 - (2.0 * into / length - 1.0).abs()),
        Shape::Step { levels, every } => number(levels[(into / number(*every)) as usize]),
        Shape::Sine { low, high, period } => {
            let (low, high) = (number(*low), number(*high));
            (low + high) / 2.0 - (high - low) / 2.0 * (std::f64::consts::TAU * into / number(*period)).cos()
        }
        Shape::Pause | Shape::Search { .. } => 0.0,
        Shape::Flood { at, .. } => at.map_or(0.0, number),
        Shape::Replay { points } => {
            let next = points.iter().rposition(|p| number(p.0) <= into).unwrap_or(0);
            let ((a, from), (b, to)) = (points[next], points[(next + 1).min(points.len() - 1)]);
            if b > a { between(number(from), number(to), (into - number(a)) / number(b - a)) } else { number(to) }
        }
    }
}

/// Against stepping through time in small steps, for every shape, with stops and with a second stage.
#[test]
fn the_prediction_is_what_small_steps_come_to() {
    const STEP: f64 = 1.0 / 1024.0;
    let number = |e: scalec::units::Exact| scalec::plan::shape::number(e);
    let mut dice = Dice(41);
    let mut compared = 0;
    for round in 0..120 {
        let (t, _) = random(&mut dice);
        let end = number(t.duration());
        let stops: Vec<(f64, f64)> = t.faults.iter().map(|f| {
            let phase = &t.phases[f.phases[0]];
            let FaultOffset::Share(share) = f.offset else { panic!() };
            let at = number(phase.start + phase.duration * share);
            (at, f.undo.as_ref().map_or(f64::INFINITY, |(_, after)| at + number(*after)))
        }).collect();
        let capacity: Vec<f64> = t.pipelines.iter().map(|p| number(p.capacity.unwrap())).collect();
        let mut behind = vec![0.0f64; t.pipelines.len()];
        let mut curve: Vec<Vec<(f64, f64)>> = vec![Vec::new(); t.pipelines.len()];
        let steps = (end / STEP).round() as u64;
        for i in 0..steps {
            let now = i as f64 * STEP;
            let mut comes = rate_at(&t, now + STEP / 2.0) * STEP;
            for (k, behind) in behind.iter_mut().enumerate() {
                let stopped = k == 0 && stops.iter().any(|(from, to)| now + STEP / 2.0 >= *from && now + STEP / 2.0 < *to);
                let takes = if stopped { 0.0 } else { capacity[k] * STEP };
                let taken = takes.min(*behind + comes);
                *behind += comes - taken;
                curve[k].push((now + STEP, *behind));
                comes = taken * number(t.pipelines[k].yields);
            }
        }
        for f in predict(&t) {
            let curve = &curve[f.pipeline];
            // A step is wrong by at most what comes or goes in it, at each of a few bends.
            let slack = 20.0 * STEP * 8000.0;
            let peak = curve.iter().fold((0.0, 0.0f64), |best, &(at, level)| if level > best.1 { (at, level) } else { best });
            assert!((peak.1 - f.peak_backlog).abs() <= slack, "round {round}: peak {} and {}", peak.1, f.peak_backlog);
            for &(at, level) in curve.iter().step_by(257) {
                assert!((level - f.backlog.fluid(at)).abs() <= slack, "round {round} at {at}: {level} and {}", f.backlog.fluid(at));
            }
            assert!((curve.last().unwrap().1 - f.left).abs() <= slack);
            // A crest that is clearly one, and clearly gone.
            let Some(peak_at) = f.peak_at.filter(|_| f.peak_backlog > 20.0 * slack) else { continue };
            let near = curve.iter().find(|c| c.0 >= peak_at - 0.01).unwrap().1;
            assert!((near - peak.1).abs() <= 2.0 * slack, "round {round}: it peaks at {} or at {peak_at}", peak.0);
            match f.cleared_at {
                Some(cleared) => {
                    let level = curve.iter().find(|c| c.0 >= (cleared - 1e-6).min(end - 2.0 * STEP)).unwrap().1;
                    assert!(level <= 2.0 * slack, "round {round}: {level} are left at {cleared}");
                    assert!(curve.iter().filter(|c| c.0 > peak_at && c.0 < cleared - 0.5).all(|c| c.1 > -1.0));
                    compared += 1;
                }
                None => assert!(f.left > 0.0),
            }
        }
    }
    assert!(compared > 12, "{compared} that cleared");
}
