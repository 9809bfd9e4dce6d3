//! The spans and events of the feature `tracing`, over a whole client. `docs/observability.md` names them all.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use serde_json::json;
use sim_mock::{Agent, Sim, Workflow};
use simstudio::tracing::TracingObserver;
use simstudio::ureq::Client;
use simstudio::{ExecuteWorkflow, RetryPolicy};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// The fields of a span or an event, as text.
type Fields = BTreeMap<&'static str, String>;

struct Reader<'a>(&'a mut Fields);

impl Visit for Reader<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

/// What was recorded: `open` and `close` of spans, and events, each with its level, its parent and its fields.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<(String, Fields)>>>);

impl Recorder {
    fn note(&self, what: String, fields: Fields) {
        self.0.lock().expect("a lock").push((what, fields));
    }

    fn take(&self) -> Vec<(String, Fields)> {
        std::mem::take(&mut *self.0.lock().expect("a lock"))
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        if attributes.metadata().target() == "simstudio" {
            let mut fields = Fields::new();
            attributes.record(&mut Reader(&mut fields));
            cx.span(id).expect("a span").extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        let span = cx.span(id).expect("a span");
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(&mut Reader(fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        if event.metadata().target() == "simstudio" {
            let mut fields = Fields::new();
            event.record(&mut Reader(&mut fields));
            let parent = cx.event_span(event).expect("the span of the call");
            let what = format!(
                "{} {} in {}",
                event.metadata().level(),
                event.metadata().name(),
                parent.name()
            );
            self.note(what, fields);
        }
    }

    fn on_close(&self, id: Id, cx: Context<'_, S>) {
        let span = cx.span(&id).expect("a span");
        let fields = span.extensions_mut().remove::<Fields>();
        if let Some(fields) = fields {
            let parent = span.parent().map_or("nothing", |parent| parent.name());
            let what = format!("{} {} in {parent}", span.metadata().level(), span.name());
            self.note(what, fields);
        }
    }
}

fn server() -> Sim {
    let chat = Workflow::new("chat", |_| Agent::new("a").says("Hello").says(" again"));
    let greet = Workflow::new("greet", |input| json!({"secret": input["secret"]}));
    Sim::builder().workflow(greet).workflow(chat).start().expect("a server")
}

fn client(sim: &Sim) -> Client {
    let builder = Client::builder().base_url(sim.url()).api_key(sim.key());
    builder.observer(TracingObserver::new()).build().expect("a client")
}

/// Records what `work` does inside of a span of its own.
fn recorded(work: impl FnOnce()) -> Vec<(String, Fields)> {
    let recorder = Recorder::default();
    let subscriber = tracing_subscriber::registry().with(recorder.clone());
    tracing::subscriber::with_default(subscriber, || tracing::info_span!("handler").in_scope(work));
    recorder.take()
}

fn names(told: &[(String, Fields)]) -> Vec<&str> {
    told.iter().map(|(what, _)| &**what).collect()
}

#[test]
fn a_call_is_a_span_with_an_event_for_each_attempt_and_wait() {
    let sim = server();
    sim.fail_next(
        503,
        &[("Retry-After", "0")],
        r#"{"error":{"code":"SERVICE_UNAVAILABLE","message":"PRIVATE"}}"#,
    );
    let told = recorded(|| {
        let greet =
            ExecuteWorkflow::new("greet").run_id("mine").input(json!({"secret": "PRIVATE"}));
        let greet = greet.header("x-note", "PRIVATE").retry(RetryPolicy::new());
        client(&sim).call(greet).expect("a result");
    });
    let expected = [
        "DEBUG sim.attempt in sim.call",
        "DEBUG sim.wait in sim.call",
        "DEBUG sim.attempt in sim.call",
        "INFO sim.call in handler",
    ];
    assert_eq!(names(&told), expected);
    let keys = |fields: &Fields| fields.keys().copied().collect::<Vec<_>>();
    assert_eq!(keys(&told[0].1), ["code", "elapsed_ms", "method", "number", "route", "status"]);
    assert_eq!(keys(&told[1].1), ["attempts", "delay_ms"]);
    let whole =
        ["attempts", "method", "operation", "outcome", "route", "run_id", "sent_id", "workflow"];
    assert_eq!(keys(&told[3].1), whole);
    let field = |n: usize, name: &str| told[n].1[name].clone();
    assert_eq!(
        (field(0, "status"), field(0, "code")),
        ("503".into(), "SERVICE_UNAVAILABLE".into())
    );
    assert_eq!((field(2, "status"), field(2, "number")), ("200".into(), "2".into()));
    assert_eq!(field(3, "operation"), "ExecuteWorkflow");
    assert_eq!(field(3, "route"), "/api/v2/workflows/{workflow}/execute");
    assert_eq!((field(3, "workflow"), field(3, "run_id")), ("greet".into(), "mine".into()));
    assert_eq!((field(3, "attempts"), field(3, "outcome")), ("2".into(), "completed".into()));
    let shown = format!("{told:?}");
    assert!(!shown.contains("PRIVATE") && !shown.contains(sim.key()), "{shown}");
}

#[test]
fn the_span_of_a_stream_closes_at_its_outcome_or_when_it_is_dropped() {
    let sim = server();
    let chat = || ExecuteWorkflow::new("chat").stream().select(["a.content"]);
    let whole = recorded(|| {
        let mut events = client(&sim).stream(chat()).expect("a stream");
        while events.next().is_some() {}
    });
    let (what, fields) = whole.last().expect("a span");
    assert_eq!((&**what, &*fields["outcome"]), ("INFO sim.call in handler", "completed"));
    let dropped = recorded(|| drop(client(&sim).stream(chat()).expect("a stream")));
    assert_eq!(dropped.last().expect("a span").1["outcome"], "dropped");
}

#[test]
fn the_span_of_a_conversation_holds_those_of_its_calls() {
    let sim = server();
    let told = recorded(|| {
        client(&sim).execute_once(ExecuteWorkflow::new("greet").once()).expect("a result");
    });
    let (what, once) = told.last().expect("a span");
    assert_eq!((&**what, &*once["operation"]), ("INFO sim.call in handler", "Once"));
    assert_eq!((&*once["workflow"], &*once["outcome"]), ("greet", "completed"));
    let calls: Vec<_> =
        told.iter().filter(|(what, _)| what == "DEBUG sim.call in sim.call").collect();
    assert_eq!(once["attempts"], calls.len().to_string());
    let operations: Vec<_> = calls.iter().map(|(_, call)| &*call["operation"]).collect();
    assert!(
        operations.contains(&"QueueWorkflow") && operations.contains(&"GetRun"),
        "{operations:?}"
    );
}
