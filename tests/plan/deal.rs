use crate::build::*;
use scalec::plan::deal::*;

#[test]
fn whole_shares_are_met_exactly() {
    assert_eq!(Dealer::new(&[r(4, 5), r(1, 5)]).counts(3_000_000), [2_400_000, 600_000]);
    assert_eq!(Dealer::new(&[r(1, 2), r(3, 10), r(1, 5)]).counts(1000), [500, 300, 200]);
    assert_eq!(Dealer::new(&[x(3), x(1)]).counts(8), [6, 2]);
    assert_eq!(Dealer::new(&[x(1)]).counts(7), [7]);
}

#[test]
fn dealing_one_by_one_gives_the_counts_at_every_length() {
    let mut dice = Dice(3);
    for _ in 0..40 {
        let shares: Vec<_> = (0..1 + dice.roll(7)).map(|_| r(1 + dice.roll(50) as i128, 1 + dice.roll(9) as i128)).collect();
        let dealer = Dealer::new(&shares);
        let total = shares.iter().fold(x(0), |a, b| a + b);
        let mut counts = vec![0u64; shares.len()];
        for j in 0..3000 {
            let (slot, index) = dealer.deal(j);
            assert_eq!(index, counts[slot], "numbers within a slot have no gap");
            counts[slot] += 1;
            if j % 97 == 0 {
                assert_eq!(dealer.counts(j + 1), counts);
                for (n, share) in counts.iter().zip(&shares) {
                    let ideal = scalec::plan::shape::number(*share / total) * (j + 1) as f64;
                    assert!((*n as f64 - ideal).abs() < 3.0, "{n} for {ideal}");
                }
            }
        }
    }
}

#[test]
fn shares_too_wide_for_a_machine_word_still_deal() {
    let odd = r(170_141_183_460_469_231_731_687_303_715_884_105, 340_282_366_920_938_463_463_374_607_431_768_211);
    assert_eq!(Portion::new(odd).of(1_000_000), 499_999);
    assert_eq!(Portion::new(x(2)).of(10), 10);
}

#[test]
fn duplicates_are_dealt_and_only_events_that_declare_them_are_duplicated() {
    let mut t = test();
    t.events[0].duplicate = Some(r(1, 10));
    t.events.push(event("order_placed", 100.0));
    t.sends[0].events = vec![(r(1, 4), 0), (r(3, 4), 1)];
    let t = t.hold("p", 100, 10);
    assert_eq!(duplicate_share(&t, &t.sends[0]), r(1, 40));
    assert_eq!(weights(&t, &t.sends[0], true), [(x(1), 0)]);
    let others = weights(&t, &t.sends[0], false);
    // Both together leave every event its share: 1/40 · 1 + 39/40 · w = 1/4.
    assert_eq!(others, [(r(9, 39), 0), (r(30, 39), 1)]);
    let deal = Deal::of(&t, &t.phases[0]).expect("it has a send");
    assert_eq!(deal.counts(1000), [(0, 1000, 25)]);
    assert_eq!((0..1000).filter(|&j| deal.record(j).twin).count(), 25);
}
