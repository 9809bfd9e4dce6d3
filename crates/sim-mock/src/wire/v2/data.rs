//! The envelope of a successful answer.

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use crate::wire::answer;

/// Returns an answer with data.
pub(crate) fn data<T: Serialize>(status: StatusCode, data: &T) -> Response {
    #[derive(Serialize)]
    struct Envelope<'a, T> {
        data: &'a T,
    }
    answer::json(status, &Envelope { data })
}
