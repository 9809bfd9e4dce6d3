//! The core of a client: the settings and the state that all its calls share.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, HeaderName, StatusCode};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};

use crate::client::config::Config;
use crate::client::own_headers::check_headers;
use crate::client::{BaseUrl, Budget, Credentials, Hooks, Ids, Subject, Telling};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Claims;
use crate::operation::{CallOptions, Context, Operation, RetryPolicy, Route};
use crate::primitives::{Generation, RateLimitInfo, RunId, Secret, WorkflowId};
use crate::response::{ReadDelay, ServerFacts, Share, is_missing};
use crate::wire::{Outcome, Timeouts};

/// The core of a client, which turns endpoints into exchanges. Clones are cheap. They share the retry budget, the
/// random source and the facts known about the server.
#[derive(Clone)]
pub struct Api {
    config: Arc<Config>,
    shared: Arc<Shared>,
    /// The options of every call of this handle; `None` if it has none.
    scope: Option<Arc<CallOptions>>,
    /// The conversation that this handle makes calls for, if somebody observes it; otherwise `None`.
    parent: Option<Arc<Telling>>,
}

struct Shared {
    random: Mutex<StdRng>,
    budget: Budget,
}

/// The start of every path of the second generation.
const V2: &str = "/api/v2/";

impl Api {
    /// Creates the core. `seed` feeds the run ids and the jitter; take it from the system's random source.
    pub(crate) fn new(mut config: Config, seed: [u8; 32]) -> Result<Self> {
        config.prepare()?;
        let budget = Budget::new(config.retry_budget);
        let shared = Shared { random: Mutex::new(StdRng::from_seed(seed)), budget };
        Ok(Self { config: Arc::new(config), shared: Arc::new(shared), scope: None, parent: None })
    }

    /// Returns a core that stays with one generation. It shares everything else.
    pub(crate) fn fixed(&self, generation: Generation) -> Self {
        let config = Config { generation, ..Config::clone(&self.config) };
        Self { config: Arc::new(config), ..self.clone() }
    }

    /// Changes the API key of this handle; clones keep theirs.
    ///
    /// # Errors
    /// If the key cannot be sent: it is empty, or holds white space or a character that is not visible ASCII.
    pub fn set_api_key(&mut self, key: &str) -> Result<()> {
        let mut config = Config::clone(&self.config);
        config.credentials = Credentials::api_key(key)?;
        config.missing_key = None;
        config.hooks = config.hooks.and_then(|hooks| hooks.without_provider());
        self.change(config)
    }

    /// Changes the base URL of this handle; clones keep theirs.
    ///
    /// # Errors
    /// If it is not a valid base URL, or if the key would go to another machine over `http://` unprotected.
    pub fn set_base_url(&mut self, url: &str) -> Result<()> {
        self.change(Config { base_url: BaseUrl::parse(url)?, ..Config::clone(&self.config) })
    }

    /// Replaces the settings. Facts about the old server do not hold for another key or server, so they are dropped.
    fn change(&mut self, mut config: Config) -> Result<()> {
        config.server = Arc::new(ServerFacts::new());
        config.prepare()?;
        self.config = Arc::new(config);
        Ok(())
    }

    /// Returns the base URL, without a trailing `/`.
    pub fn base_url(&self) -> &str {
        self.config.base_url.as_str()
    }

    /// Returns the latest rate limits that this client or a clone of it saw, of whichever bucket. `None` if it saw
    /// none.
    pub fn rate_limit(&self) -> Option<RateLimitInfo> {
        self.config.server.rate_limit()
    }

    /// Returns the latest rate limits of the bucket that an operation uses. `None` if the server did not send any
    /// yet.
    pub fn rate_limit_of(&self, route: &Route) -> Option<RateLimitInfo> {
        self.config.server.rate_limit_of((&route.method, route.path))
    }

    /// Returns a handle whose calls and conversations all have the options that `change` sets. Options that this
    /// handle already has stay, unless `change` replaces them.
    #[must_use]
    pub fn scoped(&self, change: impl FnOnce(&mut CallOptions)) -> Self {
        let mut options = self.scope.as_deref().cloned().unwrap_or_default();
        change(&mut options);
        Self { scope: Some(Arc::new(options)), ..self.clone() }
    }

    /// Returns the options of a call: its own, completed by those of this handle.
    pub(crate) fn options_of(&self, operation: &(impl Operation + ?Sized)) -> CallOptions {
        match operation.options() {
            Some(own) => self.scoped_options(own),
            None => self.scoped_options(&CallOptions::default()),
        }
    }

    /// Completes options with those of this handle, and with the deadline of the client.
    #[must_use]
    pub fn scoped_options(&self, own: &CallOptions) -> CallOptions {
        let mut options = match self.scope.as_deref() {
            None => own.clone(),
            Some(scope) => own.clone().or(scope),
        };
        options.deadline = options.deadline.or(self.config.deadline);
        options
    }

    /// Returns the base URL that requests are sent to.
    pub(crate) fn base(&self) -> &BaseUrl {
        &self.config.base_url
    }

    /// Returns the headers of every request.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.config.headers
    }

    /// Returns a new run id of 128 random bits.
    pub(crate) fn new_run_id(&self) -> RunId {
        RunId::new(format!("{:032x}", lock(&self.shared.random).random::<u128>()))
    }

    pub(crate) fn timeouts(&self, call: Timeouts, endpoint: Timeouts) -> Timeouts {
        call.or(self.config.timeouts).or(endpoint)
    }

    /// Returns the generation that the client uses now.
    pub(crate) fn generation(&self) -> Generation {
        self.config.server.spoken(self.config.generation)
    }

    /// Returns whether the server honours run ids of callers, as far as its answers have proved it by now. Without an
    /// API key no server does.
    pub fn claims(&self) -> Claims {
        if self.config.has_key() { self.config.server.claims() } else { Claims::Refuted }
    }

    /// Returns whether a start by this route claims the id that it sends, as far as that is proven now. A start of the
    /// second generation always does for a caller with a key: a server without that generation has no such route.
    pub(crate) fn claims_by(&self, route: &Route) -> Claims {
        if !self.config.has_key() {
            Claims::Refuted
        } else if route.path.starts_with(V2) {
            Claims::Proven
        } else {
            self.config.server.claims()
        }
    }

    /// Returns the facts known about the server.
    pub(crate) fn server(&self) -> &Arc<ServerFacts> {
        &self.config.server
    }

    /// Returns whether the client falls back to the first generation when the server lacks the second.
    pub(crate) fn is_adaptive(&self) -> bool {
        self.config.generation == Generation::Auto
    }

    /// Returns whether an answer to a request of the second generation proves that the server lacks it, and remembers
    /// that.
    pub(crate) fn notes_missing(&self, outcome: &Outcome) -> bool {
        match outcome {
            Ok(answer) if is_missing(answer) => {
                self.config.server.lacks_v2(answer.headers());
                true
            }
            _ => false,
        }
    }

    pub(crate) fn retry(&self) -> RetryPolicy {
        self.config.retry
    }

    pub(crate) fn delay(
        &self,
        policy: &RetryPolicy,
        repeat: u32,
        retry_after: Option<Duration>,
    ) -> Option<Duration> {
        policy.delay(repeat, retry_after, &mut *lock(&self.shared.random))
    }

    /// Returns the delay before repeat number `repeat` (from 1) after this failure, or `None` if there is none.
    pub(crate) fn delay_after(
        &self,
        policy: &RetryPolicy,
        repeat: u32,
        error: &Error,
    ) -> Option<Duration> {
        let policy = if error.hides_refill() { policy.covering_refill() } else { *policy };
        self.delay(&policy, repeat, error.retry_after())
    }

    /// Takes the cost of one repeat from the budget. Returns false if the budget is used up.
    pub(crate) fn spend(&self) -> bool {
        self.shared.budget.take()
    }

    pub(crate) fn refund(&self, repeats: u32) {
        self.shared.budget.give_back(repeats);
    }

    pub(crate) fn repay(&self, repeats: u32) {
        self.shared.budget.repay(repeats);
    }

    /// Returns what tells the observers of a call, or `None` if nobody observes this client.
    pub(crate) fn observed(
        &self,
        operation: &(impl Operation + ?Sized),
        options: &CallOptions,
    ) -> Option<Arc<Telling>> {
        let observers = self.config.observers.as_ref()?;
        Some(Telling::new(
            observers,
            Subject {
                operation: operation.name(),
                route: Some(operation.route()),
                workflow: operation.workflow(),
                context: options.context.as_ref(),
                ids: Ids::default(),
                parent: self.parent.as_ref(),
            },
        ))
    }

    /// Returns what tells the observers of a conversation. `None` if nobody observes this client, or if the
    /// conversation is a part of another one.
    pub(crate) fn observed_conversation(
        &self,
        operation: &'static str,
        (workflow, run): (Option<&WorkflowId>, Option<&RunId>),
        context: Option<&Context>,
    ) -> Option<Arc<Telling>> {
        let observers = self.config.observers.as_ref().filter(|_| self.parent.is_none())?;
        let ids = Ids { run_id: run.cloned(), sent_id: None };
        let subject = Subject { operation, route: None, workflow, context, ids, parent: None };
        Some(Telling::new(observers, subject))
    }

    /// Returns a handle whose calls are told as parts of a conversation.
    pub(crate) fn within(&self, conversation: Option<&Arc<Telling>>) -> Self {
        Self { parent: conversation.cloned().or_else(|| self.parent.clone()), ..self.clone() }
    }

    pub(crate) fn body_limit(&self) -> usize {
        self.config.body_limit
    }

    /// Records the headers of an answer to that route.
    pub(crate) fn record_headers(&self, route: &Route, status: StatusCode, headers: &HeaderMap) {
        self.config.server.record_headers((&route.method, route.path), status, headers);
    }

    /// Counts one more wait among those that share the reads of the server.
    pub(crate) fn share(&self) -> Share {
        Share::of(&self.config.server)
    }

    /// Returns the delay before the next read of that route.
    pub(crate) fn pace(&self, share: &Share, route: &Route) -> ReadDelay {
        share.delay((&route.method, route.path), lock(&self.shared.random).random())
    }

    /// Adds to an error of a server that was not reached, or that does not seem to be Sim, the base URL, and what it
    /// may have to be.
    pub(crate) fn advise(&self, error: Error) -> Error {
        use crate::wire::TimeoutKind::Connect;
        use ErrorKind as E;
        let base = self.base();
        let is_strange = matches!(error.root_kind(), E::Decode | E::Redirect);
        let is_unreached =
            matches!(error.root_kind(), E::Resolve | E::Connect | E::Tls | E::Timeout(Connect));
        let is_to_blame = is_strange || is_unreached || *error.root_kind() == E::Protocol;
        let blamed = is_to_blame.then(|| base.as_str().to_owned());
        let error = error.with(|inner| inner.base_url = blamed);
        let advice = match (base.advice(), error.root_kind()) {
            (Some(url), _) if is_strange => format!("; the base URL seems to be {url}"),
            (_, E::Protocol) if base.as_str().starts_with("http:") => {
                "; if the server speaks TLS, its base URL begins with https://".to_owned()
            }
            (_, E::Tls) if error.message_and_cause().contains("InvalidContentType") => {
                "; the server seems to speak no TLS: its base URL may begin with http://".to_owned()
            }
            _ => return error,
        };
        error.with(|inner| inner.message += &advice)
    }

    /// Rejects a call of a client without credentials, unless the program chose to have none.
    pub(crate) fn check_key(&self) -> Result<()> {
        self.config.missing_key.map_or(Ok(()), |why| Err(Error::request(why)))
    }

    /// Returns the header that carries the credentials, which an anonymous request leaves out.
    pub(crate) fn credentials_header(&self) -> Option<HeaderName> {
        self.config.credentials.header()
    }

    /// Rejects a secret of an operation where somebody on the way could read it.
    pub(crate) fn check_exposure(&self) -> Result<()> {
        if self.config.base_url.exposes_key() && !self.config.allow_insecure {
            return Err(Error::request(
                "the secret of this request would be readable on its way to an http:// address; use https://, or allow it on the builder with \
                 `allow_insecure_http()`",
            ));
        }
        Ok(())
    }

    /// Rejects headers of a call that the SDK sets itself, except those that are `allowed`.
    pub(crate) fn check_headers(&self, headers: &HeaderMap, allowed: &[&str]) -> Result<()> {
        check_headers(headers, &self.config.credentials, allowed)
    }

    /// Returns what has to be asked before an attempt is sent, as far as the client knows it. `None` if it has no hooks.
    pub(crate) fn pending(&self, is_anonymous: bool) -> Option<(Arc<Hooks>, Credentials)> {
        let hooks = self.config.hooks.clone()?;
        if is_anonymous {
            return Some((hooks.without_provider()?, Credentials::None));
        }
        Some((hooks, self.config.credentials.clone()))
    }

    /// Returns whether something has to be asked before an attempt is sent.
    pub(crate) fn has_hooks(&self) -> bool {
        self.config.hooks.is_some()
    }

    /// Returns whether a provider gives the credentials.
    pub(crate) fn has_provider(&self) -> bool {
        self.config.hooks.as_ref().is_some_and(|hooks| hooks.provider.is_some())
    }

    /// Returns the secret that messages must not show: the client's own, or the one that its provider gave last.
    pub(crate) fn secret(&self) -> Option<Secret> {
        let provided = || self.config.hooks.as_ref().and_then(|hooks| hooks.latest.get());
        self.config.credentials.secret().cloned().or_else(provided)
    }
}

/// Locks a mutex, even a poisoned one: it guards plain values that are never half-written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("base_url", &self.config.base_url)
            .field("credentials", &self.config.credentials)
            .finish_non_exhaustive()
    }
}
