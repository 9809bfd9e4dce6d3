//! Times as text. The model's clock counts milliseconds from the start of a day.

/// A time, in milliseconds since the model began.
pub type Millis = u64;

const MONTHS: [(&str, u64); 3] = [("Nov", 30), ("Dec", 31), ("Jan", 31)];

/// Returns the day of a time: its number in the month, the index of the month, and the year.
fn day(now: Millis) -> (u64, usize, u64) {
    let mut day = 29 + now / 86_400_000;
    let mut month = 0;
    while month + 1 < MONTHS.len() && day > MONTHS[month].1 {
        day -= MONTHS[month].1;
        month += 1;
    }
    (day, month, if month == 2 { 2027 } else { 2026 })
}

fn clock(now: Millis) -> (u64, u64, u64) {
    let seconds = now / 1000 % 86_400;
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Returns a time as ISO 8601.
pub fn iso(now: Millis) -> String {
    let ((day, month, year), (hour, minute, second)) = (day(now), clock(now));
    let month = (month + 10) % 12 + 1;
    let millis = now % 1000;
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Returns the time that ISO 8601 tells, or `None` if it is no time of the model.
pub fn from_iso(text: &str) -> Option<Millis> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<Millis>().ok();
    let day = match (part(5, 7)?, part(8, 10)?) {
        (11, day) => day.checked_sub(29)?,
        (12, day) => day + 1,
        (_, day) => day + 32,
    };
    let seconds = (part(11, 13)? * 60 + part(14, 16)?) * 60 + part(17, 19)?;
    Some(day * 86_400_000 + seconds * 1000 + part(20, 23)?)
}

/// Returns a time as in the header `Date`.
pub(super) fn http_date(now: Millis) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let ((day, month, year), (hour, minute, second)) = (day(now), clock(now));
    let name = DAYS[usize::try_from(now / 86_400_000 % 7).unwrap_or_default()];
    let month = MONTHS[month].0;
    format!("{name}, {day:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_server_writes_them() {
        assert_eq!(iso(3_723_004), "2026-11-29T01:02:03.004Z");
        assert_eq!(iso(2 * 86_400_000), "2026-12-01T00:00:00.000Z");
        for now in [0, 3_723_004, 90_000_000, 2 * 86_400_000, 40 * 86_400_000] {
            assert_eq!(from_iso(&iso(now)), Some(now));
        }
        assert_eq!(http_date(86_400_000 + 1000), "Mon, 30 Nov 2026 00:00:01 GMT");
    }
}
