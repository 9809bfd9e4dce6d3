//! Spans and events of the crate `tracing`, for every call of a client.

use ::tracing::{Level, Span, event, span};
use sim_core::observe::{Attempt, CallEnd, CallInfo, Context, Dropped, Observer, WaitInfo};

/// An observer that makes a span of each call, and an event of each attempt and each wait.
///
/// ```
/// use simstudio::tracing::TracingObserver;
///
/// # fn settings<C>(builder: simstudio::ClientBuilder<C>) -> simstudio::ClientBuilder<C> {
/// builder.observer(TracingObserver::new())
/// # }
/// ```
///
/// All have the target `simstudio`. The span of a call begins in the span that is current when its first request is
/// made, and closes at its end: that of a stream at the outcome of the stream. No field holds a body, the value of a
/// header, a query, a key or a message of the server.
///
/// | name | level | fields |
/// |---|---|---|
/// | span `sim.call` | info; debug for a call of a conversation, whose span is then its parent | `operation`, `method`, `route`, `workflow`, `run_id`, `sent_id`; at the end `attempts`, `outcome`, `code` |
/// | event `sim.attempt` | debug | `number`, `method`, `route`, `status`, `code`, `elapsed_ms` |
/// | event `sim.wait` | debug | `attempts`, `delay_ms` |
///
/// `outcome` is what [`CallEnd::outcome`] says, or `dropped` for a call or a stream that was dropped before its end. A
/// field that is not known is left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct TracingObserver(());

impl TracingObserver {
    /// Creates an observer to hand to [`ClientBuilder::observer`](crate::ClientBuilder::observer).
    pub fn new() -> Self {
        Self(())
    }
}

/// Makes the span of a call at a level, which has to be a constant.
macro_rules! call_span {
    ($level:expr, $parent:expr, $call:ident) => {
        span!(
            target: "simstudio",
            parent: $parent,
            $level,
            "sim.call",
            operation = $call.operation,
            method = $call.route.map(|route| route.method.as_str()),
            route = $call.route.map(|route| route.path),
            workflow = $call.workflow.map(|id| id.as_str()),
            run_id = $call.run_id.map(|id| id.as_str()),
            sent_id = $call.sent_id.map(|id| id.as_str()),
            attempts = ::tracing::field::Empty,
            outcome = ::tracing::field::Empty,
            code = ::tracing::field::Empty,
        )
    };
}

/// Returns the span of a call; a disabled one if nobody records it.
fn span_of(state: Option<&Context>) -> Span {
    state.and_then(Context::get::<Span>).cloned().unwrap_or_else(Span::none)
}

/// Records the end of a call in its span.
fn record(call: &CallInfo<'_>, attempts: u32, outcome: &str, code: Option<&str>) {
    let span = span_of(call.state);
    if let Some(run) = call.run_id {
        span.record("run_id", run.as_str());
    }
    if let Some(code) = code {
        span.record("code", code);
    }
    span.record("attempts", attempts).record("outcome", outcome);
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Observer for TracingObserver {
    fn start(&self, call: &CallInfo<'_>) -> Option<Context> {
        let span = if call.is_nested {
            call_span!(Level::DEBUG, &span_of(call.parent_state), call)
        } else {
            call_span!(Level::INFO, &Span::current(), call)
        };
        Some(Context::new(span))
    }

    fn attempt(&self, attempt: &Attempt<'_>) {
        event!(
            name: "sim.attempt",
            target: "simstudio",
            parent: &span_of(attempt.call.state),
            Level::DEBUG,
            number = attempt.number,
            method = attempt.route.method.as_str(),
            route = attempt.route.path,
            status = attempt.status.map(|status| status.as_u16()),
            code = attempt.code,
            elapsed_ms = milliseconds(attempt.elapsed),
        );
    }

    fn wait(&self, wait: &WaitInfo<'_>) {
        event!(
            name: "sim.wait",
            target: "simstudio",
            parent: &span_of(wait.call.state),
            Level::DEBUG,
            attempts = wait.attempts,
            delay_ms = milliseconds(wait.delay),
        );
    }

    fn end(&self, end: &CallEnd<'_>) {
        record(&end.call, end.attempts, end.outcome, end.code);
    }

    fn dropped(&self, dropped: &Dropped<'_>) {
        record(&dropped.call, dropped.attempts, "dropped", None);
    }
}
