//! The options of a call: how it differs from the defaults of its client.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::operation::RetryPolicy;
use crate::primitives::redact;
use crate::wire::{CancelToken, Timeouts};

/// The options of a call: a plain value that every request and every scoped handle carries. A setting of the request
/// wins over one of its handle, which wins over one of the client.
///
/// ```
/// use std::time::Duration;
/// use sim_core::{ExecuteWorkflow, RetryPolicy};
///
/// // A request sets its options through its own methods.
/// let call = ExecuteWorkflow::new("wf-1")
///     .deadline(Duration::from_secs(600))
///     .retry(RetryPolicy::new().max_retries(1))
///     .header("x-team", "search");
/// # drop(call);
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// The limits of each attempt. A limit that is `None` falls back to the client's, then to the operation's.
    pub timeouts: Timeouts,
    /// The longest duration of the whole call or conversation, with all repeats, second requests and waits. `None`
    /// means no bound.
    pub deadline: Option<Duration>,
    /// A retry policy that also repeats refusals which prove that nothing started. `None` leaves the client's policy.
    pub retry: Option<RetryPolicy>,
    /// Headers to send in addition to the client's. A header that the SDK sets itself makes the call fail.
    pub headers: HeaderMap,
    /// A token that ends the call. `None` if nobody else can end it.
    pub cancel: Option<CancelToken>,
    /// A value for the client's observers, see [`CallInfo::context`](crate::observe::CallInfo::context). `None` if the call has
    /// none.
    pub context: Option<Context>,
    /// Why a setting cannot be used. The call reports it before it sends anything.
    pub(crate) invalid: Option<&'static str>,
}

/// A value that travels with a call to the client's observer.
#[derive(Clone)]
pub struct Context(Arc<dyn Any + Send + Sync>);

impl Context {
    /// Wraps a value of any type.
    pub fn new(value: impl Any + Send + Sync) -> Self {
        Self(Arc::new(value))
    }

    /// Returns the value if it has type `T`, or `None` if it has another type.
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
    /// Sets one header and replaces any earlier value that these options had for it.
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

    /// Takes from `fallback` each setting that is not set here.
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

        /// Sets limits for each attempt. Limits that `limits` leaves out stay as they are.
        pub fn timeouts(mut self, limits: $crate::Timeouts) -> Self {
            self.options.timeouts = limits.or(self.options.timeouts);
            self
        }

        /// Sets the longest time for the whole call, with all its repeats, second requests and waits.
        pub fn deadline(mut self, deadline: ::std::time::Duration) -> Self {
            self.options.deadline = Some(deadline);
            self
        }

        /// Repeats this call by `policy`, even after refusals which prove that nothing started.
        pub fn retry(mut self, policy: $crate::RetryPolicy) -> Self {
            self.options.retry = Some(policy);
            self
        }

        /// Sends one more header. The call fails if the header cannot be sent or if the SDK sets it itself.
        pub fn header(
            mut self,
            name: impl TryInto<$crate::http::HeaderName>,
            value: impl TryInto<$crate::http::HeaderValue>,
        ) -> Self {
            self.options.set_header(name, value);
            self
        }

        /// Lets `token` cancel this call.
        pub fn cancel(mut self, token: &$crate::CancelToken) -> Self {
            self.options.cancel = Some(token.clone());
            self
        }

        /// Hands a value to the client's observer with each attempt of this call.
        pub fn context(mut self, value: impl ::std::any::Any + Send + Sync) -> Self {
            self.options.context = Some($crate::operation::Context::new(value));
            self
        }
    };
}

/// Gives an endpoint the methods that change its output.
///
/// Write it inside the `impl` of a type that is an [`Endpoint`](crate::Endpoint).
#[macro_export]
macro_rules! output_options {
    () => {
        /// Returns the metadata of the answer together with the output.
        pub fn with_meta(self) -> $crate::operation::WithMeta<Self> {
            $crate::operation::WithMeta::new(self)
        }

        /// Returns a successful answer unread; any other answer stays an error.
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
