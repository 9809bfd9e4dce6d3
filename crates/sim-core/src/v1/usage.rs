//! The operation that reads the limits and the usage of an account.

use jiff::Timestamp;
use serde::Serialize;

use crate::endpoint;
use crate::object;
use crate::primitives::json::field;

endpoint! {
    /// `GET /api/users/me/usage-limits`: reads the execution limits, the usage and the storage of the account that
    /// owns the key.
    GetUsageLimits: GET "/api/users/me/usage-limits" => UsageLimits,
}

object! {
    /// The limits and the usage of an account.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct UsageLimits {
        /// Whether the server could read the limits.
        pub success: bool = "success" as field::flag,
        /// The execution limits, or `None` if the server did not send them.
        pub rate_limit: Option<RateLimits> = "rateLimit" as field::object,
        /// The spending in this billing period.
        pub usage: Usage = "usage",
        /// The storage in use, or `None` from old servers.
        pub storage: Option<Storage> = "storage" as field::object,
    }
}

object! {
    /// The execution buckets of an account.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct RateLimits {
        /// The bucket of synchronous and streamed runs; in the first generation also of queued runs.
        pub sync: RateBucket = "sync" as field::or_default,
        /// The bucket of queued runs.
        pub queued: RateBucket = "async" as field::or_default,
        /// The kind of credentials; `api` for a key. `None` if the server did not say.
        pub auth_type: Option<String> = "authType" as field::text,
    }
}

object! {
    /// The bucket of one kind of execution.
    #[derive(Debug, Clone, PartialEq, Default, Serialize)]
    #[non_exhaustive]
    pub struct RateBucket {
        /// Whether the bucket is empty.
        pub is_limited: bool = "isLimited" as field::flag,
        /// The rate in executions per minute, or `None` if the server did not say. Old servers call it `limit`.
        pub limit: Option<u64> = "limit" | "requestsPerMinute" as field::count,
        /// The capacity in executions, or `None` from old servers.
        pub max_burst: Option<u64> = "maxBurst" as field::count,
        /// The number of executions left, or `None` if the server did not say.
        pub remaining: Option<u64> = "remaining" as field::count,
        /// When the server refills the bucket, or `None` if the server did not say.
        pub reset_at: Option<Timestamp> = "resetAt" as field::timestamp,
    }
}

object! {
    /// The spending in the current billing period.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Usage {
        /// The spending so far, in US dollars. `None` if the server did not say.
        pub current_period_cost: Option<f64> = "currentPeriodCost" as field::number,
        /// The spending limit, in US dollars. `None` if there is none.
        pub limit: Option<f64> = "limit" as field::number,
        /// The name of the plan, or `None` if the server did not say.
        pub plan: Option<String> = "plan" as field::text,
    }
}

impl Usage {
    /// Returns the share of the limit that is spent, with 1.0 for all of it. `None` if there is no limit.
    pub fn spent(&self) -> Option<f64> {
        let (cost, limit) = (self.current_period_cost?, self.limit?);
        (limit > 0.0).then(|| cost / limit)
    }
}

object! {
    /// The storage of an account.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Storage {
        /// The storage in use, in bytes. `None` if the server did not say.
        pub used_bytes: Option<u64> = "usedBytes" as field::count,
        /// The storage limit, in bytes. `None` if the server did not say.
        pub limit_bytes: Option<u64> = "limitBytes" as field::count,
        /// The share of the storage in use, from 0 to 100. `None` if the server did not say.
        pub percent_used: Option<f64> = "percentUsed" as field::number,
    }
}
