//! Answers that are not Sim's: one sentence that says who wrote them, as far as they show it.

use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::error::code;
use crate::primitives::json;
use crate::response::{Answer, Envelope};

/// The largest part of a page that is searched, in bytes.
const SEARCHED: usize = 16 * 1024;
/// The largest number of characters of a title.
const TITLE: usize = 80;

/// The words by which the pages of firewalls are known, in lower case.
const FIREWALL: [&str; 8] = [
    "attention required",
    "just a moment",
    "access denied",
    "request rejected",
    "request blocked",
    "you have been blocked",
    "captcha",
    "web application firewall",
];
/// The words by which pages that ask for a login are known.
const LOGIN: [&str; 5] = ["log in", "login", "sign in", "signin", "single sign-on"];

/// Returns what an answer shows of who wrote it; `None` if that is nothing.
pub(super) fn told(answer: &Answer) -> Option<String> {
    if let Some(page) = page(answer) {
        return Some(of_page(answer.status, &page));
    }
    if answer.status.is_success() {
        let kind = answer.text(CONTENT_TYPE.as_str()).unwrap_or("missing");
        if is_stream(&answer.body) && !kind.contains("event-stream") {
            let kind = code::readable(kind);
            return Some(format!("it is a stream of events, but its content type is {kind}"));
        }
        let body = json::read_hint(&answer.body)?;
        let error = Envelope::read(&body)?;
        return Some(format!(
            "it holds an error although its status is {}: {}",
            answer.status.as_u16(),
            error.message
        ));
    }
    is_gateway(answer.status).then(|| gateway(answer.status))
}

/// Returns whether a body begins like a stream of events.
fn is_stream(body: &[u8]) -> bool {
    let body = json::without_mark(body).trim_ascii_start();
    ["data:", "event:", "id:", "retry:"].iter().any(|field| body.starts_with(field.as_bytes()))
}

/// Returns the beginning of a body that is a web page.
fn page(answer: &Answer) -> Option<String> {
    let body = json::without_mark(&answer.body).trim_ascii_start();
    let kind = answer.text(CONTENT_TYPE.as_str()).unwrap_or_default().to_ascii_lowercase();
    let is_page = body.first() == Some(&b'<');
    let is_called_so = kind.contains("html") && !matches!(body.first(), Some(b'{' | b'[') | None);
    let text = || String::from_utf8_lossy(&body[..body.len().min(SEARCHED)]).into_owned();
    (is_page || is_called_so).then(text)
}

fn of_page(status: StatusCode, page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let title = title(page, &lower);
    let named = title.as_ref().map(|title| format!(" titled \u{201c}{title}\u{201d}"));
    let named = named.unwrap_or_default();
    let has = |words: &[&str], text: &str| words.iter().any(|word| text.contains(word));
    let headline = title.as_deref().unwrap_or_default().to_ascii_lowercase();
    if has(&FIREWALL, &headline) || has(&FIREWALL[2..], &lower) && status.is_client_error() {
        return format!(
            "it is a web page{named} of a firewall in front of the server, which refused the request"
        );
    }
    if has(&LOGIN, &headline) {
        return format!(
            "it is a web page{named} that asks for a login: the base URL points at pages for people, or a gateway \
             wants a login of its own"
        );
    }
    if is_gateway(status) {
        return format!("it is a web page{named}: {}", gateway(status));
    }
    format!("it looks like a web page{named}: does the base URL point at Sim?")
}

/// Returns the title of a page as one short line. `lower` is the page in lower case.
fn title(page: &str, lower: &str) -> Option<String> {
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let title: String = code::readable(page.get(start..end)?).chars().take(TITLE).collect();
    Some(title).filter(|title| !title.is_empty())
}

/// Returns whether a gateway answers so if the server behind it does not.
fn is_gateway(status: StatusCode) -> bool {
    matches!(status.as_u16(), 502 | 504 | 520..=527 | 530)
}

fn gateway(status: StatusCode) -> String {
    format!(
        "a gateway in front of the server answered {}, because it got no answer from the server itself",
        status.as_u16()
    )
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn said(status: u16, body: &str) -> Option<String> {
        let response = http::Response::builder().status(status);
        let response = response.body(Bytes::copy_from_slice(body.as_bytes())).expect("an answer");
        told(&Answer::new(response, None))
    }

    #[test]
    fn a_page_is_known_by_its_title_and_its_status() {
        for (status, body, words) in [
            (
                404,
                "<!DOCTYPE html><html><head><title>Page Not Found | Sim</title>",
                "“Page Not Found | Sim”",
            ),
            (200, "<html><TITLE lang=en>\n Sign in\n to Acme </TITLE>", "asks for a login"),
            (403, "<title>Attention Required! | Cloudflare</title>", "firewall"),
            (403, "<html><body>Request blocked by the captcha</body>", "firewall"),
            (
                502,
                "<html><title>502 Bad Gateway</title>",
                "gateway in front of the server answered 502",
            ),
            (200, "\u{feff} <html>", "does the base URL point at Sim?"),
        ] {
            let said = said(status, body).expect(body);
            assert!(said.contains(words) && said.contains("web page"), "{said}");
        }
        for (status, body) in [(404, "<html>hello</html>"), (503, "<html>request blocked</html>")] {
            assert!(said(status, body).is_some_and(|said| !said.contains("firewall")), "{status}");
        }
        let head = format!("<html>{}<title>Sign in</title>", " ".repeat(10_000));
        assert!(said(200, &head).is_some_and(|said| said.contains("Sign in")));
        let long = format!("<title>{}</title>", "x".repeat(5000));
        assert!(said(200, &long).is_some_and(|said| said.len() < 200));
    }

    #[test]
    fn what_is_called_a_page_is_one_unless_it_is_json() {
        for (body, is_page) in
            [("Sign in, please", true), ("{}", false), ("[1]", false), ("", false)]
        {
            let response =
                http::Response::builder().header(CONTENT_TYPE, "text/HTML; charset=utf-8");
            let response = response.body(Bytes::from(body)).expect("an answer");
            assert_eq!(page(&Answer::new(response, None)).is_some(), is_page, "{body}");
        }
    }

    #[test]
    fn an_error_at_a_good_status_and_a_gateway_without_words_are_named() {
        assert!(
            said(200, r#"{"error":"no such host"}"#)
                .is_some_and(|said| said.contains("no such host"))
        );
        for status in [502, 504, 522] {
            assert!(said(status, "").is_some_and(|said| said.contains("gateway")), "{status}");
        }
        let stream = "data: {\"blockId\":\"b\",\"chunk\":\"Hello\"}\n\n";
        assert!(
            said(200, stream).is_some_and(|said| said.ends_with("its content type is missing"))
        );
        assert_eq!(said(400, stream), None);
        for (status, body) in [(500, ""), (200, "{}"), (200, ""), (404, "nothing here"), (503, "")]
        {
            assert_eq!(said(status, body), None, "{status} {body}");
        }
    }
}
