//! The call as a careful programmer writes it without an SDK: the same headers, the limits that take one line
//! each, a check of the status, and a typed result.

use std::time::Duration;

use reqwest::header::{self, HeaderMap, HeaderValue};

use super::outcome::Outcome;
use super::wire::{Input, KEY, RunResult};

const AGENT: &str = "by-hand/0.1.0";
const CONNECT: Duration = Duration::from_secs(10);
const WAIT: Duration = Duration::from_secs(3600);
const BODY: u64 = 64 * 1024 * 1024;

/// Returns a new id for the run.
fn run_id() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// The hand-written call on ureq.
#[derive(Debug, Clone)]
pub struct Blocking {
    agent: ureq::Agent,
    base: String,
}

impl Blocking {
    /// Creates the client of a server at `base`.
    pub fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .user_agent(AGENT)
            .accept("application/json")
            .accept_encoding("identity")
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(WAIT))
            .timeout_recv_body(Some(WAIT))
            .build();
        Self { agent: config.into(), base: base.to_owned() }
    }

    /// Runs the workflow and returns its result.
    ///
    /// # Errors
    /// If the request fails, or if its answer cannot be read.
    pub fn execute(&self, workflow: &str, input: &Input) -> Outcome<RunResult> {
        let mut response = self
            .agent
            .post(format!("{}/api/workflows/{workflow}/execute", self.base))
            .header("x-api-key", KEY)
            .header("x-execution-id", run_id())
            .content_type("application/json")
            .send(&serde_json::to_vec(input)?[..])?;
        if !response.status().is_success() {
            return Err(format!("the server answered {}", response.status()).into());
        }
        let body = response.body_mut().with_config().limit(BODY).read_to_vec()?;
        Ok(serde_json::from_slice(&body)?)
    }
}

/// The hand-written call on reqwest.
#[derive(Debug, Clone)]
pub struct Async {
    client: reqwest::Client,
    base: String,
}

impl Async {
    /// Creates the client of a server at `base`.
    ///
    /// # Errors
    /// If the client cannot be built.
    pub fn new(base: &str) -> Outcome<Self> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let mut key = HeaderValue::from_static(KEY);
        key.set_sensitive(true);
        headers.insert("x-api-key", key);
        let client = reqwest::Client::builder()
            .user_agent(AGENT)
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .read_timeout(WAIT)
            .build()?;
        Ok(Self { client, base: base.to_owned() })
    }

    /// Runs the workflow and returns its result.
    ///
    /// # Errors
    /// If the request fails, or if its answer cannot be read.
    pub async fn execute(&self, workflow: &str, input: &Input) -> Outcome<RunResult> {
        let response = self
            .client
            .post(format!("{}/api/workflows/{workflow}/execute", self.base))
            .header("x-execution-id", run_id())
            .header(header::CONTENT_TYPE, "application/json")
            .body(serde_json::to_vec(input)?)
            .send()
            .await?;
        if !response.status().is_success() {
            return Err(format!("the server answered {}", response.status()).into());
        }
        Ok(serde_json::from_slice(&response.bytes().await?)?)
    }
}
