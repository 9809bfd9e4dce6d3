//! The handle by which a program finds a run again.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use crate::model::InputDigest;
use crate::primitives::{Generation, JobId, RunId, WorkflowId};

/// The identity of a run, which a program needs to find it again. It serialises, so that a program can store it, end,
/// and come back.
///
/// ```
/// use sim_core::RunHandle;
///
/// let handle = RunHandle::new("wf-1", "run-1");
/// let stored = serde_json::to_string(&handle)?;
/// // Another process, another day:
/// let again: RunHandle = serde_json::from_str(&stored)?;
/// assert_eq!(again.run_id.as_str(), "run-1");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunHandle {
    /// The id of the workflow that runs.
    pub workflow_id: WorkflowId,
    /// The id of the run, or the first one that its starts send. You may choose and store it before you start the run.
    pub run_id: RunId,
    /// The id of the job, or `None` if the server finds the run by its run id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<JobId>,
    /// Whether an answer had proved that the server honours run ids of callers before the first start under this id
    /// was sent. Later proof says nothing about that start.
    #[serde(default)]
    pub claims_proven: bool,
    /// The generation in which that was proven, and in which the starts stay; `None` if it is not proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<Generation>,
    /// The digest of the input that the run is for. `None` allows any input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<InputDigest>,
    /// Whether this process made the handle and has not used it. A handle that comes back was perhaps used.
    #[serde(skip)]
    pub(crate) unused: Unused,
}

impl RunHandle {
    /// Creates the handle of a run from its id, with nothing proven about the server.
    pub fn new(workflow: impl Into<WorkflowId>, run: impl Into<RunId>) -> Self {
        Self {
            workflow_id: workflow.into(),
            run_id: run.into(),
            job_id: None,
            claims_proven: false,
            generation: None,
            input: None,
            unused: Unused::default(),
        }
    }

    /// Marks a handle that was made just now.
    #[must_use]
    pub(crate) fn unused(mut self) -> Self {
        self.unused = Unused(Some(Arc::new(AtomicBool::new(true))));
        self
    }

    /// Returns whether nothing can have been sent under this handle, once: from then on something can.
    pub(crate) fn is_first_use(&self) -> bool {
        self.unused.0.as_ref().is_some_and(|mark| mark.take())
    }

    /// Returns the id that starts send after so many ids of the handle were burned.
    pub(crate) fn derived(&self, burned: u32) -> RunId {
        match burned {
            0 => self.run_id.clone(),
            burned => RunId::new(format!("{}.{}", self.run_id, u64::from(burned) + 1)),
        }
    }
}

impl From<&RunHandle> for RunHandle {
    fn from(handle: &RunHandle) -> Self {
        handle.clone()
    }
}

/// A mark that all clones of a handle share, or `None` for a handle that was perhaps used. It is no part of the identity
/// of the handle. The trait keeps the flag out of the type: a handle is the key of a map, and a key that holds a cell
/// looks like one that can change.
#[derive(Clone, Default)]
pub(crate) struct Unused(Option<Arc<dyn Mark>>);

trait Mark: Send + Sync {
    fn is_set(&self) -> bool;

    /// Removes the mark, and returns whether it was set.
    fn take(&self) -> bool;
}

impl Mark for AtomicBool {
    fn is_set(&self) -> bool {
        self.load(Ordering::Relaxed)
    }

    fn take(&self) -> bool {
        self.swap(false, Ordering::Relaxed)
    }
}

impl PartialEq for Unused {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Unused {}

impl Hash for Unused {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl fmt::Debug for Unused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.as_ref().is_some_and(|mark| mark.is_set()))
    }
}
