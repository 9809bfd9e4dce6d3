//! What an error tells to people: its text forms, what it is about, and what may be to blame.

use std::error::Error as _;
use std::time::Duration;

use sim_core::transport::{Exchange, Phase, Step, TransportError, TransportErrorKind as Kind};
use sim_core::v1::{GetUsageLimits, ListPaused};
use sim_core::{Api, Error, ExecuteWorkflow, Generation, GetRun, TimeoutKind};

use crate::support::{REFUSAL, answer, closed, core, ended, execute};

/// What a `main` prints that ends with an error: one line that a person can read.
#[test]
fn its_debug_form_is_a_line_for_people() {
    let refused = ended(execute(), || answer(423, REFUSAL));
    assert_eq!(format!("{refused:?}"), format!("{refused} [Api, retry after 3s]"));
    let lost = ended(execute(), || closed(Phase::Sent));
    let shown = format!("{lost:?}");
    assert!(shown.starts_with(&format!("{lost}: connection reset [Ambiguous {{")), "{shown}");
}

/// Chains of errors are printed link by link, so a link must not repeat the next one.
#[test]
fn its_text_leaves_its_cause_to_its_source() {
    let lost = ended(execute(), || closed(Phase::Sent));
    let source = lost.source().expect("a source").to_string();
    assert!(!lost.to_string().contains(&source), "{lost}");
    assert_eq!(format!("{lost:#}"), format!("{lost}: {source}"));
    let built = Error::builder(sim_core::ErrorKind::Transport).source("a wire is cut").build();
    assert!(!built.to_string().contains("a wire is cut"), "{built}");
    assert!(format!("{built:?}").contains(": a wire is cut ["), "{built:?}");
}

#[test]
fn it_names_its_operation_and_its_workflow() {
    let told =
        |error: &Error| (error.operation(), error.workflow_id().map(|id| id.as_str().to_owned()));
    let about = |operation| (Some(operation), Some("wf".to_owned()));
    let refusal = || answer(400, r#"{"error":"no"}"#);
    assert_eq!(told(&ended(execute(), refusal)), about("ExecuteWorkflow"));
    assert_eq!(told(&ended(execute().with_meta(), refusal)), about("ExecuteWorkflow"));
    assert_eq!(told(&ended(GetRun::new("wf", "r"), refusal)), about("GetRun"));
    assert_eq!(told(&ended(ListPaused::new("wf"), refusal)), about("ListPaused"));
    assert_eq!(told(&ended(GetUsageLimits::new(), refusal)), (Some("GetUsageLimits"), None));
    // Before anything is sent, too.
    let api = core();
    let unsent = api.call(ExecuteWorkflow::new("wf").input(f64::NAN)).map(drop);
    assert_eq!(told(&unsent.expect_err("it cannot be sent")), about("ExecuteWorkflow"));
    // And what a conversation gives up by itself.
    let policy = sim_core::WaitPolicy::new();
    let handle = sim_core::RunHandle::new("wf", "r");
    let hurried = api.scoped(|options| options.deadline = Some(Duration::from_millis(1)));
    let mut wait = hurried.wait(handle, policy).expect("a wait");
    let running = r#"{"data":{"runId":"r","workflowId":"wf","status":"running"}}"#;
    let Step::Done(Err(error)) = wait.receive(answer(200, running), Duration::from_secs(1)) else {
        panic!("the deadline passed")
    };
    assert_eq!(told(&error), about("Wait"));
    assert!(Error::request("odd").operation().is_none());
}

#[test]
fn it_keeps_the_servers_own_words_for_what_happened() {
    let words = |body: &str| {
        let error = ended(GetRun::new("wf", "r"), || answer(403, body));
        [error.server_code(), error.detail_code()].map(|word| word.map(str::to_owned))
    };
    let both = r#"{"error":{"code":"FORBIDDEN","message":"m","details":{"code":"ROLE_TOO_LOW"}}}"#;
    assert_eq!(words(both), ["FORBIDDEN", "ROLE_TOO_LOW"].map(|word| Some(word.to_owned())));
    assert_eq!(words(r#"{"error":{"code":"FORBIDDEN","message":"m","details":{}}}"#)[1], None);
    assert_eq!(words(r#"{"error":"m"}"#), [None, None]);
}

#[test]
fn it_names_the_base_url_where_that_may_be_to_blame() {
    let unreached = |kind: Kind| {
        ended(GetUsageLimits::new(), move || Err(TransportError::new(kind, Phase::NotSent)))
    };
    for kind in [Kind::Resolve, Kind::Connect, Kind::Tls, Kind::Timeout(TimeoutKind::Connect)] {
        let error = unreached(kind);
        assert_eq!(error.base_url(), Some("http://localhost"), "{kind:?}");
        assert!(error.to_string().contains(", base URL http://localhost"), "{error}");
    }
    let page = ended(GetUsageLimits::new(), || answer(404, "<title>Acme</title>"));
    assert_eq!(page.base_url(), Some("http://localhost"));
    for error in [
        ended(GetUsageLimits::new(), || answer(403, r#"{"error":"m"}"#)),
        ended(execute(), || closed(Phase::Sent)),
        unreached(Kind::Cancelled),
    ] {
        assert_eq!(error.base_url(), None, "{error}");
    }
}

/// The first generation writes the name of the block in front of its message, and the second beside it
/// (`recordings/v1-exec-fail.json`, `observed.md` 16 and 21).
#[test]
fn the_block_that_failed_is_named_in_both_generations() {
    let first = r#"{"success":false,"output":{},"error":"Boom: Line 1: it broke","metadata":{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"}}"#;
    let second = r#"{"data":{"runId":"run-1","workflowId":"wf","status":"failed","output":{},"error":{"message":"Line 1: it broke","code":"BLOCK_EXECUTION_FAILED","blockId":"b7","blockName":"Boom","blockType":"function"}}}"#;
    for (generation, status, body) in [(Generation::V1, 500, first), (Generation::V2, 200, second)]
    {
        let api = Api::builder([1; 32]).api_key("sk-sim-1").base_url("http://localhost");
        let api = api.generation(generation).build().expect("a core");
        let mut call = api.call(execute()).expect("a call");
        let Step::Done(Ok(result)) = call.receive(answer(status, body), Duration::ZERO) else {
            panic!("it ended: {generation:?}")
        };
        let error = result.into_result().expect_err("it failed");
        assert_eq!((error.block(), error.message()), (Some("Boom"), "Boom: Line 1: it broke"));
    }
}
