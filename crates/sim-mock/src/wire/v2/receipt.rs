//! The receipt of a queued run, and the header that names a run.

use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

use super::data::data;
use super::problem::RUN_ID;
use crate::state::State;

/// The receipt of a queued run, with the address of its status.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt {
    run_id: String,
    status_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_position: Option<usize>,
}

impl Receipt {
    pub(crate) fn new(state: &State, workflow: &str, run: String) -> Self {
        let status_url = format!("{}/api/v2/workflows/{workflow}/runs/{run}", state.app_url);
        Self { run_id: run, status_url, queue_position: None }
    }

    /// Sets the number of attempts ahead of this one.
    pub(crate) fn behind(self, others: usize) -> Self {
        Self { queue_position: (others > 0).then_some(others), ..self }
    }

    pub(crate) fn answer(self) -> Response {
        let mut response = data(StatusCode::ACCEPTED, &self);
        response.headers_mut().extend(name(&self.run_id));
        response
    }
}

/// Returns the header that names a run.
pub(crate) fn name(run: &str) -> Option<(HeaderName, HeaderValue)> {
    HeaderValue::from_str(run).ok().map(|run| (RUN_ID, run))
}
