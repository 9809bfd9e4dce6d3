//! Whatever a caller sets as base URL, ids and key, the client rejects it or sends the same bytes over every
//! transport: no URL parser changes the target.
//!
//! The input is text, in up to four lines: base URL, workflow, run, key.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sim_core::{Api, CancelRun, Endpoint, ExecuteWorkflow, GetRun, Raw};
use sim_core::transport::Exchange;

/// Returns the target of a call, after comparing it with the result of a URL parser.
fn target<E: Endpoint>(api: &Api, endpoint: E) -> Option<String> {
    let call = api.call(endpoint).ok()?;
    let target = call.request().uri().to_string();
    let parsed = url::Url::parse(&target).unwrap_or_else(|error| panic!("{target:?}: {error}"));
    assert_eq!(parsed.as_str(), target);
    Some(target)
}

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut parts = text.splitn(4, '\n');
    let mut part = || parts.next().unwrap_or_default();
    let (base, workflow, run, key) = (part(), part(), part(), part());
    let plain = Api::builder([7; 32]).credentials(sim_core::Credentials::None).base_url("https://sim.example").build().expect("a core");
    let api = match Api::builder([7; 32]).credentials(sim_core::Credentials::None).base_url(base).build() {
        Ok(api) => {
            let spelling = api.base_url().to_owned();
            let again = Api::builder([7; 32]).credentials(sim_core::Credentials::None).base_url(&spelling).build().expect("one spelling");
            assert_eq!(again.base_url(), spelling);
            assert!(!spelling.contains(['?', '#', ' ', '\\']), "{spelling}");
            let (scheme, place) = spelling.split_once("://").expect("a scheme");
            assert!(["https", "http"].contains(&scheme));
            assert!(!place.split('/').next().unwrap_or_default().contains('@'), "{spelling}");
            api
        }
        Err(error) => {
            assert_eq!(error.code(), "INVALID_REQUEST");
            plain
        }
    };
    let root = format!("{}/api/v2/workflows/", api.base_url());
    if let Some(target) = target(&api, GetRun::new(workflow, run)) {
        let path = target.strip_prefix(&root).expect("it stays under the root");
        let segments: Vec<_> = path.split('/').collect();
        let [first, "runs", last] = segments[..] else { panic!("{target}") };
        for (segment, id) in [(first, workflow), (last, run)] {
            let decoded = percent_encoding::percent_decode_str(segment).decode_utf8();
            assert_eq!(decoded.as_deref().ok(), Some(id), "{target}");
        }
    }
    target(&api, CancelRun::new(workflow, run));
    target(&api, Raw::get(workflow).query(run, key));
    if let Ok(call) = api.call(ExecuteWorkflow::new("wf-1").run_id(run)) {
        assert_eq!(call.request().headers()["x-run-id"], run);
        assert!((1..=128).contains(&run.len()) && run.is_ascii());
    }
    match Api::builder([7; 32]).api_key(key).build() {
        Ok(api) => {
            let call = api.call(ExecuteWorkflow::new("wf-1")).expect("a call");
            assert_eq!(call.request().headers()["x-api-key"], key);
            let shown = format!("{api:?} {call:?}");
            // A short key may be part of any word.
            assert!(key.len() < 12 || !shown.contains(key), "{shown}");
        }
        Err(error) => {
            assert_eq!(error.code(), "INVALID_REQUEST");
            assert!(key.len() < 12 || !format!("{error} {error:?}").contains(key), "{error}");
        }
    }
});
