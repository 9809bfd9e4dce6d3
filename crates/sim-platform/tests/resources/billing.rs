//! Billing.

use serde_json::json;
use sim_platform::billing::{BillingSource, BillingStanding, GetBillingStatus, ListBillingLogs};

use super::read;

#[test]
fn a_status_without_a_subscription_has_no_end() {
    let body = json!({"data": {
        "workspaceId": "ws-1", "period": {"start": "1970-01-01T00:00:00.000Z", "end": "9999-12-31T00:00:00.000Z"},
        "plan": "free", "status": "limit_exceeded", "credits": {"used": 228, "limit": 0, "remaining": -228},
        "storage": {"usedBytes": 453, "limitBytes": 5_368_709_120_u64, "percentUsed": 0.000_008},
    }});
    let status = read(&GetBillingStatus::new(), 200, &body).expect("a status");
    assert_eq!(status.status, BillingStanding::LimitExceeded);
    let period = status.period.expect("a period");
    assert_eq!((period.start.map(jiff::Timestamp::as_second), period.end), (Some(0), None));
    let credits = status.credits.expect("credits");
    assert_eq!(
        (credits.used, credits.limit, credits.remaining),
        (Some(228.0), Some(0.0), Some(-228.0))
    );
    assert_eq!(status.storage.and_then(|storage| storage.used_bytes), Some(453));
}

#[test]
fn a_workspace_key_sees_no_numbers() {
    let body = json!({"data": {
        "workspaceId": null, "period": {"start": "2026-11-01T00:00:00Z", "end": "2026-12-01T00:00:00Z"},
        "plan": "pro", "status": "active", "credits": null, "storage": null,
    }});
    let status = read(&GetBillingStatus::new(), 200, &body).expect("a status");
    assert_eq!((status.workspace, status.credits, status.storage), (None, None, None));
    assert!(status.period.and_then(|period| period.end).is_some());
}

#[test]
fn what_credits_were_spent_on() {
    let body = json!({"data": [
        {
            "id": "b-1", "createdAt": "2026-11-23T18:17:39.954Z", "source": "workflow", "workspaceId": "ws-1",
            "workflow": {"id": "wf-1", "name": null}, "runId": "run-1", "creditCost": 1,
        },
        {
            "id": "b-2", "createdAt": "2026-11-23T18:17:39.954Z", "source": "api-tool", "workspaceId": null,
            "workflow": null, "runId": null, "creditCost": 0.5,
        },
    ], "nextCursor": null});
    let page = read(&ListBillingLogs::new(), 200, &body).expect("a page");
    let [run, other] = &page.items[..] else { panic!("two entries") };
    assert_eq!((&run.source, run.credit_cost), (&BillingSource::Workflow, Some(1.0)));
    assert_eq!(run.workflow.as_ref().map(|workflow| workflow.id.as_str()), Some("wf-1"));
    assert_eq!(other.source, BillingSource::Other("api-tool".to_owned()));
    assert_eq!((&other.run_id, other.credit_cost), (&None, Some(0.5)));
}
