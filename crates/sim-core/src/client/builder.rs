//! Builds a client. The settings are the same for every transport and are written here once; what an
//! adapter adds is how it connects.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::client::{Api, Attempt, BaseUrl, Config, Credentials, Observer};
use crate::error::{Error, Result};
use crate::operation::RetryPolicy;
use crate::primitives::{Generation, redact};
use crate::response::ServerFacts;
use crate::wire::Timeouts;

/// The largest answer that is read by default, in bytes.
const BODY_LIMIT: usize = 64 * 1024 * 1024;
const USER_AGENT: &str = concat!("simstudio-rust/", env!("CARGO_PKG_VERSION"));

/// How an adapter makes its client out of a core and the settings of the connection.
///
/// This is all that a builder needs to know of a transport. Sending is not part of it: see
/// [`Exchange`](crate::Exchange).
pub trait Connector: Sized {
    /// The adapter's client.
    type Client;

    /// Makes the client. Fails if a certificate or the proxy cannot be used.
    fn connect(self, api: ApiSettings, connection: Connection) -> Result<Self::Client>;
}

/// Connects nothing: what is built is the bare core, for whoever drives it.
#[derive(Debug, Clone, Copy)]
pub struct Bare {
    /// See [`ApiSettings::build`].
    pub seed: [u8; 32],
}

impl Api {
    /// Builds the bare core, for whoever drives it. `seed` comes from the system's random source.
    pub fn builder(seed: [u8; 32]) -> ClientBuilder<Bare> {
        ClientBuilder::new(Bare { seed })
    }
}

impl Connector for Bare {
    type Client = Api;

    fn connect(self, api: ApiSettings, _: Connection) -> Result<Api> {
        api.build(self.seed)
    }
}

/// The settings of a connection, as data: what they mean is the transport's business.
#[derive(Clone)]
#[non_exhaustive]
pub struct Connection {
    /// For how long an unused connection is kept. Sim closes one after 5 s, and a request that crosses
    /// that on the wire has an unknown end, so it must be less.
    pub idle: Duration,
    /// The proxy to use instead of what the environment says, as a URL.
    pub proxy: Option<String>,
    /// Root certificates to trust beside those of the system, each as PEM.
    pub root_certificates: Vec<Vec<u8>>,
    /// The silence after which the system probes a connection, or `None` for never.
    pub keep_alive: Option<Duration>,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(4),
            proxy: None,
            root_certificates: Vec::new(),
            keep_alive: Some(Duration::from_secs(60)),
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("idle", &self.idle)
            .field("proxy", &self.proxy.as_deref().map(redact::address))
            .field("root_certificates", &self.root_certificates.len())
            .field("keep_alive", &self.keep_alive)
            .finish()
    }
}

/// The settings of the core, complete but for a random seed.
#[derive(Clone)]
pub struct ApiSettings(Config);

impl ApiSettings {
    /// The core. `seed` feeds run ids and jitter: take it from the system's random source, or a fixed one
    /// for a test that must be exact.
    pub fn build(self, seed: [u8; 32]) -> Result<Api> {
        Api::new(self.0, seed)
    }
}

impl fmt::Debug for ApiSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiSettings").field("base_url", &self.0.base_url).finish_non_exhaustive()
    }
}

/// Settings for a client of the transport that `C` connects.
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder<C> {
    connector: C,
    connection: Connection,
    base_url: String,
    credentials: Result<Credentials, String>,
    allow_insecure: bool,
    user_agent: String,
    headers: HeaderMap,
    timeouts: Timeouts,
    retry: RetryPolicy,
    body_limit: usize,
    generation: Generation,
    observer: Option<Observer>,
}

impl<C> ClientBuilder<C> {
    /// The defaults: the hosted service, no credentials.
    pub fn new(connector: C) -> Self {
        Self {
            connector,
            connection: Connection::default(),
            base_url: BaseUrl::HOSTED.to_owned(),
            credentials: Ok(Credentials::None),
            allow_insecure: false,
            user_agent: USER_AGENT.to_owned(),
            headers: HeaderMap::new(),
            timeouts: Timeouts::default(),
            retry: RetryPolicy::PLAIN,
            body_limit: BODY_LIMIT,
            generation: Generation::default(),
            observer: None,
        }
    }

    /// Calls with an API key. Whether it can be sent is checked by `build`.
    pub fn api_key(mut self, key: impl AsRef<str>) -> Self {
        self.credentials =
            Credentials::api_key(key.as_ref()).map_err(|error| error.message().to_owned());
        self
    }

    /// Calls with these credentials, or with none.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Ok(credentials);
        self
    }

    /// Sets where the API is; a path in front of `/api` is kept. By default the hosted service,
    /// `https://www.sim.ai`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Takes the key and the base URL from variables: `SIM_API_KEY`, and `SIM_BASE_URL` or else
    /// `SIM_ENDPOINT`. An empty variable counts as unset, and white space around a value is no part of it.
    ///
    /// # Errors
    /// If there is no key, naming the variable, or with the error of `lookup`: a variable that is set and cannot be
    /// read must not lead to another server than the one meant.
    pub fn variables<E: fmt::Display>(
        self,
        lookup: impl Fn(&str) -> Result<Option<String>, E>,
    ) -> Result<Self> {
        let set = |name: &str| match lookup(name) {
            Ok(value) => Ok(value.map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())),
            Err(error) => Err(Error::request(error.to_string())),
        };
        let Some(key) = set("SIM_API_KEY")? else {
            return Err(Error::request("the environment variable SIM_API_KEY is not set"));
        };
        let mut builder = self.api_key(key);
        for name in ["SIM_BASE_URL", "SIM_ENDPOINT"] {
            if let Some(url) = set(name)? {
                builder = builder.base_url(url);
                break;
            }
        }
        Ok(builder)
    }

    /// Sends the key even to an `http://` address that is not this machine.
    pub fn allow_insecure_http(mut self) -> Self {
        self.allow_insecure = true;
        self
    }

    /// Names the program in `User-Agent`.
    pub fn user_agent(mut self, agent: impl Into<String>) -> Self {
        self.user_agent = agent.into();
        self
    }

    /// Sends one header more with every call. The SDK's own are refused by `build`. `Authorization` is for a gateway in
    /// front of the server, beside an API key; no `Debug` form shows its value.
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(value.is_sensitive() || name == AUTHORIZATION);
        self.headers.append(name, value);
        self
    }

    /// Sets limits for every call; those left out keep the default of each endpoint.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets how often plain calls are repeated. An execute that was sent is never repeated by it.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the largest answer that is read, in bytes. By default 64 MiB.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Sets which generation of the API is spoken where an operation exists in both. By default the second, and
    /// the first where the server does not have it.
    pub fn generation(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }

    /// Shows each attempt of each call to `observer`, when its outcome is known: for logs and metrics.
    pub fn observer(mut self, observer: impl Fn(&Attempt<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer::new(observer));
        self
    }

    /// Connects through this proxy instead of the one that the environment names for the scheme of the base URL. The
    /// one of the environment is not asked for this machine: with `http://` it would read the key.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.connection.proxy = Some(url.into());
        self
    }

    /// Trusts one root certificate, given as PEM, beside those of the system.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.connection.root_certificates.push(pem.into());
        self
    }

    /// Probes a connection after that much silence, so that a router does not forget it and a peer that is gone is
    /// noticed: a server is silent while a run works. By default after 60 s; `None` is never.
    pub fn keep_alive(mut self, after: impl Into<Option<Duration>>) -> Self {
        self.connection.keep_alive = after.into();
        self
    }

    /// Connects with this instead: for settings that only the transport has.
    pub fn connector(mut self, connector: C) -> Self {
        self.connector = connector;
        self
    }

    /// Makes the client. Fails if a setting cannot be used.
    pub fn build(self) -> Result<C::Client>
    where
        C: Connector,
    {
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| Error::request("the user agent cannot be sent in a header"))?;
        let config = Config {
            base_url: BaseUrl::parse(&self.base_url)?,
            credentials: self.credentials.map_err(Error::request)?,
            allow_insecure: self.allow_insecure,
            user_agent,
            extra_headers: self.headers,
            headers: HeaderMap::new(),
            timeouts: self.timeouts,
            retry: self.retry,
            body_limit: self.body_limit,
            generation: self.generation,
            server: Arc::new(ServerFacts::new()),
            observer: self.observer,
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
            .field("body_limit", &self.body_limit)
            .field("generation", &self.generation)
            .field("observer", &self.observer)
            .finish()
    }
}
