//! Our clients, called by the names of the official SDK.

use std::future::Future;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::Sim;
use simstudio::logs::ListRuns;
use simstudio::workflows::ListWorkflows;
use simstudio::{ExecuteWorkflow, FileInput, ResumeRun, RetryPolicy, RunHandle, WaitPolicy};
use tokio::runtime::{Builder, Runtime};

use crate::edition::Edition;
use crate::program::Program;
use crate::step::{self, Step};
use crate::to_json;

/// The only runtime of the async client, since its connections live there.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be built")
});

fn blocking<T>(result: T) -> T {
    result
}

fn asynchronous<F: Future>(call: F) -> F::Output {
    RUNTIME.block_on(call)
}

/// Implements the program with one of our clients. `$wait` returns the result of a call.
macro_rules! program {
    ($(#[$doc:meta])* $name:ident, $client:ty, $wait:ident) => {
        $(#[$doc])*
        pub(crate) struct $name(Edition, Option<$client>);

        impl $name {
            /// Creates a program with the generation and the output format of this edition.
            pub(crate) fn like(edition: Edition) -> Self {
                Self(edition, None)
            }
        }

        impl Program for $name {
            fn open(&mut self, sim: &Sim, key: &str) -> Value {
                let patience = RetryPolicy::PLAIN.initial_delay(Duration::from_millis(10));
                let client = <$client>::builder()
                    .generation(self.0.generation())
                    .base_url(sim.url())
                    .api_key(key)
                    .retry_policy(patience)
                    .build();
                let (client, outcome) = match client {
                    Ok(client) => (Some(client), to_json::nothing(Ok(()))),
                    Err(error) => (None, to_json::nothing(Err(error))),
                };
                self.1 = client;
                outcome
            }

            fn step(&mut self, step: &Step, sim: &Sim) -> Value {
                let edition = self.0;
                let Some(client) = &mut self.1 else { return json!("there is no client") };
                match step {
                    Step::Execute { workflow, input, timeout: Some(timeout) } => {
                        let call = ExecuteWorkflow::new(*workflow).input(with_files(input));
                        to_json::result(edition, $wait(client.call(call.timeout(Duration::from_secs_f64(*timeout)))))
                    }
                    Step::Execute { workflow, input, .. } | Step::Sync { workflow, input } => {
                        to_json::result(edition, $wait(client.execute_workflow(*workflow, with_files(input))))
                    }
                    Step::Scoped { workflow, input } => {
                        let client = client.clone();
                        let outcome = $wait(client.execute_workflow(*workflow, with_files(input)));
                        drop(client);
                        to_json::result(edition, outcome)
                    }
                    Step::Queue { workflow, input } => {
                        let call = ExecuteWorkflow::new(*workflow).input(with_files(input));
                        to_json::receipt(edition, $wait(client.call(call.queue())))
                    }
                    Step::Stream { workflow, outputs } => {
                        let call = ExecuteWorkflow::new(*workflow).stream().select(*outputs);
                        let collected =
                            $wait(client.stream(call)).and_then(|events| $wait(events.collected()));
                        to_json::result(edition, collected.map(|collected| collected.result))
                    }
                    Step::Retry { workflow, retries } => {
                        let delay = Duration::from_secs_f64(step::BACKOFF);
                        let policy = RetryPolicy::new().max_retries(*retries).initial_delay(delay);
                        let call = ExecuteWorkflow::new(*workflow);
                        to_json::result(edition, $wait(client.execute_with_retry(call, policy)))
                    }
                    Step::Status(workflow) => to_json::status($wait(client.get_workflow_status(*workflow))),
                    Step::Validate(workflow) => to_json::flag($wait(client.validate_workflow(*workflow))),
                    Step::Job(job) => to_json::job($wait(client.get_job_status(step::job(sim, job)))),
                    Step::Run { workflow, run } => {
                        to_json::run($wait(client.find_run(*workflow, step::run(sim, run))))
                    }
                    Step::Wait { workflow, run } => {
                        let handle = RunHandle::new(*workflow, step::run(sim, run));
                        to_json::result(edition, $wait(client.wait_for(&handle, WaitPolicy::new())))
                    }
                    Step::Cancel { workflow, run } => {
                        to_json::cancellation($wait(client.cancel_run(*workflow, step::run(sim, run))))
                    }
                    Step::Resume { workflow, run, context, input } => {
                        let run = step::run(sim, run);
                        let call = ResumeRun::new(*workflow, run, *context).input(input);
                        to_json::resumed($wait(client.call(call)))
                    }
                    Step::List { workflow, status } => {
                        let list = ListRuns::new(*workflow).status(*status).limit(100);
                        to_json::runs($wait(client.call(list)))
                    }
                    Step::Workflows => {
                        let list = ListWorkflows::new(sim.workspace()).limit(100);
                        to_json::workflows($wait(client.call(list)))
                    }
                    Step::Usage => to_json::usage($wait(client.get_usage_limits())),
                    Step::RateLimit => to_json::rate_limit(client.get_rate_limit_info()),
                    Step::SetKey(key) => to_json::nothing(client.set_api_key(key)),
                    Step::SetBaseUrl(url) => {
                        to_json::nothing(client.set_base_url(&url.replace("{url}", sim.url())))
                    }
                    Step::Close => {
                        if let Some(client) = self.1.take() {
                            client.close();
                        }
                        to_json::nothing(Ok(()))
                    }
                    Step::Server(_) => Value::Null,
                }
            }
        }
    };
}

program! {
    /// The blocking client, on ureq.
    Ureq, simstudio::ureq::Client, blocking
}
program! {
    /// The async client, on reqwest.
    Reqwest, simstudio::reqwest::Client, asynchronous
}

/// Returns the input with our files in place of the driver's.
fn with_files(input: &Value) -> Value {
    match input {
        Value::Object(fields) => match fields.get("$file") {
            Some(file) => {
                let text = |key: &str| file[key].as_str().unwrap_or_default();
                let file =
                    FileInput::from_bytes(text("name"), text("mime"), text("content").to_owned());
                serde_json::to_value(file).expect("a file is JSON")
            }
            None => fields.iter().map(|(key, inner)| (key.clone(), with_files(inner))).collect(),
        },
        Value::Array(items) => items.iter().map(with_files).collect(),
        other => other.clone(),
    }
}
