//! The server's clock, as its answers show it.

use std::time::Duration;

use http::HeaderMap;
use http::header::DATE;
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};

/// The server's time when the batch began, as late as any answer proves. A `Date` is cut to whole seconds and is some
/// milliseconds old, so the latest proof is the best one, and it is never too late.
#[derive(Debug, Default)]
pub(super) struct ServerClock {
    began: Option<Timestamp>,
}

impl ServerClock {
    /// Takes the head of an answer that came at `now`.
    pub(super) fn note(&mut self, headers: &HeaderMap, now: Duration) {
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| Some(rfc2822::parse(date).ok()?.timestamp()));
        let began = date.and_then(|date| date.checked_sub(now).ok());
        self.began = self.began.max(began);
    }

    /// Returns when it is `time` at the server, as the time since the batch began, or a little later. `None` if no
    /// answer told the server's time.
    pub(super) fn at(&self, time: Timestamp) -> Option<Duration> {
        let since = time.duration_since(self.began?);
        Some(since.max(SignedDuration::ZERO).unsigned_abs())
    }
}
