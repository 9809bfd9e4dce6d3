//! The operation that reads the limits and the usage of an account.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::endpoint;
use crate::primitives::json::field;

endpoint! {
    /// `GET /api/users/me/usage-limits`: reads the execution limits, the usage and the storage of the account that
    /// owns the key.
    GetUsageLimits: GET "/api/users/me/usage-limits" => UsageLimits,
}

/// The limits and the usage of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UsageLimits {
    /// Whether the server could read the limits.
    #[serde(default, deserialize_with = "field::flag")]
    pub success: bool,
    /// The execution limits, or `None` if the server did not send them.
    #[serde(default, deserialize_with = "field::object")]
    pub rate_limit: Option<RateLimits>,
    /// The spending in this billing period.
    pub usage: Usage,
    /// The storage in use, or `None` from old servers.
    #[serde(default, deserialize_with = "field::object")]
    pub storage: Option<Storage>,
}

/// The execution buckets of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RateLimits {
    /// The bucket of synchronous and streamed runs; in the first generation also of queued runs.
    #[serde(default, deserialize_with = "field::or_default")]
    pub sync: RateBucket,
    /// The bucket of queued runs.
    #[serde(default, rename = "async", deserialize_with = "field::or_default")]
    pub queued: RateBucket,
    /// The kind of credentials; `api` for a key. `None` if the server did not say.
    #[serde(default, deserialize_with = "field::text")]
    pub auth_type: Option<String>,
}

/// The bucket of one kind of execution.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RateBucket {
    /// Whether the bucket is empty.
    #[serde(default, deserialize_with = "field::flag")]
    pub is_limited: bool,
    /// The rate in executions per minute, or `None` if the server did not say. Old servers call it `limit`.
    #[serde(default, alias = "requestsPerMinute", deserialize_with = "field::count")]
    pub limit: Option<u64>,
    /// The capacity in executions, or `None` from old servers.
    #[serde(default, deserialize_with = "field::count")]
    pub max_burst: Option<u64>,
    /// The number of executions left, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::count")]
    pub remaining: Option<u64>,
    /// When the server refills the bucket, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub reset_at: Option<Timestamp>,
}

/// The spending in the current billing period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Usage {
    /// The spending so far, in US dollars. `None` if the server did not say.
    #[serde(default, deserialize_with = "field::number")]
    pub current_period_cost: Option<f64>,
    /// The spending limit, in US dollars. `None` if there is none.
    #[serde(default, deserialize_with = "field::number")]
    pub limit: Option<f64>,
    /// The name of the plan, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::text")]
    pub plan: Option<String>,
}

impl Usage {
    /// Returns the share of the limit that is spent, with 1.0 for all of it. `None` if there is no limit.
    pub fn spent(&self) -> Option<f64> {
        let (cost, limit) = (self.current_period_cost?, self.limit?);
        (limit > 0.0).then(|| cost / limit)
    }
}

/// The storage of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Storage {
    /// The storage in use, in bytes. `None` if the server did not say.
    #[serde(default, deserialize_with = "field::count")]
    pub used_bytes: Option<u64>,
    /// The storage limit, in bytes. `None` if the server did not say.
    #[serde(default, deserialize_with = "field::count")]
    pub limit_bytes: Option<u64>,
    /// The share of the storage in use, from 0 to 100. `None` if the server did not say.
    #[serde(default, deserialize_with = "field::number")]
    pub percent_used: Option<f64>,
}
