//! The effects of faults on answers.

use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Frame;

use super::refusal::Refusal;
use super::{framework, v2};
use crate::fault::Fault;
use crate::link::Link;
use crate::state::State;

/// Returns the answer to a request that a fault keeps from being handled, or `None` if no such fault happens
/// to it.
pub(crate) fn replacement(state: &State, fault: Option<Fault>, path: &str) -> Option<Response> {
    let fault = fault?;
    let answer = match fault {
        Fault::GatewayPageUnhandled => framework::bad_gateway(),
        Fault::Overloaded(seconds) if path.starts_with(v2::PREFIX) => {
            v2::Problem::overloaded(seconds).into_response()
        }
        Fault::Overloaded(seconds) => {
            let error = "Service temporarily unavailable. Please try again later.";
            Refusal::coded(StatusCode::SERVICE_UNAVAILABLE, error, "SERVICE_OVERLOADED")
                .retry_after(seconds)
                .into_response()
        }
        _ => return None,
    };
    state.faults.count(fault);
    Some(answer)
}

/// Closes the connection, and never returns: the handler is dropped with the connection.
pub(crate) async fn close(state: &State, fault: Fault, link: &Link) -> Response {
    state.faults.count(fault);
    link.close();
    pending().await
}

/// Applies a fault to the answer to a request that was handled.
pub(crate) async fn apply(
    state: &State,
    fault: Option<Fault>,
    link: &Link,
    answer: Response,
) -> Response {
    let Some(fault) = fault else { return answer };
    match fault {
        Fault::CloseAfterRead => close(state, fault, link).await,
        Fault::CloseAfterRun | Fault::CloseEmptied => {
            run_out(answer).await;
            close(state, fault, link).await
        }
        Fault::CutHead => {
            state.faults.count(fault);
            link.cut_head();
            answer
        }
        Fault::CutBody => {
            state.faults.count(fault);
            cut_body(link, answer)
        }
        Fault::Stall => {
            state.faults.count(fault);
            // Dropping the stream would look like a caller who left.
            let _unsent = answer;
            pending().await
        }
        Fault::GatewayPage => {
            run_out(answer).await;
            state.faults.count(fault);
            framework::bad_gateway()
        }
        _ => answer,
    }
}

/// Reads the answer to its end. For a stream that is the end of its run.
async fn run_out(answer: Response) {
    let mut body = answer.into_body();
    while let Some(Ok(_)) = body.frame().await {}
}

fn cut_body(link: &Link, mut answer: Response) -> Response {
    let size = answer.body().size_hint().exact();
    if size == Some(0) {
        link.cut_head();
        return answer;
    }
    if let Some(size) = size {
        // The head still announces the length of the whole body.
        answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(size));
    }
    let whole = usize::from(size.is_none());
    let link = link.clone();
    answer.map(|body| Body::new(Cut { body, whole, link, over: false }))
}

/// A body that ends in the middle.
#[derive(Debug)]
struct Cut {
    body: Body,
    /// The number of frames that are sent whole; half of the next one is sent.
    whole: usize,
    link: Link,
    over: bool,
}

impl Cut {
    /// Returns the next piece, or `None` after the last one.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.over {
            return Poll::Ready(None);
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let data = frame.and_then(Result::ok).and_then(|frame| frame.into_data().ok());
        if self.whole > 0 {
            self.whole -= 1;
            return Poll::Ready(data);
        }
        self.over = true;
        let half = data.map(|data| data.slice(..data.len() / 2));
        Poll::Ready(half.filter(|half| !half.is_empty()))
    }
}

impl HttpBody for Cut {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Some(piece) = ready!(self.poll_piece(context)) {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        // Ending the body properly would complete the answer.
        self.link.cut_after_this();
        Poll::Pending
    }
}
