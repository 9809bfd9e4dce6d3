//! The conversations of the SDK, driven one request at a time. This file, `streaming` and `talk` alone know the SDK.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::transport::{AskClaims, Exchange as _, Step};
use sim_core::{
    Api, CancelRun, Cancellation, Credentials, ExecuteWorkflow, Generation, Result, ResumeRun,
    RetryPolicy, RunHandle, WaitBound, WaitPolicy,
};

use super::network::Seen;
use super::scenario::Conversation;
use super::streaming::Streaming;
use super::talk::{Next, Talk, bytes_of, ended, failed, millis, outcome, talking};
use crate::server::{KEY, Millis, Workflow};
use crate::story::Ending;

/// What a program keeps over its death.
pub(super) type Store = Arc<Mutex<Option<String>>>;

/// What a conversation is about.
#[derive(Debug, Clone)]
pub(super) struct About {
    /// The conversation.
    pub(super) conversation: Conversation,
    /// The input of a run.
    pub(super) input: Value,
    /// The answer to a pause.
    pub(super) answer: Value,
    /// The run that was started before: its id, and its job on servers that find it by that alone.
    pub(super) run: Option<(String, Option<String>)>,
    /// The place of the pause that is answered.
    pub(super) context: &'static str,
    /// Whether there is a key.
    pub(super) keyed: bool,
}

/// Creates a client, as a program that begins does.
pub(super) fn client(seed: u8, keyed: bool, generation: Option<u8>) -> Api {
    let generation = match generation {
        Some(1) => Generation::V1,
        Some(_) => Generation::V2,
        None => Generation::Auto,
    };
    let api = Api::builder([seed; 32]).generation(generation).base_url("http://localhost");
    let api = if keyed { api.api_key(KEY) } else { api.credentials(Credentials::None) };
    api.build().expect("a client")
}

/// Begins a conversation, with what the program stored.
///
/// # Errors
/// The end of the conversation, if it ends before it sends anything.
pub(super) fn begin(
    api: &Api,
    about: &About,
    store: &Store,
) -> std::result::Result<Box<dyn Talk>, Ending> {
    let workflow = about.conversation.workflow().id();
    let execute = || ExecuteWorkflow::new(workflow).input(&about.input);
    let handle = || {
        let (run, job) = about.run.clone().unwrap_or_default();
        let mut handle = RunHandle::new(workflow, run);
        handle.job_id = job.map(Into::into);
        handle
    };
    let talk: Result<Box<dyn Talk>> = match about.conversation {
        Conversation::Once { sync, .. } => {
            let plan = execute().once().wait(short());
            api.once(if sync { plan.sync() } else { plan }).map(|it| talking(it, ended))
        }
        Conversation::OnceWithin { sync } => {
            let plan = execute().once().deadline(Duration::from_secs(20));
            api.once(if sync { plan.sync() } else { plan }).map(|it| talking(it, ended))
        }
        Conversation::Durable { .. } => Durably::begin(api, execute(), store),
        Conversation::Stream { .. } => {
            Streaming::begin(api, execute().stream().once().wait(short()))
        }
        Conversation::Execute { retry, .. } => api.call(execute()).map(|call| {
            let call = if retry { call.with_retry(RetryPolicy::new()) } else { call };
            talking(call, ended)
        }),
        Conversation::Wait { .. } => {
            api.wait(handle(), policy(about.conversation)).map(|it| talking(it, ended))
        }
        Conversation::Resume { .. } | Conversation::ResumeSecond { .. } => {
            let resume = ResumeRun::new(workflow, handle().run_id, about.context);
            let resume = resume.input(&about.answer).once().wait(short());
            api.resume(resume).map(|it| talking(it, ended))
        }
        Conversation::Cancel { .. } => {
            api.call(CancelRun::new(workflow, handle().run_id)).map(|it| talking(it, cancelled))
        }
    };
    talk.map_err(|error| failed(&error))
}

/// Returns a policy whose bounds are short, so that most histories are.
fn short() -> WaitPolicy {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    WaitPolicy::new()
        .interval(Duration::from_millis(100), minutes(1))
        .bound(WaitBound::Working, minutes(5))
        .bound(WaitBound::Queued, minutes(5))
        .bound(WaitBound::Missing, minutes(5))
        .bound(WaitBound::Resuming, minutes(3))
        .bound(WaitBound::TimedPause, minutes(5))
}

/// Returns the policy of a wait: the default one where a run works for long.
fn policy(conversation: Conversation) -> WaitPolicy {
    match conversation {
        Conversation::Wait { workflow: Workflow::Slow, .. } => WaitPolicy::new(),
        _ => short(),
    }
}

/// A run by a stored handle: the program asks what the server promises, makes a handle, stores it, and only then starts
/// the run.
struct Durably {
    api: Api,
    execute: ExecuteWorkflow,
    store: Store,
    stage: Stage,
}

enum Stage {
    Asks(Box<AskClaims>),
    Runs(Box<dyn Talk>),
}

impl Durably {
    fn begin(api: &Api, execute: ExecuteWorkflow, store: &Store) -> Result<Box<dyn Talk>> {
        let stored = store.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(handle) = stored {
            let handle: RunHandle = serde_json::from_str(&handle).expect("a handle");
            return Self::run(api, handle, execute);
        }
        let Some(asks) = api.ask_claims()? else { return Self::make(api, execute, store) };
        let stage = Stage::Asks(Box::new(asks));
        Ok(Box::new(Self { api: api.clone(), execute, store: Arc::clone(store), stage }))
    }

    fn make(api: &Api, execute: ExecuteWorkflow, store: &Store) -> Result<Box<dyn Talk>> {
        let handle = api.new_handle(&execute)?;
        *store.lock().unwrap_or_else(PoisonError::into_inner) = Some(written(&handle));
        Self::run(api, handle, execute)
    }

    fn run(api: &Api, handle: RunHandle, execute: ExecuteWorkflow) -> Result<Box<dyn Talk>> {
        api.durable(handle, execute.once().wait(short())).map(|it| talking(it, ended))
    }
}

impl Talk for Durably {
    fn request(&self) -> http::Request<Bytes> {
        match &self.stage {
            Stage::Asks(asks) => asks.request().map(bytes_of),
            Stage::Runs(runs) => runs.request(),
        }
    }

    fn limit(&self) -> Option<Millis> {
        match &self.stage {
            Stage::Asks(asks) => asks.timeouts().total.map(millis),
            Stage::Runs(runs) => runs.limit(),
        }
    }

    fn receive(&mut self, seen: Seen, elapsed: Millis) -> Next {
        let asked = match &mut self.stage {
            Stage::Runs(runs) => return runs.receive(seen, elapsed),
            Stage::Asks(asks) => asks.receive(outcome(seen), Duration::from_millis(elapsed)),
        };
        let asked = match asked {
            Step::Again(delay) => return Next::Again(millis(delay)),
            Step::Done(asked) => asked,
        };
        match asked.and_then(|_| Self::make(&self.api, self.execute.clone(), &self.store)) {
            Ok(runs) => {
                self.stage = Stage::Runs(runs);
                Next::Again(0)
            }
            Err(error) => Next::Ended(failed(&error)),
        }
    }

    fn cancel(&mut self, elapsed: Millis) -> Ending {
        match &mut self.stage {
            Stage::Asks(asks) => match asks.cancel(Duration::from_millis(elapsed)) {
                Ok(_) => Ending::Cancelled(true),
                Err(error) => failed(&error),
            },
            Stage::Runs(runs) => runs.cancel(elapsed),
        }
    }
}

fn written(handle: &RunHandle) -> String {
    serde_json::to_string(handle).expect("JSON")
}

/// Begins the first generation's start under an id that the second may have used: an old mistake.
pub(super) fn fall_back(api: &Api, about: &About, run: &str) -> Option<Box<dyn Talk>> {
    let execute = ExecuteWorkflow::new(about.conversation.workflow().id()).input(&about.input);
    api.once(execute.run_id(run).once()).ok().map(|it| talking(it, ended))
}

/// Writes into what a program stored that claims are proven, if they are by now: an old mistake.
pub(super) fn believe(store: &Store) {
    let mut stored = store.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(text) = &mut *stored {
        if let Ok(mut handle) = serde_json::from_str::<RunHandle>(text) {
            handle.claims_proven = true;
            *text = written(&handle);
        }
    }
}

fn cancelled(result: Result<Cancellation>) -> Ending {
    match result {
        Ok(cancellation) => Ending::Cancelled(cancellation.success),
        Err(error) => failed(&error),
    }
}

/// Returns the input of a run, with what tells it from others.
pub(super) fn input(nonce: &str) -> Value {
    json!({"nonce": nonce})
}
