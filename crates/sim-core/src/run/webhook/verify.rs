//! The verification of a delivery that the Webhook block of a workflow signed.

use std::fmt;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use jiff::Timestamp;
use sha2::Sha256;

/// The header with the signature of a Webhook block.
const SIGNATURE: &str = "x-webhook-signature";
/// The header that is the same for all deliveries of one execution of a block.
const KEY: &str = "idempotency-key";
/// What the server signs where it sends no body, or `null`.
const NO_PAYLOAD: &[u8] = b"{}";

/// A verifier of deliveries that the Webhook block of a workflow signed with a secret.
///
/// ```
/// use sim_core::webhooks::{RejectedDelivery, WebhookVerifier};
/// # use sim_core::http::HeaderMap;
///
/// fn receive(headers: &HeaderMap, body: &[u8]) -> Result<(), RejectedDelivery> {
///     let verifier = WebhookVerifier::new("the secret of the block");
///     let now = std::time::SystemTime::now();
///     let delivery = verifier.verify(headers, body, now)?;
///     println!("{:?} of {}", delivery.key, delivery.sent_at);
///     Ok(())
/// }
/// # drop(receive);
/// ```
///
/// Verify the body byte by byte as it came, before you parse it. Answer a JSON type only together with a body: the block
/// fails on an empty one.
#[derive(Clone)]
pub struct WebhookVerifier {
    hmac: Hmac<Sha256>,
    tolerance: Duration,
}

impl WebhookVerifier {
    /// Creates a verifier with the secret of the block. It accepts deliveries that are at most five minutes old.
    pub fn new(secret: impl AsRef<[u8]>) -> Self {
        let hmac = Hmac::new_from_slice(secret.as_ref()).expect("a key of any length is fine");
        Self { hmac, tolerance: Duration::from_secs(300) }
    }

    /// Sets how far the time of a delivery may be from the receiver's, before or after.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies the delivery of a Webhook block, by its headers and its body as they came. `now` is the receiver's
    /// time.
    ///
    /// # Errors
    /// Why the delivery must not be trusted.
    pub fn verify(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: impl TryInto<Timestamp>,
    ) -> Result<VerifiedDelivery, RejectedDelivery> {
        let mut signatures = headers.get_all(SIGNATURE).iter();
        let (Some(signature), None) = (signatures.next(), signatures.next()) else {
            return Err(RejectedDelivery::Unsigned);
        };
        let signature = signature.to_str().map_err(|_| RejectedDelivery::Malformed)?;
        let sent_at = self.verify_signature(signature, body, now)?;
        let key = headers.get(KEY).and_then(|key| key.to_str().ok()).map(str::to_owned);
        Ok(VerifiedDelivery { sent_at, key })
    }

    /// Verifies a signature of the form `t=TIME,v1=HEX` that came in a header of another name, such as that of a data
    /// drain. Returns when the delivery was signed. A time of 13 digits is in milliseconds, a shorter one in seconds.
    ///
    /// # Errors
    /// Why the delivery must not be trusted.
    pub fn verify_signature(
        &self,
        signature: &str,
        body: &[u8],
        now: impl TryInto<Timestamp>,
    ) -> Result<Timestamp, RejectedDelivery> {
        let (time, digest) = parts(signature).ok_or(RejectedDelivery::Malformed)?;
        let signed_at = timestamp(time).ok_or(RejectedDelivery::Malformed)?;
        let signs = |body: &[u8]| {
            let mut hmac = self.hmac.clone();
            for part in [time.as_bytes(), b".", body] {
                hmac.update(part);
            }
            // In constant time.
            hmac.verify_slice(&digest).is_ok()
        };
        let has_payload = !body.is_empty() && body != b"null";
        if !signs(body) && (has_payload || !signs(NO_PAYLOAD)) {
            return Err(RejectedDelivery::Forged);
        }
        let now = now.try_into().map_err(|_| RejectedDelivery::Stale)?;
        let age = now.duration_since(signed_at).unsigned_abs();
        if age > self.tolerance { Err(RejectedDelivery::Stale) } else { Ok(signed_at) }
    }
}

/// Returns the time and the digest of a signature. Parts of other names are for other versions.
fn parts(signature: &str) -> Option<(&str, [u8; 32])> {
    let (mut time, mut digest) = (None, None);
    for part in signature.split(',') {
        match part.split_once('=')? {
            ("t", text) if time.is_none() => time = Some(text),
            ("v1", text) if digest.is_none() => digest = Some(hex(text)?),
            ("t" | "v1", _) => return None,
            _ => {}
        }
    }
    time.zip(digest)
}

fn hex(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    let bytes: Option<Vec<u8>> =
        pairs.map(|pair| Some(digit(pair[0])? * 16 + digit(pair[1])?)).collect();
    bytes?.try_into().ok()
}

fn timestamp(text: &str) -> Option<Timestamp> {
    if text.len() > 13 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = text.parse().ok()?;
    let time = if text.len() == 13 {
        Timestamp::from_millisecond(number)
    } else {
        Timestamp::from_second(number)
    };
    time.ok()
}

impl fmt::Debug for WebhookVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookVerifier")
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}

/// A delivery whose signature is right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedDelivery {
    /// When the block signed it, by the server's clock.
    pub sent_at: Timestamp,
    /// The key that is the same if the delivery comes twice, or `None` if it has none. It is not signed: whoever
    /// intercepts a delivery can send it again under another key while it is fresh. To be safe from that too, remember
    /// the signature.
    pub key: Option<String>,
}

/// Why a delivery must not be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RejectedDelivery {
    /// It has no signature, or several: the block has no secret, or its author replaced the header.
    #[error("the delivery has no signature")]
    Unsigned,
    /// The header is not a signature.
    #[error("the signature of the delivery is malformed")]
    Malformed,
    /// The signature is not that of this body with this secret.
    #[error("the signature of the delivery is wrong")]
    Forged,
    /// The signature is right, but too old, or from the future.
    #[error("the delivery was not signed recently")]
    Stale,
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// What real servers signed: the secret, the time as sent, the body as sent, the digest.
    const SIGNED: [(&str, &str, &str, &str); 5] = [
        (
            "test-secret",
            "1704067200000",
            r#"{"event":"ping"}"#,
            "3d4c0cfa6b45312180132d26704fc6a8a4406c4aadd73da35fa896a764515bcb",
        ),
        (
            "test-secret",
            "1704067200000",
            "",
            "efe329d655734657ce41ad2ca408f5dd1f7f9548c3071d16412b40012d18a12a",
        ),
        (
            "test-secret",
            "1795946571650",
            r#"{"event":"ping","x":"y","u":"é世"}"#,
            "792b0a31153666d0a03ca4ea86e5b70433053c3406a949f9973aa414d9c73360",
        ),
        (
            "test-secret",
            "1795946573836",
            "",
            "d5f27eab6ede2844c4a3c3e5b0d52f16bb9b2e712838448e4946b755a2a48877",
        ),
        (
            "0123456789abcdef0123456789abcdef",
            "1704067200",
            "{\"id\":\"1\"}\n",
            "8a97eef24d7f3ed1075fb4f012222bc87793dd19c56bc47796c3908b5a3cfdbb",
        ),
    ];

    fn at(time: &str) -> Timestamp {
        timestamp(time).expect("a time")
    }

    #[test]
    fn what_servers_signed_is_accepted_and_anything_else_is_not() {
        for (secret, time, body, digest) in SIGNED {
            let verifier = WebhookVerifier::new(secret);
            let check = |signature: &str, body: &str| {
                verifier.verify_signature(signature, body.as_bytes(), at(time))
            };
            let good = format!("t={time},v1={digest}");
            assert_eq!(check(&good, body), Ok(at(time)), "{body}");
            assert_eq!(check(&format!("{good},v2=x"), body), Ok(at(time)));
            for forged in ["{} ", "[]", "{\"event\":\"pong\"}"] {
                assert_eq!(check(&good, forged), Err(RejectedDelivery::Forged), "{forged}");
            }
            let (first, rest) = digest.split_at(1);
            let other = if first == "0" { "1" } else { "0" };
            let forged = format!("t={time},v1={other}{rest}");
            assert_eq!(check(&forged, body), Err(RejectedDelivery::Forged));
            let foreign =
                WebhookVerifier::new("other").verify_signature(&good, body.as_bytes(), at(time));
            assert_eq!(foreign, Err(RejectedDelivery::Forged));
        }
    }

    #[test]
    fn no_payload_comes_as_nothing_or_as_null_and_is_signed_as_an_object() {
        let (secret, time, _, digest) = SIGNED[1];
        let (verifier, signature) = (WebhookVerifier::new(secret), format!("t={time},v1={digest}"));
        for (body, is_right) in
            [("", true), ("null", true), ("{}", true), ("{} ", false), ("0", false)]
        {
            let checked = verifier.verify_signature(&signature, body.as_bytes(), at(time));
            assert_eq!(checked.is_ok(), is_right, "{body:?}");
        }
    }

    #[test]
    fn a_delivery_is_fresh_within_the_tolerance_on_both_sides() {
        let (secret, time, body, digest) = SIGNED[0];
        let mut headers = HeaderMap::new();
        let signature = format!("t={time},v1={digest}");
        headers.insert(SIGNATURE, signature.parse().expect("a value"));
        headers.insert(KEY, HeaderValue::from_static("17bd0a3b"));
        let verifier = WebhookVerifier::new(secret).tolerance(Duration::from_secs(60));
        let verify = |millis: i64| {
            let now = at(time) + jiff::SignedDuration::from_millis(millis);
            verifier.verify(&headers, body.as_bytes(), now)
        };
        for (millis, is_fresh) in
            [(0, true), (60_000, true), (60_001, false), (-60_000, true), (-60_001, false)]
        {
            assert_eq!(verify(millis).is_ok(), is_fresh, "{millis}");
        }
        let fresh = verify(0).expect("it is fresh");
        assert_eq!((fresh.sent_at, fresh.key.as_deref()), (at(time), Some("17bd0a3b")));
        headers.append(SIGNATURE, HeaderValue::from_static("t=1,v1=00"));
        assert_eq!(verifier.verify(&headers, b"", at(time)), Err(RejectedDelivery::Unsigned));
    }

    #[test]
    fn what_is_no_signature_is_refused() {
        let (secret, time, body, digest) = SIGNED[0];
        let verifier = WebhookVerifier::new(secret);
        for bad in [
            String::new(),
            format!("v1={digest}"),
            format!("t={time}"),
            format!("t={time},v1={}", &digest[1..]),
            format!("t={time},v1={digest}00"),
            format!("t={time},v1={}", digest.to_uppercase()),
            format!("t=-{time},v1={digest}"),
            format!("t={time}0,v1={digest}"),
            format!("t={time},t={time},v1={digest}"),
            format!("t={time},v1={digest},v1={digest}"),
            format!("t={time};v1={digest}"),
        ] {
            let checked = verifier.verify_signature(&bad, body.as_bytes(), at(time));
            assert_eq!(checked, Err(RejectedDelivery::Malformed), "{bad}");
        }
        let shown = format!("{:?}", WebhookVerifier::new("hidden"));
        assert!(!shown.contains("hidden"), "{shown}");
    }
}
