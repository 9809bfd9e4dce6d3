//! Receives what the Webhook block of a workflow sends: `SIM_WEBHOOK_SECRET=... cargo run --example webhook_receive
//! [PORT]`, with the secret of the block.
//!
//! Each delivery is verified before anything of it is read. The answer has a body, because the block fails on an empty
//! answer of a JSON type; what the answer says becomes the output of the block.

use std::collections::HashSet;
use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use simstudio::webhooks::WebhookVerifier;
use tokio::net::TcpListener;

struct Receiver {
    verifier: WebhookVerifier,
    /// The signatures of deliveries that were taken: the same delivery may come twice.
    taken: Mutex<HashSet<String>>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = match std::env::args().nth(1) {
        Some(port) => port.parse().map_err(|_| format!("{port:?} is not a port"))?,
        None => 0,
    };
    let secret = std::env::var("SIM_WEBHOOK_SECRET")
        .map_err(|_| "SIM_WEBHOOK_SECRET must hold the secret of the Webhook block")?;
    let verifier = WebhookVerifier::new(secret);
    let receiver = Arc::new(Receiver { verifier, taken: Mutex::default() });
    let routes = Router::new().route("/", post(receive)).with_state(receiver);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, routes).await?;
    Ok(())
}

async fn receive(
    State(receiver): State<Arc<Receiver>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Json<Value>) {
    let delivery = match receiver.verifier.verify(&headers, &body, SystemTime::now()) {
        Ok(delivery) => delivery,
        Err(why) => {
            let answer = json!({"accepted": false, "why": why.to_string()});
            return (StatusCode::UNAUTHORIZED, Json(answer));
        }
    };
    // The key of a delivery is not signed, and its signature is.
    let signature = headers["x-webhook-signature"].to_str().unwrap_or_default().to_owned();
    let is_new = receiver.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(signature);
    if is_new {
        // An empty body stands for no payload.
        let payload: Value = serde_json::from_slice(&body).unwrap_or_default();
        println!("{}: {payload}", delivery.sent_at);
    }
    (StatusCode::OK, Json(json!({"accepted": true, "isNew": is_new})))
}
