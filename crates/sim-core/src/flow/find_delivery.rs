//! The conversation that finds the run of a delivery to a webhook.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::conversation::Conversation;
use super::poll::may_pass;
use crate::call::Call;
use crate::client::Api;
use crate::error::{Error, Result};
use crate::exchange::{Exchange, Step};
use crate::flow::pass_on;
use crate::operation::{CallOptions, Page, Pages};
use crate::primitives::{WorkflowId, WorkspaceId};
use crate::run::{Delivery, Mark};
use crate::run::{ListLogs, Log, LogDetails, TraceSpan};
use crate::wire::Outcome;

/// The type of the span that holds what a webhook received.
const WEBHOOK: &str = "generic_webhook";
/// The name under which the logs keep runs of webhooks.
const TRIGGER: &str = "generic";
/// The delays between two searches: the first, and the longest.
const DELAYS: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(5));
/// How much earlier than the server's answer the run may have begun.
const EARLIER: Duration = Duration::from_secs(60);
/// How many searches in a row may fail.
const FAILURES: u32 = 5;
/// The number of logs on a page. Each log holds what all blocks of its run returned.
const PAGE: u32 = 25;

/// A search for the run of a delivery, by the [`Mark`] in its body.
///
/// ```
/// use sim_core::webhooks::FindDelivery;
///
/// let search = FindDelivery::new("workspace-id", "orderId", "order-17").workflow("workflow-id");
/// // let log = client.find_delivery(search)?;
/// # drop(search);
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct FindDelivery {
    workspace: WorkspaceId,
    mark: Option<Mark>,
    workflow: Option<WorkflowId>,
    since: Option<Timestamp>,
    bound: Duration,
    options: CallOptions,
}

impl FindDelivery {
    crate::call_options!();

    /// Creates a search in the logs of a workspace for a run whose body had this text in this field.
    pub fn new(
        workspace: impl Into<WorkspaceId>,
        field: impl Into<String>,
        id: impl Into<String>,
    ) -> Self {
        Self {
            workspace: workspace.into(),
            mark: Some(Mark::new(field, id)),
            workflow: None,
            since: None,
            bound: Duration::from_secs(30),
            options: CallOptions::default(),
        }
    }

    /// Creates a search for the run of a delivery that was sent with a mark. It reads only logs since the delivery.
    pub fn of(workspace: impl Into<WorkspaceId>, delivery: &Delivery) -> Self {
        let since = delivery.answered_at.and_then(|at| at.checked_sub(EARLIER).ok());
        Self { mark: delivery.mark.clone(), since, ..Self::new(workspace, "", "") }
    }

    /// Searches only runs of this workflow.
    pub fn workflow(mut self, workflow: impl Into<WorkflowId>) -> Self {
        self.workflow = Some(workflow.into());
        self
    }

    /// Searches only runs that started at this time or later. Without it, the search reads all logs of webhooks.
    pub fn since(mut self, since: Timestamp) -> Self {
        self.since = Some(since);
        self
    }

    /// Sets how long to search; 30 s by default. Zero searches once.
    pub fn within(mut self, bound: Duration) -> Self {
        self.bound = bound;
        self
    }

    fn list(&self) -> ListLogs {
        let mut list = ListLogs::new(self.workspace.clone())
            .triggers(vec![TRIGGER.to_owned()])
            .details(LogDetails::Full)
            .include_trace_spans(true)
            .limit(PAGE);
        if let Some(workflow) = &self.workflow {
            list = list.workflows(vec![workflow.clone()]);
        }
        match self.since {
            Some(since) => list.start_date(since),
            None => list,
        }
    }
}

/// The exchange that searches the logs for the run of a delivery, until it is there or the bound is reached. Its result
/// is `None` if no run with the mark was seen.
pub struct Finding {
    conversation: Conversation,
    search: FindDelivery,
    mark: Mark,
    walk: Pages<ListLogs>,
    call: Call<ListLogs>,
    delay: Duration,
    failures: u32,
}

impl Api {
    /// Returns the exchange that searches for the run of a delivery.
    ///
    /// # Errors
    /// If the delivery has no mark, or if the request cannot be built.
    pub fn find_delivery(&self, search: FindDelivery) -> Result<Finding> {
        let Some(mark) = search.mark.clone() else {
            return Err(Error::request("the delivery has no mark, by which it could be found"));
        };
        let about = ("FindDelivery", (search.workflow.as_ref(), None));
        let conversation = Conversation::new(self, &search.options, about);
        let call = conversation.call(search.list(), Duration::ZERO)?;
        let walk = Pages::new(search.list());
        Ok(Finding { conversation, search, mark, walk, call, delay: DELAYS.0, failures: 0 })
    }
}

impl Finding {
    fn received(&mut self, page: Result<Page<Log>>, elapsed: Duration) -> Step<Option<Log>> {
        let page = match self.walk.receive(page) {
            Ok(page) => page,
            Err(error) if may_pass(&error) && self.failures < FAILURES => {
                self.failures += 1;
                let asked = error.retry_after().unwrap_or_default();
                return self.search_again(asked, elapsed).unwrap_or(Step::Done(Err(error)));
            }
            Err(error) => return Step::Done(Err(error)),
        };
        self.failures = 0;
        if let Some(log) = page.items.into_iter().find(|log| has_mark(log, &self.mark)) {
            return Step::Done(Ok(Some(log)));
        }
        match self.walk.call() {
            Some(next) => self.go_on(next, Duration::ZERO, elapsed),
            None => self.search_again(Duration::ZERO, elapsed).unwrap_or(Step::Done(Ok(None))),
        }
    }

    /// Begins the search anew after a while. Returns `None` if the bound is reached before.
    fn search_again(&mut self, asked: Duration, elapsed: Duration) -> Option<Step<Option<Log>>> {
        let delay = self.delay.max(asked);
        let then = elapsed.saturating_add(delay);
        if then > self.search.bound || self.conversation.ends_before(then) {
            return None;
        }
        self.delay = (self.delay * 2).min(DELAYS.1);
        self.walk = Pages::new(self.search.list());
        Some(self.go_on(self.search.list(), delay, elapsed))
    }

    fn go_on(&mut self, list: ListLogs, delay: Duration, elapsed: Duration) -> Step<Option<Log>> {
        match self.conversation.call(list, elapsed.saturating_add(delay)) {
            Ok(call) => {
                self.call = call;
                Step::Again(delay)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }
}

/// Returns whether the webhook of a run received the mark.
fn has_mark(log: &Log, mark: &Mark) -> bool {
    log.trace_spans.iter().flatten().any(|span| span_has(span, mark))
}

fn span_has(span: &TraceSpan, mark: &Mark) -> bool {
    let is_webhook = span.kind.as_deref() == Some(WEBHOOK);
    let received = span.output.as_ref().and_then(|output| output.get(&mark.field));
    (is_webhook && received.and_then(Value::as_str) == Some(&mark.id))
        || span.children.iter().any(|child| span_has(child, mark))
}

impl Exchange for Finding {
    type Output = Option<Log>;

    pass_on! { this => &this.call }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Option<Log>> {
        let step = match self.call.receive(outcome, elapsed) {
            Step::Again(delay) => Step::Again(delay),
            Step::Done(page) => self.received(page, elapsed),
        };
        self.conversation.told(step, elapsed, |_| None)
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finding").field("search", &self.search).finish_non_exhaustive()
    }
}
