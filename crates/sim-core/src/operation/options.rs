//! How one call differs from what its client does by default.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::operation::RetryPolicy;
use crate::primitives::redact;
use crate::wire::{CancelToken, Timeouts};

/// How calls differ from the defaults of their client: a plain value, carried by every request and by every scoped
/// handle. What a request sets wins over what its handle sets, and that wins over the client.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// The limits of each attempt; those left out fall back to the client's, then to the operation's.
    pub timeouts: Timeouts,
    /// The longest time for the whole call or conversation, with all repeats, follow-ups and waits. `None` is no bound.
    pub deadline: Option<Duration>,
    /// A retry policy that also repeats refusals that prove that nothing started. `None` leaves the client's policy.
    pub retry: Option<RetryPolicy>,
    /// Headers to send beside those of the client. One that the SDK sets itself is an error of the call.
    pub headers: HeaderMap,
    /// A token that ends the call. `None` if nobody else can end it.
    pub cancel: Option<CancelToken>,
    /// A value for the observer of the client, see [`Attempt::context`](crate::Attempt::context).
    pub context: Option<Context>,
    /// Why a setting cannot be used; the call reports it before it sends anything.
    pub(crate) invalid: Option<&'static str>,
}

/// A value that travels with a call to whoever observes it.
#[derive(Clone)]
pub struct Context(Arc<dyn Any + Send + Sync>);

impl Context {
    /// Wraps a value.
    pub fn new(value: impl Any + Send + Sync) -> Self {
        Self(Arc::new(value))
    }

    /// Returns the value, if it is of that type.
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Context")
    }
}

impl CallOptions {
    /// Sets one header, in place of any that these options had under the name.
    pub fn set_header(&mut self, name: impl TryInto<HeaderName>, value: impl TryInto<HeaderValue>) {
        match (name.try_into(), value.try_into()) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(value.is_sensitive() || name == AUTHORIZATION);
                self.headers.insert(name, value);
            }
            (Err(_), _) => self.invalid = Some("the name of a header cannot be sent"),
            (_, Err(_)) => self.invalid = Some("the value of a header cannot be sent"),
        }
    }

    /// Fills what is not set here from `fallback`.
    #[must_use]
    pub fn or(mut self, fallback: &Self) -> Self {
        self.timeouts = self.timeouts.or(fallback.timeouts);
        self.deadline = self.deadline.or(fallback.deadline);
        self.retry = self.retry.or(fallback.retry);
        for name in fallback.headers.keys() {
            if !self.headers.contains_key(name) {
                for value in fallback.headers.get_all(name) {
                    self.headers.append(name, value.clone());
                }
            }
        }
        self.cancel = self.cancel.or_else(|| fallback.cancel.clone());
        self.context = self.context.or_else(|| fallback.context.clone());
        self.invalid = self.invalid.or(fallback.invalid);
        self
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeouts", &self.timeouts)
            .field("deadline", &self.deadline)
            .field("retry", &self.retry)
            .field("headers", &redact::Names(&self.headers))
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}

/// Gives a request the setters of its call options.
///
/// Write it inside the `impl` of a type with a field `options` of type [`CallOptions`](crate::CallOptions), and let
/// its [`Operation::options`](crate::Operation::options) return that field.
#[macro_export]
macro_rules! call_options {
    () => {
        /// Sets the longest time for one attempt, its body included.
        pub fn timeout(mut self, total: ::std::time::Duration) -> Self {
            self.options.timeouts.total = Some(total);
            self
        }

        /// Sets limits for each attempt; those left out stay as they are.
        pub fn timeouts(mut self, limits: $crate::Timeouts) -> Self {
            self.options.timeouts = limits.or(self.options.timeouts);
            self
        }

        /// Sets the longest time for the whole call, with all its repeats, follow-ups and waits.
        pub fn deadline(mut self, deadline: ::std::time::Duration) -> Self {
            self.options.deadline = Some(deadline);
            self
        }

        /// Repeats this call as `policy` says, also after refusals that prove that nothing started.
        pub fn retry(mut self, policy: $crate::RetryPolicy) -> Self {
            self.options.retry = Some(policy);
            self
        }

        /// Sends one more header. A header that cannot be sent, or that the SDK sets itself, is an error of the call.
        pub fn header(
            mut self,
            name: impl TryInto<$crate::http::HeaderName>,
            value: impl TryInto<$crate::http::HeaderValue>,
        ) -> Self {
            self.options.set_header(name, value);
            self
        }

        /// Lets `token` end this call.
        pub fn cancel(mut self, token: &$crate::CancelToken) -> Self {
            self.options.cancel = Some(token.clone());
            self
        }

        /// Hands a value to the observer of the client with each attempt of this call.
        pub fn context(mut self, value: impl ::std::any::Any + Send + Sync) -> Self {
            self.options.context = Some($crate::operation::Context::new(value));
            self
        }
    };
}

/// Gives an endpoint the forms that change its output.
///
/// Write it inside the `impl` of a type that is an [`Endpoint`](crate::Endpoint).
#[macro_export]
macro_rules! output_options {
    () => {
        /// Returns the metadata of the answer beside the output.
        pub fn with_meta(self) -> $crate::operation::WithMeta<Self> {
            $crate::operation::WithMeta::new(self)
        }

        /// Returns a successful answer as it came, and any other as an error.
        pub fn raw(self) -> $crate::operation::RawAnswer<Self> {
            $crate::operation::RawAnswer::new(self)
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_closer_to_the_call_wins() {
        let second = Duration::from_secs(1);
        let mut handle = CallOptions { deadline: Some(second), ..CallOptions::default() };
        handle.timeouts = Timeouts::default().total(second).idle(second);
        handle.set_header("x-both", "handle");
        handle.set_header("x-handle", "handle");
        let mut call = CallOptions::default();
        call.timeouts.total = Some(second * 2);
        call.set_header("x-both", "call");
        let both = call.or(&handle);
        assert_eq!(both.deadline, Some(second));
        assert_eq!((both.timeouts.total, both.timeouts.idle), (Some(second * 2), Some(second)));
        assert_eq!(both.headers["x-handle"], "handle");
        assert_eq!(both.headers.get_all("x-both").iter().collect::<Vec<_>>(), ["call"]);
        assert!(both.invalid.is_none());
    }

    #[test]
    fn a_header_that_cannot_be_sent_is_noted_whatever_comes_after() {
        for (name, value) in [("x y", "v"), ("x-y", "a\nb"), ("", "v")] {
            let mut options = CallOptions::default();
            options.set_header(name, value);
            options.set_header("x-good", "v");
            assert!(options.invalid.is_some(), "{name:?}: {value:?}");
        }
    }
}
