//! Limits, deadlines and counts of calls.

use super::*;

#[test]
fn a_deadline_bounds_all_attempts_and_the_last_has_what_is_left() {
    let endpoint = GetUsageLimits::new().deadline(10 * SECOND);
    let mut call = api().call(endpoint).expect("a call");
    assert_eq!(call.timeouts().total, Some(10 * SECOND));
    let Step::Again(wait) = call.receive(refused_after("2"), 3 * SECOND) else {
        panic!("there is time")
    };
    let left = (7 * SECOND).saturating_sub(wait);
    assert_eq!(call.timeouts().total, Some(left), "the next attempt may take no longer");
    assert!(
        matches!(call.receive(refused_after("2"), 9 * SECOND), Step::Done(Err(_))),
        "no time to wait"
    );
}

#[test]
fn what_is_asked_again_in_the_first_generation_has_what_is_left() {
    let api = || {
        Api::builder([1; 32])
            .credentials(sim_core::Credentials::None)
            .base_url("http://localhost")
            .build()
            .expect("a core")
    };
    let missing = || answer(404, &[], "<html>");
    let read = || GetRun::new("wf", "r").deadline(10 * SECOND);
    let mut call = api().call(read()).expect("a call");
    assert!(matches!(call.receive(missing(), 9 * SECOND), Step::Again(Duration::ZERO)));
    assert_eq!(call.timeouts().total, Some(SECOND));
    for late in [10, 11] {
        let mut call = api().call(read()).expect("a call");
        let Step::Done(Err(error)) = call.receive(missing(), late * SECOND) else {
            panic!("there is no time left")
        };
        assert!(
            error.status().is_some_and(|status| status == 404)
                && call.request().uri().path().contains("/v2/"),
            "{error}"
        );
    }
}

#[test]
fn limits_come_from_the_call_then_the_client_then_the_endpoint() {
    let client = Api::builder([1; 32])
        .credentials(sim_core::Credentials::None)
        .generation(Generation::V1)
        .timeouts(Timeouts::default().idle(7 * SECOND))
        .build()
        .expect("a core");
    let call = client.call(ExecuteWorkflow::new("wf").timeout(90 * SECOND)).expect("a call");
    let limits = call.timeouts();
    assert_eq!((limits.total, limits.idle), (Some(90 * SECOND), Some(7 * SECOND)));
    assert_eq!((limits.first_byte, limits.connect), (Some(3600 * SECOND), Some(10 * SECOND)));
    let call = client.call(GetUsageLimits::new()).expect("a call");
    assert_eq!((call.timeouts().first_byte, call.timeouts().total), (Some(60 * SECOND), None));
    let endless = Timeouts::default().first_byte(Duration::MAX);
    let call = client.call(GetUsageLimits::new().timeouts(endless)).expect("a call");
    assert_eq!(call.timeouts().first_byte, None);
}

#[test]
fn what_drives_a_borrowed_exchange_keeps_to_the_same_limits() {
    fn limits<X: Exchange>(exchange: &X) -> Timeouts {
        exchange.timeouts()
    }
    let mut call = api().call(GetUsageLimits::new().timeout(9 * SECOND)).expect("a call");
    assert_eq!(limits(&&mut call).total, Some(9 * SECOND));
}

/// A 503 is repeated, and what a workflow may have written is explained by a read: both are requests of the call.
#[test]
fn a_call_counts_each_request_that_it_makes() {
    let mut read = api().call(GetUsageLimits::new()).expect("a call");
    let mut start = api().call(ExecuteWorkflow::new("wf")).expect("a call");
    assert_eq!((read.attempts(), start.attempts()), (0, 0));
    assert!(matches!(read.receive(refused_after("1"), Duration::ZERO), Step::Again(_)));
    let written = answer(200, &[], r#"{"own":1}"#);
    assert!(matches!(start.receive(written, Duration::ZERO), Step::Again(_)));
    assert_eq!((read.attempts(), start.attempts()), (1, 1));
    assert!(matches!(read.receive(refused_after("1"), SECOND), Step::Again(_)));
    assert!(matches!(start.receive(answer(404, &[], NO_RUN), SECOND), Step::Again(_)));
    assert_eq!((read.attempts(), start.attempts()), (2, 2));
}
