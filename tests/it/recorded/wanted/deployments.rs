//! What is expected of the recordings of deployments.

use crate::recorded::want::Row;
use crate::recorded::want::Want::{Gives, Refused};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // DELETE /api/v2/workflows/{workflow}/deploy
    ("v2-undeploy", Gives(&[("/id", "dbb72828-bad6-4f43-9e8b-b30295a2a190"), ("/isDeployed", "false")])),
    ("v2-res-workflow-undeploy-readonly", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-undeploy-again", Refused(400, "BAD_REQUEST", "Workflow is not deployed")),
    // POST /api/v2/workflows/{workflow}/deploy
    ("v2-redeploy", Gives(&[("/id", "dbb72828-bad6-4f43-9e8b-b30295a2a190"), ("/version", "2"), ("/isDeployed", "true")])),
    ("v2-deploy-badfield", Refused(400, "BAD_REQUEST", "Unrecognized key: \"x\"")),
    ("v2-res-workflow-deploy-bob", Refused(404, "NOT_FOUND", "Workflow not found")),
    ("v2-res-workflow-deploy-readonly", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // GET /api/v2/workflows/{workflow}/deployment
    ("v2-deployment-after-rollback", Gives(&[("/id", "adc0f779-57cf-4058-980a-d714b79ac84d"), ("/isDeployed", "true"), ("/needsRedeployment", "false")])),
    ("v2-deployment-other-workspace", Refused(404, "NOT_FOUND", "Workflow not found")),
    // POST /api/v2/workflows/{workflow}/rollback
    ("v2-rollback", Gives(&[("/id", "adc0f779-57cf-4058-980a-d714b79ac84d"), ("/version", "1"), ("/isDeployed", "true")])),
    ("v2-res-workflow-rollback-bob", Refused(404, "NOT_FOUND", "Workflow not found")),
    ("v2-res-workflow-rollback-readonly", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // GET /api/v2/workflows/{workflow}/versions
    ("v2-versions", Gives(&[("/data/0/id", "698e7b21-660a-47e6-bc73-a20b0516f6ec"), ("/data/0/version", "2"), ("/data/0/isActive", "true")])),
    ("v2-res-workflow-versions-bob", Refused(404, "NOT_FOUND", "Workflow not found")),
    // GET /api/v2/workflows/{workflow}/versions/{version}
    ("v2-version-1", Gives(&[("/id", "38293940-96e1-47a7-a604-aba336678a78"), ("/version", "1"), ("/isActive", "false")])),
    ("v2-version-bad", Refused(400, "BAD_REQUEST", "Invalid input: expected number, received NaN")),
];
