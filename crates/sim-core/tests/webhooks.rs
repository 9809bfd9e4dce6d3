//! Deliveries to a webhook in simulated time: what is sent, what an answer means, and how the run is found.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::transport::{
    Exchange, Outcome, Phase, RequestBody, Step, TransportError, TransportErrorKind as Kind,
};
use sim_core::webhooks::{Delivery, FindDelivery, TriggerWebhook};
use sim_core::{Api, Credentials, Error, ErrorKind, code};

const SECOND: Duration = Duration::from_secs(1);

fn api() -> Api {
    let api = Api::builder([1; 32]).base_url("http://localhost").api_key("sk-sim-secret");
    api.build().expect("a core")
}

#[expect(clippy::unnecessary_wraps, reason = "it is scripted beside outcomes that are errors")]
fn answer(status: u16, kind: &str, body: &str) -> Outcome {
    let response = http::Response::builder().status(status).header("content-type", kind);
    let response = response.header("date", "Sun, 29 Nov 2026 10:01:01 GMT");
    Ok(response.body(Bytes::copy_from_slice(body.as_bytes())).expect("a response"))
}

fn text(status: u16, body: &str) -> Outcome {
    answer(status, "text/plain;charset=UTF-8", body)
}

fn json(status: u16, body: &Value) -> Outcome {
    answer(status, "application/json", &body.to_string())
}

fn processed() -> Outcome {
    json(200, &json!({"message": "Webhook processed"}))
}

fn lost() -> Outcome {
    Err(TransportError::new(Kind::Closed, Phase::Sent))
}

type Sent = http::Request<RequestBody>;

fn play<X: Exchange>(
    mut exchange: X,
    outcomes: impl IntoIterator<Item = Outcome>,
) -> (Vec<Sent>, Result<X::Output, Error>) {
    let (mut sent, mut now) = (Vec::new(), Duration::ZERO);
    for outcome in outcomes {
        sent.push(exchange.request());
        match exchange.receive(outcome, now) {
            Step::Done(result) => return (sent, result),
            Step::Again(wait) => now += wait,
        }
    }
    panic!("it goes on after {} requests", sent.len());
}

fn deliver(
    delivery: TriggerWebhook,
    outcomes: impl IntoIterator<Item = Outcome>,
) -> (Vec<Sent>, Result<Delivery, Error>) {
    play(api().call(delivery).expect("a call"), outcomes)
}

fn body(sent: &Sent) -> Value {
    let RequestBody::Bytes(body) = sent.body() else { panic!("it has a body") };
    serde_json::from_slice(body).expect("JSON")
}

fn refused(delivery: TriggerWebhook) -> Error {
    api().call(delivery).map(drop).expect_err("it is not sent")
}

#[test]
fn a_delivery_has_the_token_and_a_key_and_not_the_api_key() {
    let delivery = TriggerWebhook::new("hook-1").token("owner-token").body(&json!({"a": 1}));
    let (sent, delivered) = deliver(delivery.query("q", "x y"), [processed()]);
    let [sent] = &sent[..] else { panic!("one request") };
    assert_eq!(sent.uri().path(), "/api/webhooks/trigger/hook-1");
    assert_eq!(sent.uri().query(), Some("q=x%20y"));
    assert_eq!(sent.headers()["authorization"], "Bearer owner-token");
    assert!(sent.headers()["authorization"].is_sensitive());
    assert_eq!(body(sent), json!({"a": 1}));
    assert!(!format!("{sent:?}").contains("sk-sim-secret") && !has(sent, "x-api-key"));
    let delivered = delivered.expect("it was taken");
    assert!(delivered.is_standard());
    assert_eq!(sent.headers()["idempotency-key"], delivered.key.as_str());
    assert_eq!(delivered.key.as_str().len(), 32);
    assert!(!["x-run-id", "x-execution-id"].iter().any(|name| has(sent, name)));
}

fn has(sent: &Sent, name: &str) -> bool {
    sent.headers().contains_key(name)
}

#[test]
fn a_wrapped_delivery_is_as_anonymous_as_a_plain_one() {
    let delivery = || TriggerWebhook::new("hook-1").token("owner-token");
    let with_meta = play(api().call(delivery().with_meta()).expect("a call"), [processed()]);
    let raw = play(api().call(delivery().raw()).expect("a call"), [processed()]);
    assert_eq!(with_meta.1.expect("it was taken").status, 200);
    assert!(raw.1.is_ok());
    for sent in [&with_meta.0[0], &raw.0[0]] {
        assert!(!has(sent, "x-api-key") && has(sent, "idempotency-key"));
    }
}

#[test]
fn an_access_token_of_the_client_stays_at_home_too() {
    let credentials = Credentials::bearer("access-token").expect("a token");
    let api = Api::builder([1; 32]).base_url("http://localhost").credentials(credentials);
    let api = api.build().expect("a core");
    let sent = |delivery| api.call(delivery).expect("a call").request();
    assert!(!has(&sent(TriggerWebhook::new("hook-1")), "authorization"));
    let named = sent(TriggerWebhook::new("hook-1").token_in("X-Hook", "owner-token"));
    assert_eq!(
        (&named.headers()["x-hook"], has(&named, "authorization")),
        (&"owner-token".parse().expect("a value"), false)
    );
}

#[test]
fn a_lost_answer_is_repeated_under_the_same_key() {
    let gateway = text(502, "<html>bad gateway</html>");
    let (sent, delivered) = deliver(TriggerWebhook::new("hook-1"), [lost(), gateway, processed()]);
    let keys: Vec<_> = sent.iter().map(|sent| sent.headers()["idempotency-key"].clone()).collect();
    assert_eq!(keys, vec![keys[0].clone(); 3]);
    assert_eq!(delivered.expect("it was taken").key.as_str(), keys[0]);
}

#[test]
fn what_may_have_started_a_run_says_so_and_names_the_key() {
    let broken = || json(500, &json!({"error": "Internal server error"}));
    let page = || answer(200, "text/html", "<html>login</html>");
    let odd = || text(418, "I am a teapot");
    for outcome in [lost, broken, page, odd] {
        let delivery = TriggerWebhook::new("hook-1").key("order-17");
        let (_, result) = deliver(delivery, (0..9).map(|_| outcome()));
        let error = result.expect_err("an error");
        assert!(matches!(error.kind(), ErrorKind::Ambiguous { run_id: None, .. }), "{error:?}");
        assert!(error.may_have_started());
        assert_eq!(error.sent_id().map(AsRef::as_ref), Some("order-17"));
    }
}

#[test]
fn the_servers_own_refusals_prove_that_nothing_started() {
    for (outcome, word) in [
        (text(401, "Unauthorized - Invalid authentication token"), code::UNAUTHORIZED),
        (text(404, "Not Found"), code::NOT_FOUND),
        (text(405, "Method not allowed"), code::METHOD_NOT_ALLOWED),
        (text(413, "Request body too large"), code::PAYLOAD_TOO_LARGE),
        (text(403, "Forbidden - IP not allowed"), code::FORBIDDEN),
        (json(402, &json!({"error": "Usage limit exceeded"})), code::USAGE_LIMIT_EXCEEDED),
    ] {
        let error = deliver(TriggerWebhook::new("hook-1"), [outcome]).1.expect_err("a refusal");
        assert_eq!((error.code(), error.kind()), (word, &ErrorKind::Api));
        assert!(!error.may_have_started(), "{error:?}");
    }
    let limited = || json(429, &json!({"error": "Rate limit exceeded. Please try again later."}));
    let (sent, delivered) = deliver(TriggerWebhook::new("hook-1"), [limited(), processed()]);
    assert_eq!((sent.len(), delivered.is_ok()), (2, true), "a limit passes");
}

#[test]
fn an_owner_may_answer_anything() {
    let own = || [text(302, "moved"), text(404, "Not here"), json(201, &json!({"ticket": 7}))];
    for outcome in own() {
        let (_, result) = deliver(TriggerWebhook::new("hook-1").custom_answer(), [outcome]);
        assert!(!result.expect("an answer").is_standard());
    }
    let delivered = deliver(TriggerWebhook::new("hook-1"), [json(201, &json!({"ticket": 7}))]).1;
    assert_eq!(delivered.expect("an answer").json::<Value>().expect("JSON"), json!({"ticket": 7}));
    for (body, is_standard) in [
        (json!({"success": true, "webhooksProcessed": 2}), true),
        (json!({"success": true}), false),
        (json!({"webhooksProcessed": 2}), false),
        (json!({"success": false, "webhooksProcessed": 2}), false),
    ] {
        let delivered = deliver(TriggerWebhook::new("hook-1"), [json(200, &body)]).1;
        assert_eq!(delivered.expect("an answer").is_standard(), is_standard, "{body}");
    }
    let refusal = text(401, "Unauthorized - Invalid authentication token");
    let (_, result) = deliver(TriggerWebhook::new("hook-1").custom_answer(), [refusal]);
    assert!(result.expect_err("a refusal").is_unauthorized());
}

#[test]
fn what_would_start_no_run_or_lose_its_body_is_not_sent() {
    let hook = || TriggerWebhook::new("hook-1");
    for delivery in [
        hook().body(&[1, 2]),
        hook().body("text"),
        hook().body(&json!({"challenge": "abc"})),
        hook().body(&json!({"a": f64::NAN.to_string(), "b": [1]})).query("validationToken", ""),
        hook().header("X-GitHub-Delivery", "other"),
        hook().header("idempotency-key", "other"),
        hook().token_in("content-length", "secret-token"),
        hook().token("secret token"),
        hook().key("not allowed!"),
        TriggerWebhook::new("a/b"),
        TriggerWebhook::new(""),
    ] {
        let shown = format!("{delivery:?}");
        let error = refused(delivery);
        assert_eq!(error.kind(), &ErrorKind::Request, "{shown}");
        assert!(!format!("{shown}{error:?}{error}").contains("secret"), "{shown}");
    }
    let far = Api::builder([1; 32]).base_url("http://sim.example.com").build().expect("a core");
    assert!(far.call(hook().token("secret-token")).is_err(), "anybody could read the token");
    assert!(far.call(hook()).is_ok());
}

fn log(run: &str, received: &Value) -> Value {
    json!({
        "runId": run, "workflowId": "wf", "status": "completed", "trigger": "generic",
        "traceSpans": [{
            "id": "workflow-execution", "type": "workflow", "children": [
                {"id": "1", "type": "generic_webhook", "output": received, "input": {"id": "x"}},
                {"id": "2", "type": "function", "output": {"orderId": "order-17"}},
            ],
        }],
    })
}

fn page(logs: &[Value], next: Option<&str>) -> Outcome {
    json(200, &json!({"data": logs, "nextCursor": next}))
}

#[test]
fn a_delivery_is_found_by_its_mark_page_by_page_and_later() {
    let delivery = TriggerWebhook::new("hook-1").mark("orderId", "order-17").body(&());
    let (sent, delivered) = deliver(delivery, [processed()]);
    assert_eq!(body(&sent[0]), json!({"orderId": "order-17"}));
    let search = FindDelivery::of("ws", &delivered.expect("it was taken")).workflow("wf");
    let other = || log("other", &json!({"orderId": "order-1"}));
    let found = page(&[log("mine", &json!({"orderId": "order-17"}))], None);
    let pages = [
        page(&[other()], Some("2")),
        page(&[other()], None),
        lost(),
        page(&[other()], Some("2")),
        found,
    ];
    let (sent, log) = play(api().find_delivery(search).expect("an exchange"), pages);
    assert_eq!(log.expect("an answer").map(|log| log.run_id.to_string()).as_deref(), Some("mine"));
    let asked = sent[0].uri().to_string();
    for part in [
        "triggers=generic",
        "workflowIds=wf",
        "includeTraceSpans=true",
        "startDate=2026-11-29T10%3A00%3A01",
    ] {
        assert!(asked.contains(part), "{asked}");
    }
    assert!(sent[1].uri().to_string().contains("cursor=2"));
}

#[test]
fn a_search_ends_at_its_bound_and_without_a_mark_it_does_not_begin() {
    let search = FindDelivery::new("ws", "orderId", "order-17").within(10 * SECOND);
    let (sent, log) =
        play(api().find_delivery(search).expect("an exchange"), (0..9).map(|_| page(&[], None)));
    assert!(log.expect("an answer").is_none());
    // At 0, 0.5, 1.5, 3.5 and 7.5 s.
    assert_eq!(sent.len(), 5);
    let unmarked = deliver(TriggerWebhook::new("hook-1"), [processed()]).1.expect("it was taken");
    assert!(api().find_delivery(FindDelivery::of("ws", &unmarked)).is_err());
}
