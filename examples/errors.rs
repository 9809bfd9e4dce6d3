//! Tells errors apart by code and by kind, and advises on each: `cargo run --example errors`.

use std::time::Duration;

use examples::Server;
use serde_json::{Value, json};
use sim_mock::Sim;
use simstudio::ureq::Client;
use simstudio::{Error, ErrorKind, Result, Timeouts, code};

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let server = Server::start(Sim::demo())?;
    let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    let name = json!({"name": "Ann"});

    attempt("no error", &client, server.workflow("greet"), &name);
    attempt("no such workflow", &client, "nowhere", &name);
    attempt("an id that cannot be sent", &client, "..", &name);
    attempt("a field that the API would swallow", &client, "greet", &json!({"stream": true}));

    let mut stranger = client.clone();
    stranger.set_api_key("sk-sim-wrong")?;
    attempt("a wrong key", &stranger, server.workflow("greet"), &name);

    let mut lost = client.clone();
    lost.set_base_url("http://127.0.0.1:1")?;
    attempt("no server", &lost, "greet", &name);

    if let Some(mock) = &server.mock {
        attempt("a run that fails", &client, "fails", &name);
        attempt("a run that waits for a human", &client, "approval", &name);
        attempt("a workflow that is not deployed", &client, "draft", &name);
        let hasty = Client::builder()
            .base_url(&server.url)
            .api_key(&server.key)
            .timeouts(Timeouts::default().total(Duration::from_millis(500)))
            .build()?;
        attempt("a run that takes too long", &hasty, "slow", &name);
        mock.fail_next(429, &[("Retry-After", "7")], r#"{"error": "Rate limit exceeded."}"#);
        attempt("too many calls", &client, "greet", &name);
        mock.fail_next(402, &[], r#"{"error": "Usage limit exceeded."}"#);
        attempt("too much spent", &client, "greet", &name);
        mock.fail_next(502, &[("Content-Type", "text/html")], "<h1>Bad Gateway</h1>");
        attempt("a gateway that gave up", &client, "greet", &name);
    }
    Ok(())
}

/// Runs a workflow. Here a run that did not complete is an error.
fn run(client: &Client, workflow: &str, input: &Value) -> Result<Value> {
    Ok(client.execute_workflow(workflow, input)?.into_result()?.output)
}

fn attempt(title: &str, client: &Client, workflow: &str, input: &Value) {
    println!("{title}");
    match run(client, workflow, input) {
        Ok(output) => println!("  output  {output}"),
        Err(error) => {
            println!("  error   {error}");
            println!("  so      {}; {}", what_happened(&error), advice(&error));
        }
    }
}

/// Explains an error by its kind, which says how far the call got.
fn what_happened(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Request => "nothing was sent".to_owned(),
        ErrorKind::Resolve | ErrorKind::Connect | ErrorKind::Tls => {
            "the server was not reached".to_owned()
        }
        ErrorKind::Api => "the API said no".to_owned(),
        ErrorKind::Run(result) => match &result.pause {
            Some(pause) => {
                let places: Vec<_> = pause.points.iter().map(|p| p.context_id.as_str()).collect();
                format!("the run waits at {}", places.join(", "))
            }
            None => format!("the run is {}, with the output {}", result.status, result.output),
        },
        ErrorKind::Ambiguous { run_id: Some(run), .. } => format!("there may be a run {run}"),
        other => format!("{other:?}"),
    }
}

/// Advises by the code, a stable word for each reason. A refusal has the server's code if it sent
/// one.
fn advice(error: &Error) -> String {
    match error.code() {
        code::UNAUTHORIZED => "check the API key".to_owned(),
        code::USAGE_LIMIT_EXCEEDED => "raise the spending limit".to_owned(),
        code::RATE_LIMIT_EXCEEDED => match error.retry_after() {
            Some(wait) => format!("try again in {wait:?}"),
            None => "try again later".to_owned(),
        },
        code::SERVER_ERROR => "look for the run before running it again".to_owned(),
        code::TIMEOUT => "give it more time, or queue the run".to_owned(),
        code::PAUSED => "somebody has to answer first".to_owned(),
        code::EXECUTION_ERROR => "look at the run's log".to_owned(),
        code::FORBIDDEN => "deploy the workflow".to_owned(),
        code::INVALID_REQUEST => "correct the call".to_owned(),
        code::CONNECTION_ERROR => "check the base URL and the network".to_owned(),
        _ if error.is_not_found() => "check the workflow id".to_owned(),
        code => format!("no advice for {code}"),
    }
}
