//! The builder of a client. Its settings are the same for every transport; an adapter only adds how to connect.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::client::{
    Api, ApiSettings, AsyncConnector, Attempt, Bare, BaseUrl, BoxError, Budget, Config, Connection,
    Connector, Credentials, CredentialsRequest, Hooks, Interceptor, Observer, OnAttempt, Outgoing,
    Profile, Provider,
};
use crate::error::{Error, Result};
use crate::operation::RetryPolicy;
use crate::primitives::{Generation, redact};
use crate::response::ServerFacts;
use crate::wire::Timeouts;

/// The default limit of an answer, in bytes.
const BODY_LIMIT: usize = 64 * 1024 * 1024;
/// The reason why a call fails before it is sent, for a client without credentials.
const NO_KEY: &str = "no API key was set on the builder; set one, or choose `Credentials::None` for public workflows";
const USER_AGENT: &str = concat!("simstudio-rust/", env!("CARGO_PKG_VERSION"));

impl Api {
    /// Returns a builder of the bare core, for a program that drives it. Take `seed` from the system's random source.
    pub fn builder(seed: [u8; 32]) -> ClientBuilder<Bare> {
        ClientBuilder::new(Bare { seed })
    }
}

/// A builder for a client of the transport that the connector `C` makes.
///
/// ```
/// use std::time::Duration;
/// use sim_core::{Api, Timeouts};
///
/// # fn main() -> sim_core::Result<()> {
/// // Start with `Client::builder()` of an adapter; the settings are the same for each.
/// let api = Api::builder([7; 32])
///     .api_key("sk-sim-1")
///     .base_url("https://sim.example.com")
///     .timeouts(Timeouts::default().connect(Duration::from_secs(3)))
///     .build()?;
/// assert_eq!(api.base_url(), "https://sim.example.com");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder<C> {
    connector: C,
    connection: Connection,
    base_url: String,
    /// `None` if nobody chose any.
    credentials: Option<Result<Credentials, String>>,
    allow_insecure: bool,
    user_agent: String,
    headers: HeaderMap,
    timeouts: Timeouts,
    retry: RetryPolicy,
    retry_budget: u32,
    deadline: Option<Duration>,
    body_limit: usize,
    generation: Generation,
    observers: Vec<Arc<dyn Observer>>,
    hooks: Hooks,
    /// Why there is no key, if nobody chose to have none.
    missing_key: &'static str,
}

impl<C> ClientBuilder<C> {
    /// Creates a builder with the defaults: the hosted service, no credentials.
    pub fn new(connector: C) -> Self {
        Self {
            connector,
            connection: Connection::default(),
            base_url: BaseUrl::HOSTED.to_owned(),
            credentials: None,
            allow_insecure: false,
            user_agent: USER_AGENT.to_owned(),
            headers: HeaderMap::new(),
            timeouts: Timeouts::default(),
            retry: RetryPolicy::PLAIN,
            retry_budget: Budget::REPEATS,
            deadline: None,
            body_limit: BODY_LIMIT,
            generation: Generation::default(),
            observers: Vec::new(),
            hooks: Hooks::default(),
            missing_key: NO_KEY,
        }
    }

    /// Sets the API key. `build` checks whether it can be sent.
    pub fn api_key(mut self, key: impl AsRef<str>) -> Self {
        let key = Credentials::api_key(key.as_ref());
        self.credentials = Some(key.map_err(|error| error.message().to_owned()));
        self.hooks.provider = None;
        self
    }

    /// Sets the credentials; [`Credentials::None`] removes them.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(Ok(credentials));
        self.hooks.provider = None;
        self
    }

    /// Asks `provider` for the credentials before each attempt, in place of an API key that stays the same. If the
    /// server refuses them (401), the client asks once more in the same call, with
    /// [`is_refused`](CredentialsRequest::is_refused), and repeats the request with what it gets.
    ///
    /// The provider keeps what it fetched for as long as it is good. It runs on the thread or the task of the call.
    /// An error of the provider ends the call with the kind [`Credentials`](crate::ErrorKind::Credentials).
    pub fn credentials_provider(
        mut self,
        provider: impl Fn(CredentialsRequest) -> Result<Credentials, BoxError> + Send + Sync + 'static,
    ) -> Self {
        self.credentials = Some(Ok(Credentials::None));
        self.hooks.provider = Some(Provider::Blocking(Arc::new(provider)));
        self
    }

    /// Asks `provider` for the credentials before each attempt, as
    /// [`credentials_provider`](Self::credentials_provider) does, with a function that can wait.
    pub fn credentials_provider_async<F>(
        mut self,
        provider: impl Fn(CredentialsRequest) -> F + Send + Sync + 'static,
    ) -> Self
    where
        C: AsyncConnector,
        F: Future<Output = Result<Credentials, BoxError>> + Send + 'static,
    {
        self.credentials = Some(Ok(Credentials::None));
        self.hooks.provider =
            Some(Provider::Async(Arc::new(move |asked| Box::pin(provider(asked)))));
        self
    }

    /// Shows each attempt to `interceptor` before it is sent. It sees the operation and the headers, but never the key
    /// or the body. It may add headers, such as `traceparent`, or refuse the attempt with an error of its own, which
    /// ends the call with the kind [`Interceptor`](crate::ErrorKind::Interceptor). A client can have several; they are
    /// asked in order.
    pub fn interceptor(
        mut self,
        interceptor: impl Fn(&mut Outgoing<'_>) -> Result<(), BoxError> + Send + Sync + 'static,
    ) -> Self {
        self.hooks.interceptors.push(Interceptor(Arc::new(interceptor)));
        self
    }

    /// Sets the base URL; a path in front of `/api` is kept. The default is the hosted service, `https://www.sim.ai`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Takes the key and the base URL from variables: `SIM_API_KEY`, and `SIM_BASE_URL` or else
    /// `SIM_ENDPOINT`. A setting whose variable is not set stays as it is. An empty variable counts as unset, and white
    /// space around a value is no part of it.
    ///
    /// # Errors
    /// If `lookup` fails because a variable is set but cannot be read. The error names the variable.
    pub fn variables<E: fmt::Display>(
        self,
        lookup: impl Fn(&str) -> Result<Option<String>, E>,
    ) -> Result<Self> {
        let set = |name: &str| match lookup(name) {
            Ok(value) => Ok(value.map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())),
            Err(error) => Err(Error::request(error.to_string())),
        };
        let mut builder = match set("SIM_API_KEY")? {
            Some(key) => self.api_key(key),
            None => Self { missing_key: "the environment variable SIM_API_KEY is not set", ..self },
        };
        for name in ["SIM_BASE_URL", "SIM_ENDPOINT"] {
            if let Some(url) = set(name)? {
                builder = builder.base_url(url);
                break;
            }
        }
        Ok(builder)
    }

    /// Checks that there is a key, so that a client of the environment fails at once and not at its first call.
    ///
    /// # Errors
    /// If no key or other credentials were set.
    pub fn require_key(self) -> Result<Self> {
        match &self.credentials {
            Some(_) => Ok(self),
            None => Err(Error::request(self.missing_key)),
        }
    }

    /// Takes the key and the base URL from a profile of the official command-line client. A profile without an endpoint
    /// is one of the hosted service.
    pub fn profile(self, profile: &Profile) -> Self {
        let url = profile.endpoint.as_deref().unwrap_or(BaseUrl::HOSTED);
        self.api_key(&profile.api_key).base_url(url)
    }

    /// Allows sending the key to an `http://` address that is not this machine.
    pub fn allow_insecure_http(mut self) -> Self {
        self.allow_insecure = true;
        self
    }

    /// Sets the `User-Agent` header, which names the program.
    pub fn user_agent(mut self, agent: impl Into<String>) -> Self {
        self.user_agent = agent.into();
        self
    }

    /// Adds a header to every call. `build` rejects headers that the SDK sets itself. Beside an API key you can add
    /// `Authorization` for a gateway in front of the server; no `Debug` form shows its value.
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(value.is_sensitive() || name == AUTHORIZATION);
        self.headers.append(name, value);
        self
    }

    /// Sets the limits for every call. Limits that are `None` keep the default of each endpoint.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets how often ordinary calls are repeated. The client never repeats an execute that was sent because of it.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets how many repeats in a row all clones of the client may make while nothing succeeds. The default is 100.
    ///
    /// The budget protects a server in trouble from its clients. A repeat takes one from it, unless the server refused
    /// the request in a way that proves that nothing started, such as by a rate limit. A call that succeeds returns
    /// what its repeats took and a fifth of a repeat. An error says so if the used-up budget was the reason for giving
    /// up. `u32::MAX` is in practice no limit.
    pub fn retry_budget(mut self, repeats: u32) -> Self {
        self.retry_budget = repeats;
        self
    }

    /// Sets the deadline of every call and conversation that sets none of its own; see
    /// [`CallOptions::deadline`](crate::CallOptions::deadline). The default is none.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets the largest answer to read, in bytes. The default is 64 MiB.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Sets the generation of the API for operations that exist in both. The default is the second, with a fallback
    /// to the first if the server lacks the second.
    pub fn generation(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }

    /// Tells `observer` of every call: its start, its attempts and waits, and its end. A client can have several.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// Calls `observer` with each attempt of each call once its outcome is known. A whole
    /// [`Observer`](crate::observe::Observer) is told more.
    pub fn on_attempt(self, observer: impl Fn(&Attempt<'_>) + Send + Sync + 'static) -> Self {
        self.observer(OnAttempt(observer))
    }

    /// Sets the proxy, in place of the environment's proxy for the scheme of the base URL. Requests to this machine
    /// never use the environment's proxy, because with `http://` it could read the key.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.connection.proxy = Some(url.into());
        self
    }

    /// Trusts one more root certificate in PEM format, in addition to those of the system.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.connection.root_certificates.push(pem.into());
        self
    }

    /// Sets the silence after which the system probes a connection; `None` switches probes off. The default is 60 s. A
    /// server is silent while a run works, and probes keep routers from dropping the connection.
    pub fn keep_alive(mut self, after: impl Into<Option<Duration>>) -> Self {
        self.connection.keep_alive = after.into();
        self
    }

    /// Replaces the connector, for settings that only the transport has.
    pub fn connector(mut self, connector: C) -> Self {
        self.connector = connector;
        self
    }

    /// Creates the client.
    ///
    /// # Errors
    /// If a setting cannot be used: the key, the base URL, a header, the proxy or a certificate.
    pub fn build(self) -> Result<C::Client>
    where
        C: Connector,
    {
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| Error::request("the user agent cannot be sent in a header"))?;
        let config = Config {
            base_url: BaseUrl::parse(&self.base_url)?,
            missing_key: self.credentials.is_none().then_some(self.missing_key),
            credentials: self
                .credentials
                .unwrap_or(Ok(Credentials::None))
                .map_err(Error::request)?,
            allow_insecure: self.allow_insecure,
            user_agent,
            extra_headers: self.headers,
            headers: HeaderMap::new(),
            timeouts: self.timeouts,
            retry: self.retry,
            retry_budget: self.retry_budget,
            deadline: self.deadline,
            body_limit: self.body_limit,
            generation: self.generation,
            server: Arc::new(ServerFacts::new()),
            hooks: (!self.hooks.is_empty()).then(|| Arc::new(self.hooks)),
            observers: (!self.observers.is_empty()).then(|| self.observers.into()),
        };
        self.connector.connect(ApiSettings(config), self.connection)
    }
}

impl<C: fmt::Debug> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("connector", &self.connector)
            .field("connection", &self.connection)
            .field("base_url", &redact::address(&self.base_url))
            .field("credentials", &self.credentials)
            .field("allow_insecure", &self.allow_insecure)
            .field("user_agent", &self.user_agent)
            .field("headers", &redact::Names(&self.headers))
            .field("timeouts", &self.timeouts)
            .field("retry", &self.retry)
            .field("retry_budget", &self.retry_budget)
            .field("deadline", &self.deadline)
            .field("body_limit", &self.body_limit)
            .field("generation", &self.generation)
            .field("observers", &self.observers.len())
            .field("hooks", &self.hooks)
            .finish_non_exhaustive()
    }
}
