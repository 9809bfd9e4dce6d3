//! Looks up the addresses of names, within a limit and with few threads.
//!
//! The system's resolver blocks, so a lookup that has a limit runs on a thread of its own. Lookups of one name that
//! overlap share a thread, also when some of their callers gave up: a resolver that hangs holds one thread for each
//! name, however often a client tries again.

mod address;
mod error;
mod lookup;
mod system;

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use address::{address, with_port};
pub use error::{ResolveError, ResolveErrorKind};
pub use lookup::Lookup;
use lookup::Shared;

use crate::Limit;

/// Looks up the addresses of names. Clones are cheap and share the lookups that are under way.
#[derive(Clone)]
pub struct Resolver(Arc<Inner>);

struct Inner {
    look_up: Box<LookUp>,
    running: Mutex<HashMap<String, Arc<Shared>>>,
    /// How much memory a thread reserves for its stack.
    stack: usize,
}

/// Gives the addresses of a name; their ports mean nothing.
type LookUp = dyn Fn(&str) -> Result<Vec<SocketAddr>, ResolveError> + Send + Sync;

/// Enough for the resolvers of the C libraries, glibc's plugins included.
const STACK: usize = 512 * 1024;

impl Resolver {
    /// Makes a resolver that asks `look_up`, which may block, in place of the system.
    pub fn new(
        look_up: impl Fn(&str) -> Result<Vec<SocketAddr>, ResolveError> + Send + Sync + 'static,
    ) -> Self {
        Self::with_stack(look_up, STACK)
    }

    fn with_stack(
        look_up: impl Fn(&str) -> Result<Vec<SocketAddr>, ResolveError> + Send + Sync + 'static,
        stack: usize,
    ) -> Self {
        Self(Arc::new(Inner { look_up: Box::new(look_up), running: Mutex::default(), stack }))
    }

    /// Returns the addresses of a host, in the order in which the system prefers them, with `port`.
    ///
    /// An address, with or without brackets, is returned as it is. Without a limit the lookup runs on this thread.
    ///
    /// # Errors
    /// If the name has no address, the resolver fails, no thread can be started or the limit ends the wait.
    pub fn resolve(
        &self,
        host: &str,
        port: u16,
        limit: &Limit<'_>,
    ) -> Result<Vec<SocketAddr>, ResolveError> {
        if limit.is_none() && address(host).is_none() {
            return with_port((self.0.look_up)(host)?, host, port);
        }
        self.start(host, port)?.wait(limit)
    }

    /// Starts to look up a host. The lookup is a future, for every runtime.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(&self, host: &str, port: u16) -> Result<Lookup, ResolveError> {
        if let Some(address) = address(host) {
            let shared = Shared::done(Ok(vec![SocketAddr::new(address, port)]));
            return Ok(Lookup::new(Arc::new(shared), host, port));
        }
        let mut running = self.running();
        if let Some(shared) = running.get(host) {
            return Ok(Lookup::new(Arc::clone(shared), host, port));
        }
        let shared = Arc::new(Shared::default());
        let (resolver, job) = (self.clone(), Job { host: host.to_owned(), shared: shared.clone() });
        // The thread takes its lookup off the list, and waits for this lock first.
        thread::Builder::new()
            .name("resolver".to_owned())
            .stack_size(self.0.stack)
            .spawn(move || resolver.run(job))
            .map_err(|error| ResolveError::new(host, ResolveErrorKind::NoThread, error))?;
        running.insert(host.to_owned(), Arc::clone(&shared));
        Ok(Lookup::new(shared, host, port))
    }

    fn run(&self, job: Job) {
        let mut finish = Finish { resolver: self, result: None, job };
        finish.result = Some((self.0.look_up)(&finish.job.host));
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, Arc<Shared>>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Resolver {
    /// Makes a resolver that asks the system.
    fn default() -> Self {
        Self::new(system::look_up)
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").field("running", &self.running().len()).finish()
    }
}

struct Job {
    host: String,
    shared: Arc<Shared>,
}

/// Hands a result over when it goes, also when the lookup panicked.
struct Finish<'a> {
    resolver: &'a Resolver,
    result: Option<Result<Vec<SocketAddr>, ResolveError>>,
    job: Job,
}

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        let Job { host, shared } = &self.job;
        let broken =
            || Err(ResolveError::new(host, ResolveErrorKind::Other, "the lookup broke off"));
        self.resolver.running().remove(host);
        shared.finish(self.result.take().unwrap_or_else(broken));
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn some(addresses: &[&str]) -> Vec<SocketAddr> {
        addresses.iter().map(|text| text.parse().expect("an address")).collect()
    }

    fn far() -> Limit<'static> {
        Limit::until(Instant::now() + Duration::from_secs(60))
    }

    #[test]
    fn an_address_needs_no_lookup_and_no_thread() {
        let resolver = Resolver::with_stack(|_| panic!("nobody is asked"), usize::MAX / 2);
        for (host, expected) in
            [("10.0.0.1", "10.0.0.1:80"), ("::1", "[::1]:80"), ("[fd00::1]", "[fd00::1]:80")]
        {
            for limit in [Limit::none(), far()] {
                assert_eq!(resolver.resolve(host, 80, &limit), Ok(some(&[expected])), "{host}");
            }
        }
    }

    #[test]
    fn where_no_thread_can_be_started_nothing_is_asked() {
        // No system has the memory for such a stack.
        let resolver = Resolver::with_stack(|_| panic!("nobody is asked"), usize::MAX / 4);
        let error = resolver.resolve("sim.example", 1, &far()).expect_err("no thread");
        assert_eq!(error.kind(), ResolveErrorKind::NoThread);
        let text = error.to_string();
        assert!(
            text.starts_with("cannot look up sim.example: no thread can be started: "),
            "{text}"
        );
        assert_eq!(format!("{resolver:?}"), "Resolver { running: 0 }");
    }
}
