//! What a `Debug` form shows of what may be private.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;

/// Headers by their names.
pub(crate) struct Names<'a>(pub(crate) &'a HeaderMap);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// A body by its length.
pub(crate) struct Length<'a>(pub(crate) Option<&'a Bytes>);

impl fmt::Debug for Length<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.map_or(0, Bytes::len))
    }
}

/// An address without who uses it. It may be none at all: nothing has checked it.
pub(crate) fn address(url: &str) -> String {
    let Some((before, place)) = url.rsplit_once('@') else { return url.to_owned() };
    let scheme = before.split_once("://").map(|(scheme, _)| scheme).unwrap_or_default();
    match scheme {
        "http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h" => {
            format!("{scheme}://***@{place}")
        }
        _ => format!("***@{place}"),
    }
}
