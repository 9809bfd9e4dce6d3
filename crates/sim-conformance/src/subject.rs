//! A transport under test: what it must be able to do, and what it may say that it cannot.

use std::fmt;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use sim_core::operation::Paginated;
use sim_core::transport::{Exchange, Items, Pages};
use sim_core::{Api, Page, Result, RunEvent, StreamEndpoint};
use tokio::sync::oneshot;

/// A transport under test.
pub trait Subject: Sync {
    /// What this transport cannot do. The cases that need it are not run, and the suite says so.
    const LACKS: &'static [Lack] = &[];

    /// Drives an exchange to its end.
    ///
    /// # Errors
    /// As the exchange decides.
    fn run<X: Exchange>(&self, exchange: X) -> Result<X::Output>;

    /// Drives an exchange until it ends or `cancel` says so. A blocking transport passes that on with
    /// [`then`](Cancel::then), or looks at [`is_cancelled`](Cancel::is_cancelled) whenever it waits, and gives the
    /// exchange a `TransportErrorKind::Cancelled`. An async one drives `&mut exchange`, drops that future when
    /// [`cancelled`](Cancel::cancelled) is ready, and ends with [`Exchange::cancel`].
    ///
    /// # Errors
    /// As the exchange decides.
    fn drive_cancellable<X: Exchange>(&self, exchange: X, cancel: Cancel) -> Result<X::Output>;

    /// Starts a streamed run and reads the first `count` events, or all there are; then it drops the stream.
    ///
    /// # Errors
    /// If the stream did not start.
    fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        count: usize,
    ) -> Result<Vec<Result<RunEvent<'static>>>>;

    /// Reads the first `count` pages of a list over `api`, or all there are, and no page more than that takes. A
    /// client with a walk of its own shows that.
    fn pages<E: Paginated>(
        &self,
        api: &Api,
        endpoint: E,
        count: usize,
    ) -> Vec<Result<Page<E::Item>>> {
        let mut pages = Pages::new(endpoint);
        let next = || {
            let call = pages.call()?;
            Some(pages.receive(api.call(call).and_then(|call| self.drive(call))))
        };
        std::iter::from_fn(next).take(count).collect()
    }

    /// Reads the first `count` items of a list over `api`, or all there are, and no page more than that takes. A
    /// client with a walk of its own shows that.
    fn items<E: Paginated>(&self, api: &Api, endpoint: E, count: usize) -> Vec<Result<E::Item>> {
        let mut items = Items::new(endpoint);
        let next = || {
            loop {
                if let Some(item) = items.item() {
                    return Some(Ok(item));
                }
                let call = items.call()?;
                if let Err(error) = items.receive(api.call(call).and_then(|call| self.drive(call)))
                {
                    return Some(Err(error));
                }
            }
        };
        std::iter::from_fn(next).take(count).collect()
    }
}

/// What a transport may be unable to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// It speaks no TLS. An `https` URL must be refused as `TransportErrorKind::Tls` all the same.
    Tls,
    /// It cannot end a call while that resolves a name or connects.
    CancelConnect,
}

/// Runs a case, or says that it cannot be run.
#[doc(hidden)]
pub fn case<S: Subject, F: Fn(Api) -> S>(
    subject: &F,
    name: &str,
    need: Option<Lack>,
    case: impl FnOnce(&F),
) {
    match need.filter(|need| S::LACKS.contains(need)) {
        Some(lack) => say(&format!("not run: {name} needs {lack:?}, which is declared missing")),
        None => crate::secrets::watched(name, || case(subject)),
    }
}

/// Counts the cases, and those that cannot be run.
#[doc(hidden)]
pub fn count<S: Subject>(_: &impl Fn(Api) -> S, needs: &[Option<Lack>]) {
    let left = needs.iter().flatten().filter(|need| S::LACKS.contains(need)).count();
    let run = needs.len() - left;
    say(&format!("{run} cases can be run, {left} cannot; declared missing: {:?}", S::LACKS));
}

/// Past the harness, which hides what a passing test prints.
pub(crate) fn say(line: &str) {
    // Whether somebody reads it is not the suite's matter.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Ends a call from outside. Clones are the same handle.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    raised: bool,
    then: Vec<Box<dyn FnOnce() + Send>>,
}

impl Cancel {
    /// A handle that was not used yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the call that runs under this handle.
    pub fn cancel(&self) {
        let then = {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.raised = true;
            std::mem::take(&mut state.then)
        };
        for then in then {
            then();
        }
    }

    /// Whether it was used.
    pub fn is_cancelled(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).raised
    }

    /// Does this when it is used; at once if it was.
    pub fn then(&self, then: impl FnOnce() + Send + 'static) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.raised {
            drop(state);
            then();
        } else {
            state.then.push(Box::new(then));
        }
    }

    /// Ready when it is used.
    pub async fn cancelled(&self) {
        let (used, wait) = oneshot::channel();
        self.then(move || {
            let _ = used.send(());
        });
        let _ = wait.await;
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancel").field("used", &self.is_cancelled()).finish_non_exhaustive()
    }
}
