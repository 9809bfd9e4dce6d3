//! Several requests toward one result: the loop around them, once for each client.

#[cfg(feature = "ureq-no-tls")]
pub(crate) mod blocking {
    use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
    use std::thread;
    use std::time::Instant;

    use sim_core::Result;
    use sim_core::transport::{Parallel, Phase, TransportError, TransportErrorKind, Turn};

    use sim_ureq::Client;

    /// Drives requests of which some are on their way at once, such as the parts of a
    /// [`ParallelUpload`](crate::flow::ParallelUpload). Each has a thread; that of the caller is one of them.
    ///
    /// # Errors
    /// The errors of the requests together.
    ///
    /// # Panics
    /// If a callback of the requests panics.
    pub fn drive_parallel<P>(client: &Client, requests: P) -> Result<P::Output>
    where
        P: Parallel<Output: Send> + Send,
        P::Job: Send,
    {
        let threads = requests.at_once();
        let state = State { requests, result: None, is_stopped: false };
        let crew = Crew {
            client,
            began: Instant::now(),
            state: Mutex::new(state),
            changed: Condvar::new(),
        };
        thread::scope(|scope| {
            for _ in 1..threads {
                // Fewer threads do the same, only later.
                let named = thread::Builder::new().name("sim-parallel".to_owned());
                if named.spawn_scoped(scope, || crew.work()).is_err() {
                    break;
                }
            }
            crew.work();
        });
        let state = crew.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        // A thread that stops without a result panics, and so does the scope.
        let gone = || TransportError::new(TransportErrorKind::Cancelled, Phase::Sent);
        state.result.unwrap_or_else(|| Err(gone().into()))
    }

    /// What the threads share.
    struct Crew<'a, P: Parallel> {
        client: &'a Client,
        began: Instant,
        state: Mutex<State<P>>,
        changed: Condvar,
    }

    struct State<P: Parallel> {
        requests: P,
        result: Option<Result<P::Output>>,
        /// Whether there is a result, or a thread panicked.
        is_stopped: bool,
    }

    /// Stops the other threads if its own panics.
    struct StopOnPanic<'a, 'c, P: Parallel>(&'a Crew<'c, P>);

    impl<P: Parallel> Drop for StopOnPanic<'_, '_, P> {
        fn drop(&mut self) {
            if thread::panicking() {
                self.0.lock().is_stopped = true;
                self.0.changed.notify_all();
            }
        }
    }

    impl<P: Parallel> Crew<'_, P> {
        fn lock(&self) -> MutexGuard<'_, State<P>> {
            self.state.lock().unwrap_or_else(PoisonError::into_inner)
        }

        fn work(&self) {
            let _stop = StopOnPanic(self);
            let mut state = self.lock();
            while !state.is_stopped {
                match state.requests.next(self.began.elapsed()) {
                    Turn::Send(mut job) => {
                        drop(state);
                        // The job keeps the outcome; driving it cannot fail.
                        let _ = self.client.drive(&mut job);
                        state = self.lock();
                        state.requests.receive(job, self.began.elapsed());
                        self.changed.notify_all();
                    }
                    Turn::Wait(delay) => {
                        let waited = self.changed.wait_timeout(state, delay);
                        state = waited.unwrap_or_else(PoisonError::into_inner).0;
                    }
                    Turn::Busy => {
                        state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    }
                    Turn::Over(result) => {
                        (state.result, state.is_stopped) = (Some(result), true);
                        self.changed.notify_all();
                    }
                }
            }
        }
    }
}

#[cfg(feature = "reqwest-no-tls")]
pub(crate) mod on_tokio {
    use std::panic::resume_unwind;

    use sim_core::Result;
    use sim_core::transport::{Parallel, Phase, TransportError, TransportErrorKind, Turn};
    use tokio::task::JoinSet;
    use tokio::time::{Instant, sleep, timeout};

    use sim_reqwest::Client;

    /// Drives requests of which some are on their way at once, such as the parts of a
    /// [`ParallelUpload`](crate::flow::ParallelUpload). Each has a task. If you drop the future, nothing more is sent.
    ///
    /// # Errors
    /// The errors of the requests together.
    ///
    /// # Panics
    /// If a callback of the requests panics.
    pub async fn drive_parallel<P>(client: &Client, mut requests: P) -> Result<P::Output>
    where
        P: Parallel,
        P::Job: Send + 'static,
    {
        let began = Instant::now();
        let mut jobs: JoinSet<P::Job> = JoinSet::new();
        loop {
            let done = match requests.next(began.elapsed()) {
                Turn::Send(mut job) => {
                    let client = client.clone();
                    jobs.spawn(async move {
                        // The job keeps the outcome; driving it cannot fail.
                        let _ = client.drive(&mut job).await;
                        job
                    });
                    continue;
                }
                Turn::Wait(delay) if jobs.is_empty() => {
                    sleep(delay).await;
                    continue;
                }
                Turn::Wait(delay) => timeout(delay, jobs.join_next()).await.unwrap_or_default(),
                Turn::Busy => jobs.join_next().await,
                Turn::Over(result) => return result,
            };
            match done {
                None => {}
                Some(Ok(job)) => requests.receive(job, began.elapsed()),
                Some(Err(error)) => {
                    if let Ok(panic) = error.try_into_panic() {
                        resume_unwind(panic);
                    }
                    // The runtime is about to end.
                    let kind = TransportErrorKind::Cancelled;
                    return Err(TransportError::new(kind, Phase::Sent).into());
                }
            }
        }
    }
}
