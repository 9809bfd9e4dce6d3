//! `Debug` forms of values that may be private.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;

/// Headers, shown by their names only.
pub(crate) struct Names<'a>(pub(crate) &'a HeaderMap);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// A body, shown by its length only.
pub(crate) struct Length<'a>(pub(crate) Option<&'a Bytes>);

impl fmt::Debug for Length<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.map_or(0, Bytes::len))
    }
}

/// Removes the user information from a URL. The text may be no valid URL: nobody has checked it yet.
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
