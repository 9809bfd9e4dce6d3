//! The least code that makes the call: no id for the run, no limits, no headers but the key and the type, and the
//! answer as whatever JSON it is.

use reqwest::header;
use serde_json::Value;

use super::outcome::Outcome;
use super::wire::{Input, KEY};

/// The call on ureq.
#[derive(Debug, Clone)]
pub struct Blocking {
    agent: ureq::Agent,
    base: String,
}

impl Blocking {
    /// Creates the client of a server at `base`.
    pub fn new(base: &str) -> Self {
        Self { agent: ureq::Agent::new_with_defaults(), base: base.to_owned() }
    }

    /// Runs the workflow and returns its result.
    ///
    /// # Errors
    /// If the request fails, or if its answer is no JSON.
    pub fn execute(&self, workflow: &str, input: &Input) -> Outcome<Value> {
        let request = self.agent.post(format!("{}/api/workflows/{workflow}/execute", self.base));
        let request = request.header("x-api-key", KEY).content_type("application/json");
        let mut response = request.send(&serde_json::to_vec(input)?[..])?;
        Ok(serde_json::from_slice(&response.body_mut().read_to_vec()?)?)
    }
}

/// The call on reqwest.
#[derive(Debug, Clone)]
pub struct Async {
    client: reqwest::Client,
    base: String,
}

impl Async {
    /// Creates the client of a server at `base`.
    pub fn new(base: &str) -> Self {
        Self { client: reqwest::Client::new(), base: base.to_owned() }
    }

    /// Runs the workflow and returns its result.
    ///
    /// # Errors
    /// If the request fails, or if its answer is no JSON.
    pub async fn execute(&self, workflow: &str, input: &Input) -> Outcome<Value> {
        let request = self.client.post(format!("{}/api/workflows/{workflow}/execute", self.base));
        let request = request.header("x-api-key", KEY);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let response = request.body(serde_json::to_vec(input)?).send().await?;
        Ok(serde_json::from_slice(&response.bytes().await?)?)
    }
}
