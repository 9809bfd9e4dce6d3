//! Sends the `traceparent` of the current span, and exports spans to memory: `cargo run --example traceparent`.
//!
//! A program with OpenTelemetry asks its own library for the header; the interceptor stays as it is.

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use examples::Server;
use serde_json::json;
use sim_mock::{Sim, Workflow};
use simstudio::http::{HeaderName, HeaderValue};
use simstudio::tracing::TracingObserver;
use simstudio::ureq::Client;
use tracing::span::{Attributes, Id};
use tracing::{Span, Subscriber, info_span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// Where a span stands, as W3C Trace Context names it.
#[derive(Clone, Copy)]
struct Place {
    trace: u128,
    span: u64,
}

/// An exporter that keeps in memory what it would send.
#[derive(Clone, Default)]
struct Exporter(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Exporter {
    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        // A real exporter takes random ids.
        static LAST: AtomicU64 = AtomicU64::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        let span = cx.span(id).expect("it was just made");
        let parent = span.parent().and_then(|parent| parent.extensions().get::<Place>().copied());
        let trace = parent.map_or(u128::from(number) << 64 | 0x51, |parent| parent.trace);
        span.extensions_mut().insert(Place { trace, span: number });
    }

    fn on_close(&self, id: Id, cx: Context<'_, S>) {
        let span = cx.span(&id).expect("it is closing");
        let place = span.extensions().get::<Place>().copied();
        if let Some(Place { trace, span: id }) = place {
            let line = format!("{trace:032x} {id:016x} {}", span.name());
            self.0.lock().expect("nothing panics while it holds the lock").push(line);
        }
    }
}

/// Returns the header of the current span, or `None` outside of any span.
fn traceparent() -> Option<String> {
    let place = Span::current().with_subscriber(|(id, subscriber)| {
        let registry = subscriber.downcast_ref::<Registry>()?;
        registry.span(id)?.extensions().get::<Place>().copied()
    });
    let Place { trace, span } = place.flatten()?;
    Some(format!("00-{trace:032x}-{span:016x}-01"))
}

fn main() -> Result<(), Box<dyn Error>> {
    let exporter = Exporter::default();
    let subscriber = tracing_subscriber::registry().with(exporter.clone());
    tracing::subscriber::set_global_default(subscriber)?;

    let greet = Workflow::new("greet", |input| json!({"hello": input["name"]}));
    let server = Server::start(Sim::builder().workflow(greet))?;
    let client = Client::builder()
        .base_url(&server.url)
        .api_key(&server.key)
        .observer(TracingObserver::new())
        .interceptor(|outgoing| {
            if let Some(parent) = traceparent() {
                let name = HeaderName::from_static("traceparent");
                outgoing.insert(name, HeaderValue::try_from(parent)?);
            }
            Ok(())
        })
        .build()?;
    info_span!("request")
        .in_scope(|| client.execute_workflow(server.workflow("greet"), json!({"name": "Ann"})))?;

    if let Some(sim) = &server.mock {
        for request in sim.requests() {
            println!(
                "{} {}: traceparent {:?}",
                request.method,
                request.path(),
                request.header("traceparent")
            );
        }
    }
    println!("exported:");
    for span in exporter.0.lock().expect("nothing panics while it holds the lock").iter() {
        println!("  {span}");
    }
    Ok(())
}
