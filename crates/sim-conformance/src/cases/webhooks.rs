//! Deliveries to a webhook: one run for each, with the webhook's own token and without the key of the client.

use serde_json::{Value, json};
use sim_core::webhooks::{FindDelivery, TriggerWebhook};
use sim_core::{Api, Credentials, ErrorKind};
use sim_mock::{Fault, Faults, Sim, Webhook, Workflow};

use super::run;
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{KEY, api};

const TOKEN: &str = "owner-token";

fn start(webhook: Webhook) -> (Sim, Api) {
    let orders = Workflow::new("orders", |input: Value| input).webhook(webhook);
    let sim = Sim::builder().key(KEY).workspace("ws-1").workflow(orders).start();
    let sim = sim.expect("a server");
    let api = api(sim.url()).build().expect("a core");
    (sim, api)
}

fn delivery() -> TriggerWebhook {
    TriggerWebhook::new("hook-1").token(TOKEN)
}

pub fn a_lost_answer_is_repeated_and_starts_one_run<S: Subject>(subject: &impl Fn(Api) -> S) {
    for fault in [Fault::CloseAfterRun, Fault::CutBody, Fault::GatewayPage, Fault::CloseUnread] {
        let (sim, api) = start(Webhook::new("hook-1").token(TOKEN));
        sim.set_faults(Faults::script([fault]));
        let delivered = run(subject, &api, delivery().body(&json!({"n": 1}))).expect("an answer");
        let sent = sim.requests();
        let keys: Vec<_> =
            sent.iter().map(|sent| sent.header("idempotency-key").map(str::to_owned)).collect();
        assert_eq!(keys, vec![Some(delivered.key.to_string()); 2], "{fault}");
        let runs = sim.runs();
        assert_eq!((runs.len(), &runs[0].input), (1, &json!({"n": 1})), "{fault}");
    }
}

pub fn a_delivery_carries_the_webhooks_token_and_not_the_key<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let taken = r#"{"message":"Webhook processed"}"#;
    for credentials in [Credentials::api_key(KEY), Credentials::bearer(KEY)] {
        let answers = [(); 2].map(|()| Reply::json(200, taken));
        let script = Script::new(answers);
        let api = api(script.url()).credentials(credentials.expect("a key"));
        let api = api.build().expect("a core");
        run(subject, &api, delivery().with_meta()).expect("an answer");
        run(subject, &api, TriggerWebhook::new("hook-1").token_in("X-Hook", TOKEN))
            .expect("an answer");
        let seen = script.seen();
        let [first, second] = &seen[..] else { panic!("{} requests", seen.len()) };
        assert_eq!((first.method(), first.target()), ("POST", "/api/webhooks/trigger/hook-1"));
        assert_eq!(first.headers("authorization"), [format!("Bearer {TOKEN}")]);
        assert_eq!((second.header("x-hook"), second.header("authorization")), (Some(TOKEN), None));
        for seen in [first, second] {
            assert_eq!(seen.header("x-api-key"), None);
            assert!(!seen.head.contains(KEY), "{}", seen.head);
        }
    }
}

pub fn what_the_server_refuses_starts_nothing<S: Subject>(subject: &impl Fn(Api) -> S) {
    let (sim, api) = start(Webhook::new("hook-1").token(TOKEN));
    let wrong = run(subject, &api, TriggerWebhook::new("hook-1").token("wrong"));
    let error = wrong.expect_err("the token is wrong");
    assert!(error.is_unauthorized() && !error.may_have_started());
    let error = run(subject, &api, TriggerWebhook::new("hook-2").token(TOKEN));
    let error = error.expect_err("there is no such webhook");
    assert!(error.is_not_found() && !error.may_have_started());
    sim.set_deployed("orders", false);
    assert!(run(subject, &api, delivery()).expect_err("it is not live").is_not_found());
    assert!(sim.runs().is_empty());
}

pub fn a_body_that_would_be_lost_is_refused_before_sending<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let (sim, api) = start(Webhook::new("hook-1").token(TOKEN));
    for delivery in [
        delivery().body(&json!([1])),
        delivery().body("text"),
        delivery().body(&json!({"challenge": "abc"})),
        delivery().query("validationToken", "abc"),
    ] {
        let error = run(subject, &api, delivery).expect_err("it is refused");
        assert_eq!(error.kind(), &ErrorKind::Request);
    }
    assert!(sim.requests().is_empty());
}

pub fn the_run_of_a_delivery_is_found_by_its_mark<S: Subject>(subject: &impl Fn(Api) -> S) {
    let (sim, api) = start(Webhook::new("hook-1").token(TOKEN));
    for n in 0..3 {
        let other = delivery().mark("orderId", format!("order-{n}"));
        run(subject, &api, other).expect("an answer");
    }
    let mine = delivery().mark("orderId", "order-17").body(&json!({"item": "tea"}));
    let delivered = run(subject, &api, mine).expect("an answer");
    let search = FindDelivery::of("ws-1", &delivered).workflow("orders");
    let found = subject(api.clone()).drive(api.find_delivery(search).expect("an exchange"));
    let found = found.expect("an answer").expect("it is there");
    let ours = sim.runs().into_iter().find(|run| run.input["orderId"] == "order-17");
    assert_eq!(Some(found.run_id.to_string()), ours.map(|run| run.id));
    assert_eq!(found.trigger.as_deref(), Some("generic"));
}
