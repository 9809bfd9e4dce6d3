//! Deploys a workflow, waits until the new version is ready, and rolls back if it does not become so.

mod outcome;

use std::fmt;
use std::time::Duration;

use http::response::Parts;
use sim_core::operation::RequestBody;
use sim_core::transport::{BodyPlan, Call, Exchange, Outcome, Step};
use sim_core::{Api, CancelToken, Error, Result, Timeouts, WorkflowId};

pub use outcome::{DeployEnd, Deployed, Rollback};

use super::wait::{Patience, may_pass};
use crate::deployments::{
    DeployWorkflow, Deployment, DeploymentAction, DeploymentReadiness, DeploymentStatus,
    GetDeployment, Readiness, RollbackWorkflow, VersionNumber,
};

/// The exchange that deploys a workflow and waits until the new version is active and its webhooks, schedules and MCP
/// servers are ready.
///
/// A lost answer to the deployment is explained by a read: if the workflow has a new deployment since the call began, that
/// one is waited for, and nothing is deployed twice. Otherwise the call ends with the lost answer's error.
///
/// # Examples
///
/// ```
/// use sim_core::Api;
/// use sim_platform::flow::DeployAndWait;
///
/// # fn deploy(api: &Api) -> sim_core::Result<()> {
/// let deploy = DeployAndWait::new(api, "workflow-id")?.name("v2").roll_back_on_failure();
/// // let deployed = client.drive(deploy)?;
/// // assert!(deployed.is_ready());
/// # drop(deploy);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// If the deployment was refused, or if nothing tells what became of it. A deployment that failed is no error: see
/// [`Deployed::end`].
pub struct DeployAndWait {
    api: Api,
    workflow: WorkflowId,
    deploy: DeployWorkflow,
    patience: Patience,
    rolls_back: bool,
    state: State,
    /// What was deployed before the call.
    before: Option<Deployment>,
    version: Option<VersionNumber>,
    /// The error of the lost answer to the deployment.
    lost: Option<Error>,
    /// Why the version is rolled back, with the version that is to be active again.
    end: Option<(DeployEnd, VersionNumber)>,
    polls: u32,
    failures: u32,
    /// When the wait reaches its bound.
    bound: Duration,
    elapsed: Duration,
}

enum State {
    Before(Call<GetDeployment>),
    Deploy(Call<DeployWorkflow>),
    Poll(Call<GetDeployment>),
    RollBack(Call<RollbackWorkflow>),
}

/// Passes a call on to the exchange of the current state.
macro_rules! current {
    ($state:expr, $exchange:ident => $do:expr) => {
        match $state {
            State::Before($exchange) | State::Poll($exchange) => $do,
            State::Deploy($exchange) => $do,
            State::RollBack($exchange) => $do,
        }
    };
}

impl DeployAndWait {
    /// Deploys a workflow in its current state, and waits for it as long as [`Patience`] does by default.
    ///
    /// # Errors
    ///
    /// If the request cannot be built.
    pub fn new(api: &Api, workflow: impl Into<WorkflowId>) -> Result<Self> {
        let workflow = workflow.into();
        let patience = Patience::new();
        Ok(Self {
            state: State::Before(api.call(GetDeployment::new(&workflow))?),
            deploy: DeployWorkflow::new(&workflow),
            api: api.clone(),
            workflow,
            patience,
            rolls_back: false,
            before: None,
            version: None,
            lost: None,
            end: None,
            polls: 0,
            failures: 0,
            bound: patience.bound,
            elapsed: Duration::ZERO,
        })
    }

    /// Sets the name of the version.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.deploy = self.deploy.name(name);
        self
    }

    /// Sets the description of the changes in the version.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.deploy = self.deploy.description(description);
        self
    }

    /// Sets how long to wait, and how often to look. A rollback gets as long again.
    #[must_use]
    pub fn patience(mut self, patience: Patience) -> Self {
        (self.patience, self.bound) = (patience, patience.bound);
        self
    }

    /// Makes the version that was active before active again if the new one fails, or is not ready within the bound. A
    /// deployment that somebody else replaced is left alone.
    #[must_use]
    pub fn roll_back_on_failure(mut self) -> Self {
        self.rolls_back = true;
        self
    }

    /// Takes a deployment as it was read.
    fn polled(&mut self, deployment: Deployment, elapsed: Duration) -> Step<Deployed> {
        if let Some(lost) = self.lost.take() {
            let Some(version) = self.new_version(&deployment) else {
                return Step::Done(Err(lost));
            };
            self.version = Some(version);
        }
        let wanted = self.end.as_ref().map(|(_, version)| *version).or(self.version);
        match judge(&deployment, wanted) {
            None => self.later(None, deployment, elapsed),
            Some(end) => self.ended(end, deployment, elapsed),
        }
    }

    /// Returns the version that was deployed since the call began, if there is one.
    fn new_version(&self, deployment: &Deployment) -> Option<VersionNumber> {
        let attempt = deployment.latest_deployment_attempt.as_ref()?;
        let before = self.before.as_ref()?.latest_deployment_attempt.as_ref();
        let is_new = before
            .is_none_or(|before| (&before.id, before.version) != (&attempt.id, attempt.version));
        attempt.version.filter(|_| is_new && attempt.action == DeploymentAction::Deploy)
    }

    /// Takes how the deployment or the rollback ended.
    fn ended(
        &mut self,
        end: DeployEnd,
        deployment: Deployment,
        elapsed: Duration,
    ) -> Step<Deployed> {
        if let Some((failure, version)) = self.end.take() {
            let rollback = match end {
                DeployEnd::Ready => Rollback::Done(version),
                DeployEnd::NotReady => Rollback::NotReady,
                _ => Rollback::Failed(Error::request("the server did not roll the workflow back")),
            };
            return self.done(deployment, failure, Some(rollback));
        }
        let is_failure = matches!(end, DeployEnd::Failed(_) | DeployEnd::NotReady);
        if !is_failure || !self.rolls_back {
            return self.done(deployment, end, None);
        }
        let active = |deployment: &Deployment| deployment.active_deployment.as_ref()?.version;
        let Some(before) = self.before.as_ref().and_then(active) else {
            return self.done(deployment, end, Some(Rollback::NothingBefore));
        };
        if active(&deployment) == Some(before) && matches!(end, DeployEnd::Failed(_)) {
            return self.done(deployment, end, Some(Rollback::NotNeeded(before)));
        }
        match self.api.call(RollbackWorkflow::new(&self.workflow).version(before)) {
            Ok(call) => {
                self.end = Some((end, before));
                self.before = Some(deployment);
                self.bound = elapsed.saturating_add(self.patience.bound);
                self.go_on(State::RollBack(call), Duration::ZERO)
            }
            Err(error) => self.done(deployment, end, Some(Rollback::Failed(error))),
        }
    }

    fn done(
        &self,
        deployment: Deployment,
        end: DeployEnd,
        rollback: Option<Rollback>,
    ) -> Step<Deployed> {
        Step::Done(Ok(Deployed { deployment, version: self.version, end, rollback }))
    }

    /// Looks again later, unless the bound is reached by then.
    fn later(
        &mut self,
        asked: Option<Duration>,
        deployment: Deployment,
        elapsed: Duration,
    ) -> Step<Deployed> {
        self.polls = self.polls.saturating_add(1);
        let delay = self.patience.delay(self.polls).max(asked.unwrap_or_default());
        if elapsed.saturating_add(delay) >= self.bound {
            return self.ended(DeployEnd::NotReady, deployment, elapsed);
        }
        self.poll(delay)
    }

    fn poll(&mut self, delay: Duration) -> Step<Deployed> {
        match self.api.call(GetDeployment::new(&self.workflow)) {
            Ok(call) => self.go_on(State::Poll(call), delay),
            Err(error) => Step::Done(Err(error)),
        }
    }

    fn go_on(&mut self, state: State, delay: Duration) -> Step<Deployed> {
        self.state = state;
        Step::Again(delay)
    }

    /// Takes the error of a look. The deployment goes on whatever became of it.
    fn unread(&mut self, error: Error, elapsed: Duration) -> Step<Deployed> {
        self.failures += 1;
        let delay = self.patience.delay(self.failures).max(error.retry_after().unwrap_or_default());
        let is_over = elapsed.saturating_add(delay) >= self.bound;
        if is_over || !may_pass(&error) || self.failures > self.patience.failures {
            return Step::Done(Err(self.lost.take().unwrap_or(error)));
        }
        self.poll(delay)
    }
}

/// Returns how the deployment of a version ended; `None` while it goes on.
fn judge(deployment: &Deployment, wanted: Option<VersionNumber>) -> Option<DeployEnd> {
    let Some(attempt) = &deployment.latest_deployment_attempt else {
        // A server that tells no attempts has ended each by the time of its answer.
        return deployment.is_deployed.then_some(DeployEnd::Ready);
    };
    let is_ours = wanted.is_none() || attempt.version.is_none() || attempt.version == wanted;
    match &attempt.status {
        _ if !is_ours => Some(DeployEnd::Superseded),
        DeploymentStatus::Superseded => Some(DeployEnd::Superseded),
        DeploymentStatus::Failed => Some(DeployEnd::Failed(attempt.error.clone())),
        DeploymentStatus::Active if attempt.readiness.as_ref().is_none_or(is_ready) => {
            Some(DeployEnd::Ready)
        }
        _ => None,
    }
}

fn is_ready(readiness: &DeploymentReadiness) -> bool {
    let parts = [&readiness.webhooks, &readiness.schedules, &readiness.mcp];
    parts.into_iter().flatten().all(|part| *part != Readiness::Pending)
}

impl Exchange for DeployAndWait {
    type Output = Deployed;

    fn request(&self) -> http::Request<RequestBody> {
        current!(&self.state, call => call.request())
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        current!(&self.state, call => call.cancel_token())
    }

    /// What the bound leaves ends a look too.
    fn timeouts(&self) -> Timeouts {
        let mut timeouts = current!(&self.state, call => call.timeouts());
        if let State::Poll(_) = &self.state {
            let left = self.bound.saturating_sub(self.elapsed);
            timeouts.total = Some(timeouts.total.map_or(left, |total| total.min(left)));
        }
        timeouts
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        current!(&self.state, call => call.plan(head))
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Deployed> {
        self.elapsed = elapsed;
        match &mut self.state {
            State::Before(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Err(error)) => Step::Done(Err(error)),
                Step::Done(Ok(before)) => {
                    self.before = Some(before);
                    match self.api.call(self.deploy.clone()) {
                        Ok(call) => self.go_on(State::Deploy(call), Duration::ZERO),
                        Err(error) => Step::Done(Err(error)),
                    }
                }
            },
            State::Deploy(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(deployment)) => {
                    let attempt = deployment.latest_deployment_attempt.as_ref();
                    self.version = deployment.version.or_else(|| attempt?.version);
                    self.polled(deployment, elapsed)
                }
                Step::Done(Err(error)) if error.is_ambiguous() && !error.is_cancelled() => {
                    self.lost = Some(error);
                    self.poll(Duration::ZERO)
                }
                Step::Done(Err(error)) => Step::Done(Err(error)),
            },
            State::Poll(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(deployment)) => {
                    self.failures = 0;
                    self.polled(deployment, elapsed)
                }
                Step::Done(Err(error)) => self.unread(error, elapsed),
            },
            State::RollBack(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(deployment)) => self.polled(deployment, elapsed),
                Step::Done(Err(error)) => match (self.end.take(), self.before.take()) {
                    (Some((end, _)), Some(deployment)) => {
                        self.done(deployment, end, Some(Rollback::Failed(error)))
                    }
                    _ => Step::Done(Err(error)),
                },
            },
        }
    }
}

impl fmt::Debug for DeployAndWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeployAndWait")
            .field("workflow", &self.workflow)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
