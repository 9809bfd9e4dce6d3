//! A deployment that is waited for, and what follows if its version does not become ready.

use std::time::Duration;

use serde_json::{Value, json};
use sim_core::transport::Outcome;
use sim_core::{ErrorKind, Result};
use sim_platform::deployments::VersionNumber;
use sim_platform::flow::{DeployAndWait, DeployEnd, Deployed, Patience, Rollback};

use super::{Sent, api, drive, lines, lost, refusal, reply, script};

const READ: &str = "GET https://sim.example/api/v2/workflows/wf/deployment";
const DEPLOY: &str = "POST https://sim.example/api/v2/workflows/wf/deploy";
const ROLLBACK: &str = "POST https://sim.example/api/v2/workflows/wf/rollback";

/// A deployment: the version that is active, and the latest attempt as its version, its status and the state of its
/// webhooks.
fn deployment(active: Option<u32>, attempt: Option<(u32, &str, &str)>) -> Outcome {
    let active = active.map(|version| json!({"deploymentVersionId": "v", "version": version}));
    let attempt = attempt.map(|(version, status, webhooks)| {
        let error = json!({"code": "INVALID", "message": "a block is broken", "retryable": false});
        json!({
            "id": format!("attempt-{version}"), "version": version, "action": "deploy", "status": status,
            "isCurrent": true, "error": if status == "failed" { error } else { Value::Null },
            "readiness": {"webhooks": webhooks, "schedules": "not_applicable", "mcp": "ready"},
        })
    });
    reply(
        200,
        &json!({"data": {
            "id": "wf", "isDeployed": active.is_some(), "activeDeployment": active,
            "latestDeploymentAttempt": attempt, "warnings": [],
        }}),
    )
}

fn before() -> Outcome {
    deployment(Some(1), Some((1, "active", "ready")))
}

fn deploy(answers: Vec<Outcome>) -> (Result<Deployed>, Vec<Sent>) {
    let exchange = DeployAndWait::new(&api(), "wf").expect("an exchange");
    let exchange = exchange.name("v2").roll_back_on_failure();
    drive(exchange, Duration::from_millis(100), script(answers))
}

#[test]
fn a_version_is_ready_once_it_is_active_with_all_its_parts() {
    let (deployed, sent) = deploy(vec![
        before(),
        deployment(Some(1), Some((2, "preparing", "pending"))),
        deployment(Some(1), Some((2, "activating", "pending"))),
        deployment(Some(2), Some((2, "active", "pending"))),
        deployment(Some(2), Some((2, "active", "ready"))),
    ]);
    let deployed = deployed.expect("an outcome");
    assert!(deployed.is_ready() && deployed.rollback.is_none());
    assert_eq!(deployed.version, Some(VersionNumber(2)));
    assert_eq!(lines(&sent), [READ, DEPLOY, READ, READ, READ]);
    assert_eq!(sent[1].body, r#"{"name":"v2"}"#);
    let gaps: Vec<_> =
        sent[1..].windows(2).map(|two| two[1].at.saturating_sub(two[0].at)).collect();
    assert!(gaps.windows(2).all(|two| two[0] <= two[1]), "{gaps:?}");
}

#[test]
fn a_version_that_fails_after_it_was_active_is_rolled_back() {
    let (deployed, sent) = deploy(vec![
        before(),
        deployment(Some(1), Some((2, "preparing", "pending"))),
        deployment(None, Some((2, "failed", "pending"))),
        deployment(None, Some((1, "activating", "pending"))),
        deployment(Some(1), Some((1, "active", "ready"))),
    ]);
    let deployed = deployed.expect("an outcome");
    let DeployEnd::Failed(Some(error)) = &deployed.end else { panic!("{deployed:?}") };
    assert_eq!(error.message, "a block is broken");
    assert!(matches!(deployed.rollback, Some(Rollback::Done(VersionNumber(1)))), "{deployed:?}");
    assert_eq!(lines(&sent), [READ, DEPLOY, READ, ROLLBACK, READ]);
    assert_eq!(sent[3].body, r#"{"version":1}"#);
}

#[test]
fn nothing_is_rolled_back_that_still_runs_or_never_did() {
    let failed = |active| deployment(active, Some((2, "failed", "pending")));
    let (deployed, sent) = deploy(vec![before(), failed(Some(1))]);
    let rollback = deployed.expect("an outcome").rollback;
    assert!(matches!(rollback, Some(Rollback::NotNeeded(VersionNumber(1)))), "{rollback:?}");
    assert_eq!(lines(&sent), [READ, DEPLOY]);
    let (deployed, sent) = deploy(vec![deployment(None, None), failed(None)]);
    assert!(matches!(deployed.expect("an outcome").rollback, Some(Rollback::NothingBefore)));
    assert_eq!(lines(&sent), [READ, DEPLOY]);
}

#[test]
fn a_deployment_that_somebody_else_replaced_is_left_alone() {
    for attempt in [(3, "active", "ready"), (2, "superseded", "ready")] {
        let (deployed, sent) = deploy(vec![
            before(),
            deployment(Some(1), Some((2, "preparing", "pending"))),
            deployment(Some(3), Some(attempt)),
        ]);
        let deployed = deployed.expect("an outcome");
        assert_eq!(deployed.end, DeployEnd::Superseded);
        assert!(deployed.rollback.is_none());
        assert_eq!(lines(&sent), [READ, DEPLOY, READ]);
    }
}

#[test]
fn a_lost_answer_is_explained_by_a_read_and_nothing_is_deployed_twice() {
    let active = || deployment(Some(2), Some((2, "active", "ready")));
    let (deployed, sent) = deploy(vec![before(), lost(), active()]);
    assert_eq!(deployed.expect("an outcome").version, Some(VersionNumber(2)));
    assert_eq!(lines(&sent), [READ, DEPLOY, READ]);
    let (deployed, sent) = deploy(vec![before(), lost(), before()]);
    let error = deployed.expect_err("nothing tells what became of it");
    assert!(matches!(error.kind(), ErrorKind::Ambiguous { .. }), "{error:?}");
    assert_eq!(lines(&sent), [READ, DEPLOY, READ]);
}

#[test]
fn a_refusal_is_an_error_and_changes_nothing() {
    let (deployed, sent) = deploy(vec![before(), refusal(403, "FORBIDDEN")]);
    assert!(deployed.expect_err("refused").status().is_some_and(|status| status == 403));
    assert_eq!(lines(&sent), [READ, DEPLOY]);
}

#[test]
fn a_version_that_is_not_ready_in_time_is_rolled_back_within_a_bound_of_its_own() {
    let exchange = DeployAndWait::new(&api(), "wf").expect("an exchange").roll_back_on_failure();
    let bound = Duration::from_secs(60);
    let exchange = exchange.patience(Patience::new().bound(bound));
    let mut looks = 0;
    let (deployed, sent) = drive(exchange, Duration::from_millis(100), |sent| {
        looks += usize::from(sent.line == READ);
        match (&*sent.line, looks) {
            (READ, 1) => before(),
            (ROLLBACK, _) => deployment(Some(2), Some((1, "activating", "pending"))),
            (DEPLOY, _) => deployment(Some(1), Some((2, "preparing", "pending"))),
            _ if sent.at < bound => deployment(Some(2), Some((2, "active", "pending"))),
            _ => deployment(Some(2), Some((1, "activating", "pending"))),
        }
    });
    let deployed = deployed.expect("an outcome");
    assert_eq!(deployed.end, DeployEnd::NotReady);
    assert!(matches!(deployed.rollback, Some(Rollback::NotReady)), "{deployed:?}");
    let rolled_back = sent.iter().find(|sent| sent.line == ROLLBACK).expect("it is rolled back").at;
    let last = sent.last().expect("a look").at;
    assert!(rolled_back < bound && last > bound && last < rolled_back + bound + bound / 10);
}
