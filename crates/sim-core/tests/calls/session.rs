//! Requests that belong to a session, and those that do not.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, Uri};
use serde_json::Value;
use sim_core::operation::{Answer, Route, Session};
use sim_core::transport::{Exchange as _, Step};
use sim_core::v1::GetUsageLimits;
use sim_core::{CallOptions, Endpoint, Operation, Result};

use super::{answer, api};

/// Returns the latest ticket that the server gave out.
#[derive(Default)]
struct Tickets(Mutex<Option<HeaderValue>>);

impl Session for Tickets {
    fn complete(&self, target: &Uri, headers: &mut HeaderMap) {
        assert_eq!(target.path(), "/api/counter");
        assert_eq!(headers["x-own"], "1", "the rest is there before");
        if let Some(ticket) = &*self.0.lock().expect("a lock") {
            headers.insert("x-ticket", ticket.clone());
        }
    }

    fn learn(&self, target: &Uri, headers: &mut HeaderMap) {
        assert_eq!(target.path(), "/api/counter");
        *self.0.lock().expect("a lock") = headers.get("x-ticket").cloned();
    }
}

#[derive(Clone)]
struct AskCounter {
    tickets: Arc<Tickets>,
    options: CallOptions,
}

impl AskCounter {
    sim_core::call_options!();
    sim_core::output_options!();
}

impl Operation for AskCounter {
    fn route(&self) -> Route {
        Route { method: Method::GET, path: "/api/counter" }
    }

    fn path(&self) -> Result<String> {
        Ok("/api/counter".to_owned())
    }

    fn session(&self) -> Option<Arc<dyn Session>> {
        Some(self.tickets.clone())
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

impl Endpoint for AskCounter {
    type Output = Value;

    fn decode(&self, answer: &Answer) -> Result<Value> {
        answer.json()
    }
}

/// The tickets that the attempts of a call sent: the first answer refuses for now, and the second one for good.
fn sent(endpoint: impl Endpoint) -> [Option<String>; 2] {
    let mut call = api().call(endpoint).expect("a call");
    let ticket = |request: http::Request<_>| {
        let ticket = request.headers().get("x-ticket")?.to_str().ok()?;
        Some(ticket.to_owned())
    };
    let first = ticket(call.request());
    let busy = answer(503, &[("x-ticket", "a"), ("set-cookie", "node=a")], "{}");
    assert!(matches!(call.receive(busy, Duration::ZERO), Step::Again(_)));
    assert_eq!(call.request().headers().get("cookie"), None);
    let second = ticket(call.request());
    let refused = answer(401, &[("x-ticket", "b")], "{}");
    assert!(matches!(call.receive(refused, Duration::ZERO), Step::Done(Err(_))));
    [first, second]
}

#[test]
fn a_session_completes_each_attempt_and_sees_each_answer() {
    let ask = AskCounter { tickets: Arc::default(), options: CallOptions::default() };
    let ask = ask.header("x-own", "1");
    assert_eq!(sent(ask.clone()), [None, Some("a".to_owned())]);
    let next = [Some("b".to_owned()), Some("a".to_owned())];
    assert_eq!(
        sent(ask.with_meta()),
        next,
        "the refusal told it, and what wraps a request keeps it"
    );
}

#[test]
fn a_request_without_a_session_returns_nothing_of_an_answer() {
    assert_eq!(sent(GetUsageLimits::new()), [None, None]);
}
