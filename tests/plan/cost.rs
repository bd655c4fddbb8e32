use crate::build::*;
use scalec::plan::cost::*;
use scalec::plan::counts::fill;
use scalec::plan::*;

fn node(dollars_per_hour: scalec::units::Exact) -> NodeKind {
    NodeKind { name: "n".into(), vcpu: x(4), memory: x(16 << 30), price: dollars_per_hour / x(3600), as_of: None }
}

fn cluster(workers: (u64, u64), price: scalec::units::Exact) -> Cluster {
    Cluster { name: "c".into(), span: at(0), driver: None, workers: Some((workers, node(price))), spot: x(0), spot_price: x(1), platform_fee: x(0) }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9 * b.abs().max(1.0)
}

#[test]
fn worked_figures() {
    let dollars = |per_hour, rate| (per_million(per_hour, rate).unwrap() * 100.0).round() / 100.0;
    assert_eq!(dollars(12.0, 5000.0), 0.67);
    assert_eq!(dollars(13.0, 5200.0), 0.69);
    assert_eq!(dollars(8.0, 1200.0), 1.85);
    assert_eq!(dollars(8.0, 1000.0), 2.22);
    assert_eq!(per_million(8.0, 0.0), None);
}

#[test]
fn the_published_plan() {
    let mut t = test().hold("p", 14_700_000 / 5280, 5280);
    t.phases[0].shape = Shape::Hold { rate: r(14_700_000, 5280) };
    let mut current = cluster((4, 4), r(192, 1000));
    current.driver = Some((1, node(r(192, 1000))));
    t.clusters.push(current);
    fill(&mut t);
    let cost = cost(&t).unwrap();
    assert!(near(cost.low.per_hour, 0.96) && near(cost.low.total, 1.408));
    assert!((cost.low.per_million.unwrap() - 0.0958).abs() < 5e-5);
    assert_eq!(cost.low, cost.high);
}

#[test]
fn spot_fees_and_autoscaling() {
    let mut c = cluster((4, 8), x(1));
    c.driver = Some((1, node(x(2))));
    (c.spot, c.spot_price, c.platform_fee) = (r(1, 2), r(35, 100), r(55, 100) / x(3600));
    // A worker: half at 1 $, half at 0.35 $, and the fee.
    let (low, high) = cluster_per_hour(&c);
    assert!(near(low, 2.55 + 4.0 * 1.225) && near(high, 2.55 + 8.0 * 1.225));
}

#[test]
fn no_cluster_no_cost() {
    assert_eq!(cost(&test().hold("p", 10, 10)), None);
}
