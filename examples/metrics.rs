//! Counts calls and prints the numbers as Prometheus reads them: `cargo run --example metrics`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use examples::Server;
use serde_json::json;
use sim_mock::{Outcome, Sim, Workflow};
use simstudio::ExecuteWorkflow;
use simstudio::observe::{Attempt, CallEnd, CallInfo, Context, Dropped, Observer};
use simstudio::ureq::Client;

/// The numbers by labels.
#[derive(Default)]
struct Numbers {
    in_flight: i64,
    attempts: BTreeMap<String, u64>,
    calls: BTreeMap<String, (u64, f64)>,
}

#[derive(Default)]
struct Metrics(Mutex<Numbers>);

impl Metrics {
    fn change(&self, change: impl FnOnce(&mut Numbers)) {
        change(&mut self.0.lock().expect("nothing panics while it holds the lock"));
    }

    /// Takes note that a call is over, and of how long it took.
    fn over(&self, call: &CallInfo<'_>, outcome: &str) {
        // The calls of a conversation have no start of their own.
        let Some(began) = call.state.and_then(Context::get::<Instant>) else { return };
        let workflow = call.workflow.map(ToString::to_string).unwrap_or_default();
        let labels =
            format!("operation={:?},workflow={workflow:?},outcome={outcome:?}", call.operation);
        self.change(|numbers| {
            numbers.in_flight -= 1;
            let (count, seconds) = numbers.calls.entry(labels).or_default();
            *count += 1;
            *seconds += began.elapsed().as_secs_f64();
        });
    }

    /// Returns the numbers in the text format of Prometheus.
    fn text(&self) -> String {
        let mut text = String::from("# TYPE sim_calls_in_flight gauge\n");
        self.change(|numbers| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "sim_calls_in_flight {}", numbers.in_flight);
            text += "# TYPE sim_attempts_total counter\n";
            for (labels, count) in &numbers.attempts {
                let _ = writeln!(text, "sim_attempts_total{{{labels}}} {count}");
            }
            text += "# TYPE sim_call_duration_seconds summary\n";
            for (labels, (count, seconds)) in &numbers.calls {
                let _ = writeln!(text, "sim_call_duration_seconds_count{{{labels}}} {count}");
                let _ = writeln!(text, "sim_call_duration_seconds_sum{{{labels}}} {seconds:.3}");
            }
        });
        text
    }
}

impl Observer for Metrics {
    fn start(&self, call: &CallInfo<'_>) -> Option<Context> {
        if call.is_nested {
            return None;
        }
        self.change(|numbers| numbers.in_flight += 1);
        Some(Context::new(Instant::now()))
    }

    fn attempt(&self, attempt: &Attempt<'_>) {
        let (method, path) = (&attempt.route.method, attempt.route.path);
        let result = attempt.code.unwrap_or("ok");
        let labels = format!("route=\"{method} {path}\",result={result:?}");
        self.change(|numbers| *numbers.attempts.entry(labels).or_default() += 1);
    }

    fn end(&self, end: &CallEnd<'_>) {
        self.over(&end.call, end.outcome);
    }

    fn dropped(&self, dropped: &Dropped<'_>) {
        self.over(&dropped.call, "dropped");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let greet = Workflow::new("greet", |input| json!({"hello": input["name"]}));
    let fails = Workflow::new("fails", |_| Outcome::failed("Boom: it broke"));
    let server = Server::start(Sim::builder().workflow(greet).workflow(fails))?;
    let metrics = Arc::new(Metrics::default());
    let client = Client::builder().base_url(&server.url).api_key(&server.key);
    let client = client.observer(Arc::clone(&metrics)).build()?;

    client.execute_workflow(server.workflow("greet"), json!({"name": "Ann"}))?;
    client.execute_workflow(server.workflow("fails"), ())?;
    client.execute_once(ExecuteWorkflow::new(server.workflow("greet")).once())?;
    print!("{}", metrics.text());
    Ok(())
}
