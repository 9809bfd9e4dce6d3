//! What a program hooks into each attempt: an interceptor that adds headers, and a provider of credentials. The core
//! says when they are asked; the adapter runs them, because they may wait.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Request};

use crate::client::Credentials;
use crate::client::own_headers::check_headers;
use crate::error::Error;
use crate::operation::{Context, Route};
use crate::primitives::{RunId, Secret, WorkflowId};
use crate::wire::{Phase, RequestBody, TransportError, TransportErrorKind};

/// Any error of a program.
pub type BoxError = Box<dyn StdError + Send + Sync>;

type Intercept = dyn Fn(&mut Outgoing<'_>) -> Result<(), BoxError> + Send + Sync;
type Answer = Result<Credentials, BoxError>;
type Provide = dyn Fn(CredentialsRequest) -> Answer + Send + Sync;
type ProvideAsync =
    dyn Fn(CredentialsRequest) -> Pin<Box<dyn Future<Output = Answer> + Send>> + Send + Sync;

/// A request that is about to be sent, as an interceptor sees it: without its credentials and without its body.
pub struct Outgoing<'a> {
    operation: &'static str,
    route: &'a Route,
    workflow: Option<&'a WorkflowId>,
    run_id: Option<&'a RunId>,
    attempt: u32,
    context: Option<&'a Context>,
    headers: &'a HeaderMap,
    added: HeaderMap,
}

impl Outgoing<'_> {
    /// Returns the name of the operation, such as `ExecuteWorkflow`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the method and path of the operation, as the API reference writes them.
    pub fn route(&self) -> &Route {
        self.route
    }

    /// Returns the workflow that the request is about, or `None` if it is about none.
    pub fn workflow(&self) -> Option<&WorkflowId> {
        self.workflow
    }

    /// Returns the id that the request sends for the run that it starts, or that of the run which it is about. `None`
    /// if it is about no run.
    pub fn run_id(&self) -> Option<&RunId> {
        self.run_id
    }

    /// Returns the number of this attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the context of the call, as its caller set it. `None` if it has none.
    pub fn context(&self) -> Option<&Context> {
        self.context
    }

    /// Returns the headers of the request, except for those that carry a key or a token, or another value that is marked
    /// as sensitive.
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// Adds a header, in place of one that the client or the call set. The call fails if the SDK sets this header
    /// itself.
    pub fn insert(&mut self, name: HeaderName, value: HeaderValue) {
        self.added.insert(name, value);
    }
}

impl fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("operation", &self.operation)
            .field("route", &self.route)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// The question to a provider of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CredentialsRequest {
    /// Whether the server refused the credentials that the provider gave last (401), so that it needs fresh ones. The
    /// client asks so at most once in each call.
    pub is_refused: bool,
}

/// A provider of credentials: a function that either adapter can run, or one that only an async adapter can.
#[derive(Clone)]
pub(crate) enum Provider {
    Blocking(Arc<Provide>),
    Async(Arc<ProvideAsync>),
}

/// The function that sees each attempt before it is sent.
#[derive(Clone)]
pub(crate) struct Interceptor(pub(crate) Arc<Intercept>);

/// The hooks of a client; both are `None` for most.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    pub(crate) provider: Option<Provider>,
    pub(crate) interceptors: Vec<Interceptor>,
    /// The secret that the provider gave last.
    pub(crate) latest: SentSecret,
}

impl Hooks {
    /// Returns the hooks without a provider, for a key that replaces it.
    pub(crate) fn without_provider(&self) -> Option<Arc<Self>> {
        let left = Self { interceptors: self.interceptors.clone(), ..Self::default() };
        (!left.is_empty()).then(|| Arc::new(left))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.provider.is_none() && self.interceptors.is_empty()
    }
}

/// The secret that an attempt was sent with, if a provider gave it. The request and its sender share it.
#[derive(Clone, Default)]
pub(crate) struct SentSecret(Arc<Mutex<Option<Secret>>>);

impl SentSecret {
    pub(crate) fn get(&self) -> Option<Secret> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, secret: Option<Secret>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = secret;
    }
}

/// What has to be asked before a request is sent. It travels with the request.
#[derive(Clone)]
pub(crate) struct Pending {
    pub(crate) hooks: Arc<Hooks>,
    pub(crate) credentials: Credentials,
    pub(crate) is_refused: bool,
    pub(crate) secret: SentSecret,
    pub(crate) operation: &'static str,
    pub(crate) route: Route,
    pub(crate) workflow: Option<WorkflowId>,
    pub(crate) run_id: Option<RunId>,
    pub(crate) attempt: u32,
    pub(crate) context: Option<Context>,
}

/// Makes a request of an exchange ready to be sent: asks the provider of credentials and the interceptors of the client,
/// if it has any. A blocking adapter calls it once for each attempt, right before it sends the request.
///
/// # Errors
/// If a hook refuses. Hand the error to [`receive`](crate::transport::Exchange::receive) as the outcome of the attempt.
pub fn ready(mut request: Request<RequestBody>) -> Result<Request<RequestBody>, TransportError> {
    let Some(pending) = request.extensions_mut().remove::<Pending>() else { return Ok(request) };
    let credentials = match &pending.hooks.provider {
        None => None,
        Some(Provider::Blocking(provide)) => Some(provide(pending.question())),
        Some(Provider::Async(_)) => {
            Some(Err("an async provider of credentials needs an async client".into()))
        }
    };
    pending.apply(request, credentials)
}

/// Makes a request of an exchange ready to be sent, as [`ready`] does, for an async adapter.
///
/// # Errors
/// If a hook refuses. Hand the error to [`receive`](crate::transport::Exchange::receive) as the outcome of the attempt.
pub async fn ready_async(
    mut request: Request<RequestBody>,
) -> Result<Request<RequestBody>, TransportError> {
    let Some(pending) = request.extensions_mut().remove::<Pending>() else { return Ok(request) };
    let credentials = match &pending.hooks.provider {
        None => None,
        Some(Provider::Blocking(provide)) => Some(provide(pending.question())),
        Some(Provider::Async(provide)) => Some(provide(pending.question()).await),
    };
    pending.apply(request, credentials)
}

impl Pending {
    fn question(&self) -> CredentialsRequest {
        CredentialsRequest { is_refused: self.is_refused }
    }

    /// Adds the headers of the interceptors and then those of the credentials, so that no interceptor sees a key.
    fn apply(
        self,
        mut request: Request<RequestBody>,
        provided: Option<Answer>,
    ) -> Result<Request<RequestBody>, TransportError> {
        let refused =
            |kind, why: BoxError| Err(TransportError::new(kind, Phase::NotSent).with_source(why));
        let credentials = match provided {
            None => self.credentials.clone(),
            Some(Ok(Credentials::None)) => {
                return refused(TransportErrorKind::Credentials, "it gave no credentials".into());
            }
            Some(Ok(credentials)) => {
                self.secret.set(credentials.secret().cloned());
                self.hooks.latest.set(credentials.secret().cloned());
                credentials
            }
            Some(Err(why)) => return refused(TransportErrorKind::Credentials, why),
        };
        let headers = request.headers_mut();
        self.credentials.remove(headers);
        let hidden = hide(headers);
        if let Err(why) = self.intercept(headers, &credentials) {
            return refused(TransportErrorKind::Interceptor, why);
        }
        headers.extend(hidden);
        let clash =
            matches!(credentials, Credentials::Bearer(_)) && headers.contains_key(AUTHORIZATION);
        if clash {
            let why = Error::request("the header authorization belongs to the SDK");
            return refused(TransportErrorKind::Credentials, why.into());
        }
        credentials.apply(headers);
        Ok(request)
    }

    fn intercept(
        &self,
        headers: &mut HeaderMap,
        credentials: &Credentials,
    ) -> Result<(), BoxError> {
        for Interceptor(intercept) in &self.hooks.interceptors {
            let mut outgoing = Outgoing {
                operation: self.operation,
                route: &self.route,
                workflow: self.workflow.as_ref(),
                run_id: self.run_id.as_ref(),
                attempt: self.attempt,
                context: self.context.as_ref(),
                headers,
                added: HeaderMap::new(),
            };
            intercept(&mut outgoing)?;
            let added = outgoing.added;
            check_headers(&added, credentials, &[])?;
            headers.extend(added);
        }
        Ok(())
    }
}

/// Takes the headers with secrets away, such as the token of a webhook or that of a gateway.
fn hide(headers: &mut HeaderMap) -> HeaderMap {
    let secrets = headers.iter().filter(|(_, value)| value.is_sensitive());
    let hidden: HeaderMap = secrets.map(|(name, value)| (name.clone(), value.clone())).collect();
    for name in hidden.keys() {
        headers.remove(name);
    }
    hidden
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("provider", &self.provider.is_some())
            .field("interceptors", &self.interceptors.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SentSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SentSecret(***)")
    }
}
