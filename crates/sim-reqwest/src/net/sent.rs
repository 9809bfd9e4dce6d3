//! Sends a request and waits for the head of its answer.

use std::pin::pin;
use std::sync::Arc;

use http::response::Parts;
use sim_core::Timeouts;
use sim_core::transport::{RequestBody, TransportError};

use super::body_stream::BodyStream;
use super::clock::Clock;
use super::errors;
use super::progress::Progress;
use super::request::{Servers, request};

/// Sends a request within its limits. Returns the head of the answer, and the body, which is not read yet.
pub(crate) async fn send(
    http: &reqwest::Client,
    asked: http::Request<RequestBody>,
    limits: Timeouts,
    progress: &Arc<Progress>,
    servers: &Servers,
) -> Result<(Parts, BodyStream), TransportError> {
    #[cfg(not(feature = "tls"))]
    errors::check_tls(asked.uri())?;
    let clock = Clock::start(limits);
    let asked = request(asked, progress, servers)?;
    let mut response = match clock.head(progress, pin!(http.execute(asked))).await? {
        Ok(response) => response,
        Err(error) => return Err(errors::explained(error, progress.phase(), servers).await),
    };
    let mut head = http::Response::new(());
    (*head.status_mut(), *head.version_mut()) = (response.status(), response.version());
    *head.headers_mut() = std::mem::take(response.headers_mut());
    Ok((head.into_parts().0, BodyStream::new(response, clock)))
}
