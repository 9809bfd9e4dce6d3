//! GET `/api/users/me/usage-limits`: buckets, cost and storage of the caller.

use std::sync::Arc;

use axum::extract;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::Number;

use super::answer;
use super::auth::Caller;
use super::refusal::Refusal;
use crate::ids;
use crate::state::State;
use crate::tokens::Reading;

/// The storage of the account, in bytes.
pub(crate) const STORAGE: u64 = 5 * 1024 * 1024 * 1024;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct UsageLimits {
    success: bool,
    rate_limit: RateLimit,
    usage: Usage,
    storage: Storage,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RateLimit {
    sync: Bucket,
    r#async: Bucket,
    auth_type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Bucket {
    is_limited: bool,
    requests_per_minute: u32,
    max_burst: u32,
    remaining: u32,
    reset_at: String,
}

impl From<Reading> for Bucket {
    fn from(reading: Reading) -> Self {
        Self {
            is_limited: reading.remaining == 0,
            requests_per_minute: reading.bucket.per_minute,
            max_burst: reading.bucket.burst,
            remaining: reading.remaining,
            reset_at: ids::time_text(reading.reset_at),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Usage {
    current_period_cost: Number,
    limit: Number,
    plan: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Storage {
    used_bytes: u64,
    limit_bytes: u64,
    percent_used: u32,
}

pub(crate) async fn usage_limits(
    extract::State(state): extract::State<Arc<State>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let Caller::Key(key) = Caller::of(&state, &headers) else {
        let (error, code) = ("Authentication required", "AUTHENTICATION_REQUIRED");
        return Err(Refusal::coded(StatusCode::UNAUTHORIZED, error, code));
    };
    let (sync, queued) = state.buckets.read(key);
    let usage = state.usage();
    let limits = UsageLimits {
        success: true,
        rate_limit: RateLimit { sync: sync.into(), r#async: queued.into(), auth_type: "api" },
        usage: Usage {
            current_period_cost: dollars(usage.current_period_cost),
            limit: dollars(usage.limit),
            plan: usage.plan,
        },
        storage: Storage { used_bytes: 0, limit_bytes: STORAGE, percent_used: 0 },
    };
    Ok(answer::json(StatusCode::OK, &limits))
}

/// Returns an amount as JavaScript writes it: without a fraction if it is whole.
fn dollars(amount: f64) -> Number {
    amount.to_string().parse().unwrap_or_else(|_| Number::from(0))
}
