//! The request that starts a workflow by its webhook.

use std::fmt;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Serialize;

use super::body::{self, Encoded};
use super::{Delivery, Mark};
use crate::client::is_own_header;
use crate::error::{Error, Result};
use crate::operation::{
    CallOptions, Endpoint, Idempotency, Operation, Query, Route, RunIdHeader, encode,
};
use crate::primitives::redact::Length;
use crate::primitives::{RunId, Secret};
use crate::response::Answer;
use crate::wire::RequestBody;

/// The header with the key by which the server knows a delivery again.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Headers by which the server would know a delivery before it looks at the key.
const OTHER_KEYS: [&str; 12] = [
    "webhook-id",
    "x-webhook-id",
    "x-shopify-webhook-id",
    "x-github-delivery",
    "x-gitlab-event-uuid",
    "x-event-id",
    "x-teams-notification-id",
    "svix-id",
    "linear-delivery",
    "greenhouse-event-id",
    "x-zm-request-id",
    "x-atlassian-webhook-identifier",
];

/// `POST /api/webhooks/trigger/{webhook}`: starts a workflow by its webhook. The request carries the webhook's own
/// token, and never the API key of the client.
///
/// The server answers before the run begins, and the answer does not name the run: put a [`mark`](Self::mark) into the
/// body to find the run later.
///
/// Each delivery carries an `Idempotency-Key`, and the client repeats a delivery whose answer was lost with the same
/// key. The server starts one run for a key within seven days, also if the run failed. It forgets its keys when the
/// workflow is undeployed and deployed again. If the owner of the webhook set a field for deduplication, that field
/// counts in place of the key.
///
/// A `500` does not say that nothing started. Such an error is [ambiguous](crate::ErrorKind::Ambiguous), and
/// [`sent_id`](crate::Error::sent_id) is the key: send it again with [`key`](Self::key), and there is one run.
///
/// ```
/// use sim_core::webhooks::TriggerWebhook;
///
/// let order = TriggerWebhook::new("043bff28-b525-42fb-95eb-fda4fd4e0f5f")
///     .token("the owner's token")
///     .body(&serde_json::json!({"item": "tea"}))
///     .mark("orderId", "order-17");
/// // let delivery = client.call(order)?;
/// # drop(order);
/// ```
#[derive(Clone)]
#[must_use]
pub struct TriggerWebhook {
    path: String,
    token: Option<Token>,
    body: Encoded,
    query: Query,
    key: Option<RunId>,
    mark: Option<Mark>,
    is_custom: bool,
    options: CallOptions,
}

impl TriggerWebhook {
    crate::call_options!();
    crate::output_options!();

    /// Creates a delivery to the webhook with this path, which usually is the id of its block. A
    /// [`WebhookAddress`](super::WebhookAddress) takes the path out of an address.
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            token: None,
            body: body::encode(&()),
            query: Query::default(),
            key: None,
            mark: None,
            is_custom: false,
            options: CallOptions::default(),
        }
    }

    /// Sends the webhook's token as `Authorization: Bearer`.
    pub fn token(mut self, token: impl AsRef<str>) -> Self {
        self.token = Some(Token::new(Ok(AUTHORIZATION), token.as_ref()));
        self
    }

    /// Sends the webhook's token in the header that its owner chose, in place of `Authorization`.
    pub fn token_in(mut self, header: impl TryInto<HeaderName>, token: impl AsRef<str>) -> Self {
        let name = header.try_into().ok().filter(|name| !is_own_header(name));
        let name = name.ok_or("the header of the webhook's token cannot be sent");
        self.token = Some(Token { is_bearer: false, ..Token::new(name, token.as_ref()) });
        self
    }

    /// Sets the body, whose fields become the input of the workflow. It must be an object; `()` has no fields.
    pub fn body(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        self.body = body::encode(body);
        self
    }

    /// Adds a parameter, which the workflow finds in the field `query`.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.query.pair(name, &value.to_string());
        self
    }

    /// Sets the key by which the server knows a repeated delivery, so that also another process can repeat it. The
    /// client makes a new one otherwise.
    pub fn key(mut self, key: impl Into<RunId>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Puts a field into the body by which the run is found later. The logs hide fields whose names sound like secrets,
    /// so choose a plain name.
    pub fn mark(mut self, field: impl Into<String>, id: impl Into<String>) -> Self {
        self.mark = Some(Mark::new(field, id));
        self
    }

    /// Says that the owner of the webhook chose its answer. An answer with any status is then a result, unless it is
    /// one with which the server itself refuses or fails.
    pub fn custom_answer(mut self) -> Self {
        self.is_custom = true;
        self
    }
}

/// The token of a webhook, with the header that carries it.
#[derive(Clone)]
struct Token {
    name: Result<HeaderName, &'static str>,
    secret: Result<Secret, &'static str>,
    is_bearer: bool,
}

impl Token {
    fn new(name: Result<HeaderName, &'static str>, token: &str) -> Self {
        Self { name, secret: Secret::new(token), is_bearer: true }
    }

    fn header(&self) -> Result<(HeaderName, HeaderValue)> {
        let name = self.name.clone().map_err(Error::request)?;
        let unfit = |why: &&str| Error::request(format!("the token of the webhook {why}"));
        let secret = self.secret.as_ref().map_err(unfit)?;
        let value = if self.is_bearer { secret.as_bearer() } else { secret.header().clone() };
        Ok((name, value))
    }
}

impl Operation for TriggerWebhook {
    fn route(&self) -> Route {
        Route { method: Method::POST, path: "/api/webhooks/trigger/{webhook}" }
    }

    fn path(&self) -> Result<String> {
        if self.path.contains('/') {
            return Err(Error::request(
                "the path of a webhook is one segment; a WebhookAddress takes it out of an address",
            ));
        }
        Ok(format!("/api/webhooks/trigger/{}", encode("webhook", &self.path)?))
    }

    fn query(&self) -> Result<String> {
        let query = self.query.clone().finish();
        if query.split('&').any(|pair| pair.starts_with("validationToken=")) {
            return Err(Error::request(
                "the server takes the parameter validationToken for a handshake and starts no run",
            ));
        }
        Ok(query)
    }

    fn body(&self) -> Result<RequestBody> {
        let body = body::finish(&self.body, self.mark.as_ref());
        body.map(RequestBody::Bytes).map_err(|unfit| unfit.error())
    }

    fn headers(&self, headers: &mut HeaderMap) -> Result<()> {
        let other = |name: &&HeaderName| {
            OTHER_KEYS.contains(&name.as_str()) || name.as_str() == KEY.as_str()
        };
        if let Some(name) = self.options.headers.keys().find(other) {
            return Err(Error::request(format!(
                "the server takes the header {name} for the key of the delivery; set it with key()"
            )));
        }
        if let Some(token) = &self.token {
            let (name, value) = token.header()?;
            headers.insert(name, value);
        }
        Ok(())
    }

    fn idempotency(&self) -> Idempotency {
        Idempotency::StartsRunOnce
    }

    /// The key stands where the id of a run stands in other starts, and names no run.
    fn run_id_header(&self) -> Option<RunIdHeader> {
        Some(RunIdHeader { name: KEY, id: self.key.clone(), names_run: false })
    }

    fn is_anonymous(&self) -> bool {
        true
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

impl Endpoint for TriggerWebhook {
    type Output = Delivery;

    fn decode(&self, answer: &Answer) -> Result<Delivery> {
        let read = Delivery::read(answer, self.mark.clone(), self.is_custom);
        let secret = self.token.as_ref().and_then(|token| token.secret.as_ref().ok());
        read.map_err(|error| error.redacted(secret))
    }
}

impl fmt::Debug for TriggerWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TriggerWebhook")
            .field("path", &self.path)
            .field("token", &self.token.as_ref().map(|token| &token.name))
            .field("body", &Length(self.body.as_ref().ok()))
            .field("key", &self.key)
            .field("mark", &self.mark)
            .finish_non_exhaustive()
    }
}
