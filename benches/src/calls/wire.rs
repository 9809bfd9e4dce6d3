//! The request of both sides, and the server's answer.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The key of every client.
pub const KEY: &str = "sk-sim-bench";
/// The workflow to run.
pub const WORKFLOW: &str = "5f3c2a90-5d6e-4a80-9a8d-0f6f6f2f9b11";

/// The input of the workflow.
#[derive(Debug, Serialize)]
pub struct Input {
    city: &'static str,
    days: u32,
    units: &'static str,
}

/// Returns the input of every call.
pub const fn input() -> Input {
    Input { city: "Oslo", days: 3, units: "metric" }
}

/// The result as one writes it by hand, with the same content as the SDK's.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunResult {
    /// Whether it succeeded.
    pub success: bool,
    /// The id of the run.
    pub execution_id: Option<String>,
    /// What the run made.
    pub output: Value,
    /// Why it failed.
    pub error: Option<String>,
    /// When it took place.
    pub metadata: Option<Metadata>,
}

/// The times of the run.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// How long it took, in milliseconds.
    pub duration: f64,
    /// When it began.
    #[serde(deserialize_with = "time")]
    pub start_time: Timestamp,
    /// When it ended.
    #[serde(deserialize_with = "time")]
    pub end_time: Timestamp,
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    <&str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// Returns the body of the answer: 1 KiB, mostly one text, as a model writes it.
pub(super) fn body() -> String {
    let body = |text: &str| {
        format!(
            "{{\"success\":true,\"executionId\":\"0b0e7d7e-6a44-4d3c-8f3a-2f7b8f1c9d10\",\
             \"output\":{{\"content\":\"{text}\",\"model\":\"a-model\",\
             \"tokens\":{{\"prompt\":120,\"completion\":180,\"total\":300}},\
             \"days\":[{{\"day\":1,\"high\":11.5}},{{\"day\":2,\"high\":9}},{{\"day\":3,\"high\":12.25}}]}},\
             \"metadata\":{{\"duration\":1234.5,\"startTime\":\"2026-11-23T18:26:24.158Z\",\
             \"endTime\":\"2026-11-23T18:26:25.392Z\"}}}}"
        )
    };
    let rest = 1024 - body("").len();
    body(&"It rains. ".repeat(rest / 10 + 1)[..rest])
}
