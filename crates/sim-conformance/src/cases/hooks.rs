//! What a program hooks into each attempt is asked for each attempt, and nobody is shown the key.

use std::sync::{Arc, Mutex};

use http::{HeaderName, HeaderValue};
use sim_core::transport::Bare;
use sim_core::{Api, ClientBuilder, Credentials, ErrorKind, ExecuteWorkflow, Raw};

use super::run;
use super::streams::{FINAL, TEXT, frames};
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{KEY, Proven as _, api, quick};

const REFUSED: &str = r#"{"error":"Invalid API key"}"#;
const OVERLOADED: &str = r#"{"error":"m","code":"SERVICE_OVERLOADED"}"#;

/// What a provider was asked: whether the server had refused the last key.
type Asked = Arc<Mutex<Vec<bool>>>;

/// A core whose provider gives a stale key until it is asked for a fresh one.
fn provided(url: &str) -> (ClientBuilder<Bare>, Asked) {
    let asked = Asked::default();
    let list = Arc::clone(&asked);
    let builder = api(url).credentials_provider(move |question| {
        list.lock().expect("no panic holds it").push(question.is_refused);
        Ok(Credentials::api_key(if question.is_refused { KEY } else { "stale" })?)
    });
    (builder, asked)
}

/// The values of a header, in the order in which the requests arrived.
fn sent(script: &Script, name: &str) -> Vec<String> {
    let seen = script.seen();
    seen.iter().map(|seen| seen.header(name).unwrap_or("-").to_owned()).collect()
}

pub fn a_provider_is_asked_again_after_a_401<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::json(401, REFUSED), Reply::json(200, "{}")]);
    let (builder, asked) = provided(script.url());
    run(subject, &builder.build().expect("a core"), Raw::get("/api/x")).expect("a good key");
    assert_eq!(sent(&script, "x-api-key"), ["stale", KEY]);
    assert_eq!(*asked.lock().expect("no panic holds it"), [false, true]);

    let script = Script::new([Reply::json(401, REFUSED)]);
    let (builder, asked) = provided(script.url());
    let refused = run(subject, &builder.build().expect("a core"), Raw::get("/api/x"));
    let error = refused.expect_err("no key is good");
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!((script.seen().len(), asked.lock().expect("no panic holds it").len()), (2, 2));
}

pub fn a_provider_is_asked_before_each_attempt<S: Subject>(subject: &impl Fn(Api) -> S) {
    let overloaded = || Reply::json(503, OVERLOADED);
    let script = Script::new([overloaded(), overloaded(), Reply::json(200, "{}")]);
    let (builder, asked) = provided(script.url());
    run(subject, &builder.build().expect("a core"), Raw::get("/api/x")).expect("an answer");
    assert_eq!(sent(&script, "x-api-key"), ["stale"; 3]);
    assert_eq!(*asked.lock().expect("no panic holds it"), [false; 3]);
}

pub fn an_interceptors_header_is_on_the_wire_for_each_attempt<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let name = HeaderName::from_static("x-attempt");
    let numbered = |url: &str| {
        let name = name.clone();
        api(url).interceptor(move |outgoing| {
            let shown = format!("{outgoing:?} {:?}", outgoing.headers());
            assert!(!shown.contains(KEY) && !outgoing.headers().contains_key("x-api-key"));
            outgoing.insert(name.clone(), HeaderValue::from(outgoing.attempt()));
            Ok(())
        })
    };
    let script = Script::new([Reply::json(503, OVERLOADED), Reply::json(200, "{}")]);
    let api = numbered(script.url()).build().expect("a core");
    run(subject, &api, Raw::get("/api/x")).expect("an answer");
    assert_eq!(sent(&script, "x-attempt"), ["1", "2"]);
    assert_eq!(sent(&script, "x-api-key"), [KEY, KEY]);

    let script = Script::new([Reply::close(frames(&[TEXT, FINAL]))]);
    let api = numbered(script.url()).proven();
    let events = subject(api).stream(ExecuteWorkflow::new("wf-1").stream(), 9).expect("a stream");
    assert_eq!((events.len(), sent(&script, "x-attempt")), (2, vec!["1".to_owned()]));
}

pub fn what_an_interceptor_or_a_provider_refuses_never_leaves<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let script = Script::new([Reply::json(200, "{}")]);
    let policy = quick(2);
    let refusing = api(script.url()).interceptor(|_| Err("not on a Friday".into()));
    let without = api(script.url()).credentials_provider(|_| Err("the vault is sealed".into()));
    let table = [(refusing, ErrorKind::Interceptor), (without, ErrorKind::Credentials)];
    for (builder, kind) in table {
        let api = builder.build().expect("a core");
        let refused = run(subject, &api, ExecuteWorkflow::new("wf-1").retry(policy));
        let error = refused.expect_err("it may not go");
        assert_eq!((error.kind(), error.may_have_started()), (&kind, false), "{error}");
    }
    assert!(script.seen().is_empty());
}
