//! The limits of a [`Sim`](crate::Sim), which a test sets.

use std::time::Duration;

/// The rate that a server without limits reports.
const UNLIMITED: u32 = 999_999;

/// A token bucket for starting runs, with its size and its refill rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bucket {
    /// The number of tokens that each refill adds. With the usual refill time of 60 s this is runs per
    /// minute.
    pub per_minute: u32,
    /// The number of tokens in a full bucket: how many runs may start at once.
    pub burst: u32,
}

impl Bucket {
    /// Creates a bucket with this rate. As on Sim, its burst is twice the rate.
    pub fn per_minute(rate: u32) -> Self {
        Self { per_minute: rate, burst: rate.saturating_mul(2) }
    }

    /// Returns the bucket of a server that does not limit runs.
    pub fn unlimited() -> Self {
        Self { per_minute: UNLIMITED, burst: UNLIMITED }
    }

    /// Sets the burst independently of the rate.
    pub fn burst(mut self, tokens: u32) -> Self {
        self.burst = tokens;
        self
    }
}

/// The limits of a [`Sim`](crate::Sim): rates, concurrency, admission.
///
/// By default there are none, as on a self-hosted server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The bucket of each key for synchronous runs. Queued runs of v1 count against it too.
    pub sync: Bucket,
    /// The bucket of each key for queued runs of v2. v1 only reports it.
    pub queued: Bucket,
    /// The bucket of each key and operation of v2, for every request.
    pub requests: Bucket,
    /// The bucket of a client's address for all operations of v2 together. The server looks at it before the
    /// key. All clients of this server have one address.
    pub address: Bucket,
    /// The number of runs that may be in progress at once, queued runs included.
    pub concurrent: usize,
    /// The number of execute requests that the server handles at once.
    pub admission: usize,
    /// The time between two refills of a bucket.
    pub refill: Duration,
}

impl Limits {
    /// Returns limits that never refuse anything.
    pub fn unlimited() -> Self {
        Self {
            sync: Bucket::unlimited(),
            queued: Bucket::unlimited(),
            requests: Bucket::unlimited(),
            address: Bucket::unlimited(),
            concurrent: usize::MAX,
            admission: usize::MAX,
            refill: Duration::from_secs(60),
        }
    }

    /// Returns the limits that every self-hosted server has: 50 runs a minute, 100 of them at once, and for an
    /// address 300 requests a minute to v2, 600 of them at once.
    pub fn self_hosted() -> Self {
        Self::unlimited().sync(Bucket::per_minute(50)).address(Bucket::per_minute(300))
    }

    /// Returns the limits of Sim's free plan: 50 synchronous and 200 queued runs a minute, 30 requests a
    /// minute to each operation of v2, 10 runs at once.
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

    /// Sets the bucket of an address for all operations of v2 together.
    pub fn address(mut self, bucket: Bucket) -> Self {
        self.address = bucket;
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

    /// Sets the time between two refills. A short time lets a test see a refill.
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
