//! Weights: percentages that sum to 100 %, with one `rest`, or plain numbers, which are relative.

use super::Context;
use crate::diagnostics::{Code, Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{QuantityToken, Weight};
use crate::units::{self, Dimension, Exact};
use num_traits::Zero;

enum Kind {
    Percent(Exact),
    Plain(Exact),
    Rest,
    None,
}

impl<'a> Context<'a> {
    /// Weights in front of things, as shares that sum to 1. Percentages that do not sum to 100 % are `sum_code` (E0401 of a mix, E0503 of sends);
    /// two kinds, two `rest`, a lone weightless entry among several are E0401. A single entry without a weight is all.
    pub fn weights(&self, entries: &[(Option<&'a Weight>, Span)], sum_code: Code) -> Option<Vec<Exact>> {
        let kinds: Vec<Option<Kind>> = entries.iter().map(|(weight, _)| self.kind_of_weight(*weight)).collect();
        let kinds: Vec<Kind> = kinds.into_iter().collect::<Option<_>>()?;
        let one = Exact::from_integer(1);
        if let [Kind::None | Kind::Rest] = kinds.as_slice() {
            return Some(vec![one]);
        }
        let place = |index: usize| entries.get(index).map_or(Span::default(), |(weight, span)| weight.map_or(*span, span_of));
        let first = |of: fn(&Kind) -> bool| kinds.iter().position(of);
        let percent = first(|k| matches!(k, Kind::Percent(_)));
        let plain = first(|k| matches!(k, Kind::Plain(_)));
        let rests: Vec<usize> = kinds.iter().enumerate().filter(|(_, k)| matches!(k, Kind::Rest)).map(|(i, _)| i).collect();
        if let Some(bare) = first(|k| matches!(k, Kind::None)) {
            self.report(
                Diagnostic::new(codes::E0401, place(bare), format!("{} has no weight, and others beside it have", self.quoted(place(bare))))
                    .here("how much of it?")
                    .help("put a weight in front, such as `20%`, or `rest` for what the others leave"),
            );
            return None;
        }
        if let (Some(percent), Some(plain)) = (percent, plain) {
            let (later, earlier) = (percent.max(plain), percent.min(plain));
            let word = |i: usize| if i == percent { "a percentage" } else { "a relative number" };
            self.report(
                Diagnostic::new(codes::E0401, place(later), format!("weights of two kinds: {} is {} and {} is {}", self.quoted(place(earlier)), word(earlier), self.quoted(place(later)), word(later)))
                    .here(word(later))
                    .label(place(earlier), word(earlier))
                    .help("use percentages that sum to 100%, or plain numbers, which are relative; never both"),
            );
            return None;
        }
        if let [earlier, later, ..] = rests.as_slice() {
            self.report(
                Diagnostic::new(codes::E0401, place(*later), "`rest` stands twice: what is left can go to one only")
                    .here("the second `rest`")
                    .label(place(*earlier), "the first takes what the percentages leave")
                    .help("give all but one a percentage"),
            );
            return None;
        }
        if let (Some(plain), Some(rest)) = (plain, rests.first()) {
            self.report(
                Diagnostic::new(codes::E0401, place(*rest), "`rest` needs percentages: relative numbers leave nothing over")
                    .here("takes what percentages leave")
                    .label(place(plain), "a relative number")
                    .help("use percentages for the others, or a number here"),
            );
            return None;
        }
        let values = |kind: &Kind| match kind {
            Kind::Percent(v) | Kind::Plain(v) => *v,
            Kind::Rest | Kind::None => Exact::zero(),
        };
        let sum: Exact = kinds.iter().map(values).fold(Exact::zero(), |a, b| a + b);
        if plain.is_some() {
            if sum.is_zero() {
                self.report(Diagnostic::new(codes::E0401, place(0), "all weights are 0: nothing can be drawn").help("give at least one a weight above 0"));
                return None;
            }
            return Some(kinds.iter().map(|k| values(k) / sum).collect());
        }
        let left = one - sum;
        if let Some(rest) = rests.first() {
            if left < Exact::zero() {
                self.report(self.wrong_sum(entries, &kinds, sum, sum_code, place(*rest)));
                return None;
            }
            return Some(kinds.iter().map(|k| if matches!(k, Kind::Rest) { left } else { values(k) }).collect());
        }
        if !left.is_zero() {
            let last = place(entries.len().saturating_sub(1));
            self.report(self.wrong_sum(entries, &kinds, sum, sum_code, last));
            return None;
        }
        Some(kinds.iter().map(values).collect())
    }

    fn kind_of_weight(&self, weight: Option<&'a Weight>) -> Option<Kind> {
        match weight {
            None => Some(Kind::None),
            Some(Weight::Rest(_)) => Some(Kind::Rest),
            Some(Weight::Quantity(token)) => {
                let q = self.token(token)?;
                if q.is_bare() {
                    Some(Kind::Plain(q.value))
                } else if q.dim == Dimension::RATIO {
                    if q.value > Exact::from_integer(1) {
                        self.report(
                            Diagnostic::new(codes::E0305, token.span, format!("a share must lie between 0% and 100%, and `{}` is more", token.text)).here("above 100%").help("write a share such as `20%`"),
                        );
                        return None;
                    }
                    Some(Kind::Percent(q.value))
                } else {
                    self.report(
                        Diagnostic::new(codes::E0303, token.span, format!("a weight must be a percentage or a plain number, and `{}` is {}", token.text, units::dimension_name(q.dim)))
                            .here(units::dimension_name(q.dim))
                            .help("write a weight such as `20%` or `3`"),
                    );
                    None
                }
            }
        }
    }

    /// Percentages that sum to something else; the fix stands where changing one entry (the last) mends it.
    fn wrong_sum(&self, entries: &[(Option<&'a Weight>, Span)], kinds: &[Kind], sum: Exact, code: Code, place: Span) -> Diagnostic {
        let shown = super::dimensions::percent(sum);
        let one = Exact::from_integer(1);
        let what = if code == codes::E0503 { "shares" } else { "percentages" };
        let terms: Vec<String> = entries.iter().filter_map(|(w, _)| token_of(*w)).map(|t| t.text.clone()).collect();
        let mut d = Diagnostic::new(code, place, format!("the {what} sum to {shown}, not to 100%"));
        if terms.len() > 1 {
            d = d.note(format!("{} = {shown}", terms.join(" + ")));
        }
        let over = sum > one;
        let last = entries.len().saturating_sub(1);
        let (Some((Some(Weight::Quantity(token)), _)), Some(Kind::Percent(value))) = (entries.get(last).copied(), kinds.get(last)) else {
            return d.here(if over { "nothing is left for it" } else { "" }).help("lower the others so that something is left");
        };
        let better = *value + one - sum;
        d = d.here(if over { format!("{} too much", super::dimensions::percent(sum - one)) } else { format!("{} missing", super::dimensions::percent(one - sum)) });
        if better >= Exact::zero() {
            let text = super::dimensions::percent(better);
            d = d.help(format!("write `{text}` here, or `rest` for one of them")).fix(format!("change `{}` to `{text}`", token.text), false, token.span, text);
        } else {
            d = d.help("lower them until they sum to 100%, or use plain numbers, which are relative");
        }
        d
    }
}

fn token_of(weight: Option<&Weight>) -> Option<&QuantityToken> {
    match weight {
        Some(Weight::Quantity(token)) => Some(token),
        _ => None,
    }
}

fn span_of(weight: &Weight) -> Span {
    match weight {
        Weight::Quantity(token) => token.span,
        Weight::Rest(span) => *span,
    }
}
