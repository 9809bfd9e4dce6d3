//! Answers that come from the web framework of Sim or from a proxy, not from a route.

use axum::body::Body;
use axum::response::{Html, IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, REFRESH};
use http::{HeaderValue, StatusCode};

use super::refusal::Refusal;

const NO_PAGE: &str = "<!DOCTYPE html><html><head><meta charSet=\"utf-8\"/>\
    <meta name=\"robots\" content=\"noindex\"/>\
    <title>404: This page could not be found.</title></head>\
    <body><h1>404</h1><h2>This page could not be found.</h2></body></html>";

const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n\
    <body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

/// A marker for answers that no route made; they have no request id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoRequestId;

fn bare(mut answer: Response) -> Response {
    answer.extensions_mut().insert(NoRequestId);
    answer
}

/// Answers a request for an unknown path with an HTML page.
pub(crate) async fn no_page() -> Response {
    let cache = "private, no-cache, no-store, max-age=0, must-revalidate";
    bare((StatusCode::NOT_FOUND, [(CACHE_CONTROL, cache)], Html(NO_PAGE)).into_response())
}

/// Returns the page of a proxy that cannot reach the server.
pub(crate) fn bad_gateway() -> Response {
    bare((StatusCode::BAD_GATEWAY, [(CONTENT_TYPE, "text/html")], BAD_GATEWAY).into_response())
}

/// Answers a request for a known path with a wrong method: status only.
pub(crate) async fn wrong_verb() -> Response {
    bare(StatusCode::METHOD_NOT_ALLOWED.into_response())
}

/// Refuses files of runs, which a server with local storage gives to browser sessions alone.
pub(crate) fn not_served() -> Response {
    Refusal::text(StatusCode::UNAUTHORIZED, "Unauthorized").into_response()
}

/// Returns the path without empty segments and without a slash at its end, or `None` if it has neither.
pub(crate) fn clean_path(path: &str) -> Option<String> {
    let mut clean = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        clean.push('/');
        clean.push_str(segment);
    }
    (clean != path && path != "/").then(|| if clean.is_empty() { "/".to_owned() } else { clean })
}

/// Returns the redirect to the clean path. The body is the path too.
pub(crate) fn moved(path: &str, query: Option<&str>) -> Response {
    let target = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let mut answer = Response::new(Body::from(target.clone()));
    *answer.status_mut() = StatusCode::PERMANENT_REDIRECT;
    let location = HeaderValue::from_str(&target);
    let refresh = HeaderValue::from_str(&format!("0;url={target}"));
    if let (Ok(location), Ok(refresh)) = (location, refresh) {
        answer.headers_mut().insert(LOCATION, location);
        answer.headers_mut().insert(REFRESH, refresh);
    }
    bare(answer)
}

#[cfg(test)]
mod tests {
    use super::clean_path;

    #[test]
    fn slashes_are_cleaned() {
        assert_eq!(clean_path("/"), None);
        assert_eq!(clean_path("/api/jobs/1"), None);
        assert_eq!(clean_path("/api/jobs/1/").as_deref(), Some("/api/jobs/1"));
        assert_eq!(clean_path("/api//jobs").as_deref(), Some("/api/jobs"));
        assert_eq!(clean_path("//").as_deref(), Some("/"));
    }
}
