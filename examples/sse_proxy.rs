//! Relays a workflow's stream to browsers: `cargo run --example sse_proxy [PORT]`, then open the
//! address.
//!
//! `GET /` returns a page with a form, `GET /stream?question=..` one run as server-sent events. The
//! API key stays in this program. Anyone who reaches the address can spend money with it, so a real
//! server must ask for a login first.

use std::error::Error;
use std::net::Ipv4Addr;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use examples::Server;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use serde::Deserialize;
use serde_json::{Value, json};
use sim_mock::Sim;
use simstudio::reqwest::Client;
use simstudio::{ExecuteWorkflow, RunEvent, RunStatus};
use tokio::net::TcpListener;

const PAGE: &str = include_str!("sse_proxy.html");

#[derive(Clone)]
struct Relay {
    client: Client,
    workflow: String,
    outputs: Vec<String>,
}

#[derive(Deserialize)]
struct Asked {
    question: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = match std::env::args().nth(1) {
        Some(port) => port.parse().map_err(|_| format!("{port:?} is not a port"))?,
        None => 0,
    };
    let server = Server::start(Sim::demo())?;
    let relay = Relay {
        client: Client::builder().base_url(&server.url).api_key(&server.key).build()?,
        workflow: server.workflow("chat").to_owned(),
        outputs: server.outputs("assistant.content"),
    };
    let routes = Router::new()
        .route("/", get(async || Html(PAGE)))
        .route("/stream", get(stream))
        .with_state(relay);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, routes).await?;
    Ok(())
}

/// Answers with one run, as it happens. When the browser leaves, this stream is dropped, and with
/// it the stream of the run. That closes the connection to Sim, which cancels the run.
async fn stream(State(relay): State<Relay>, Query(asked): Query<Asked>) -> impl IntoResponse {
    let run = ExecuteWorkflow::new(relay.workflow)
        .input(json!({"question": asked.question}))
        .stream()
        .select(relay.outputs)
        .include_thinking(true)
        .include_tool_calls(true);
    // The run starts inside the stream. So a refusal becomes the only event, which the page can
    // read, and the browser hears from this server while Sim is still silent.
    let events = stream::once(async move { relay.client.stream(run).await }).try_flatten();
    Sse::new(events.map(relayed)).keep_alive(KeepAlive::default())
}

/// Converts an event for the page. Every stream ends with exactly one `end`.
fn relayed(event: simstudio::Result<RunEvent<'_>>) -> Result<Event, axum::Error> {
    let (name, data) = match event {
        Ok(RunEvent::Text { block, chunk }) => ("text", json!({"block": block, "text": chunk})),
        Ok(RunEvent::TextReset { block }) => ("reset", json!({"block": block})),
        Ok(RunEvent::Thinking { text, .. }) => ("thinking", json!({"text": text})),
        Ok(RunEvent::ToolStart { id, name, .. }) => {
            ("tool", json!({"id": id, "name": name, "status": "running"}))
        }
        Ok(RunEvent::ToolEnd { id, name, status, .. }) => {
            let status = status.as_ref().map_or("ended", |status| status.as_str());
            ("tool", json!({"id": id, "name": name, "status": status}))
        }
        Ok(RunEvent::Final(run) | RunEvent::Failure(run)) => {
            // The output of a run that waits for a human says how to answer it.
            let output = Some(&run.output).filter(|_| run.status == RunStatus::Completed);
            let status = run.status.as_str();
            (
                "end",
                json!({"status": status, "error": run.error.map(|error| error.message), "output": output}),
            )
        }
        // Later versions of the SDK and the server send more kinds of events.
        Ok(_) => ("other", Value::Null),
        // The details of an error are for this server's log; the page gets the code.
        Err(error) => {
            eprintln!("{error}");
            ("end", json!({"status": "no result", "error": error.code()}))
        }
    };
    Event::default().event(name).json_data(data)
}
