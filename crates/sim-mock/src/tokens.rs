//! The token buckets of every key, with their current content.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::limits::{Bucket, Limits};

/// The longest wait that is added to the clock, so that extreme settings do not overflow it.
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);

/// The state of a bucket that its key can read.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) bucket: Bucket,
    pub(crate) remaining: u32,
    pub(crate) reset_at: Timestamp,
}

impl Reading {
    /// Returns the whole seconds until the next refill, at least one.
    pub(crate) fn wait(&self) -> u16 {
        let wait = self.reset_at.duration_since(Timestamp::now()).as_secs_f64().ceil();
        format!("{wait}").parse::<u16>().unwrap_or_default().max(1)
    }
}

/// One bucket with its tokens.
#[derive(Debug)]
struct Tokens {
    bucket: Bucket,
    left: u32,
    filled_at: Instant,
}

impl Tokens {
    fn new(bucket: Bucket, now: Instant) -> Self {
        Self { bucket, left: bucket.burst, filled_at: now }
    }

    /// Adds the tokens since the last refill, in whole steps.
    fn refill(&mut self, every: Duration, now: Instant) {
        let waited = now.saturating_duration_since(self.filled_at);
        if every.is_zero() {
            self.left = self.bucket.burst;
            self.filled_at = now;
            return;
        }
        let steps = waited.as_nanos() / every.as_nanos();
        let Ok(steps) = u32::try_from(steps) else {
            self.left = self.bucket.burst;
            self.filled_at = now;
            return;
        };
        let added = self.bucket.per_minute.saturating_mul(steps);
        self.left = self.left.saturating_add(added).min(self.bucket.burst);
        self.filled_at += every * steps;
    }

    fn take(&mut self, every: Duration, now: Instant) -> bool {
        self.refill(every, now);
        let free = self.left > 0;
        self.left = self.left.saturating_sub(1);
        free
    }

    fn read(&mut self, every: Duration, now: Instant) -> Reading {
        self.refill(every, now);
        let since = now.saturating_duration_since(self.filled_at);
        let wait = every.saturating_sub(since).min(LONGEST_WAIT);
        Reading { bucket: self.bucket, remaining: self.left, reset_at: Timestamp::now() + wait }
    }
}

/// The two buckets of one key.
#[derive(Debug)]
struct KeyBuckets {
    sync: Tokens,
    queued: Tokens,
}

impl KeyBuckets {
    fn of(&mut self, charge: Charge) -> &mut Tokens {
        match charge {
            Charge::Sync => &mut self.sync,
            Charge::Queued => &mut self.queued,
        }
    }
}

/// The bucket that a run counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charge {
    /// The bucket for synchronous runs, and for all runs of v1.
    Sync,
    /// The bucket for queued runs of v2.
    Queued,
}

/// The buckets of all keys, by the position of the key.
#[derive(Debug)]
pub(crate) struct Buckets {
    refill: Duration,
    keys: Mutex<Vec<KeyBuckets>>,
}

impl Buckets {
    pub(crate) fn new(limits: &Limits, keys: usize) -> Self {
        let now = Instant::now();
        let keys = (0..keys).map(|_| KeyBuckets {
            sync: Tokens::new(limits.sync, now),
            queued: Tokens::new(limits.queued, now),
        });
        Self { refill: limits.refill, keys: Mutex::new(keys.collect()) }
    }

    /// Takes a token for a run. Returns whether there was one.
    pub(crate) fn take(&self, key: usize, charge: Charge) -> bool {
        let mut keys = self.keys.lock().expect("no code panics while it holds the buckets");
        keys[key].of(charge).take(self.refill, Instant::now())
    }

    /// Returns the whole seconds until the next refill of a bucket, at least one.
    pub(crate) fn wait(&self, key: usize, charge: Charge) -> u16 {
        let mut keys = self.keys.lock().expect("no code panics while it holds the buckets");
        keys[key].of(charge).read(self.refill, Instant::now()).wait()
    }

    /// Returns both buckets of a key: synchronous, queued.
    pub(crate) fn read(&self, key: usize) -> (Reading, Reading) {
        let mut keys = self.keys.lock().expect("no code panics while it holds the buckets");
        let (now, every) = (Instant::now(), self.refill);
        let of_key = &mut keys[key];
        (of_key.sync.read(every, now), of_key.queued.read(every, now))
    }
}

/// The buckets for requests to v2: one for each key and operation, and one for the address.
#[derive(Debug)]
pub(crate) struct Requests {
    bucket: Bucket,
    refill: Duration,
    /// The bucket of the address that all clients of this server have.
    address: Mutex<Tokens>,
    buckets: Mutex<HashMap<(usize, String), Tokens>>,
}

impl Requests {
    pub(crate) fn new(limits: &Limits) -> Self {
        let (bucket, refill) = (limits.requests, limits.refill);
        let address = Mutex::new(Tokens::new(limits.address, Instant::now()));
        Self { bucket, refill, address, buckets: Mutex::default() }
    }

    /// Takes a token of the address. Returns whether there was one, and the state of the bucket.
    pub(crate) fn take_of_address(&self) -> (bool, Reading) {
        let now = Instant::now();
        let mut tokens = self.address.lock().expect("no code panics while it holds the bucket");
        (tokens.take(self.refill, now), tokens.read(self.refill, now))
    }

    /// Takes a token for a request. Returns whether there was one, and the state of the bucket.
    pub(crate) fn take(&self, key: usize, operation: String) -> (bool, Reading) {
        let now = Instant::now();
        let mut buckets = self.buckets.lock().expect("no code panics while it holds the buckets");
        let bucket = buckets.entry((key, operation));
        let tokens = bucket.or_insert_with(|| Tokens::new(self.bucket, now));
        (tokens.take(self.refill, now), tokens.read(self.refill, now))
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, Duration, Instant, Tokens};

    const STEP: Duration = Duration::from_secs(60);

    #[test]
    fn the_burst_is_spent_before_a_refusal() {
        let now = Instant::now();
        let mut tokens = Tokens::new(Bucket::per_minute(1), now);
        assert!(tokens.take(STEP, now));
        assert!(tokens.take(STEP, now));
        assert!(!tokens.take(STEP, now));
    }

    #[test]
    fn tokens_come_in_whole_steps() {
        let start = Instant::now();
        let mut tokens = Tokens::new(Bucket::per_minute(1), start);
        assert!(tokens.take(STEP, start) && tokens.take(STEP, start));
        assert!(!tokens.take(STEP, start + STEP / 2));
        assert!(tokens.take(STEP, start + STEP));
        assert!(!tokens.take(STEP, start + STEP * 3 / 2));
        assert_eq!(tokens.read(STEP, start + STEP * 10).remaining, 2);
    }
}
