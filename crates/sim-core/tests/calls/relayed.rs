//! Refusals that tell of a service behind the server.

use super::*;

sim_core::endpoint! {
    /// Asks a model behind the server.
    AskModel: GET "/api/v2/model" => serde_json::Value,
    relays 500,
}

sim_core::endpoint! {
    /// Asks a server of tools behind the server.
    AskTools: GET "/api/v2/tools" => serde_json::Value,
    relays 503,
}

/// What the server itself says, with its own advice of when to come back.
fn own(status: u16) -> Outcome {
    let body = r#"{"error":{"code":"ANY_CODE","message":"A service behind it failed"}}"#;
    answer(status, &[("retry-after", "5")], body)
}

/// What a gateway says of a server that is down.
fn page(status: u16) -> Outcome {
    answer(status, &[("content-type", "text/html")], "<html>down</html>")
}

fn of_budget(repeats: u32) -> Api {
    let builder = Api::builder([1; 32]).generation(Generation::V2).base_url("http://localhost");
    builder.retry_budget(repeats).api_key("sk-sim-test").build().expect("a core")
}

fn asked<E: Endpoint>(api: &Api, endpoint: E, answers: impl Into<Vec<Outcome>>) -> (usize, Error)
where
    E::Output: std::fmt::Debug,
{
    let (waits, _, result) = play(api.call(endpoint).expect("a call"), answers.into());
    (waits.len(), result.expect_err("a refusal"))
}

#[test]
fn what_a_server_relays_is_not_repeated_and_takes_nothing_from_the_budget() {
    let api = of_budget(1);
    let often = RetryPolicy::new().max_retries(50);
    for _ in 0..20 {
        for (status, (waits, error)) in [
            (500, asked(&api, AskModel::new(), [own(500)])),
            (500, asked(&api, AskModel::new().retry(often), [own(500)])),
            (503, asked(&api, AskTools::new(), [own(503)])),
            (503, asked(&api, AskTools::new().retry(often).with_meta(), [own(503)])),
        ] {
            assert_eq!((waits, error.attempts()), (0, 1), "{error}");
            let told = (error.status().map(|status| status.as_u16()), error.kind());
            assert_eq!(told, (Some(status), &ErrorKind::Api));
            assert!(!error.message().contains("budget") && !error.is_ambiguous(), "{error}");
        }
    }
    // The one repeat is still there, for a server that is down.
    let (waits, error) = asked(&api, AskModel::new(), [page(500), own(500)]);
    assert_eq!((waits, error.attempts()), (1, 2), "{error}");
    let (waits, error) = asked(&api, AskModel::new(), [page(500)]);
    assert!(waits == 0 && error.message().contains("budget"), "{error}");
}

#[test]
fn another_status_than_the_relayed_one_is_repeated() {
    let api = of_budget(100);
    for (waits, error) in [
        asked(&api, AskModel::new(), [own(503), own(500)]),
        asked(&api, AskTools::new(), [own(500), own(503)]),
        asked(&api, AskTools::new(), [page(503), own(503)]),
    ] {
        assert_eq!((waits, error.attempts()), (1, 2), "{error}");
    }
}
