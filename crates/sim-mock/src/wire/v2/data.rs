//! The envelope of a good answer.

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use crate::wire::answer;

/// An answer with data.
pub(crate) fn data<T: Serialize>(status: StatusCode, data: &T) -> Response {
    #[derive(Serialize)]
    struct Envelope<'a, T> {
        data: &'a T,
    }
    answer::json(status, &Envelope { data })
}
