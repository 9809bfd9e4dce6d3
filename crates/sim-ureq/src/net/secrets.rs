//! Headers that no log may show. ureq writes whole requests to the log at level `trace`, in hexadecimal digits. So it
//! is not given the headers that are marked as sensitive; the connection puts them into the head when it sends that.

use std::cell::RefCell;
use std::mem;

use http::HeaderMap;

thread_local! {
    /// The headers of the call that this thread makes, as they are sent.
    static HEADERS: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// A buffer that the next call can take.
    static SPARE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Headers that this thread sends with the next head, until this is dropped.
#[must_use = "they are sent for as long as this lives"]
pub(super) struct Held {
    /// Those of the call inside of which this one is made.
    outer: Vec<u8>,
}

impl Held {
    /// Takes the sensitive headers out of `headers`.
    pub(super) fn take(headers: &mut HeaderMap) -> Self {
        let mut held = SPARE.take();
        take(headers, &mut held);
        Self { outer: HEADERS.replace(held) }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = HEADERS.replace(mem::take(&mut self.outer));
        held.clear();
        SPARE.set(held);
    }
}

/// The headers of the call that this thread makes.
pub(super) fn with<T>(work: impl FnOnce(&[u8]) -> T) -> T {
    HEADERS.with_borrow(|headers| work(headers))
}

fn take(headers: &mut HeaderMap, into: &mut Vec<u8>) {
    let sensitive = |headers: &HeaderMap| {
        let mut all = headers.iter();
        all.find(|(_, value)| value.is_sensitive()).map(|(name, _)| name.clone())
    };
    while let Some(name) = sensitive(headers) {
        for value in headers.get_all(&name) {
            for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                into.extend_from_slice(part);
            }
        }
        headers.remove(&name);
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut secret = HeaderValue::from_static(value);
        secret.set_sensitive(true);
        headers.append("x-key", secret);
        headers.append("x-other", HeaderValue::from_static("shown"));
        headers
    }

    fn held() -> String {
        with(|headers| String::from_utf8(headers.to_vec()).expect("text"))
    }

    #[test]
    fn sensitive_headers_are_held_for_one_call_and_others_stay() {
        let mut all = headers("a");
        all.append("x-key", HeaderValue::from_static("b"));
        let call = Held::take(&mut all);
        assert_eq!((held().as_str(), all.len()), ("x-key: a\r\nx-key: b\r\n", 1));
        assert_eq!(all["x-other"], "shown");
        drop(call);
        assert_eq!(held(), "");
    }

    #[test]
    fn a_call_inside_of_a_call_has_its_own() {
        let _outer = Held::take(&mut headers("outer"));
        let inner = Held::take(&mut headers("inner"));
        assert_eq!(held(), "x-key: inner\r\n");
        drop(inner);
        assert_eq!(held(), "x-key: outer\r\n");
    }
}
