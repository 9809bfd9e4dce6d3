//! How a deployment goes, where a test wants it to take time or to fail.

/// How one deployment of a workflow goes; see [`Sim::plan_deployment`](crate::Sim::plan_deployment).
///
/// Without a plan, a version is active and ready with the answer to its deployment. Until a version is active, runs take
/// the one before.
///
/// ```
/// use sim_mock::Rollout;
///
/// let slow = Rollout::new().slow(3);
/// let broken = Rollout::new().slow(1).failing("a block is broken");
/// # drop((slow, broken));
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Rollout {
    pub(crate) reads: u32,
    pub(crate) failure: Option<String>,
}

impl Rollout {
    /// Creates a plan of a deployment that succeeds at once.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the deployment be in preparation for so many reads of it. The next read shows how it ended.
    pub fn slow(mut self, reads: u32) -> Self {
        self.reads = reads;
        self
    }

    /// Lets the deployment fail, with this message. The version that was active before stays active.
    pub fn failing(mut self, message: impl Into<String>) -> Self {
        self.failure = Some(message.into());
        self
    }
}
