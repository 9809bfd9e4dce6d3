//! A stored handle, and what an earlier program may have sent under it.

use std::time::Duration;

use serde_json::json;
use sim_core::Generation;
use sim_core::transport::{Exchange as _, Step};

use super::durable::{Fault, Server, durable, new_handle, play, restored, speaking, told};

#[test]
fn a_refusal_does_not_settle_what_an_earlier_program_may_have_sent_under_the_handle() {
    let refusals = [
        (403, json!({"error": "Workflow is not deployed"}), false),
        (404, json!({"error": "Workflow not found"}), true),
        (402, json!({"error": "Usage limit exceeded: $7.50 used of $5.00 limit."}), true),
    ];
    for (status, body, is_settled) in refusals {
        let mut server = Server::default();
        let api = speaking(Generation::V1);
        let handle = new_handle(&api, &mut server);
        let stored = serde_json::to_string(&handle).expect("text");
        for (handle, is_new) in [(handle, true), (restored(&stored), false)] {
            let mut exchange = durable(&api, &handle);
            if !is_new {
                let absent = server.answer(&exchange.request());
                assert!(matches!(exchange.receive(Ok(absent), Duration::ZERO), Step::Again(_)));
            }
            assert_eq!(exchange.request().method(), http::Method::POST);
            let Step::Done(result) = exchange.receive(Ok(told(status, &body)), Duration::ZERO)
            else {
                panic!("it goes on")
            };
            let error = result.expect_err("it is refused");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{error}");
            assert_eq!(error.is_ambiguous(), !is_new && !is_settled, "{error}");
        }
    }
}

#[test]
fn a_new_handle_records_what_is_proven_of_the_server() {
    for generation in [Generation::V1, Generation::V2] {
        let api = speaking(generation);
        let handle = new_handle(&api, &mut Server::default());
        assert_eq!((handle.claims_proven, handle.generation), (true, Some(generation)));
    }
}

/// The server took the id of the last start first, so no start that is still on its way can have it.
#[test]
fn a_start_that_was_refused_with_its_id_leaves_nothing_open() {
    for generation in [Generation::V1, Generation::V2] {
        let mut server = Server::refusing(u32::MAX);
        let faults = [(2, Fault::CrashBefore)];
        let error = play(generation, &mut server, &faults).expect_err("it is refused");
        assert!(error.is_rate_limited() && !error.is_ambiguous(), "{error}");
        assert!(server.starts.len() > 10, "for a quarter of an hour: {}", server.starts.len());
    }
}
