//! One request that carries bytes of an upload.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use sim_core::operation::RequestBody;
use sim_core::{Error, Result};

use super::transfer::PartUrl;
use crate::{SecretHeaders, SecretUrl};

/// Where bytes go.
pub(super) struct Piece {
    /// The number of the part, from 1; 0 for all bytes at once.
    pub(super) number: u64,
    target: Uri,
    headers: HeaderMap,
}

impl Piece {
    pub(super) fn whole(url: &SecretUrl, headers: &SecretHeaders) -> Result<Self> {
        Self::new(0, url, headers)
    }

    pub(super) fn of(part: &PartUrl) -> Result<Self> {
        Self::new(part.part_number.0.into(), &part.url, &part.headers)
    }

    fn new(number: u64, url: &SecretUrl, headers: &SecretHeaders) -> Result<Self> {
        let refused = || Error::request("the server names an address that no bytes can go to");
        let target: Uri = url.as_str().parse().map_err(|_| refused())?;
        let mut all = HeaderMap::new();
        for (name, value) in &headers.0 {
            let name: HeaderName = name.parse().map_err(|_| refused())?;
            let mut value = HeaderValue::from_str(value).map_err(|_| refused())?;
            value.set_sensitive(true);
            all.insert(name, value);
        }
        let is_absolute = target.scheme().is_some() && target.host().is_some();
        if is_absolute { Ok(Self { number, target, headers: all }) } else { Err(refused()) }
    }

    /// Returns the request. It has the headers that the server named and no other, and so no API key.
    pub(super) fn request(&self, body: RequestBody) -> http::Request<RequestBody> {
        let mut request = http::Request::new(body);
        *request.method_mut() = Method::PUT;
        *request.uri_mut() = self.target.clone();
        *request.headers_mut() = self.headers.clone();
        request
    }
}
