//! Providers of credentials and interceptors, in simulated time.

use std::error::Error as _;
use std::sync::{Arc, Mutex};

use http::{HeaderName, HeaderValue};
use sim_core::transport::{Call, Exchange as _, Outcome, Step, ready};
use sim_core::v1::GetUsageLimits;
use sim_core::{
    Api, Claims, Credentials, Endpoint, Error, ErrorKind, ExecuteWorkflow, Generation, GetRun,
    RetryPolicy,
};

use super::{SECOND, answer, broken};
use sim_core::transport::{Phase, TransportErrorKind as Kind};

const REFUSED: &str = r#"{"error":{"code":"UNAUTHORIZED","message":"API key required"}}"#;
const DONE: &str = r#"{"data":{"runId":"r","status":"completed","output":{}}}"#;
const RUN: &str = r#"{"data":{"runId":"r","workflowId":"wf","status":"running"}}"#;

type Asked = Arc<Mutex<Vec<bool>>>;

/// A core whose provider gives `key-1`, `key-2` and so on, one with each question, and what it was asked.
fn provided() -> (Api, Asked) {
    let asked = Asked::default();
    let list = Arc::clone(&asked);
    let builder = Api::builder([1; 32]).generation(Generation::V2).base_url("http://localhost");
    let builder = builder.credentials_provider(move |question| {
        let mut list = list.lock().expect("a lock");
        list.push(question.is_refused);
        Ok(Credentials::api_key(&format!("key-{}", list.len()))?)
    });
    (builder.build().expect("a core"), asked)
}

/// Sends what the call asks for, and gives the keys that were sent and the end.
fn play<E: Endpoint>(
    mut call: Call<E>,
    outcomes: impl IntoIterator<Item = Outcome>,
) -> (Vec<String>, Result<E::Output, Error>) {
    let mut keys = Vec::new();
    for outcome in outcomes {
        let outcome = ready(call.request()).and_then(|request| {
            let key = request.headers().get("x-api-key").map(|key| key.to_str().expect("text"));
            keys.push(key.unwrap_or("-").to_owned());
            outcome
        });
        if let Step::Done(result) = call.receive(outcome, SECOND) {
            return (keys, result);
        }
    }
    panic!("the call goes on after {keys:?}");
}

#[test]
fn a_provider_is_asked_before_each_attempt_and_once_more_after_a_401() {
    let (api, asked) = provided();
    let call = api.call(GetRun::new("wf", "r")).expect("a call");
    let never = broken(Kind::Connect, Phase::NotSent);
    let outcomes = [never, answer(401, &[], REFUSED), answer(200, &[], RUN)];
    let (keys, result) = play(call, outcomes);
    result.expect("the fresh key is good");
    assert_eq!(keys, ["key-1", "key-2", "key-3"]);
    assert_eq!(*asked.lock().expect("a lock"), [false, false, true]);
}

#[test]
fn a_second_401_ends_the_call() {
    let (api, asked) = provided();
    let call = api.call(GetRun::new("wf", "r")).expect("a call");
    let (keys, result) = play(call, [answer(401, &[], REFUSED), answer(401, &[], REFUSED)]);
    let error = result.expect_err("no key is good");
    assert!(error.is_unauthorized() && error.attempts() == 2, "{error}");
    assert_eq!((keys.len(), &asked.lock().expect("a lock")[..]), (2, &[false, true][..]));
}

#[test]
fn a_key_that_stays_the_same_is_not_sent_again_after_a_401() {
    let api = Api::builder([1; 32]).base_url("http://localhost").api_key("key").build();
    let call = api.expect("a core").call(GetUsageLimits::new()).expect("a call");
    let (keys, result) = play(call, [answer(401, &[], REFUSED)]);
    assert!(result.expect_err("refused").is_unauthorized());
    assert_eq!(keys, ["key"]);
}

#[test]
fn a_start_goes_on_under_its_id_with_the_fresh_key() {
    let (api, _) = provided();
    assert_eq!(api.claims(), Claims::Unknown, "a provider gives a key, and servers honour its ids");
    let mut call = api.call(ExecuteWorkflow::new("wf")).expect("a call");
    let id = |call: &Call<ExecuteWorkflow>| call.request().headers()["x-run-id"].clone();
    let first = id(&call);
    let _key = ready(call.request()).expect("a request");
    let Step::Again(delay) = call.receive(answer(401, &[], REFUSED), SECOND) else {
        panic!("it asks for a fresh key")
    };
    assert_eq!((id(&call), delay.is_zero()), (first, true));
    let (_, result) = play(call, [answer(200, &[], DONE)]);
    result.expect("it ran");
}

#[test]
fn a_provider_that_fails_or_gives_nothing_ends_the_call_and_nothing_is_sent() {
    type Answer = Result<Credentials, sim_core::BoxError>;
    let answers: [fn() -> Answer; 2] =
        [|| Err("the vault is sealed".into()), || Ok(Credentials::None)];
    for provide in answers {
        let builder = Api::builder([1; 32]).base_url("http://localhost");
        let api = builder.credentials_provider(move |_| provide()).build().expect("a core");
        let call = api.call(ExecuteWorkflow::new("wf").retry(RetryPolicy::new())).expect("a call");
        let (keys, result) = play(call, [answer(200, &[], DONE)]);
        let error = result.expect_err("there is no key");
        assert_eq!((keys.len(), error.kind()), (0, &ErrorKind::Credentials));
        assert_eq!(error.code(), "CREDENTIALS_UNAVAILABLE");
        assert!(error.source().is_some() && !error.may_have_started(), "{error}");
    }
}

#[test]
fn a_provided_key_is_in_no_error() {
    let (api, _) = provided();
    let echo = r#"{"error":{"code":"FORBIDDEN","message":"key-1 may not"}}"#;
    let call = api.call(GetRun::new("wf", "r")).expect("a call");
    let (_, result) = play(call, [answer(403, &[], echo)]);
    let error = result.expect_err("refused");
    assert!(!format!("{error} {error:?}").contains("key-1"), "{error}");
    assert!(
        Api::builder([1; 32])
            .base_url("http://sim.example")
            .credentials_provider(|_| Ok(Credentials::None))
            .build()
            .is_err(),
        "the key would be readable"
    );
}

#[test]
fn an_interceptor_adds_headers_to_each_attempt_and_never_sees_the_key() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&seen);
    let builder = Api::builder([1; 32]).generation(Generation::V2).base_url("http://localhost");
    let builder = builder.api_key("sk-sim-test").interceptor(move |outgoing| {
        assert!(!format!("{outgoing:?} {:?}", outgoing.headers()).contains("sk-sim-test"));
        assert!(!outgoing.headers().contains_key("x-api-key"));
        assert_eq!(outgoing.headers()["x-team"], "search", "it sees the headers of the call");
        let number = HeaderValue::from(outgoing.attempt());
        outgoing.insert(HeaderName::from_static("x-attempt"), number);
        let workflow = outgoing.workflow().map(ToString::to_string);
        list.lock().expect("a lock").push((outgoing.operation(), outgoing.route().path, workflow));
        Ok(())
    });
    let api = builder.build().expect("a core");
    let run = GetRun::new("wf", "r").header("x-team", "search");
    let mut call = api.call(run).expect("a call");
    let mut sent = Vec::new();
    for outcome in [broken(Kind::Connect, Phase::NotSent), answer(200, &[], RUN)] {
        let request = ready(call.request()).expect("it may go");
        assert_eq!(request.headers()["x-api-key"], "sk-sim-test");
        sent.push(request.headers()["x-attempt"].to_str().expect("text").to_owned());
        let _step = call.receive(outcome, SECOND);
    }
    assert_eq!(sent, ["1", "2"]);
    let route = "/api/v2/workflows/{workflow}/runs/{run}";
    let once = ("GetRun", route, Some("wf".to_owned()));
    assert_eq!(*seen.lock().expect("a lock"), [once.clone(), once]);
}

#[test]
fn an_interceptor_can_refuse_a_call_with_its_own_error_or_break_a_rule() {
    #[derive(Debug, thiserror::Error)]
    #[error("not on a Friday")]
    struct Friday;

    let own = Api::builder([1; 32])
        .credentials(Credentials::None)
        .base_url("http://localhost")
        .interceptor(|_| Err(Friday.into()));
    let own = own.build().expect("a core").call(ExecuteWorkflow::new("wf")).expect("a call");
    let (keys, result) = play(own, [answer(200, &[], DONE)]);
    let error = result.expect_err("it is Friday");
    assert_eq!(
        (keys.len(), error.kind(), error.code()),
        (0, &ErrorKind::Interceptor, "INTERCEPTED")
    );
    assert!(error.source().is_some_and(<dyn std::error::Error>::is::<Friday>), "{error:?}");
    assert!(format!("{error:#}").contains("not on a Friday") && !error.may_have_started());

    let theft = Api::builder([1; 32])
        .credentials(Credentials::None)
        .base_url("http://localhost")
        .interceptor(|outgoing| {
            outgoing
                .insert(HeaderName::from_static("x-api-key"), HeaderValue::from_static("other"));
            Ok(())
        });
    let theft = theft.build().expect("a core").call(GetRun::new("wf", "r")).expect("a call");
    let (keys, result) = play(theft, [answer(200, &[], RUN)]);
    assert_eq!((keys.len(), result.expect_err("it is ours").kind()), (0, &ErrorKind::Interceptor));
}
