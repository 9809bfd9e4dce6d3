//! Makes the call of a cell, and looks at what came of it on both ends of the wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::value::RawValue;
use sim_core::transport::Exchange;
use sim_core::{Api, Endpoint, Error, Result, StreamEndpoint};

use super::cell::Observed;
use super::judge::{ids, request_faults};
use super::kind::{self, Kind};
use super::stage::{At, Kept, Stage};
use super::words;
use crate::script::{Script, Seen};
use crate::secrets;
use crate::subject::Subject;
use crate::tools::{Proven as _, api, quick};

/// The words for an outcome, and the error if it was one.
pub(super) type Told = (String, Option<Error>);

pub(super) fn observe<S: Subject>(
    subject: &impl Fn(Api) -> S,
    kind: Kind,
    stage: &Stage,
) -> Observed {
    let (api, attempts) = core(kind, stage);
    let subject = subject(api.clone());
    let before = stage.warm.map_or(0, |kept| warm(&subject, &api, stage, kept));
    attempts.count.store(0, Ordering::SeqCst);
    let began = Instant::now();
    let told = call(&subject, &api, kind, stage.input);
    let took = began.elapsed();
    let tries = attempts.count.load(Ordering::SeqCst);
    let mut observed = finish(kind, stage, told, tries, before);
    // Between two polls a conversation waits, and not one of its calls.
    let longest = match kind {
        Kind::Wait => took,
        _ => Duration::from_millis(attempts.longest.load(Ordering::SeqCst)),
    };
    if let Some(least) = stage.least.filter(|least| tries > 1 && longest < *least) {
        observed.faults.push(format!("it waited for {longest:?}, not {least:?}"));
    }
    observed
}

/// What an observer is shown of the attempts of a cell.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    pub(super) count: AtomicU32,
    /// The longest wait before one, in milliseconds.
    longest: AtomicU64,
}

/// A core for the stage, and what an observer is shown of its calls.
pub(super) fn core(kind: Kind, stage: &Stage) -> (Api, Arc<Attempts>) {
    let url = match &stage.at {
        At::Script(script) => script.url(),
        At::Tls(server) => server.url(),
        At::Url(url) => url,
    };
    let attempts = Arc::new(Attempts::default());
    let seen = Arc::clone(&attempts);
    let is_explained = matches!(kind, Kind::Sync | Kind::Retry);
    let mut builder =
        api(url).timeouts(stage.limits).allow_insecure_http().on_attempt(move |attempt| {
            secrets::observe(attempt);
            let wait = attempt.delay.unwrap_or_default().as_millis();
            seen.longest.fetch_max(u64::try_from(wait).unwrap_or(u64::MAX), Ordering::SeqCst);
            // The read that explains an answer is counted by the server.
            if is_explained && attempt.route.path == "/api/workflows/{workflow}/executions/{run}" {
                return;
            }
            seen.count.fetch_add(1, Ordering::SeqCst);
        });
    if let Some(limit) = stage.response_limit {
        builder = builder.response_limit(limit);
    }
    (builder.proven(), attempts)
}

/// Between two looks at what a server has seen.
pub(super) const TICK: Duration = Duration::from_millis(1);

/// How long a transport has to see that a kept connection was closed.
const LOOK: Duration = Duration::from_millis(300);

/// How long a request may be on its way to a server that is not asked to wait for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Makes a read, and gives the connection that it used the time to be what it will be.
fn warm<S: Subject>(subject: &S, api: &Api, stage: &Stage, kept: Kept) -> usize {
    subject.drive(api.call(kind::read()).expect("a call")).expect("the first answer is good");
    if let (At::Script(script), Kept::Closed) = (&stage.at, kept) {
        // A transport that looks at its connections all the time closes its end, one that looks when it needs
        // one does not.
        let began = Instant::now();
        while script.parted() == 0 && (script.closed() == 0 || began.elapsed() < LOOK) {
            std::thread::sleep(TICK);
        }
    }
    // A call elsewhere lets the transport see what became of the connection in the meantime.
    let other = Script::new([Kind::Read.good()]);
    let mut elsewhere = api.clone();
    elsewhere.set_base_url(other.url()).expect("a base URL");
    subject.drive(elsewhere.call(kind::read()).expect("a call")).expect("a good answer");
    seen(stage).len()
}

pub(super) fn seen(stage: &Stage) -> Vec<Seen> {
    match &stage.at {
        At::Script(script) => script.seen(),
        At::Tls(_) | At::Url(_) => Vec::new(),
    }
}

/// Makes the call that stands for its kind.
pub(super) fn call<S: Subject>(subject: &S, api: &Api, kind: Kind, input: Option<usize>) -> Told {
    let mut execute = kind::execute();
    if let Some(size) = input {
        // Only the size matters here, and a long text takes long to escape.
        let json = format!("{{\"n\":\"{}\"}}", "x".repeat(size));
        execute = execute.input(RawValue::from_string(json).expect("JSON"));
    }
    match kind {
        Kind::Read => plain(subject, api, kind::read()),
        Kind::Cancel => plain(subject, api, kind::cancel()),
        Kind::Queue => plain(subject, api, execute.queue()),
        Kind::Sync => ended(api.call(execute), subject),
        Kind::Retry => ended(api.call(execute.retry(quick(3))), subject),
        Kind::Wait => ended(api.wait(kind::handle(), kind::patience()), subject),
        Kind::Once => ended(api.once(kind::once()), subject),
        Kind::Stream => streamed(subject, execute.stream().select(["b.content"]), usize::MAX),
    }
}

fn plain<S: Subject, E: Endpoint>(subject: &S, api: &Api, endpoint: E) -> Told {
    match api.call(endpoint).and_then(|exchange| subject.drive(exchange)) {
        Ok(_) => ("Ok".to_owned(), None),
        Err(error) => (words::error(&error), Some(error)),
    }
}

fn ended<S: Subject, X>(exchange: Result<X>, subject: &S) -> Told
where
    X: Exchange<Output = sim_core::WorkflowExecutionResult>,
{
    match exchange.and_then(|exchange| subject.drive(exchange)) {
        Ok(result) => (words::result(&result), None),
        Err(error) => (words::error(&error), Some(error)),
    }
}

pub(super) fn streamed<S: Subject>(
    subject: &S,
    endpoint: impl StreamEndpoint,
    count: usize,
) -> Told {
    match subject.stream(endpoint, count) {
        Ok(mut events) => {
            let words = words::stream(&events);
            (words, events.pop().and_then(Result::err))
        }
        Err(error) => (words::error(&error), Some(error)),
    }
}

/// Looks at what reached the wire.
pub(super) fn finish(
    kind: Kind,
    stage: &Stage,
    (outcome, error): Told,
    tries: u32,
    before: usize,
) -> Observed {
    arrive(stage, before + usize::try_from(tries).expect("a small number"));
    let seen = seen(stage).split_off(before);
    let starts: Vec<_> = seen.iter().filter_map(|seen| seen.header("x-execution-id")).collect();
    let mut faults: Vec<_> =
        seen.iter().filter_map(|seen| request_faults(kind, seen, stage.input).err()).collect();
    if let Some(error) = &error {
        // The error of a flow tells of its last request alone.
        let own = match kind {
            Kind::Wait | Kind::Once => error.attempts(),
            _ => tries + looks(stage),
        };
        faults.extend(words::faults_of(error, own, starts.last().copied()));
    }
    if let Some(decoy) = stage.decoy.as_ref().filter(|decoy| !decoy.seen().is_empty()) {
        faults.push(format!("the other host was asked: {:?}", decoy.seen()));
    }
    if let (Some(most), At::Script(script)) = (stage.most, &stage.at) {
        let (sent, most) = (settled(script), most * seen.len() as u64);
        if sent > most {
            faults.push(format!("{sent} bytes were taken, not at most {most}"));
        }
    }
    let requests = match &stage.at {
        At::Tls(server) => server.requests(),
        At::Script(_) | At::Url(_) => seen.len(),
    };
    Observed { outcome, tries, requests, ids: ids(&starts), faults }
}

/// Waits until so many requests have reached the server, for a while: a busy one takes them after the client gave up.
fn arrive(stage: &Stage, count: usize) {
    let At::Script(script) = &stage.at else { return };
    let began = Instant::now();
    while script.seen().len() + script.broken_off() < count && began.elapsed() < PATIENCE {
        std::thread::sleep(TICK);
    }
}

/// What a server had sent when the client left.
fn settled(script: &Script) -> u64 {
    let began = Instant::now();
    while script.left() == 0 && began.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(TICK);
    }
    script.sent()
}

/// How many reads explained an answer.
fn looks(stage: &Stage) -> u32 {
    match &stage.at {
        At::Script(script) => u32::try_from(script.looks()).expect("a small number"),
        At::Tls(_) | At::Url(_) => 0,
    }
}
