//! Headers that ureq must not see: with its features `gzip` and `brotli` it unpacks bodies, and with `cookies` it keeps
//! cookies and sends them. Any crate of a program may switch these on, so the connection changes the first letter of
//! such a header's name, and changes it back once ureq is past it.

use http::header::{CONTENT_ENCODING, SET_COOKIE};
use http::{HeaderMap, HeaderName};
use memchr::memchr;

use super::old_headers::{each_line, straighten};

/// Takes the place of the first letter. It may be in a name, and is in none that is known.
const MARK: u8 = b'~';

const HIDDEN: [(HeaderName, &str); 2] =
    [(CONTENT_ENCODING, "~ontent-encoding"), (SET_COOKIE, "~et-cookie")];

/// Hides the headers in the heads that `input` begins with, if they are complete.
pub(super) fn hide(mut input: &mut [u8]) {
    while let Some(length) = head_length(input) {
        let (head, rest) = input.split_at_mut(length);
        straighten(head);
        // Others, such as 103, come before that of the answer.
        let is_interim = head.get(9) == Some(&b'1');
        each_line(head, |line| {
            let is_hidden = |(name, _): &(HeaderName, &str)| {
                let name = name.as_str();
                line.get(name.len()) == Some(&b':')
                    && line[..name.len()].eq_ignore_ascii_case(name.as_bytes())
            };
            if HIDDEN.iter().any(is_hidden) {
                line[0] = MARK;
            }
        });
        if !is_interim {
            return;
        }
        input = rest;
    }
}

/// Gives the headers of an answer their names again.
pub(super) fn reveal(headers: &mut HeaderMap) {
    // Most answers have neither.
    if !headers.keys().any(|name| name.as_str().as_bytes().first() == Some(&MARK)) {
        return;
    }
    for (name, hidden) in HIDDEN {
        let values: Vec<_> = headers.get_all(hidden).iter().cloned().collect();
        for value in values {
            headers.append(&name, value);
        }
        headers.remove(hidden);
    }
}

/// How long the head is that `input` begins with; `None` while it is not complete.
fn head_length(input: &[u8]) -> Option<usize> {
    let mut begin = 0;
    loop {
        let end = begin + memchr(b'\n', &input[begin..])? + 1;
        if matches!(&input[begin..end], b"\n" | b"\r\n") {
            return Some(end);
        }
        begin = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(input: &str) -> String {
        let mut input = input.as_bytes().to_vec();
        hide(&mut input);
        String::from_utf8(input).expect("text")
    }

    #[test]
    fn headers_are_hidden_however_they_are_spelt_and_nothing_else_is() {
        let body = "Set-Cookie: a\r\n\r\nContent-Encoding: gzip\r\n";
        let head =
            "HTTP/1.1 200 OK\r\nSET-COOKIE: a=b\r\ncontent-encoding:gzip\nX-Set-Cookie: c\r\n\r\n";
        let expected =
            "HTTP/1.1 200 OK\r\n~ET-COOKIE: a=b\r\n~ontent-encoding:gzip\nX-Set-Cookie: c\r\n\r\n";
        assert_eq!(hidden(&format!("{head}{body}")), format!("{expected}{body}"));
        let early = "HTTP/1.1 103 Early Hints\r\nSet-Cookie: x\r\n\r\n";
        let shown = early.replace("Set", "~et");
        assert_eq!(hidden(&format!("{early}{head}{body}")), format!("{shown}{expected}{body}"));
    }

    #[test]
    fn a_head_that_is_not_complete_waits() {
        for part in ["", "HTTP/1.1 200 OK\r\nSet-Cookie: a\r\n", "HTTP/1.1 200 OK\r\nSet-"] {
            assert_eq!(hidden(part), part);
        }
    }

    #[test]
    fn every_value_has_its_name_again() {
        let mut headers = HeaderMap::new();
        for value in ["a", "b"] {
            headers.append("~et-cookie", value.parse().expect("a value"));
        }
        headers.append("~ontent-encoding", "gzip".parse().expect("a value"));
        headers.append("x-other", "c".parse().expect("a value"));
        reveal(&mut headers);
        let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(cookies, ["a", "b"]);
        assert_eq!((&headers[CONTENT_ENCODING], headers.len()), (&"gzip".parse().unwrap(), 4));
    }
}
