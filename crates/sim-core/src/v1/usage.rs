//! Reads limits and usage of the account behind a key.

use jiff::Timestamp;
use serde::Deserialize;

use crate::endpoint;
use crate::primitives::json::field;

endpoint! {
    /// `GET /api/users/me/usage-limits`: reads the execution limits, the usage and the storage of the account
    /// behind the key.
    GetUsageLimits: GET "/api/users/me/usage-limits" => UsageLimits,
}

/// Limits and usage of an account.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UsageLimits {
    /// Whether the server could tell.
    #[serde(default, deserialize_with = "field::flag")]
    pub success: bool,
    /// How many executions are left right now.
    #[serde(default)]
    pub rate_limit: Option<RateLimits>,
    /// What was spent in this billing period.
    pub usage: Usage,
    /// What is stored; old servers do not say.
    #[serde(default)]
    pub storage: Option<Storage>,
}

/// The execution buckets.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RateLimits {
    /// For synchronous and streamed runs; on the first generation for queued ones too.
    pub sync: RateBucket,
    /// For queued runs.
    #[serde(rename = "async")]
    pub queued: RateBucket,
    /// `api` for a key.
    #[serde(default, deserialize_with = "field::text")]
    pub auth_type: Option<String>,
}

/// One execution bucket.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RateBucket {
    /// Nothing is left.
    #[serde(default, deserialize_with = "field::flag")]
    pub is_limited: bool,
    /// Executions per minute. Old servers call it `limit`.
    #[serde(default, alias = "requestsPerMinute", deserialize_with = "field::count")]
    pub limit: Option<u64>,
    /// The most that can be saved up; old servers do not say.
    #[serde(default, deserialize_with = "field::count")]
    pub max_burst: Option<u64>,
    /// Executions left.
    #[serde(default, deserialize_with = "field::count")]
    pub remaining: Option<u64>,
    /// When the bucket is refilled.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub reset_at: Option<Timestamp>,
}

/// What was spent in the current billing period.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Usage {
    /// In US dollars.
    #[serde(default, deserialize_with = "field::number")]
    pub current_period_cost: Option<f64>,
    /// In US dollars.
    #[serde(default, deserialize_with = "field::number")]
    pub limit: Option<f64>,
    /// The name of the plan.
    #[serde(default, deserialize_with = "field::text")]
    pub plan: Option<String>,
}

impl Usage {
    /// The share of the limit that is spent, 1.0 being all of it; `None` without a limit.
    pub fn spent(&self) -> Option<f64> {
        let (cost, limit) = (self.current_period_cost?, self.limit?);
        (limit > 0.0).then(|| cost / limit)
    }
}

/// What is stored.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Storage {
    /// In bytes.
    #[serde(default, deserialize_with = "field::count")]
    pub used_bytes: Option<u64>,
    /// In bytes.
    #[serde(default, deserialize_with = "field::count")]
    pub limit_bytes: Option<u64>,
    /// 0 to 100.
    #[serde(default, deserialize_with = "field::number")]
    pub percent_used: Option<f64>,
}
