//! What an execute asks to be sent, in either generation: no server is needed to look at it.

use std::time::Duration;

use serde_json::{Value, json};
use sim_core::operation::RawAnswer;
use sim_core::transport::{Exchange, RequestBody};
use sim_core::v1::GetUsageLimits;
use sim_core::{Api, ExecuteWorkflow, FileInput, Generation, Operation as _};

fn request(generation: Generation, execute: ExecuteWorkflow) -> http::Request<RequestBody> {
    let api = Api::builder([1; 32]).generation(generation).base_url("http://localhost/sim");
    let api = api.api_key("sk-sim-test").build().expect("a core");
    api.call(execute.run_id("r")).expect("a call").request()
}

fn body(generation: Generation, execute: ExecuteWorkflow) -> Value {
    let request = request(generation, execute);
    serde_json::from_slice(request.body().as_bytes().expect("it is in memory")).expect("JSON")
}

fn header<'a>(request: &'a http::Request<RequestBody>, name: &str) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().expect("text"))
}

#[test]
fn the_run_is_named_and_the_answer_is_asked_for_in_the_form_of_the_generation() {
    let lines = "application/x-ndjson, application/json";
    for (generation, path, named, other, accept) in [
        (Generation::V1, "/sim/api/", "x-execution-id", "x-run-id", "application/json"),
        (Generation::V2, "/sim/api/v2/", "x-run-id", "x-execution-id", lines),
    ] {
        let request = request(generation, ExecuteWorkflow::new("a b"));
        assert_eq!(request.method(), "POST");
        assert_eq!(request.uri(), &*format!("http://localhost{path}workflows/a%20b/execute"));
        assert_eq!((header(&request, named), header(&request, other)), (Some("r"), None));
        assert_eq!(header(&request, "accept"), Some(accept));
        assert_eq!(request.headers().get_all("accept").iter().count(), 1);
        assert_eq!(header(&request, "content-type"), Some("application/json"));
        assert_eq!(header(&request, "x-api-key"), Some("sk-sim-test"));
        assert_eq!(request.body().as_bytes(), Some(&b"{}"[..]), "no input is an empty object");
    }
}

#[test]
fn the_input_stands_among_the_controls_or_has_a_place_of_its_own() {
    let execute = || ExecuteWorkflow::new("wf").input(json!({"city": "Oslo"}));
    assert_eq!(body(Generation::V1, execute()), json!({"city": "Oslo"}));
    assert_eq!(body(Generation::V2, execute()), json!({"input": {"city": "Oslo"}}));
    let all = || {
        execute().include_file_base64(false).base64_max_bytes(7).select(["agent.content", "other"])
    };
    let selected = json!(["agent.content", "other"]);
    assert_eq!(
        body(Generation::V1, all()),
        json!({"city": "Oslo", "includeFileBase64": false, "base64MaxBytes": 7, "selectedOutputs": selected})
    );
    assert_eq!(
        body(Generation::V2, all()),
        json!({"input": {"city": "Oslo"}, "includeFileBase64": false, "base64MaxBytes": 7, "selectedOutputs": selected})
    );
}

#[test]
fn an_empty_selector_is_refused_before_anything_is_sent() {
    let api = Api::builder([1; 32])
        .credentials(sim_core::Credentials::None)
        .base_url("http://localhost")
        .build()
        .expect("a core");
    let refused = api.call(ExecuteWorkflow::new("wf").select(["agent", ""]));
    assert!(refused.is_err_and(|error| error.message().contains("must not be empty")));
}

#[test]
fn a_file_in_a_queued_run_is_refused_unless_the_caller_insists() {
    let file = || FileInput::from_bytes("a.txt", "text/plain", "hello");
    let link = || FileInput::from_url("https://example.com/a.pdf");
    for input in [
        json!({"doc": file()}),
        json!({"a": 1, "docs": [1, file()]}),
        json!({"doc": link()}),
        json!({"docs": [link()]}),
    ] {
        let execute = || ExecuteWorkflow::new("wf-1").input(&input);
        let error = execute().queue().body().expect_err("it is not converted");
        assert_eq!(error.code(), "INVALID_REQUEST");
        assert!(error.message().contains("doc") && error.message().contains("queued"), "{error}");
        assert!(execute().queue().allow_unconverted_files().body().is_ok());
        assert!(execute().body().is_ok() && execute().nested().queue().body().is_ok());
        assert!(execute().stream().body().is_ok());
    }
    for input in [
        json!({"doc": {"type": "file", "data": "text", "name": "a"}}),
        json!({"doc": {"type": "url", "data": "https://example.com"}}),
        json!({"doc": {"inner": file()}}),
        json!({"type": "file", "data": "data:,x", "name": "a"}),
    ] {
        assert!(ExecuteWorkflow::new("wf-1").input(&input).queue().body().is_ok(), "{input}");
    }
}

#[test]
fn a_body_may_have_ten_mebibytes_and_not_a_byte_more() {
    let most = 10 * 1024 * 1024;
    let input = |length: usize| ExecuteWorkflow::new("wf-1").input("x".repeat(length));
    let room = r#"{"input":{"input":""}}"#.len();
    let body = input(most - room).body().expect("it fits");
    assert_eq!(body.len(), most as u64);
    let error = input(most - room + 1).body().expect_err("one byte more");
    let told = error.message();
    assert!(
        told.contains("10485761") && told.contains("10485760") && told.contains("upload"),
        "{told}"
    );
}

/// What changes the output of a call leaves the call as it was asked for.
#[test]
fn a_call_whose_output_is_another_is_sent_with_its_own_options() {
    let asked = || {
        let limit = Duration::from_secs(7);
        GetUsageLimits::new().header("x-team", "blue").timeout(limit)
    };
    let api = Api::builder([1; 32]).base_url("http://localhost").api_key("sk-sim-test");
    let api = api.build().expect("a core");
    let plain = sent(&api.call(asked()).expect("a call"));
    assert_eq!(plain, (Some("blue".to_owned()), Some(Duration::from_secs(7))));
    assert_eq!(sent(&api.call(asked().with_meta()).expect("a call")), plain);
    assert_eq!(sent(&api.call(RawAnswer::new(asked())).expect("a call")), plain);
}

fn sent(call: &impl Exchange) -> (Option<String>, Option<Duration>) {
    let team = header(&call.request(), "x-team").map(str::to_owned);
    (team, call.timeouts().total)
}
