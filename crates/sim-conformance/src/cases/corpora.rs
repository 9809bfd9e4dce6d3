//! Many odd inputs, each with what must become of it: the lists stand in `corpora`.

use sim_core::v1::{GetJobStatus, GetUsageLimits, GetWorkflowStatus};
use sim_core::{
    Api, CancelRun, Credentials, Error, ErrorKind, ExecuteWorkflow, Generation, GetRun, Result,
    ResumeRun, RetryPolicy,
};

use crate::corpora::refusals::Is;
use crate::corpora::{base_urls, headers, headers::Tells, ids, keys, refusals};
use crate::script::{Reply, Script, Seen};
use crate::secrets::assert_silent;
use crate::subject::Subject;
use crate::tools::{Proven as _, api};

/// A core that tries once, and a subject over it.
fn once<S: Subject>(subject: &impl Fn(Api) -> S, url: &str, generation: Generation) -> (Api, S) {
    let api = api(url).retry_policy(RetryPolicy::NEVER).generation(generation);
    let api = api.proven();
    (api.clone(), subject(api))
}

fn assert_refused(error: &Error, what: &str) {
    let told = (error.kind(), error.code(), error.attempts());
    assert_eq!(told, (&ErrorKind::Request, "INVALID_REQUEST", 0), "{what:?}: {error}");
}

pub fn a_hostile_id_is_one_segment_or_never_leaves<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::json(404, "{}")]);
    let mut wanted = Vec::new();
    for (generation, root, runs) in
        [(Generation::V1, "/api", "executions"), (Generation::V2, "/api/v2", "runs")]
    {
        let (api, subject) = once(subject, script.url(), generation);
        for (id, segment) in ids::all() {
            macro_rules! send {
                ($endpoint:expr, $target:expr) => {
                    let outcome =
                        api.call($endpoint).and_then(|call| subject.drive(call)).map(drop);
                    match &segment {
                        Some(_) => wanted.push($target),
                        None => assert_refused(&outcome.expect_err("a refusal"), &id),
                    }
                };
            }
            let at = segment.clone().unwrap_or_default();
            send!(GetJobStatus::new(&id), format!("/api/jobs/{at}"));
            send!(GetWorkflowStatus::new(&id), format!("/api/workflows/{at}/status"));
            send!(ExecuteWorkflow::new(&id), format!("{root}/workflows/{at}/execute"));
            send!(GetRun::new(&id, "r"), format!("{root}/workflows/{at}/{runs}/r"));
            send!(GetRun::new("w", &id), format!("{root}/workflows/w/{runs}/{at}"));
            send!(CancelRun::new(&id, &id), format!("{root}/workflows/{at}/{runs}/{at}/cancel"));
            if generation == Generation::V1 {
                send!(ResumeRun::new("w", "r", &id), format!("/api/resume/w/r/{at}"));
            }
        }
    }
    let seen = script.seen();
    for (seen, wanted) in seen.iter().zip(&wanted) {
        assert_eq!(seen.target(), wanted);
    }
    assert_eq!(seen.len(), wanted.len());
}

pub fn a_hostile_run_id_is_sent_as_it_is_or_never_leaves<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::json(400, r#"{"error":"m"}"#)]);
    let mut wanted = Vec::new();
    for (generation, header) in [(Generation::V1, "x-execution-id"), (Generation::V2, "x-run-id")] {
        let (api, subject) = once(subject, script.url(), generation);
        for (id, path) in ids::all() {
            let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:".contains(&b));
            // What no path can name could not be looked up.
            let taken = plain && path.is_some() && id.len() <= 128;
            let call = api.call(ExecuteWorkflow::new("wf-1").run_id(&id));
            let error = call.and_then(|call| subject.drive(call)).expect_err("no");
            if taken {
                wanted.push((header, id));
            } else {
                assert_refused(&error, &id);
            }
        }
    }
    assert!(wanted.len() >= 130, "{}", wanted.len());
    let seen = script.seen();
    assert_eq!(seen.len(), wanted.len());
    for (seen, (header, id)) in seen.iter().zip(wanted) {
        assert_eq!(seen.header(header), Some(&*id));
    }
}

pub fn a_bad_base_url_makes_no_client<S: Subject>(_: &impl Fn(Api) -> S) {
    let mut good = api("https://sim.example").proven();
    for url in base_urls::BAD {
        let refused = [api(url).build().map(drop), good.set_base_url(url)];
        for refused in refused {
            let error = refused.expect_err(url);
            assert_refused(&error, url);
            assert!(!format!("{error} {error:?}").contains("SECRET"), "{error}");
        }
    }
    assert_eq!(good.base_url(), "https://sim.example", "what is refused changes nothing");
}

pub fn a_good_base_url_has_one_spelling<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (url, spelling) in base_urls::GOOD {
        assert_eq!(api(url).build().expect(url).base_url(), *spelling, "{url}");
    }
    let script = Script::new([Reply::json(404, "{}")]);
    let (api, subject) = once(subject, script.url(), Generation::V2);
    for (path, _) in base_urls::PATHS {
        let mut api = api.clone();
        api.set_base_url(&format!("{}{path}", script.url())).expect(path);
        let call = api.call(GetJobStatus::new("j")).expect("a call");
        assert!(subject.drive(call).is_err());
    }
    let seen = script.seen();
    let targets: Vec<_> = seen.iter().map(Seen::target).collect();
    let wanted: Vec<_> =
        base_urls::PATHS.iter().map(|(_, on)| format!("{on}/api/jobs/j")).collect();
    assert_eq!(targets, wanted);
}

pub fn a_bad_key_makes_no_client<S: Subject>(_: &impl Fn(Api) -> S) {
    let mut good = api("https://sim.example").proven();
    for key in keys::bad() {
        let refused = [
            api("https://sim.example").api_key(&key).build().map(drop),
            Credentials::api_key(&key).map(drop),
            Credentials::bearer(&key).map(drop),
            good.set_api_key(&key),
        ];
        for refused in refused {
            let error = refused.expect_err("a refusal");
            assert_refused(&error, &key);
            assert!(!format!("{error} {error:?}").contains("SECRET"), "{error}");
        }
    }
}

pub fn a_good_key_is_sent_as_it_is<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::json(404, "{}")]);
    let (api, subject) = once(subject, script.url(), Generation::V2);
    for key in keys::GOOD {
        let mut api = api.clone();
        api.set_api_key(key).expect("a key");
        assert!(subject.drive(api.call(GetJobStatus::new("j")).expect("a call")).is_err());
    }
    let seen = script.seen();
    let sent: Vec<_> = seen.iter().filter_map(|seen| seen.header("x-api-key")).collect();
    assert_eq!(sent, keys::GOOD);
}

/// Answers that refuse, one for each body, and the subject that gets them.
fn refusing<S: Subject>(
    subject: &impl Fn(Api) -> S,
    status: u16,
    bodies: &[(Vec<u8>, Is)],
    generation: Generation,
) -> (Script, Api, S) {
    let reply = |(body, _): &(Vec<u8>, Is)| {
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", body.len());
        Reply::keep_open([head.as_bytes(), body].concat())
    };
    let script = Script::new(bodies.iter().map(reply));
    let (api, subject) = once(subject, script.url(), generation);
    (script, api, subject)
}

/// Asserts that an error tells what the body of the refusal was.
fn assert_tells(error: &Error, status: u16, body: &[u8], is: &Is) {
    let what = String::from_utf8_lossy(&body[..body.len().min(200)]);
    let default = if status == 400 { "BAD_REQUEST" } else { "SERVER_ERROR" };
    let (code, message) = match is {
        Is::Refusal(code, message) | Is::Beside(code, message) => (code.as_deref(), Some(message)),
        Is::CodeAlone(code) => (Some(code.as_str()), None),
        Is::FailedRun(message) => (None, Some(message)),
        Is::NoJson | Is::NoRefusal => (None, None),
    };
    // A code that the SDK does not know is the server's own word.
    assert_eq!(error.code(), default, "{what}");
    let words = error
        .detail_code()
        .or(error.server_code())
        .map(|words| words.replace(char::is_control, ""));
    assert_eq!(words.is_some(), code.is_some(), "{what}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{what}");
    assert_eq!(error.body(), &body[..body.len().min(64 * 1024)], "{what}");
    match message {
        Some(message) if !message.is_empty() => assert_eq!(error.message(), message, "{what}"),
        // Whatever there was, there are words, and they fit in a line.
        _ => assert!(!error.message().is_empty(), "{what}"),
    }
    assert!(error.message().chars().count() <= 301, "{what}");
    assert!(!error.to_string().chars().any(char::is_control), "{what}");
    assert_silent(error);
}

pub fn a_malformed_refusal_of_a_read_is_the_apis_error<S: Subject>(subject: &impl Fn(Api) -> S) {
    let bodies = refusals::all();
    for status in [400, 500] {
        let (script, api, subject) = refusing(subject, status, &bodies, Generation::V2);
        for (body, is) in &bodies {
            let call = api.call(GetUsageLimits::new()).expect("a call");
            let error = subject.drive(call).expect_err("a refusal");
            assert_eq!(error.kind(), &ErrorKind::Api, "{is:?}: {error:?}");
            assert_tells(&error, status, body, is);
        }
        assert_eq!(script.seen().len(), bodies.len(), "each was asked for once");
    }
}

pub fn a_malformed_refusal_of_an_execute_claims_no_more_than_it_proves<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let bodies = refusals::all();
    for (generation, status) in
        [(Generation::V1, 400), (Generation::V1, 500), (Generation::V2, 400), (Generation::V2, 500)]
    {
        let first = generation == Generation::V1;
        let (script, api, subject) = refusing(subject, status, &bodies, generation);
        for (body, is) in &bodies {
            let call = api.call(ExecuteWorkflow::new("wf-1").run_id("run-own")).expect("a call");
            let outcome = subject.drive(call);
            let what = String::from_utf8_lossy(&body[..body.len().min(200)]);
            match outcome {
                Ok(run) => panic!("{what} is no result: {run:?}"),
                Err(error) => {
                    // In the first generation a workflow may answer anything, and nothing explains it here.
                    let proves = !first
                        && (status == 400
                            || !matches!(is, Is::NoJson | Is::NoRefusal | Is::CodeAlone(_)));
                    let kind = match error.kind() {
                        ErrorKind::Ambiguous { cause, .. } if !proves => cause,
                        kind => kind,
                    };
                    assert_eq!(kind, &ErrorKind::Api, "{what}: {error:?}");
                    assert_eq!(error.is_ambiguous(), !proves, "{what}: {error:?}");
                    assert_eq!(error.run_id().map(sim_core::RunId::as_str), Some("run-own"));
                    assert_tells(&error, status, body, is);
                }
            }
        }
        assert_eq!(script.seen().len(), bodies.len(), "each was sent once");
    }
}

/// Asks once for each head of the list, over one server.
fn headed<S: Subject>(subject: &impl Fn(Api) -> S, lines: &[u8], tells: &Tells) -> Result<()> {
    let head = [b"HTTP/1.1 404 X\r\n", lines, b"\r\ncontent-length: 2\r\n\r\n{}"].concat();
    let script = Script::new([Reply::close(head)]);
    let (api, subject) = once(subject, script.url(), Generation::V2);
    let call = api.call(GetUsageLimits::new())?;
    let outcome = subject.drive(call).map(drop);
    assert_eq!(script.seen().len(), 1, "{tells:?}");
    outcome
}

pub fn a_malformed_header_is_a_hint_that_is_not_there<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (lines, tells) in headers::all() {
        let what = String::from_utf8_lossy(&lines[..lines.len().min(100)]).into_owned();
        let error = headed(subject, &lines, &tells).expect_err("a refusal");
        if tells == Tells::Broken {
            assert_eq!(error.kind(), &ErrorKind::Protocol, "{what}: {error:?}");
            continue;
        }
        assert_eq!(
            (error.kind(), error.code()),
            (&ErrorKind::Decode, "INVALID_RESPONSE"),
            "{what}: {error:?}"
        );
        let limits = error.rate_limit().copied().unwrap_or_default();
        let told = match tells {
            Tells::Wait(_) => Tells::Wait(error.retry_after().map(|wait| wait.as_secs())),
            Tells::Limit(_) => Tells::Limit(limits.limit),
            Tells::Remaining(_) => Tells::Remaining(limits.remaining),
            Tells::Reset(_) => Tells::Reset(limits.reset.map(jiff::Timestamp::as_second)),
            Tells::Request(id) => {
                assert_eq!(error.request_id(), id, "{what}");
                continue;
            }
            Tells::Nothing | Tells::Broken => Tells::Nothing,
        };
        assert_eq!(told, tells, "{what}");
        let other = matches!(tells, Tells::Nothing | Tells::Wait(None));
        assert!(!other || error.rate_limit().is_none(), "{what}: {error:?}");
    }
}
