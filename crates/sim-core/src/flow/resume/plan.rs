//! The plan of an answer that is given once.

use std::fmt;
use std::sync::{Arc, Mutex};

use crate::flow::WaitPolicy;
use crate::flow::watcher::Watcher;
use crate::model::RunStatus;
use crate::operation::CallOptions;
use crate::run::ResumeRun;

/// A plan to answer a pause once and to wait for what follows; returned by [`ResumeRun::once`].
///
/// ```
/// use std::time::Duration;
/// use serde_json::json;
/// use sim_core::ResumeRun;
///
/// let plan = ResumeRun::new("wf-1", "run-1", "pause-1")
///     .input(json!({"approved": true}))
///     .once()
///     .deadline(Duration::from_secs(600))
///     .on_change(|status| println!("the run is {status}"));
/// // Hand it to `resume` of a client.
/// # drop(plan);
/// ```
#[derive(Clone)]
#[must_use]
pub struct OnceResume {
    pub(super) resume: ResumeRun,
    pub(super) options: CallOptions,
    pub(super) wait: WaitPolicy,
    pub(super) watcher: Option<Watcher>,
}

impl ResumeRun {
    /// Gives the answer once, whatever the network does, and waits for the end of the run or its next pause. See
    /// [`Resume`](crate::transport::Resume).
    pub fn once(self) -> OnceResume {
        OnceResume {
            options: self.options.clone(),
            resume: self,
            wait: WaitPolicy::new(),
            watcher: None,
        }
    }
}

impl From<ResumeRun> for OnceResume {
    /// Makes the plan with the default policy of waiting.
    fn from(resume: ResumeRun) -> Self {
        resume.once()
    }
}

impl OnceResume {
    crate::call_options!();

    /// Sets how to wait for the run once the server has accepted the answer.
    pub fn wait(mut self, policy: WaitPolicy) -> Self {
        self.wait = policy;
        self
    }

    /// Calls `watcher` with each status of the run that differs from the one before, once the server has accepted the
    /// answer.
    pub fn on_change(mut self, watcher: impl FnMut(&RunStatus) + Send + 'static) -> Self {
        self.watcher = Some(Watcher::new(Arc::new(Mutex::new(watcher))));
        self
    }
}

impl fmt::Debug for OnceResume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceResume").field("resume", &self.resume).finish_non_exhaustive()
    }
}
