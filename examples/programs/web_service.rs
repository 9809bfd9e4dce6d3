//! A web service that relays the text of a run to its callers, as the run writes it.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use futures_util::StreamExt as _;
use serde_json::json;
use simstudio::reqwest::Client;
use simstudio::{Error, ExecuteWorkflow};

fn routes(client: Client) -> Router {
    Router::new().route("/ask", post(ask)).with_state(client)
}

/// Answers with the text of one run. If the caller leaves, the stream is dropped, and Sim cancels the run.
async fn ask(State(client): State<Client>, question: String) -> Response {
    let run = ExecuteWorkflow::new("chat").input(json!({"question": question})).stream();
    match client.stream(run.select(["assistant.content"])).await {
        Ok(events) => {
            let text = events.into_text().map(|text| text.map(Bytes::from));
            Body::from_stream(text).into_response()
        }
        Err(error) => refused(&error).into_response(),
    }
}

/// Returns what the caller may know of an error; the rest is for the log.
fn refused(error: &Error) -> (StatusCode, &'static str) {
    eprintln!("{error:?}");
    if error.is_rate_limited() {
        return (StatusCode::TOO_MANY_REQUESTS, "try again later");
    }
    (StatusCode::BAD_GATEWAY, error.code())
}

#[cfg(test)]
mod tests {
    use sim_mock::Sim;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    async fn asked(address: std::net::SocketAddr) -> String {
        let mut caller = TcpStream::connect(address).await.expect("the service");
        let request =
            "POST /ask HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 4\r\n\r\nWhy?";
        caller.write_all(request.as_bytes()).await.expect("it listens");
        let mut answer = String::new();
        caller.read_to_string(&mut answer).await.expect("it answers");
        answer
    }

    #[tokio::test]
    async fn a_caller_gets_the_text_or_a_status() {
        let sim = Sim::demo().start().expect("a server");
        let client = Client::builder().base_url(sim.url()).api_key(sim.key()).build();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let service = routes(client.expect("a client"));
        tokio::spawn(async move { axum::serve(listener, service).await });

        let answer = asked(address).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Why?"), "{answer}");
        sim.fail_next(429, &[("Retry-After", "600")], r#"{"error": "Rate limit exceeded."}"#);
        assert!(asked(address).await.starts_with("HTTP/1.1 429"));
    }
}
