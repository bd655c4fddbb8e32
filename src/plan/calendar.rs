//! Days and seconds since 1970 as text.

/// `2026-11-21T02:03:04` of seconds since 1970.
pub fn second_text(unix_seconds: i64) -> [u8; 19] {
    let (year, month, day) = civil(unix_seconds.div_euclid(86_400));
    let of_day = unix_seconds.rem_euclid(86_400) as u32;
    let mut text = *b"0000-00-00T00:00:00";
    number(&mut text[0..4], year.clamp(0, 9999) as u32);
    number(&mut text[5..7], month);
    number(&mut text[8..10], day);
    number(&mut text[11..13], of_day / 3600);
    number(&mut text[14..16], of_day / 60 % 60);
    number(&mut text[17..19], of_day % 60);
    text
}

/// `2026-11-21` of days since 1970.
pub fn date_text(unix_days: i64) -> [u8; 10] {
    let (year, month, day) = civil(unix_days);
    let mut text = *b"0000-00-00";
    number(&mut text[0..4], year.clamp(0, 9999) as u32);
    number(&mut text[5..7], month);
    number(&mut text[8..10], day);
    text
}

fn number(slots: &mut [u8], mut value: u32) {
    for slot in slots.iter_mut().rev() {
        *slot = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

/// Days since 1970 to year, month, day of the Gregorian calendar (eras of 400 years, years beginning in March).
fn civil(days: i64) -> (i64, u32, u32) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}
