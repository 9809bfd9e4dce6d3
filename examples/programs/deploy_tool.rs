//! A tool that deploys a workflow, waits until its version is ready, and rolls back if it is not.

use std::time::Duration;

use simstudio::flow::{DeployAndWait, DeployEnd, Patience, Rollback};
use simstudio::ureq::Client;

/// Deploys a workflow and returns the line that the tool prints.
fn deploy(client: &Client, workflow: &str, name: &str) -> simstudio::Result<String> {
    let patience = Patience::new().interval(Duration::from_millis(10), Duration::from_millis(10));
    let plan = DeployAndWait::new(client.api(), workflow)?.name(name).patience(patience);
    let deployed = client.drive(plan.roll_back_on_failure())?;
    let version = deployed.version.map(|version| version.to_string()).unwrap_or_default();
    let end = match &deployed.end {
        DeployEnd::Failed(Some(error)) => format!("version {version} failed: {}", error.message),
        _ if deployed.is_ready() => format!("version {version} is ready"),
        other => format!("version {version} is not ready: {other:?}"),
    };
    Ok(match &deployed.rollback {
        Some(Rollback::Done(version)) => format!("{end}; version {version} is active again"),
        Some(other) => format!("{end}; no rollback: {other:?}"),
        None => end,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sim_mock::{Rollout, Sim, Workflow};

    use super::*;

    #[test]
    fn a_version_that_fails_leaves_the_one_before_active() {
        let greet = Workflow::new("greet", |_| json!("hello"));
        let sim = Sim::builder().workflow(greet).start().expect("a server");
        let client = Client::builder().base_url(sim.url()).api_key(sim.key()).build();
        let client = client.expect("a client");
        sim.plan_deployment("greet", Rollout::new().slow(3));
        assert_eq!(deploy(&client, "greet", "v2").expect("a line"), "version 2 is ready");
        sim.plan_deployment("greet", Rollout::new().slow(1).failing("a block is broken"));
        let line = deploy(&client, "greet", "v3").expect("a line");
        assert!(line.starts_with("version 3 failed: a block is broken"), "{line}");
        let active = client.call(simstudio::deployments::GetDeployment::new("greet"));
        let active = active.expect("a deployment").active_deployment.expect("an active version");
        assert_eq!(active.version.map(|version| version.to_string()).as_deref(), Some("2"));
    }
}
