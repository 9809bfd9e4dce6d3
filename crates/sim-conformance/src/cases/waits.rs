//! Waits for runs: their pace, their bounds, the states on the way, and what follows a stream that was cut.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sim_core::{
    Api, ErrorKind, ExecuteWorkflow, Generation, RunHandle, RunState, RunStatus, WaitBound,
    WaitPolicy,
};
use sim_mock::{Sim, Workflow};

use super::run;
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{KEY, api};

fn handle() -> RunHandle {
    RunHandle::new("wf-1", "mine")
}

fn quickly() -> WaitPolicy {
    WaitPolicy::new().interval(Duration::from_millis(2), Duration::from_millis(10))
}

fn reply(status: u16, headers: &str, body: &Value) -> Reply {
    let body = body.to_string();
    let length = body.len();
    Reply::keep_open(format!(
        "HTTP/1.1 {status} OK\r\n{headers}content-length: {length}\r\n\r\n{body}"
    ))
}

fn state(status: &str) -> Reply {
    let output = if status == "completed" { json!({"n": 7}) } else { Value::Null };
    let run = json!({"runId": "mine", "workflowId": "wf-1", "status": status, "output": output});
    reply(200, "", &json!({"data": run}))
}

pub fn a_refused_read_comes_again_when_the_server_wants_it<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let refusal = json!({"error": {"code": "RATE_LIMITED", "message": "API rate limit exceeded"}});
    let script = Script::new([
        state("running"),
        reply(429, "retry-after: 1\r\n", &refusal),
        state("completed"),
    ]);
    let api = api(script.url()).generation(Generation::V2).build().expect("a core");
    let wait = api.wait(handle(), quickly().failures(0)).expect("an exchange");
    let began = Instant::now();
    let result = subject(api).drive(wait).expect("a result");
    assert_eq!(result.output, json!({"n": 7}));
    assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(script.seen().len(), 3);
}

pub fn a_state_that_lasts_too_long_ends_the_wait<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new((0..500).map(|_| state("running")));
    let api = api(script.url()).generation(Generation::V2).build().expect("a core");
    let policy = quickly().bound(WaitBound::Working, Duration::from_millis(50));
    let wait = api.wait(handle(), policy).expect("an exchange");
    let error = subject(api).drive(wait).expect_err("it goes on");
    let cause = Box::new(ErrorKind::WaitBound(WaitBound::Working));
    assert_eq!(error.kind(), &ErrorKind::Ambiguous { run_id: Some("mine".into()), cause });
    assert_eq!((error.last_status(), error.handle()), (Some(&RunStatus::Running), Some(&handle())));
}

pub fn the_states_of_a_run_come_as_they_change<S: Subject>(subject: &impl Fn(Api) -> S) {
    let words = ["queued", "queued", "running", "running", "completed"];
    let script = Script::new(words.map(state));
    let api = api(script.url()).generation(Generation::V2).build().expect("a core");
    let mut watch = api.watch(handle(), quickly()).expect("an exchange");
    let (subject, began, mut seen) = (subject(api), Instant::now(), Vec::new());
    while let Some(delay) = watch.delay(began.elapsed()) {
        std::thread::sleep(delay);
        seen.push(subject.drive(&mut watch).expect("a state"));
    }
    let told: Vec<_> = seen.iter().map(|state| state.status().clone()).collect();
    assert_eq!(told, [RunStatus::Queued, RunStatus::Running, RunStatus::Completed]);
    assert!(
        matches!(seen.last(), Some(RunState::Outcome(result)) if result.output == json!({"n": 7}))
    );
    assert_eq!(script.seen().len(), words.len());
}

pub fn what_became_of_a_run_whose_stream_was_cut_is_found<S: Subject>(subject: &impl Fn(Api) -> S) {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let text = "data: {\"blockId\":\"b\",\"chunk\":\"Hello\"}\n\n";
    let script = Script::new([Reply::close(format!("{head}{text}")), state("completed")]);
    let api = api(script.url()).generation(Generation::V2).build().expect("a core");
    let subject = subject(api.clone());
    let stream = ExecuteWorkflow::new("wf-1").run_id("mine").stream();
    let mut events = subject.stream(stream, usize::MAX).expect("a stream");
    let error = events.pop().expect("an outcome").expect_err("it was cut");
    assert!(error.is_truncated() && error.handle().is_some_and(|it| it.run_id.as_str() == "mine"));
    let recovery = api.recover(error, quickly()).expect("an exchange");
    assert_eq!(subject.drive(recovery).expect("a result").result.output, json!({"n": 7}));
    let methods: Vec<_> =
        script.seen().iter().map(|seen| seen.head.split(' ').next().map(str::to_owned)).collect();
    assert_eq!(
        methods,
        [Some("POST".to_owned()), Some("GET".to_owned())],
        "it is never begun again"
    );
}

pub fn a_short_run_is_noticed_soon<S: Subject>(subject: &impl Fn(Api) -> S) {
    let short = Workflow::new("short", |input: Value| input).takes(Duration::from_millis(30));
    let sim = Sim::builder().key(KEY).workflow(short).start().expect("a server");
    let api = api(sim.url()).generation(Generation::V2).build().expect("a core");
    run(subject, &api, ExecuteWorkflow::new("short")).expect("a connection");
    let fastest = (0..5).map(|_| {
        let once = api.once(ExecuteWorkflow::new("short").once()).expect("an exchange");
        let began = Instant::now();
        subject(api.clone()).drive(once).expect("a result");
        began.elapsed()
    });
    // A busy machine may be slow, but not each time.
    let fastest = fastest.min().expect("one");
    assert!(fastest < Duration::from_millis(500), "{fastest:?}");
}
