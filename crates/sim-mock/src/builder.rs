//! The builder that sets up a [`Sim`] and starts it.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::access::Access;
use crate::catalog::Catalog;
use crate::fault::{Faults, Injector};
use crate::limits::Limits;
use crate::queue::Queue;
use crate::release::{Release, V2};
use crate::server::Server;
use crate::sim::Sim;
use crate::slots::Slots;
use crate::state::State;
use crate::stream::Gate;
use crate::tokens::{Buckets, Requests};
use crate::usage::Usage;
use crate::workflow::Workflow;
use crate::{KEY, ids, wire};

/// The settings of a [`Sim`] that is not started yet; see [`Sim::builder`].
#[derive(Debug, Clone)]
#[must_use = "nothing is served before `start`"]
pub struct Builder {
    keys: Vec<(String, Access)>,
    workflows: Vec<Workflow>,
    limits: Limits,
    usage: Usage,
    port: u16,
    app_url: Option<String>,
    queue_delay: Duration,
    disconnect_delay: Option<Duration>,
    read_lag: Duration,
    time_limit: Option<Duration>,
    faults: Faults,
    workspace: String,
    organization: String,
    v2: V2,
    release: Release,
    heartbeat: Duration,
    part_size: u64,
}

impl Builder {
    fn new() -> Self {
        Self {
            keys: Vec::new(),
            workflows: Vec::new(),
            limits: Limits::default(),
            usage: Usage::default(),
            port: 0,
            app_url: None,
            queue_delay: Duration::ZERO,
            disconnect_delay: None,
            read_lag: Duration::ZERO,
            time_limit: None,
            faults: Faults::none(),
            workspace: ids::uuid(),
            organization: format!("org_{}", ids::letters(12)),
            v2: V2::default(),
            release: Release::default(),
            heartbeat: Duration::from_secs(10),
            part_size: 8 * 1024 * 1024,
        }
    }

    /// Adds an API key. Each key belongs to its own user, and all users share one workspace. Without this
    /// call, [`KEY`] is the only key.
    pub fn key(self, key: impl Into<String>) -> Self {
        self.key_with(key, Access::Admin)
    }

    /// Adds an API key that may do no more than this.
    pub fn key_with(mut self, key: impl Into<String>, access: Access) -> Self {
        self.keys.push((key.into(), access));
        self
    }

    /// Adds a workflow. It replaces an earlier workflow with the same id.
    pub fn workflow(mut self, workflow: Workflow) -> Self {
        self.workflows.retain(|earlier| earlier.id != workflow.id);
        self.workflows.push(workflow);
        self
    }

    /// Sets the rate limits and the concurrency limits. By default there are none.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets how much the account has spent and may spend.
    pub fn usage(mut self, usage: Usage) -> Self {
        self.usage = usage;
        self
    }

    /// Sets the port on 127.0.0.1. By default the system chooses a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the origin that the server writes into `statusUrl` and into the addresses that resume a run,
    /// without a slash at its end. By default it is the real address of the server.
    pub fn app_url(mut self, url: impl Into<String>) -> Self {
        self.app_url = Some(url.into());
        self
    }

    /// Sets how long a queued run waits before it begins. By default it does not wait.
    pub fn queue_delay(mut self, delay: Duration) -> Self {
        self.queue_delay = delay;
        self
    }

    /// Sets how long after its caller disconnects the server cancels a synchronous or streamed run. By
    /// default it is one second; releases before 0.8.9 let the run go on to its end.
    pub fn disconnect_delay(mut self, delay: Duration) -> Self {
        self.disconnect_delay = Some(delay);
        self
    }

    /// Sets how long a run that has ended still reads as running. By default it does not; a real server takes
    /// some 60 milliseconds in half of the cases.
    pub fn read_lag(mut self, lag: Duration) -> Self {
        self.read_lag = lag;
        self
    }

    /// Sets the longest time that a run may take. By default there is no limit.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Sets the faults that happen to requests. By default there are none.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Sets the id of the workspace that the keys belong to. By default it is random.
    pub fn workspace(mut self, id: impl Into<String>) -> Self {
        self.workspace = id.into();
        self
    }

    /// Sets the id of the organization that the workspace belongs to. By default it is random.
    pub fn organization(mut self, id: impl Into<String>) -> Self {
        self.organization = id.into();
        self
    }

    /// Sets what the server does with requests to v2. By default it handles them.
    pub fn v2(mut self, v2: V2) -> Self {
        self.v2 = v2;
        self
    }

    /// Sets the release of Sim that the server behaves like. By default it is the hosted one.
    pub fn release(mut self, release: Release) -> Self {
        self.release = release;
        self
    }

    /// Sets the time between two heartbeats of a result that comes line by line. The first heartbeat comes at
    /// once. By default it is ten seconds.
    pub fn heartbeat(mut self, every: Duration) -> Self {
        self.heartbeat = every;
        self
    }

    /// Sets the size of the parts of uploads, in bytes. What has no more goes as a whole. By default it is 8 MiB, as on a
    /// server with local storage; the server takes no more than 10 MiB at once.
    pub fn part_size(mut self, bytes: u64) -> Self {
        self.part_size = bytes;
        self
    }

    /// Opens the port and serves requests until the [`Sim`] is dropped.
    ///
    /// # Errors
    /// Fails if the port cannot be opened or the server's thread cannot be started.
    pub fn start(self) -> io::Result<Sim> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?;
        let url = format!("http://{}", listener.local_addr()?);
        let keys =
            if self.keys.is_empty() { vec![(KEY.to_owned(), Access::Admin)] } else { self.keys };
        let state = Arc::new(State {
            buckets: Buckets::new(&self.limits, keys.len()),
            requests: Requests::new(&self.limits),
            access: keys.iter().map(|(_, access)| *access).collect(),
            keys: keys.into_iter().map(|(key, _)| key).collect(),
            catalog: Catalog::new(self.workflows),
            workspace: self.workspace,
            organization: self.organization,
            v2: Mutex::new(self.v2),
            heartbeat: self.heartbeat,
            app_url: self.app_url.unwrap_or_else(|| url.clone()),
            disconnect_delay: self.disconnect_delay,
            read_lag: self.read_lag,
            time_limit: self.time_limit,
            runs: crate::runs::Runs::new(self.release),
            queue: Queue::new(self.queue_delay),
            gate: Arc::new(Gate::new()),
            admission: Slots::new(self.limits.admission),
            concurrency: Slots::new(self.limits.concurrent),
            usage: Mutex::new(self.usage),
            files: crate::files::Files::default(),
            things: crate::things::Things::default(),
            visitors: crate::visitors::Visitors::default(),
            part_size: self.part_size.max(1),
            log: crate::record::Log::default(),
            script: crate::script::Script::default(),
            faults: Injector::new(self.faults),
        });
        wire::add_skills(&mut state.things.open());
        let server = Server::start(listener, wire::router(&state))?;
        Ok(Sim::new(url, state, server))
    }
}

impl Sim {
    /// Returns the builder that sets up a server.
    pub fn builder() -> Builder {
        Builder::new()
    }
}
