//! The reasons for which a start is refused before a block works.

use serde_json::json;

use super::reply::Reply;
use super::time::Millis;
use super::version::Version;

/// Why the server refuses a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The server takes no more runs at once.
    Gate,
    /// The bucket of runs is empty.
    Rate,
    /// Too many runs of the payer work.
    Concurrency,
    /// The spending limit is reached.
    Usage,
    /// The bucket of requests is empty; second generation only.
    Requests,
    /// The table of claims cannot be reached.
    ClaimsOut,
    /// The queue cannot be reached.
    QueueOut,
    /// The workflow is not deployed.
    NotDeployed,
}

const RATE: &str = "Rate limit exceeded. Please try again later.";
const USAGE: &str = "Usage limit exceeded: $7.50 used of $5.00 limit. Please upgrade your plan or raise your usage limit to continue.";
const CONCURRENCY: &str = "Concurrent execution limit reached";
const NOT_DEPLOYED: &str = "Workflow is not deployed";

impl Refusal {
    /// Returns the text of the row that the refusal leaves, or `None` if it leaves none and the id is free.
    pub fn row(self) -> Option<&'static str> {
        match self {
            Self::Rate => Some("Rate limit exceeded. 0 requests remaining."),
            Self::Concurrency => Some(CONCURRENCY),
            Self::Usage => Some(USAGE),
            _ => None,
        }
    }

    /// Returns the refusal of the first generation.
    pub fn v1(self, version: Version, now: Millis) -> Reply {
        match self {
            Self::Gate => {
                let mut body = json!({
                    "error": "Too many requests",
                    "message": "Server is at capacity. Please retry shortly.",
                    "retryAfterSeconds": 5,
                });
                if version.gate_has_code() {
                    body["code"] = json!("ADMISSION_GATE_CAPACITY");
                    body["retryable"] = json!(true);
                }
                Reply::json(429, &body, now).with("retry-after", "5")
            }
            Self::Rate | Self::Requests => Reply::error(429, RATE, now),
            Self::Concurrency => Reply::error(429, CONCURRENCY, now),
            Self::Usage => Reply::error(402, USAGE, now),
            Self::ClaimsOut => {
                let text = "Workflow execution identity is temporarily unavailable";
                Reply::error(503, text, now)
            }
            Self::QueueOut => Reply::error(500, "Failed to queue async execution", now),
            Self::NotDeployed => Reply::error(403, NOT_DEPLOYED, now),
        }
    }

    /// Returns the refusal of the second generation.
    pub fn v2(self, now: Millis) -> Reply {
        let limited = |text, details| Reply::v2_details(429, "RATE_LIMITED", text, &details, now);
        match self {
            Self::Gate => {
                let text = "Server is at capacity. Please retry shortly.";
                Reply::v2_error(429, "RATE_LIMITED", text, now).with("retry-after", "5")
            }
            Self::Rate | Self::Requests => {
                limited(RATE, json!({"code": "RATE_LIMIT_EXCEEDED"})).with("retry-after", "51")
            }
            Self::Concurrency => {
                limited(CONCURRENCY, json!({"code": "EXECUTION_CONCURRENCY_LIMIT"}))
                    .with("retry-after", "5")
            }
            Self::Usage => Reply::v2_error(402, "USAGE_LIMIT_EXCEEDED", USAGE, now),
            Self::ClaimsOut => {
                let text = "Workflow execution identity is temporarily unavailable";
                Reply::v2_error(503, "SERVICE_UNAVAILABLE", text, now).with("retry-after", "5")
            }
            Self::QueueOut => {
                Reply::v2_error(500, "INTERNAL_ERROR", "Failed to queue async execution", now)
            }
            Self::NotDeployed => {
                let details = json!({"code": "WORKFLOW_NOT_DEPLOYED"});
                Reply::v2_details(403, "FORBIDDEN", NOT_DEPLOYED, &details, now)
            }
        }
    }
}
