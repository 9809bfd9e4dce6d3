//! The cookies of a chat: what servers set, kept as it came and returned to the server that set it.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Uri};
use sim_core::operation::Session;
use sim_core::transport::Destination;

/// The most cookies that are kept for one server, and the longest of them in bytes. More, or longer ones, are dropped.
const MOST: usize = 20;
const LONGEST: usize = 4096;

/// The cookies that servers set. `Debug` does not show them.
///
/// A cookie goes back byte for byte, and only to the scheme, host and port that set it. Its other attributes do not
/// count: Sim marks cookies as `Secure` on a plain-HTTP server too, and a cookie that has expired is refused by the
/// server. One that is set anew replaces the old one, and one without a value removes it.
#[derive(Default)]
pub(super) struct Cookies(Mutex<HashMap<Destination, Jar>>);

/// The cookies of one server: the name, and the whole of `name=value` as it came.
type Jar = BTreeMap<Vec<u8>, Vec<u8>>;

impl Cookies {
    /// Returns whether any server has set a cookie.
    pub(super) fn is_empty(&self) -> bool {
        self.jars().is_empty()
    }

    /// Forgets all cookies, which signs out.
    pub(super) fn clear(&self) {
        self.jars().clear();
    }

    fn set(&self, target: &Uri, set: &[u8]) {
        let pair = set.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        let Some(at) = pair.iter().position(|byte| *byte == b'=') else { return };
        let (name, has_value) = (pair[..at].trim_ascii().to_vec(), at + 1 < pair.len());
        let mut jars = self.jars();
        let jar = jars.entry(Destination::at(target)).or_default();
        let fits = jar.len() < MOST || jar.contains_key(&name);
        if has_value && fits && pair.len() <= LONGEST && !name.is_empty() {
            jar.insert(name, pair.to_vec());
        } else if !has_value {
            jar.remove(&name);
        }
        jars.retain(|_, jar| !jar.is_empty());
    }

    /// Locks the jars, even poisoned ones: they are plain values that are never half-written.
    fn jars(&self) -> MutexGuard<'_, HashMap<Destination, Jar>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session for Cookies {
    /// Adds the cookies of this server, behind those that the caller sends.
    fn complete(&self, target: &Uri, headers: &mut HeaderMap) {
        let jars = self.jars();
        let Some(jar) = jars.get(&Destination::at(target)) else { return };
        let own = headers.get(COOKIE).map(|value| value.as_bytes().to_vec());
        let all: Vec<_> = own.into_iter().chain(jar.values().cloned()).collect();
        if let Ok(mut value) = HeaderValue::from_bytes(&all.join(&b"; "[..])) {
            value.set_sensitive(true);
            headers.insert(COOKIE, value);
        }
    }

    /// Takes the cookies that this server sets, and marks them so that no text shows them.
    fn learn(&self, target: &Uri, headers: &mut HeaderMap) {
        let set = headers.iter_mut().filter(|(name, _)| **name == SET_COOKIE);
        for (_, value) in set {
            value.set_sensitive(true);
            self.set(target, value.as_bytes());
        }
    }
}

impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cookies(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What goes to `to` after `from` set these.
    fn returned(set: &[&str], from: &str, to: &str) -> Option<String> {
        let (cookies, mut answer) = (Cookies::default(), HeaderMap::new());
        for set in set {
            answer.append(SET_COOKIE, set.parse().expect("a value"));
        }
        cookies.learn(&from.parse().expect("a URL"), &mut answer);
        assert!(answer.values().all(HeaderValue::is_sensitive));
        let mut request = HeaderMap::new();
        cookies.complete(&to.parse().expect("a URL"), &mut request);
        let value = request.get(COOKIE)?;
        assert!(value.is_sensitive() && !format!("{cookies:?} {request:?}").contains("hush"));
        Some(value.to_str().expect("text").to_owned())
    }

    #[test]
    fn a_cookie_goes_back_byte_for_byte_and_to_its_own_server_alone() {
        let set = "chat_auth_1=aHVzaA%3D%3D; Path=/; Max-Age=86400; Secure; HttpOnly; SameSite=lax";
        let from = "http://sim.test/api/chat/a";
        for same in ["http://sim.test/api/chat/b", "http://sim.test:80/api/chat/a/otp"] {
            assert_eq!(returned(&[set], from, same).as_deref(), Some("chat_auth_1=aHVzaA%3D%3D"));
        }
        for other in [
            "https://sim.test/api/chat/a",
            "http://sim.test:8080/api/chat/a",
            "http://a.sim.test/api/chat/a",
            "http://evil.test/api/chat/a",
        ] {
            assert_eq!(returned(&[set], from, other), None, "{other}");
        }
    }

    #[test]
    fn the_last_value_of_a_name_counts_and_an_empty_one_removes_it() {
        let at = "https://sim.test/";
        let told = |set: &[&str]| returned(set, at, at);
        assert_eq!(told(&["a=1", "b=2; Path=/", "a=3"]).as_deref(), Some("a=3; b=2"));
        assert_eq!(told(&["a=1", "a=; Max-Age=0"]), None);
        assert_eq!(told(&["no value", "=x", ""]), None);
        assert_eq!(told(&["a=\"x=y\""]).as_deref(), Some("a=\"x=y\""));
    }

    #[test]
    fn a_server_cannot_fill_the_requests_with_cookies() {
        let at = "https://sim.test/";
        let many: Vec<_> = (0..50).map(|n| format!("c{n}=v")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        let sent = returned(&many, at, at).expect("cookies");
        assert_eq!(sent.split("; ").count(), MOST);
        let long = format!("c={}", "v".repeat(LONGEST));
        assert_eq!(returned(&[&long], at, at), None);
    }

    #[test]
    fn what_the_caller_sends_stays_in_front() {
        let (cookies, at) = (Cookies::default(), Uri::from_static("https://sim.test/"));
        let mut answer = HeaderMap::from_iter([(SET_COOKIE, HeaderValue::from_static("a=1"))]);
        cookies.learn(&at, &mut answer);
        let mut request = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("gate=x"))]);
        cookies.complete(&at, &mut request);
        assert_eq!(request[COOKIE], "gate=x; a=1");
        assert!(!cookies.is_empty());
        cookies.clear();
        assert!(cookies.is_empty());
    }
}
