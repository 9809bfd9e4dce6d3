//! The pace of reads: what the server's answers say is left of its buckets, shared by all waits of a client.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};

use crate::primitives::RateLimitInfo;

/// The time between two refills of a bucket, where the answers do not show a longer one.
const WINDOW: SignedDuration = SignedDuration::from_secs(60);

/// The capacity of the bucket that an address has over all operations of the second generation. The answers of the
/// operations do not show it before it is empty.
const OF_ADDRESS: u64 = 600;

/// The place of an operation: its method and path.
pub(super) type Place<'a> = (&'a Method, &'static str);

/// The buckets of a server, and how many waits read from them. No clock is needed: the `Date` of the answers is one.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    pub(super) waits: AtomicU32,
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    /// The time of the latest answer, by the server's clock.
    now: Option<Timestamp>,
    of: Vec<((Method, &'static str), Bucket)>,
    /// The bucket of this address, once a refusal has shown it.
    of_address: Option<Bucket>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Bucket {
    capacity: u64,
    left: u64,
    refill_at: Timestamp,
    /// The time between two refills, as far as answers showed it.
    window: SignedDuration,
}

/// The delay before a read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ReadDelay {
    /// The shortest delay that leaves the other waits their share.
    pub(crate) fair: Duration,
    /// The time for which the server refuses every read. It is a part of the fair delay.
    pub(crate) closed: Duration,
}

impl Pace {
    /// Records an answer to an operation. `now` is its `Date`, and `limits` are what its headers say.
    pub(super) fn record(
        &self,
        place: Place<'_>,
        status: StatusCode,
        now: Option<Timestamp>,
        limits: Option<&RateLimitInfo>,
    ) {
        let Some(now) = now else { return };
        let mut buckets = self.lock();
        buckets.now = Some(now);
        let is_v2 = place.1.starts_with("/api/v2/");
        if let Some(bucket) = buckets.of_address.as_mut().filter(|_| is_v2) {
            *bucket = bucket.at(now);
            bucket.left = bucket.left.saturating_sub(1);
        }
        let Some(bucket) = limits.and_then(|limits| Bucket::read(limits, now)) else { return };
        let known = buckets.of.iter_mut().find(|(of, _)| (&of.0, of.1) == place);
        let is_another = known
            .as_ref()
            .map_or(bucket.capacity == OF_ADDRESS, |(_, known)| known.capacity != bucket.capacity);
        if is_v2 && status == StatusCode::TOO_MANY_REQUESTS && is_another {
            buckets.of_address = Some(bucket);
            return;
        }
        match known {
            Some((_, known)) => *known = bucket.after(*known),
            None => buckets.of.push(((place.0.clone(), place.1), bucket)),
        }
    }

    /// Returns the delay before the next read of this operation. `random` is between 0 and 1, and keeps waits apart.
    pub(super) fn delay(&self, place: Place<'_>, random: f64) -> ReadDelay {
        let waits = u64::from(self.waits.load(Ordering::Relaxed).max(1));
        let buckets = self.lock();
        let Some(now) = buckets.now else { return ReadDelay::default() };
        let of_place = buckets.of.iter().find(|(of, _)| (&of.0, of.1) == place);
        let of_place = of_place.map(|(_, bucket)| bucket);
        let of_address = buckets.of_address.as_ref().filter(|_| place.1.starts_with("/api/v2/"));
        let both = of_place.into_iter().chain(of_address).map(|bucket| bucket.at(now));
        both.fold(ReadDelay::default(), |delay, bucket| ReadDelay {
            fair: delay.fair.max(bucket.delay(now, waits, random)),
            closed: delay.closed.max(bucket.closed(now)),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bucket {
    fn read(limits: &RateLimitInfo, now: Timestamp) -> Option<Self> {
        let (capacity, left) = (limits.limit?, limits.remaining?);
        let asked = limits.retry_after.and_then(|wait| now.checked_add(wait).ok());
        let refill_at = limits.reset.or(asked)?;
        Some(Self { capacity, left, refill_at, window: refill_at.duration_since(now) })
    }

    /// Keeps the longest time between two refills that answers showed.
    fn after(self, earlier: Self) -> Self {
        Self { window: self.window.max(earlier.window).min(WINDOW), ..self }
    }

    /// Returns the bucket as it is at `now`. Each refill adds half of the capacity.
    fn at(mut self, now: Timestamp) -> Self {
        let late = now.duration_since(self.refill_at);
        if late < SignedDuration::ZERO {
            return self;
        }
        let refills = late.as_secs() / WINDOW.as_secs() + 1;
        let added = self.refill().saturating_mul(refills.unsigned_abs());
        self.left = self.left.saturating_add(added).min(self.capacity);
        let until = WINDOW.saturating_mul(i32::try_from(refills).unwrap_or(i32::MAX));
        self.refill_at = self.refill_at.checked_add(until).unwrap_or(Timestamp::MAX);
        self
    }

    /// Returns for how long nothing is left.
    fn closed(self, now: Timestamp) -> Duration {
        if self.left == 0 { self.until_refill(now) } else { Duration::ZERO }
    }

    fn until_refill(self, now: Timestamp) -> Duration {
        Duration::try_from(self.refill_at.duration_since(now)).unwrap_or_default()
    }

    fn refill(self) -> u64 {
        (self.capacity / 2).max(1)
    }

    /// Returns the delay before the next of `waits` reads.
    ///
    /// Each wait has an equal share of what is left until the refill. It spends the share in steps that grow, so
    /// that a short run is noticed soon and the last read comes with the refill. Where there is no share, it waits
    /// for the refill, and a little longer if the refill does not serve all at once.
    fn delay(self, now: Timestamp, waits: u64, random: f64) -> Duration {
        let until = self.until_refill(now);
        match self.left / waits {
            0 => {
                #[expect(clippy::cast_precision_loss, reason = "these counts are small")]
                let crowd = (waits as f64 / self.refill() as f64).min(1.0);
                let window = Duration::try_from(self.window).unwrap_or_default();
                until.saturating_add(window.mul_f64(crowd * random))
            }
            share => {
                let halvings = i32::try_from(share - 1).unwrap_or(i32::MAX);
                until.mul_f64(0.5_f64.powi(halvings))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: Place<'_> = (&Method::GET, "/api/v2/workflows/{workflow}/runs/{run}");
    const LOG: Place<'_> = (&Method::GET, "/api/v2/logs/{run}");
    const OLD: Place<'_> = (&Method::GET, "/api/workflows/{workflow}/executions/{run}");

    /// Records an answer of 18:00:00 whose bucket is filled half a minute later.
    fn told(pace: &Pace, of: Place<'_>, status: u16, limit: u64, remaining: u64) {
        let now = "2026-11-23T18:00:00Z".parse().ok();
        let limits = RateLimitInfo {
            limit: Some(limit),
            remaining: Some(remaining),
            reset: Some("2026-11-23T18:00:30Z".parse().expect("a time")),
            retry_after: None,
        };
        let status = StatusCode::from_u16(status).expect("a status");
        pace.record(of, status, now, Some(&limits));
    }

    /// Returns which of the operations the server refuses for now.
    fn closed(pace: &Pace) -> [bool; 3] {
        [RUN, LOG, OLD].map(|place| {
            let closed = pace.delay(place, 0.0).closed;
            assert!(closed.is_zero() || closed == Duration::from_secs(30), "{closed:?}");
            !closed.is_zero()
        })
    }

    #[test]
    fn each_operation_has_a_bucket_of_its_own() {
        let pace = Pace::default();
        told(&pace, RUN, 200, 60, 0);
        told(&pace, LOG, 200, 60, 50);
        assert_eq!(closed(&pace), [true, false, false]);
        told(&pace, RUN, 200, 60, 7);
        assert_eq!(closed(&pace), [false, false, false]);
    }

    #[test]
    fn a_refusal_with_the_numbers_of_another_bucket_is_that_of_the_address() {
        for (place, status, limit, shut) in [
            (RUN, 429, OF_ADDRESS, [true, true, false]),
            (RUN, 429, 60, [true, false, false]),
            (RUN, 200, OF_ADDRESS, [true, false, false]),
            (OLD, 429, OF_ADDRESS, [false, false, true]),
        ] {
            let pace = Pace::default();
            told(&pace, place, status, limit, 0);
            assert_eq!(closed(&pace), shut, "{place:?} {status} {limit}");
        }
        for (limit, shut) in [(60, [true, false, false]), (OF_ADDRESS, [true, true, false])] {
            let pace = Pace::default();
            told(&pace, RUN, 200, 60, 10);
            told(&pace, RUN, 429, limit, 0);
            assert_eq!(closed(&pace), shut, "{limit}");
        }
    }

    #[test]
    fn the_longest_time_between_two_refills_is_kept_up_to_a_minute() {
        let of = |seconds| Bucket {
            capacity: 60,
            left: 1,
            refill_at: Timestamp::UNIX_EPOCH,
            window: SignedDuration::from_secs(seconds),
        };
        for (earlier, now, window) in [(50, 10, 50), (10, 50, 50), (10, 70, 60)] {
            assert_eq!(of(now).after(of(earlier)), of(window), "{earlier} {now}");
        }
    }

    #[test]
    fn a_bucket_whose_refill_is_past_was_refilled() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let bucket = Bucket {
            capacity: 600,
            left: 10,
            refill_at: at("2026-11-23T18:00:00Z"),
            window: WINDOW,
        };
        assert_eq!(bucket.at(at("2026-11-23T17:59:59Z")), bucket);
        assert_eq!(bucket.at(at("2026-11-23T18:00:00Z")).left, 310);
        let later = bucket.at(at("2026-11-23T18:00:01Z"));
        assert_eq!((later.left, later.refill_at), (310, at("2026-11-23T18:01:00Z")));
        let later = bucket.at(at("2026-11-23T19:00:00Z"));
        assert_eq!((later.left, later.refill_at), (600, at("2026-11-23T19:01:00Z")));
    }
}
