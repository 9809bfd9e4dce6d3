//! The methods of an exchange that pass on what the exchange of its current state says.

/// Writes the methods of an [`Exchange`](crate::exchange::Exchange) that describe its next request. Another exchange
/// decides them: always the same one, or the one of the state that a pattern matches.
macro_rules! pass_on {
    ($this:ident => $exchange:expr) => {
        $crate::flow::pass_on! { $this: () => { () => $exchange } }
    };
    ($this:ident: $state:expr => { $($pattern:pat => $exchange:expr),+ $(,)? }) => {
        fn request(&self) -> http::Request<$crate::wire::RequestBody> {
            let $this = self;
            match $state { $($pattern => $exchange.request()),+ }
        }

        fn timeouts(&self) -> $crate::wire::Timeouts {
            let $this = self;
            match $state { $($pattern => $exchange.timeouts()),+ }
        }

        fn cancel_token(&self) -> Option<&$crate::wire::CancelToken> {
            let $this = self;
            match $state { $($pattern => $exchange.cancel_token()),+ }
        }

        fn plan(&self, head: &http::response::Parts) -> $crate::exchange::BodyPlan {
            let $this = self;
            match $state { $($pattern => $exchange.plan(head)),+ }
        }
    };
}

pub(crate) use pass_on;
