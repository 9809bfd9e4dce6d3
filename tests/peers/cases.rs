//! The cases: a server, a key, and calls.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sim_mock::{
    Agent, Builder, Failure, Fault, Faults, KEY, Limits, Outcome, ResponseBlock, Scope, Sim,
    Status, Usage, Workflow,
};

use crate::step::{Step, file};

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) server: fn() -> Builder,
    pub(crate) key: &'static str,
    pub(crate) steps: Vec<Step>,
}

impl Case {
    pub(crate) fn new(name: &'static str, steps: impl Into<Vec<Step>>) -> Self {
        Self { name, server, key: KEY, steps: steps.into() }
    }

    pub(crate) fn server(mut self, server: fn() -> Builder) -> Self {
        self.server = server;
        self
    }

    pub(crate) fn bad_key(mut self) -> Self {
        self.key = "sk-sim-wrong";
        self
    }
}

pub(crate) fn server() -> Builder {
    Sim::demo()
        .workflow(Workflow::new("theirs", |_| json!({})).foreign())
        .workflow(Workflow::new("edited", |_| json!({})).needs_redeployment())
        .workflow(Workflow::new("list", |_| ResponseBlock::new(json!([1, 2]))))
        .workflow(Workflow::new("busy", |_| ResponseBlock::new(json!({"mine": true})).status(429)))
        .workflow(Workflow::new("denied", |_| {
            ResponseBlock::new(json!({"reason": "no"})).status(403)
        }))
        .workflow(Workflow::new("partly", |_| {
            Failure::new("Agent: it broke").status(422).output(json!({"so": "far"}))
        }))
        .workflow(Workflow::new("agent", |_| {
            Agent::new("assistant").named("Assistant").says("Hello ").says("Ann")
        }))
        .workflow(Workflow::new("cancels", |_| Outcome::cancelled()))
        .workflow(Workflow::new("lasts", |_| Outcome::timed_out(Duration::from_secs(3))))
}

/// Returns a server whose bucket stays empty, since nobody waits a minute for a refill.
fn no_tokens() -> Builder {
    let empty = Faults::seeded(1).share(1.0).among([Fault::Bucket]);
    server().faults(empty.only(Scope::Executes))
}

fn refilled() -> Builder {
    server().faults(Faults::script([Fault::Bucket]).only(Scope::Executes))
}

fn no_admission() -> Builder {
    server().limits(Limits::unlimited().admission(0))
}

fn no_money() -> Builder {
    server().usage(Usage::new(10.0, 10.0))
}

pub(crate) fn execute(workflow: &'static str, input: Value) -> Step {
    Step::Execute { workflow, input, timeout: None }
}

pub(crate) fn ended(sim: &Sim) {
    let limit = Instant::now() + Duration::from_secs(10);
    let ended = |status| matches!(status, Status::Paused | Status::Completed | Status::Failed);
    while !sim.runs().iter().all(|run| ended(run.status)) && Instant::now() < limit {
        thread::sleep(Duration::from_millis(1));
    }
}

pub(crate) fn all() -> Vec<Case> {
    [inputs(), results(), refusals(), jobs(), retries(), reads(), handle()]
        .into_iter()
        .flatten()
        .collect()
}

fn inputs() -> Vec<Case> {
    let mut files = json!({"documents": [file("/home/ann/doc.txt", "text/plain", "file content")]});
    files["one"] = file("a.bin", "application/octet-stream", "\u{1}");
    vec![
        Case::new("an object", [execute("greet", json!({"name": "Ann"}))]),
        Case::new("an object in objects", [execute("echo", json!({"a": {"b": [1.5, null, "ü"]}}))]),
        Case::new("an empty object", [execute("echo", json!({}))]),
        Case::new("a text", [execute("echo", json!("hello"))]),
        Case::new("a number", [execute("echo", json!(7))]),
        Case::new("a flag", [execute("echo", json!(false))]),
        Case::new("a list", [execute("echo", json!([1, {"a": 2}]))]),
        Case::new("no input", [execute("echo", json!(null))]),
        Case::new("files", [execute("echo", files)]),
        Case::new("a control key", [execute("echo", json!({"stream": true}))]),
        Case::new("sync", [Step::Sync { workflow: "greet", input: json!({"name": "Ann"}) }]),
    ]
}

fn results() -> Vec<Case> {
    let run = |workflow| [execute(workflow, json!({"amount": 5}))];
    vec![
        Case::new("a failed run", run("fails")),
        Case::new("a failed run with output", run("partly")),
        Case::new("a cancelled run", run("cancels")),
        Case::new("a run past its limit", run("lasts")),
        Case::new("a paused run", run("approval")),
        Case::new("a response block", run("response")),
        Case::new("a response block with a list", run("list")),
        Case::new("a response block with 429", run("busy")),
        Case::new("a response block with 403", run("denied")),
        Case::new(
            "an old server's result",
            [
                Step::Server(|sim| {
                    let body = json!({
                        "success": true, "output": {"a": 1}, "logs": [{"b": 2}],
                        "metadata": {"duration": 5}, "traceSpans": [{"c": 3}], "totalDuration": 1500
                    });
                    sim.fail_next(200, &[], &body.to_string());
                }),
                execute("greet", json!({})),
            ],
        ),
        Case::new(
            "patience of the client",
            [Step::Execute { workflow: "slow", input: json!({}), timeout: Some(0.3) }],
        ),
        Case::new("a stream", [Step::Stream { workflow: "greet", outputs: None }]),
        Case::new(
            "a stream of an agent",
            [Step::Stream { workflow: "agent", outputs: Some("Assistant.content") }],
        ),
        Case::new("a stream of a failed run", [Step::Stream { workflow: "fails", outputs: None }]),
        Case::new("a stream of a draft", [Step::Stream { workflow: "draft", outputs: None }]),
        Case::new(
            "a stream that breaks off",
            [
                Step::Server(|sim| {
                    let head = [("content-type", "text/event-stream")];
                    sim.fail_next(200, &head, "data: {\"blockId\":\"a\",\"chunk\":\"Hello\"}\n\n");
                }),
                Step::Stream { workflow: "greet", outputs: None },
            ],
        ),
    ]
}

fn refusals() -> Vec<Case> {
    let run = |workflow| [execute(workflow, json!({}))];
    let after = |happens: fn(&Sim)| [Step::Server(happens), execute("greet", json!({}))];
    vec![
        Case::new("not deployed", run("draft")),
        Case::new("unknown", run("nowhere")),
        Case::new("of another workspace", run("theirs")),
        Case::new("a bad key", run("greet")).bad_key(),
        Case::new("no money", run("greet")).server(no_money),
        Case::new("no tokens", run("greet")).server(no_tokens),
        Case::new("no admission", run("greet")).server(no_admission),
        Case::new(
            "a web page",
            after(|sim| sim.fail_next(502, &[("content-type", "text/html")], "<html>")),
        ),
        Case::new("a bare text", after(|sim| sim.fail_next(400, &[], "\"no\""))),
        Case::new(
            "an error in the new envelope",
            after(|sim| {
                let body = json!({"error": {"code": "BAD_REQUEST", "message": "no such field"}});
                sim.fail_next(400, &[], &body.to_string());
            }),
        ),
        Case::new("no JSON", after(|sim| sim.fail_next(200, &[], "<html>"))),
        Case::new(
            "nobody there",
            [Step::SetBaseUrl("http://127.0.0.1:1"), execute("greet", json!({}))],
        ),
    ]
}

fn jobs() -> Vec<Case> {
    let queue = |workflow| Step::Queue { workflow, input: json!({"name": "Ann"}) };
    vec![
        Case::new(
            "a job that waits",
            [Step::Server(Sim::hold_queue), queue("greet"), Step::Job("{job}")],
        ),
        Case::new("a job that ended", [queue("greet"), Step::Server(ended), Step::Job("{job}")]),
        Case::new("a job that failed", [queue("fails"), Step::Server(ended), Step::Job("{job}")]),
        Case::new("a job that nobody knows", [Step::Job("nothing")]),
        Case::new("a job and a bad key", [Step::Job("nothing")]).bad_key(),
        Case::new("queueing a draft", [queue("draft")]),
        Case::new(
            "an old server's receipt",
            [
                Step::Server(|sim| {
                    let body = json!({
                        "success": true, "taskId": "task-1", "status": "queued",
                        "createdAt": "2025-11-01T00:00:00.000Z", "links": {"status": "/api/jobs/task-1"}
                    });
                    sim.fail_next(202, &[], &body.to_string());
                }),
                queue("greet"),
            ],
        ),
        Case::new(
            "an old server's job",
            [
                Step::Server(|sim| {
                    let body = json!({
                        "success": true, "taskId": "task-1", "status": "queued",
                        "metadata": {"startedAt": "2025-11-01T00:00:00.000Z"}, "estimatedDuration": 180_000
                    });
                    sim.fail_next(200, &[], &body.to_string());
                }),
                Step::Job("task-1"),
            ],
        ),
    ]
}

fn retries() -> Vec<Case> {
    let retry = |workflow| Step::Retry { workflow, retries: 2 };
    vec![
        Case::new("no need to retry", [retry("greet")]),
        Case::new("limited until it refills", [retry("greet")]).server(refilled),
        Case::new(
            "limited without a trace",
            [
                Step::Server(|sim| {
                    let body = json!({"error": "Rate limit exceeded. Please try again later."});
                    sim.fail_next(429, &[], &body.to_string());
                }),
                retry("greet"),
            ],
        ),
        Case::new("always limited", [retry("greet")]).server(no_tokens),
        Case::new(
            "overloaded once",
            [
                Step::Server(|sim| {
                    let body =
                        json!({"error": "Server is overloaded", "code": "SERVICE_OVERLOADED"});
                    sim.fail_next(503, &[], &body.to_string());
                }),
                retry("greet"),
            ],
        ),
        Case::new("retrying a response block with 429", [retry("busy")]),
        Case::new("retrying a failed run", [retry("fails")]),
        Case::new("retrying with a bad key", [retry("greet")]).bad_key(),
    ]
}

fn reads() -> Vec<Case> {
    let both = |workflow| [Step::Status(workflow), Step::Validate(workflow)];
    vec![
        Case::new("status", both("greet")),
        Case::new("status of an edited one", both("edited")),
        Case::new("status of a draft", both("draft")),
        Case::new("status of an unknown one", both("nowhere")),
        Case::new("status of another workspace", both("theirs")),
        Case::new("status and a bad key", both("greet")).bad_key(),
        Case::new(
            "status of nobody there",
            [
                Step::SetBaseUrl("http://127.0.0.1:1"),
                Step::Status("greet"),
                Step::Validate("greet"),
            ],
        ),
        Case::new("status of a hostile id", both("a/b?c#d")),
        Case::new("usage", [Step::Usage]),
        Case::new("usage of one that paid", [Step::Usage]).server(no_money),
        Case::new("usage and a bad key", [Step::Usage]).bad_key(),
    ]
}

fn handle() -> Vec<Case> {
    let usage_with = |headers: fn(&Sim)| [Step::Server(headers), Step::Usage, Step::RateLimit];
    vec![
        Case::new("no rate limit seen", [execute("greet", json!({})), Step::RateLimit]),
        Case::new(
            "a rate limit",
            usage_with(|sim| {
                limits(
                    sim,
                    &[
                        ("x-ratelimit-limit", "8"),
                        ("x-ratelimit-remaining", "7"),
                        ("x-ratelimit-reset", "1795458384"),
                        ("retry-after", "2"),
                    ],
                );
            }),
        ),
        Case::new(
            "a rate limit with today's reset",
            usage_with(|sim| {
                limits(
                    sim,
                    &[
                        ("x-ratelimit-limit", "8"),
                        ("x-ratelimit-remaining", "7"),
                        ("x-ratelimit-reset", "2026-11-23T18:26:24.158Z"),
                    ],
                );
            }),
        ),
        Case::new("retry-after alone", usage_with(|sim| limits(sim, &[("retry-after", "2")]))),
        Case::new("another key", [Step::Status("greet"), Step::SetKey(KEY), Step::Status("greet")])
            .bad_key(),
        Case::new("a key that cannot be sent", [Step::SetKey("a\nb"), Step::Status("greet")]),
        Case::new("another base URL", [Step::SetBaseUrl("{url}/"), Step::Status("greet")]),
        Case::new(
            "a base URL with a path",
            [Step::SetBaseUrl("{url}/sim/"), Step::Status("greet")],
        ),
        Case::new("close", [execute("greet", json!({})), Step::Close]),
        Case::new("a scope", [Step::Scoped { workflow: "greet", input: json!({"name": "Ann"}) }]),
    ]
}

/// Answers the next request, which asks for usage, with these headers.
fn limits(sim: &Sim, headers: &[(&str, &str)]) {
    let body = json!({"success": true, "rateLimit": {"sync": {}, "async": {}}, "usage": {}});
    sim.fail_next(200, headers, &body.to_string());
}
