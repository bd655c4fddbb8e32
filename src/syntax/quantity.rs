//! The shape of a quantity token: digits with single `_` between, an optional fraction, a unit. Whether the unit is known is none of its business.

/// Why a token is no quantity (E0105).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    /// `1__0`, `1_`, `1_k`: the token as it should be.
    Underscore(String),
    /// `1.2.3`, `1.`, `5s.x`
    Point,
    /// `.5`
    NoWhole,
    /// `5$`
    Dollar(String),
    /// `50%x`
    AfterPercent,
    /// `5 m`: the token without the blank.
    Blank(String),
}

/// `None` where the token reads as a number and a unit, known or not.
pub(super) fn malformed(token: &str) -> Option<Malformed> {
    if token.contains([' ', '\t']) {
        return Some(Malformed::Blank(token.chars().filter(|c| !matches!(c, ' ' | '\t')).collect()));
    }
    let number = token.strip_prefix('$').unwrap_or(token);
    if number.starts_with('.') {
        return Some(Malformed::NoWhole);
    }
    let whole = number.bytes().take_while(|b| b.is_ascii_digit() || *b == b'_').count();
    let (digits, mut rest) = number.split_at_checked(whole).unwrap_or((number, ""));
    if digits.contains("__") || digits.ends_with('_') {
        let mended: Vec<_> = digits.split('_').filter(|group| !group.is_empty()).collect();
        let sign = if token.starts_with('$') { "$" } else { "" };
        return Some(Malformed::Underscore(format!("{sign}{}{rest}", mended.join("_"))));
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Some(Malformed::Point);
        }
        rest = fraction.get(digits..).unwrap_or("");
    }
    if rest.contains('.') {
        return Some(Malformed::Point);
    }
    if rest.starts_with('_') {
        return Some(Malformed::Underscore(token.replace('_', "")));
    }
    if rest.contains('$') {
        return Some(Malformed::Dollar(format!("${}", token.replace('$', ""))));
    }
    if rest.strip_prefix('%').is_some_and(|r| !r.is_empty() && !r.starts_with('/')) {
        return Some(Malformed::AfterPercent);
    }
    None
}
