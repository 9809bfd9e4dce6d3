//! The server of the examples: the real service if `SIM_API_KEY` is set, else a Sim server in the
//! process.

use std::env;
use std::error::Error;

use sim_mock::{Builder, Sim};

/// A server for an example to call.
#[derive(Debug)]
pub struct Server {
    /// The base URL of the server.
    pub url: String,
    /// A key that the server accepts.
    pub key: String,
    /// The server itself, or `None` for the real service.
    pub mock: Option<Sim>,
    workflow: Option<String>,
}

impl Server {
    /// Chooses the server and prints its address. Starts `mock` if there is no key.
    ///
    /// # Errors
    ///
    /// Fails if `mock` cannot start, or if `SIM_API_KEY` is set without `SIM_WORKFLOW_ID`.
    pub fn start(mock: Builder) -> Result<Self, Box<dyn Error>> {
        let Some(key) = variable("SIM_API_KEY") else {
            let mock = mock.start()?;
            let (url, key) = (mock.url().to_owned(), mock.key().to_owned());
            println!(
                "On a Sim inside this program; set SIM_API_KEY and SIM_WORKFLOW_ID for sim.ai.\n"
            );
            return Ok(Self { url, key, mock: Some(mock), workflow: None });
        };
        let url = variable("SIM_BASE_URL").or_else(|| variable("SIM_ENDPOINT"));
        let url = url.unwrap_or_else(|| "https://www.sim.ai".to_owned());
        let workflow = variable("SIM_WORKFLOW_ID")
            .ok_or("SIM_API_KEY is set, so SIM_WORKFLOW_ID must name a workflow")?;
        println!("On {url}, workflow {workflow}.\n");
        Ok(Self { url, key, mock: None, workflow: Some(workflow) })
    }

    /// Returns the workflow to run: this one on the mock, and that of `SIM_WORKFLOW_ID` on the real
    /// service.
    pub fn workflow<'a>(&'a self, on_mock: &'a str) -> &'a str {
        self.workflow.as_deref().unwrap_or(on_mock)
    }

    /// Returns the outputs to stream: this one on the mock, and those of `SIM_OUTPUTS` on the real
    /// service, separated by commas. The default there is the text of a block with the usual name.
    pub fn outputs(&self, on_mock: &str) -> Vec<String> {
        if self.mock.is_some() {
            return vec![on_mock.to_owned()];
        }
        let outputs = variable("SIM_OUTPUTS").unwrap_or_else(|| "agent1.content".to_owned());
        outputs.split(',').map(|output| output.trim().to_owned()).collect()
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Compiles and runs the code in the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// Compiles and runs the code in the guides.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../../docs/errors.md")]
    struct Errors;
    #[doc = include_str!("../../docs/one-run.md")]
    struct OneRun;
    #[doc = include_str!("../../docs/options.md")]
    struct Options;
    #[doc = include_str!("../../docs/typed.md")]
    struct Typed;
    #[doc = include_str!("../../docs/resources.md")]
    struct Resources;
    #[doc = include_str!("../../docs/webhooks.md")]
    struct Webhooks;
    #[doc = include_str!("../../docs/files.md")]
    struct Files;
    #[doc = include_str!("../../docs/from-python.md")]
    struct FromPython;
    #[doc = include_str!("../../docs/pauses.md")]
    struct Pauses;
    #[doc = include_str!("../../docs/streaming.md")]
    struct Streaming;
    #[doc = include_str!("../../docs/waiting.md")]
    struct Waiting;
    #[doc = include_str!("../../docs/from-typescript.md")]
    struct FromTypeScript;
    #[doc = include_str!("../../docs/batch.md")]
    struct Batch;
    #[doc = include_str!("../../docs/observability.md")]
    struct Observability;
    #[doc = include_str!("../../docs/testing.md")]
    struct Testing;
}
