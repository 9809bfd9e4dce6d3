//! Points in time as servers write them. Nothing here can fail: a time that does not parse is `None`.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::header::DATE;
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;

/// Reads the `Date` of an answer, by the server's own clock.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(headers.get(DATE)?.to_str().ok()?.trim())
}

/// Reads the `Date` of the answers of one server. Answers within a second have the same, so it keeps the last one.
#[derive(Debug, Default)]
pub(crate) struct ServerClock(Mutex<Option<(HeaderValue, Option<Timestamp>)>>);

impl ServerClock {
    /// Reads the `Date` of an answer, by the server's own clock.
    pub(crate) fn read(&self, headers: &HeaderMap) -> Option<Timestamp> {
        let told = headers.get(DATE)?;
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((same, read)) if same == told => *read,
            _ => {
                let read = date(headers);
                // A clone would keep the whole head in memory.
                *last = HeaderValue::from_bytes(told.as_bytes()).ok().map(|told| (told, read));
                read
            }
        }
    }
}

/// Returns how long it is until `then`, measured from the `Date` of the answer that names it.
pub(crate) fn until(then: Timestamp, headers: &HeaderMap) -> Option<Duration> {
    let now = date(headers)?;
    Some(Duration::try_from(then.duration_since(now)).unwrap_or_default())
}

/// Reads a timestamp from ISO text, from epoch seconds, or from epoch milliseconds from 10^12 on.
pub(crate) fn point_in_time(value: &str) -> Option<Timestamp> {
    let value = value.trim();
    match value.parse() {
        Ok(number) => epoch(number),
        Err(_) => value.parse().ok(),
    }
}

/// Reads a timestamp from epoch seconds, or from epoch milliseconds from 10^12 on.
pub(crate) fn epoch(number: i64) -> Option<Timestamp> {
    if number.unsigned_abs() >= 1_000_000_000_000 {
        return Timestamp::from_millisecond(number).ok();
    }
    Timestamp::from_second(number).ok()
}

/// Reads a date in the format of HTTP.
pub(crate) fn http_date(value: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_date_of_a_server_is_read_as_it_is() {
        let clock = ServerClock::default();
        let read = |date: &str| {
            let headers = HeaderMap::from_iter([(DATE, date.parse().expect("a header value"))]);
            clock.read(&headers)
        };
        let (noon, later) = ("Mon, 23 Nov 2026 12:00:00 GMT", "Mon, 23 Nov 2026 12:00:01 GMT");
        let iso = |text: &str| text.parse::<Timestamp>().ok();
        for _ in 0..2 {
            assert_eq!(read(noon), iso("2026-11-23T12:00:00Z"));
            assert_eq!(read(noon), iso("2026-11-23T12:00:00Z"));
            assert_eq!(read(later), iso("2026-11-23T12:00:01Z"));
            assert_eq!((read("soon"), read("soon")), (None, None));
            assert_eq!(clock.read(&HeaderMap::new()), None);
        }
    }

    #[test]
    fn a_point_in_time_is_read_in_each_of_its_spellings() {
        let iso = "2026-11-23T18:26:24.158Z".parse::<Timestamp>().ok();
        assert!(iso.is_some());
        assert_eq!(point_in_time("2026-11-23T18:26:24.158Z"), iso);
        assert_eq!(point_in_time("1795458384158"), iso);
        assert_eq!(point_in_time("1795458384"), Timestamp::from_second(1_795_458_384).ok());
        for garbage in ["", "soon", "99999999999999999999", "-9223372036854775808"] {
            assert_eq!(point_in_time(garbage), None, "{garbage}");
        }
    }
}
