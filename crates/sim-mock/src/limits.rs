//! How many runs a [`Sim`](crate::Sim) accepts, set by the test.

use std::time::Duration;

/// What a server whose operator set no limits reports as its rate.
const UNLIMITED: u32 = 999_999;

/// A token bucket for starting runs: its size and how fast it fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bucket {
    /// Tokens added at every refill; with the usual refill of 60 s, runs per minute.
    pub per_minute: u32,
    /// Tokens in the full bucket, which is how many runs may start at once.
    pub burst: u32,
}

impl Bucket {
    /// A bucket for this rate; as on Sim, its burst is twice the rate.
    pub fn per_minute(rate: u32) -> Self {
        Self { per_minute: rate, burst: rate.saturating_mul(2) }
    }

    /// The bucket of a server that does not limit runs.
    pub fn unlimited() -> Self {
        Self { per_minute: UNLIMITED, burst: UNLIMITED }
    }

    /// Sets the burst apart from the rate.
    pub fn burst(mut self, tokens: u32) -> Self {
        self.burst = tokens;
        self
    }
}

/// The limits of a [`Sim`](crate::Sim): rates, concurrency, admission.
///
/// The default has none, as a server that its owner hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bucket of each key for synchronous runs; v1 charges queued runs to it too.
    pub sync: Bucket,
    /// Bucket of each key for queued runs of v2, which v1 only reports.
    pub queued: Bucket,
    /// Bucket of each key and operation of v2, for every request.
    pub requests: Bucket,
    /// Runs in progress at once, waiting in the queue included.
    pub concurrent: usize,
    /// Execute requests that the server handles at once.
    pub admission: usize,
    /// Time between two refills of a bucket.
    pub refill: Duration,
}

impl Limits {
    /// No limits.
    pub fn unlimited() -> Self {
        Self {
            sync: Bucket::unlimited(),
            queued: Bucket::unlimited(),
            requests: Bucket::unlimited(),
            concurrent: usize::MAX,
            admission: usize::MAX,
            refill: Duration::from_secs(60),
        }
    }

    /// The limits of Sim's free plan: 50 synchronous and 200 queued runs a
    /// minute, 30 requests a minute to each operation of v2, 10 runs at once.
    pub fn free_plan() -> Self {
        Self::unlimited()
            .sync(Bucket::per_minute(50))
            .queued(Bucket::per_minute(200))
            .requests(Bucket::per_minute(30))
            .concurrent(10)
            .admission(500)
    }

    /// Sets the bucket for synchronous runs.
    pub fn sync(mut self, bucket: Bucket) -> Self {
        self.sync = bucket;
        self
    }

    /// Sets the bucket for queued runs.
    pub fn queued(mut self, bucket: Bucket) -> Self {
        self.queued = bucket;
        self
    }

    /// Sets the bucket for the requests to each operation of v2.
    pub fn requests(mut self, bucket: Bucket) -> Self {
        self.requests = bucket;
        self
    }

    /// Sets how many runs may be in progress at once.
    pub fn concurrent(mut self, runs: usize) -> Self {
        self.concurrent = runs;
        self
    }

    /// Sets how many execute requests the server handles at once.
    pub fn admission(mut self, requests: usize) -> Self {
        self.admission = requests;
        self
    }

    /// Sets the time between two refills; short ones let a test see a refill.
    pub fn refill(mut self, every: Duration) -> Self {
        self.refill = every;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::unlimited()
    }
}
