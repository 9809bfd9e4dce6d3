//! What the server says when the client reads the run that it started.

use recorded::{Json, Sent, answer, lost};
use sim_core::transport::Outcome;

/// The answer to a read that follows a start, or to all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Row {
    Completed,
    Failed,
    RunningThenCompleted,
    /// The row that a refused start leaves behind.
    Burned,
    Missing,
    Lost,
}

impl Row {
    pub(crate) const ALL: [Self; 6] = [
        Self::Completed,
        Self::Failed,
        Self::RunningThenCompleted,
        Self::Burned,
        Self::Missing,
        Self::Lost,
    ];

    /// Returns whether the run completed, as far as the row tells.
    pub(crate) fn is_completed(self) -> bool {
        matches!(self, Self::Completed | Self::RunningThenCompleted)
    }

    /// Returns whether there is a row.
    pub(crate) fn is_there(self) -> bool {
        !matches!(self, Self::Missing | Self::Lost)
    }

    /// Answers the read of that number. `output` is what the run put out.
    pub(crate) fn tell(self, sent: &Sent, number: usize, output: &str) -> Outcome {
        let second = sent.target.starts_with("/api/v2/");
        let path = sent.target.split('?').next().unwrap_or_default();
        let is_read = path.contains("/executions/") || path.contains("/runs/");
        let id = path.rsplit('/').next().unwrap_or_default();
        match self {
            Self::Lost => lost(),
            Self::Missing => missing(second),
            _ if !is_read => missing(second),
            Self::RunningThenCompleted if number < 2 => {
                told(second, id, &[("status", "\"running\"")])
            }
            Self::Completed | Self::RunningThenCompleted => {
                let wants = sent.target.contains("includeOutput=true");
                let key = if second { "output" } else { "finalOutput" };
                let output = if wants { output } else { "null" };
                told(second, id, &[("status", "\"completed\""), (key, output)])
            }
            Self::Failed => failed(second, id, "Boom: Line 1: no", "0.005", "21"),
            Self::Burned => {
                failed(second, id, "Rate limit exceeded. Please try again later.", "0", "1")
            }
        }
    }
}

fn failed(second: bool, id: &str, error: &str, cost: &str, duration: &str) -> Outcome {
    let cost = format!("{{\"total\":{cost}}}");
    let text = format!("\"{error}\"");
    let object = format!("{{\"message\":\"{error}\",\"code\":\"EXECUTION_FAILED\"}}");
    let error = if second { &object } else { &text };
    let lasted = if second { "durationMs" } else { "totalDurationMs" };
    let parts = [("status", "\"failed\""), ("error", error), ("cost", &cost), (lasted, duration)];
    told(second, id, &parts)
}

fn told(second: bool, id: &str, parts: &[(&str, &str)]) -> Outcome {
    let key = if second { "runId" } else { "executionId" };
    let parts: String = parts.iter().flat_map(|(key, value)| [",\"", key, "\":", value]).collect();
    let row = format!(
        "{{\"{key}\":\"{id}\",\"workflowId\":\"wf\",\"trigger\":\"api\",\"startedAt\":\"2026-11-24T09:00:00.000Z\"{parts}}}"
    );
    let body = if second { format!("{{\"data\":{row}}}") } else { row };
    answer(200, &headers(), body)
}

fn missing(second: bool) -> Outcome {
    let body = if second {
        r#"{"error":{"code":"NOT_FOUND","message":"Run not found"}}"#
    } else {
        r#"{"error":"Execution not found"}"#
    };
    answer(404, &headers(), body)
}

pub(crate) fn headers() -> Vec<(String, String)> {
    let pairs = [("content-type", "application/json"), ("x-request-id", "0a1b2c3d")];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// Returns what the row of a Response block's run has as its output.
pub(crate) fn output(status: u16, body: &str) -> String {
    let body = body.trim_start_matches('\u{feff}');
    let data = Json::read(body).map_or_else(|| "null".to_owned(), |json| json.to_string());
    format!("{{\"data\":{data},\"status\":{status},\"headers\":{{}}}}")
}
