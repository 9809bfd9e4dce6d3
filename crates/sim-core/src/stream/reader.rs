//! The reader of a streamed run, which ends with one outcome.

use std::borrow::Cow;
use std::sync::Arc;

use super::about::{About, headed};
use super::frame::Frame;
use super::{RunEvent, fast_path, foreign};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{RunHandle, RunStatus, WorkflowExecutionResult};
use crate::operation::{Ending, Meta};
use crate::primitives::{RunId, Secret, WorkflowId};
use crate::sse::{Event, SseDecoder, TooLarge};
use crate::wire::TransportError;

/// A reader for the events of one streamed run. It accepts the bytes in any pieces.
///
/// It returns exactly one outcome and nothing after it: the terminal event ([`Final`](RunEvent::Final) or
/// [`Failure`](RunEvent::Failure)), or an error if the stream was cut.
///
/// ```
/// use sim_core::RunEvent;
/// use sim_core::transport::RunEvents;
///
/// let mut events = RunEvents::new(None);
/// let mut piece = &b"data: {\"blockId\":\"b\",\"chunk\":\"Hello\"}\n\ndata: {\"event\":\"final\","[..];
/// let event = events.next(&mut piece).expect("an event")?;
/// assert!(matches!(event, RunEvent::Text { chunk, .. } if chunk == "Hello"));
/// assert!(events.next(&mut piece).is_none(), "the piece is used up");
/// let outcome = events.end().expect("an outcome");
/// assert!(outcome.expect_err("it broke off").is_truncated());
/// # Ok::<(), sim_core::Error>(())
/// ```
#[derive(Debug)]
pub struct RunEvents {
    decoder: SseDecoder,
    run_id: Option<RunId>,
    /// The name of the operation that opened the stream; `None` if it is not known.
    operation: Option<&'static str>,
    /// The workflow, if there is no handle that names it.
    workflow: Option<WorkflowId>,
    /// The handle by which the run can be found if the stream is cut; `None` if the workflow is not known.
    handle: Option<RunHandle>,
    /// The id that the start sent; `None` if the stream does not come from a start.
    sent_id: Option<RunId>,
    /// The result that the server sent in place of a stream.
    settled: Option<Box<WorkflowExecutionResult>>,
    /// Whether any event has arrived.
    begun: bool,
    /// Why an output is not part of the stream; such a stream has no other result.
    output_error: Option<String>,
    /// The words of somebody else who wrote into the stream, such as a gateway.
    foreign: Option<String>,
    /// The head of the answer; `None` if it is not known.
    head: Option<Box<Meta<()>>>,
    /// The secret to remove from the server's words.
    secret: Option<Secret>,
    /// What tells the observers of the call how the stream ended; `None` if nobody observes it, or if it was told.
    ending: Option<Arc<dyn Ending>>,
    over: bool,
}

impl RunEvents {
    /// Creates a reader at the start of a stream. `run` is the id of the run, as far as it is known.
    pub fn new(run: Option<RunId>) -> Self {
        let decoder = SseDecoder::new();
        Self {
            decoder,
            run_id: run,
            operation: None,
            workflow: None,
            handle: None,
            sent_id: None,
            settled: None,
            begun: false,
            output_error: None,
            foreign: None,
            head: None,
            secret: None,
            ending: None,
            over: false,
        }
    }

    /// Sets the secret to remove from errors of the stream.
    pub(super) fn without(mut self, secret: Option<&Secret>) -> Self {
        self.secret = secret.cloned();
        self
    }

    /// Sets the head of the answer, which errors of the stream tell of.
    pub(super) fn headed(mut self, head: Meta<()>) -> Self {
        self.head = Some(Box::new(head));
        self
    }

    /// Returns the head of the answer: the server's id of the request, the rate limits and the headers. `None` if the
    /// reader was made without an answer.
    pub fn head(&self) -> Option<&Meta<()>> {
        self.head.as_deref()
    }

    /// Sets what tells the observers of the call how the stream ended.
    pub(super) fn told_by(&mut self, ending: Arc<dyn Ending>) {
        self.ending = Some(ending);
    }

    /// Sets the operation that opened the stream and its workflow, and the handle by which the run can be found if it is
    /// cut.
    pub(super) fn of(
        mut self,
        (operation, workflow): (&'static str, Option<&WorkflowId>),
        handle: Option<RunHandle>,
    ) -> Self {
        self.operation = Some(operation);
        self.workflow = workflow.filter(|_| handle.is_none()).cloned();
        self.handle = handle;
        self
    }

    /// Sets the id that the start of the stream sent.
    pub(super) fn sent_as(mut self, sent: Option<&RunId>) -> Self {
        self.sent_id = sent.cloned();
        self
    }

    pub(super) fn settled(result: WorkflowExecutionResult) -> Self {
        let (run, sent_id) = (result.run_id.clone(), result.sent_id.clone());
        Self { settled: Some(Box::new(result)), sent_id, ..Self::new(run) }
    }

    /// Returns the id of the run. The stream of an execute does not name its run, so this is the id that was sent, if
    /// the server is known to honour it; otherwise `None`.
    pub fn run_id(&self) -> Option<&RunId> {
        self.run_id.as_ref()
    }

    /// Returns the id that the start of the stream sent for its run. A server that ignores such ids knows no run by
    /// it. `None` if the stream does not come from a start.
    pub fn sent_id(&self) -> Option<&RunId> {
        self.sent_id.as_ref()
    }

    /// Returns whether the reader has returned the outcome and needs no more bytes.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Reads up to the next event and moves `input` past it. The event may borrow from the input.
    ///
    /// Returns `None` once the input is used up: the next piece may follow, unless the stream [is
    /// over](Self::is_over).
    #[inline]
    pub fn next<'e, 'a: 'e>(&'e mut self, input: &mut &'a [u8]) -> Option<Result<RunEvent<'e>>> {
        if self.over || self.settled.is_some() {
            return self.instead_of_stream();
        }
        let frame = self.decoder.next(input)?;
        self.begun = true;
        if let Some((block, chunk)) =
            frame.as_ref().ok().and_then(|event| fast_path::text(event.data))
        {
            return Some(Ok(RunEvent::Text { block: Cow::Borrowed(block), chunk }));
        }
        let is_error = frame.as_ref().is_ok_and(|event| event.event == "error");
        let Self {
            run_id: run,
            sent_id,
            operation,
            workflow,
            handle,
            output_error,
            foreign,
            head,
            secret,
            ending,
            over,
            ..
        } = self;
        let event = unusual(frame, run.as_ref(), output_error, over);
        foreign::note(foreign, is_error, &event);
        let about = About::new(
            (*operation, workflow.as_ref()),
            handle.as_ref(),
            head.as_deref(),
            foreign.as_deref(),
        );
        let event = without(secret.as_ref(), event.map_err(|error| about.tell(error)));
        Some(told(ending, *over, sent_as(sent_id.as_ref(), event)))
    }

    /// Returns the result that the server sent in place of a stream, once.
    fn instead_of_stream(&mut self) -> Option<Result<RunEvent<'static>>> {
        self.over = true;
        let settled = self.settled.take().map(|result| Ok(RunEvent::Final(result)));
        settled.map(|event| told(&mut self.ending, true, event))
    }

    /// Reports the end of the bytes and returns the remaining events. Call it until it returns `None`. A last event
    /// comes before the error of a stream that was cut.
    pub fn end(&mut self) -> Option<Result<RunEvent<'static>>> {
        if self.over {
            return None;
        }
        let Self {
            decoder,
            run_id: run,
            sent_id,
            operation,
            workflow,
            handle,
            output_error,
            foreign,
            head,
            secret,
            ending,
            over,
            ..
        } = self;
        // A last event without its blank line counts if it is whole: some proxies remove line ends.
        let last = decoder
            .finish()
            .map(|event| (event.event == "error", Frame::read(event.data, run.as_ref())));
        let (is_error, last) =
            last.map_or((false, None), |(is_error, last)| (is_error, Some(last)));
        if let Some(Ok(Frame::Event(event))) = &last {
            foreign::note_event(foreign, is_error, event);
        }
        match last {
            Some(frame) if !matches!(frame, Ok(Frame::Event(RunEvent::Other(_)))) => {
                let event = outcome(frame, run.as_ref(), output_error, over);
                let about = About::new(
                    (*operation, workflow.as_ref()),
                    handle.as_ref(),
                    head.as_deref(),
                    foreign.as_deref(),
                );
                let event = event.map_err(|error| about.tell(error));
                let event = without(secret.as_ref(), event).map(RunEvent::into_owned);
                Some(told(ending, *over, sent_as(sent_id.as_ref(), event)))
            }
            _ => {
                *over = true;
                foreign::note_stray(foreign, self.decoder.stray());
                let about = About::new(
                    (*operation, workflow.as_ref()),
                    handle.as_ref(),
                    head.as_deref(),
                    foreign.as_deref(),
                );
                let error = about.tell(Error::unfinished(run.clone()));
                let error = Err(error.redacted(secret.as_ref()));
                Some(told(ending, true, sent_as(sent_id.as_ref(), error)))
            }
        }
    }

    /// Reports a lost connection and returns the error that says what the loss means for the run.
    pub fn fail(&mut self, error: TransportError) -> Error {
        self.over = true;
        let error = Error::from(error).with(|inner| {
            inner.attempts = 1;
            inner.sent_id.clone_from(&self.sent_id);
        });
        let error = error.redacted(self.secret.as_ref());
        let run = self.run_id.clone();
        foreign::note_stray(&mut self.foreign, self.decoder.stray());
        let Self { operation, workflow, handle, head, foreign, secret, .. } = self;
        let about = About::new(
            (*operation, workflow.as_ref()),
            handle.as_ref(),
            head.as_deref(),
            foreign.as_deref(),
        );
        let error = match (error.kind(), self.begun) {
            (ErrorKind::Cancelled, _) => about.name(headed(error.about(run.as_ref()), about.head)),
            (_, true) => about.tell(error.truncated(run)),
            (_, false) => about.tell(error.never_begun(run)),
        };
        let error = error.redacted(secret.as_ref());
        if let Some(ending) = self.ending.take() {
            ending.end(error.run_id(), Err(&error));
        }
        error
    }
}

/// Tells the observers of the call of an event that ends the stream.
fn told<'a>(
    ending: &mut Option<Arc<dyn Ending>>,
    is_over: bool,
    event: Result<RunEvent<'a>>,
) -> Result<RunEvent<'a>> {
    if let Some(ending) = ending.take_if(|_| is_over) {
        match &event {
            Ok(event) => {
                let result = event.result();
                let run = result.and_then(|result| result.run_id.as_ref());
                let status = result.map_or(&RunStatus::Unknown, |result| &result.status);
                ending.end(run, Ok(status));
            }
            Err(error) => ending.end(error.run_id(), Err(error)),
        }
    }
    event
}

/// Reads any frame that the fast path does not handle.
#[inline(never)]
fn unusual<'a>(
    frame: Result<Event<'a>, TooLarge>,
    run: Option<&RunId>,
    output_error: &mut Option<String>,
    over: &mut bool,
) -> Result<RunEvent<'a>> {
    let frame = match frame {
        Ok(event) => Frame::read(event.data, run),
        Err(too_large) => Err(Error::too_large(too_large.to_string(), run.cloned())),
    };
    outcome(frame, run, output_error, over)
}

/// Turns a frame into an event or the end of the stream.
fn outcome<'a>(
    frame: Result<Frame<'a>>,
    run: Option<&RunId>,
    output_error: &mut Option<String>,
    over: &mut bool,
) -> Result<RunEvent<'a>> {
    match frame {
        Ok(Frame::Event(event)) => {
            match &event {
                RunEvent::Final(_) | RunEvent::Failure(_) => *over = true,
                RunEvent::OutputError { error, .. } => {
                    *output_error = Some(error.clone().into_owned());
                }
                _ => {}
            }
            Ok(event)
        }
        Ok(Frame::Done) => {
            *over = true;
            match output_error.take() {
                Some(error) => {
                    let result = WorkflowExecutionResult::without_output(error, run.cloned());
                    Ok(RunEvent::Final(Box::new(result)))
                }
                None => Err(Error::unfinished(run.cloned())),
            }
        }
        Err(error) => {
            *over = true;
            Err(error)
        }
    }
}

/// Removes a secret from the server's words in an event.
fn without<'a>(secret: Option<&Secret>, told: Result<RunEvent<'a>>) -> Result<RunEvent<'a>> {
    told.map(|event| event.without(secret)).map_err(|error| error.redacted(secret))
}

/// Adds the id that the start sent to the outcome of the stream.
fn sent_as<'a>(sent: Option<&RunId>, told: Result<RunEvent<'a>>) -> Result<RunEvent<'a>> {
    match told {
        Ok(RunEvent::Final(mut result)) => {
            result.sent_id = sent.cloned();
            Ok(RunEvent::Final(result))
        }
        Ok(RunEvent::Failure(mut result)) => {
            result.sent_id = sent.cloned();
            Ok(RunEvent::Failure(result))
        }
        Ok(event) => Ok(event),
        Err(error) => Err(error.with(|inner| inner.sent_id = sent.cloned())),
    }
}
