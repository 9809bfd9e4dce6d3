//! What the calls of one conversation share: their options, and the deadline that bounds them all.

use std::time::Duration;

use crate::call::Call;
use crate::client::Api;
use crate::error::Result;
use crate::operation::{CallOptions, Endpoint, RetryPolicy};
use crate::wire::CancelToken;

/// The calls of one conversation: each has the options of the whole, and ends with its deadline.
#[derive(Debug, Clone)]
pub(super) struct Conversation {
    api: Api,
    options: CallOptions,
}

impl Conversation {
    /// Begins a conversation with the options of its request, and those of the handle that it is made with.
    pub(super) fn new(api: &Api, options: &CallOptions) -> Self {
        let options = api.scoped_options(options);
        // Each call is sent once or repeated as the conversation decides, and gets what the deadline leaves.
        let of_each = CallOptions { deadline: None, retry: None, ..options.clone() };
        Self { api: api.scoped(|scope| *scope = of_each), options }
    }

    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    /// The retry policy that was asked for; `None` leaves it to the conversation.
    pub(super) fn retry(&self) -> Option<RetryPolicy> {
        self.options.retry
    }

    pub(super) fn cancel_token(&self) -> Option<&CancelToken> {
        self.options.cancel.as_ref()
    }

    /// Whether the conversation is over by then.
    pub(super) fn ends_before(&self, then: Duration) -> bool {
        self.options.deadline.is_some_and(|deadline| deadline <= then)
    }

    /// A call that begins when so much time has passed, within what the deadline leaves.
    pub(super) fn call<E: Endpoint>(&self, endpoint: E, begins: Duration) -> Result<Call<E>> {
        Ok(self.api.call(endpoint)?.within(self.options.deadline, begins))
    }
}
