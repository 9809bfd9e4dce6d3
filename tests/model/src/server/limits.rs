//! The buckets of requests of the second generation.

use http::Method;
use serde_json::json;

use super::reply::Reply;
use super::time::{Millis, iso};

/// The buckets of the operations, of which each has its own.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The requests that an operation may make in a minute. Twice as many may come at once.
    pub rate: u64,
    buckets: Vec<(&'static str, u64, Millis)>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rate: 999_999, buckets: Vec::new() }
    }
}

/// What is left of a bucket.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    left: u64,
    capacity: u64,
    reset: Millis,
}

/// Returns the bucket of a request.
pub(super) fn bucket(method: &Method, path: &[&str]) -> &'static str {
    match (method == Method::GET, path) {
        (true, [.., "logs", _]) => "read log",
        (true, _) => "read run",
        (_, [.., "execute"]) => "execute",
        (_, [.., "cancel"]) => "cancel",
        _ => "resume",
    }
}

impl Limits {
    /// Takes one request of a bucket, or refuses it. `is_empty` says that others have used the bucket up.
    pub(super) fn take(
        &mut self,
        name: &'static str,
        is_empty: bool,
        now: Millis,
    ) -> Result<Taken, Box<Reply>> {
        let capacity = self.rate * 2;
        let at = self.buckets.iter().position(|(of, _, _)| *of == name).unwrap_or_else(|| {
            self.buckets.push((name, capacity, now));
            self.buckets.len() - 1
        });
        let (_, left, since) = &mut self.buckets[at];
        let steps = now.saturating_sub(*since) / 60_000;
        *left = (*left + steps * self.rate).min(capacity);
        *since += steps * 60_000;
        let reset = *since + 60_000;
        if is_empty {
            *left = 0;
        }
        if *left == 0 {
            let taken = Taken { left: 0, capacity, reset };
            let details = json!({"retryAfter": iso(reset)});
            let refusal =
                Reply::v2_details(429, "RATE_LIMITED", "API rate limit exceeded", &details, now);
            let wait = (reset - now).div_ceil(1000);
            return Err(Box::new(taken.tell(refusal).with("retry-after", &wait.to_string())));
        }
        *left -= 1;
        Ok(Taken { left: *left, capacity, reset })
    }
}

impl Taken {
    /// Adds what is left to an answer.
    #[must_use]
    pub fn tell(self, reply: Reply) -> Reply {
        reply
            .with("x-ratelimit-limit", &self.capacity.to_string())
            .with("x-ratelimit-remaining", &self.left.to_string())
            .with("x-ratelimit-reset", &iso(self.reset))
    }
}
