//! Cells that are more than one call to one server.

use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::Value;
use sim_core::{Api, CancelToken, Result, RetryPolicy, Timeouts, WaitPolicy};
use sim_mock::{Agent, Sim, Workflow};

use super::cell::Observed;
use super::kind::{self, Kind};
use super::observe::{TICK, Told, call, core, finish, seen, streamed};
use super::stage::{At, Special, Stage, When};
use super::{released, words};
use crate::cases::cancels::{self, Point, cancelled};
use crate::reply::Reply;
use crate::script::Script;
use crate::subject::Subject;
use crate::tools::{KEY, Proven as _, api, is_connecting};

pub(super) fn observe<S: Subject>(
    subject: &impl Fn(Api) -> S,
    kind: Kind,
    special: Special,
    stage: &Stage,
) -> Observed {
    match special {
        Special::Crowd => crowd(subject, kind, stage),
        Special::Vanish => vanish(subject, kind),
        Special::Cancel(when) => cancel(subject, kind, when, stage),
        Special::Released(release) => released::observe(subject, kind, release),
    }
}

fn crowd<S: Subject>(subject: &impl Fn(Api) -> S, kind: Kind, stage: &Stage) -> Observed {
    // Two sockets for each call: more than one crowd at a time would be too many for some.
    static ROOM: Mutex<()> = Mutex::new(());
    let _room = ROOM.lock();
    let (api, attempts) = core(kind, stage);
    attempts.count.store(0, Ordering::SeqCst);
    let stalled = Script::new([Reply::stall("")]);
    let mut elsewhere = api.clone();
    elsewhere.set_base_url(stalled.url()).expect("a base URL");
    let subject = subject(api.clone());
    let told: Vec<Told> = std::thread::scope(|scope| {
        let limits = Timeouts::default().total(Duration::from_millis(300));
        let execute = elsewhere.call(kind::execute().timeouts(limits)).expect("a call");
        let slow = scope.spawn(|| subject.drive(execute));
        let token = CancelToken::new();
        let given_up = elsewhere.call(kind::execute().cancel(&token)).expect("a call");
        let cancelled = scope.spawn(|| subject.drive(given_up));
        let calls: Vec<_> =
            (0..100).map(|_| scope.spawn(|| call(&subject, &api, kind, None))).collect();
        let told = calls.into_iter().map(|call| call.join().expect("no panic")).collect();
        assert!(slow.join().expect("no panic").is_err(), "nobody answers it");
        while stalled.seen().len() < 2 {
            std::thread::sleep(TICK);
        }
        token.cancel();
        assert!(cancelled.join().expect("no panic").is_err_and(|error| error.is_cancelled()));
        told
    });
    let odd = told.iter().position(|(words, _)| *words != told[0].0).unwrap_or_default();
    let told = told.into_iter().nth(odd).expect("there were calls");
    // The two calls that stalled were made once each, and not here.
    let mut observed = finish(kind, stage, told, attempts.count.load(Ordering::SeqCst) - 2, 0);
    let seen = seen(stage);
    let mut ids: Vec<_> = seen.iter().filter_map(|seen| seen.header("x-execution-id")).collect();
    let starts = ids.len();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() < starts {
        observed.faults.push(format!("{starts} runs have {} ids", ids.len()));
    }
    observed.ids.clear();
    observed
}

fn vanish<S: Subject>(subject: &impl Fn(Api) -> S, kind: Kind) -> Observed {
    let slow = Workflow::new("wf-1", |input: Value| input).takes(Duration::from_secs(60));
    let talk = Workflow::new("wf-1", |_| Agent::new("b").says("Hello").says(" again"));
    let echo = Workflow::new("wf-1", |input: Value| input);
    let workflow = match kind {
        Kind::Sync => slow,
        Kind::Stream => talk,
        _ => echo,
    };
    let sim = Sim::builder().key(KEY).workflow(workflow);
    let sim = sim.disconnect_delay(Duration::from_millis(10)).start().expect("a server");
    let api = api(sim.url()).proven();
    let subject = subject(api.clone());
    let (words, _) = match kind {
        Kind::Stream => {
            sim.hold_streams();
            sim.pass_frames(1);
            streamed(&subject, kind::stream(), 1)
        }
        Kind::Queue => {
            sim.hold_queue();
            call(&subject, &api, kind, None)
        }
        _ => {
            let limited = kind::execute().timeout(Duration::from_millis(150));
            let error = subject.drive(api.call(limited).expect("a call")).expect_err("it is slow");
            (words::error(&error), Some(error))
        }
    };
    drop(subject);
    sim.release_queue();
    let outcome = format!("{}, the run is {}", words.trim(), ended(&sim));
    let requests = sim.requests().len();
    let tries = u32::try_from(requests).unwrap_or(u32::MAX);
    Observed { outcome, tries, requests, ids: "a".repeat(requests), faults: Vec::new() }
}

fn cancel<S: Subject>(
    subject: &impl Fn(Api) -> S,
    kind: Kind,
    when: When,
    stage: &Stage,
) -> Observed {
    let (api, _) = core(kind, stage);
    let api = cancels::core(api.base_url());
    let subject = subject(api.clone());
    let point = match when {
        When::Connecting | When::Sent => Point::Begun,
        When::Head => Point::Head,
        When::Again => Point::Again,
    };
    let ready = || match when {
        When::Connecting => is_connecting(api.base_url()),
        When::Sent => seen(stage).len() == 1,
        When::Head | When::Again => true,
    };
    let long = WaitPolicy::new();
    let error = match kind {
        Kind::Read => cancelled(&subject, ours(api.call(kind::read())), &point, ready),
        Kind::Cancel => cancelled(&subject, ours(api.call(kind::cancel())), &point, ready),
        Kind::Queue => cancelled(&subject, ours(api.call(kind::execute().queue())), &point, ready),
        Kind::Stream => cancelled(&subject, ours(api.stream(kind::stream())), &point, ready),
        Kind::Wait => cancelled(&subject, ours(api.wait(kind::handle(), long)), &point, ready),
        Kind::Once => cancelled(&subject, ours(api.once(kind::once())), &point, ready),
        Kind::Sync => cancelled(&subject, ours(api.call(kind::execute())), &point, ready),
        Kind::Retry => {
            let patient = kind::execute().retry(RetryPolicy::new());
            cancelled(&subject, ours(api.call(patient)), &point, ready)
        }
    };
    let tries = error.attempts();
    let mut observed = finish(kind, stage, (words::error(&error), Some(error)), tries, 0);
    let At::Script(script) = &stage.at else { return observed };
    // Whatever was under way is given up where it was.
    let began = Instant::now();
    let stalls = matches!(when, When::Sent | When::Head);
    while stalls && script.left() == 0 && began.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(TICK);
    }
    if stalls && script.left() != 1 {
        observed.faults.push("the server does not see that the caller has gone".to_owned());
    }
    observed
}

fn ours<X>(exchange: Result<X>) -> X {
    exchange.expect("an exchange")
}

/// How the only run ended, or how it stands after ten seconds.
fn ended(sim: &Sim) -> String {
    let began = Instant::now();
    loop {
        let status = sim.runs().first().map(|run| format!("{:?}", run.status).to_lowercase());
        let over = matches!(status.as_deref(), Some("completed" | "cancelled" | "failed"));
        if over || began.elapsed() > Duration::from_secs(10) {
            return status.unwrap_or_default();
        }
        std::thread::sleep(TICK);
    }
}
