//! A part of a program that does not care which client it is given, with unit tests that open no socket.

use serde_json::json;
use simstudio::testing::Scripted;
use simstudio::{Endpoint, ExecuteWorkflow, Result, RunStatus};

/// What this part of the program needs of a client.
trait Calls {
    fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output>;
}

macro_rules! calls {
    ($($client:ty),+) => {
        $(impl Calls for $client {
            fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
                self.call(endpoint)
            }
        })+
    };
}

calls!(simstudio::ureq::Client, Scripted);

/// Classifies a message: as what the workflow says, or as nothing if its run did not complete.
fn classify(client: &impl Calls, message: &str) -> Result<Option<String>> {
    let run = ExecuteWorkflow::new("classify").input(json!({"message": message}));
    let result = client.call(run)?;
    let class = result.output["class"].as_str().map(str::to_owned);
    Ok(class.filter(|_| result.status == RunStatus::Completed))
}

#[cfg(test)]
mod tests {
    use sim_mock::{Sim, Workflow};
    use simstudio::transport::{Phase, TransportErrorKind};

    use super::*;

    fn answer(status: &str) -> serde_json::Value {
        json!({"data": {"runId": "r", "status": status, "output": {"class": "spam"}}})
    }

    #[test]
    fn a_run_that_did_not_complete_classifies_nothing() {
        let client = Scripted::new();
        client.answer(200, answer("completed")).answer(200, answer("failed"));
        assert_eq!(classify(&client, "a").expect("a class").as_deref(), Some("spam"));
        assert_eq!(classify(&client, "b").expect("no class"), None);
        client.fail(TransportErrorKind::Closed, Phase::Sent);
        assert!(classify(&client, "c").expect_err("it is lost").may_have_started());
        assert_eq!(client.requests().len(), 3);
    }

    #[test]
    fn the_same_code_runs_over_a_real_client() {
        let classify_all = Workflow::new("classify", |_| json!({"class": "ham"}));
        let sim = Sim::builder().workflow(classify_all).start().expect("a server");
        let client = simstudio::ureq::Client::builder().base_url(sim.url()).api_key(sim.key());
        let class = classify(&client.build().expect("a client"), "Hello").expect("a class");
        assert_eq!(class.as_deref(), Some("ham"));
    }
}
