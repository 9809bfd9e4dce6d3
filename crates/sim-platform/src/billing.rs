//! Billing: the standing of an account, and its spending.
//!
//! Billing counts in credits; 1000 credits are 5 US dollars.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use sim_core::Page;
use sim_core::lenient as field;
use sim_core::open_enum;
use sim_core::v1::Storage;
use sim_core::{RunId, WorkflowId, WorkspaceId};

use crate::macros::endpoint;

endpoint! {
    /// Reads the billing status of the account that pays.
    GetBillingStatus: GET "/api/v2/billing/status" => {data: BillingStatus},
    reference "billing" getBillingStatus,
    query? {
        /// Selects the account that pays for this workspace; by default the caller's own.
        workspace: WorkspaceId = "workspaceId",
    },
}

endpoint! {
    /// Lists the spending of credits, the newest first.
    ListBillingLogs: GET "/api/v2/billing/logs" => Page<BillingLog>,
    reference "billing" listBillingLogs,
    query? {
        /// Keeps only the spending of this source.
        source: BillingSource = "source",
        /// Keeps only the spending of this workspace.
        workspace: WorkspaceId = "workspaceId",
        /// Sets how far back the list goes; 30 days by default.
        period: BillingWindow = "period",
        /// Sets the start of the list. [`BillingWindow::Custom`] needs it, and no other period accepts it.
        start_date: Timestamp = "startDate",
        /// Sets the end of the list, for [`BillingWindow::Custom`].
        end_date: Timestamp = "endDate",
    },
    paged 100,
}

open_enum! {
    /// The feature that spends credits.
    BillingSource {
        /// The runs of workflows.
        Workflow = "workflow",
        /// The assistant of text fields.
        Wand = "wand",
        /// The chat of Sim.
        SimChat = "sim-chat",
        /// The copilot, used over MCP.
        McpCopilot = "mcp_copilot",
        /// The blocks of Mothership.
        MothershipBlock = "mothership_block",
        /// The use of knowledge bases.
        KnowledgeBase = "knowledge-base",
        /// The conversion of speech to text.
        VoiceInput = "voice-input",
        /// The enrichment of tables.
        Enrichment = "enrichment",
        /// The conversion of text to speech.
        VoiceOutput = "voice-output",
    }
}

open_enum! {
    /// The period that a list of spending covers.
    BillingWindow {
        /// The last one day.
        Day = "1d",
        /// The last seven days.
        Week = "7d",
        /// The last thirty days.
        Month = "30d",
        /// The whole time of the account.
        All = "all",
        /// The time between two dates.
        Custom = "custom",
    }
}

/// The billing status of the account that pays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BillingStatus {
    /// The workspace that you asked about, or `None` if you asked about none.
    #[serde(default, rename = "workspaceId", deserialize_with = "field::word")]
    pub workspace: Option<WorkspaceId>,
    /// The billing period, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::object")]
    pub period: Option<BillingPeriod>,
    /// The name of the plan, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::text")]
    pub plan: Option<String>,
    /// Whether the account may spend.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub status: BillingStanding,
    /// The credits that were spent. `None` if the caller may not see them, and always for a workspace key.
    #[serde(default, deserialize_with = "field::object")]
    pub credits: Option<Credits>,
    /// The storage in use. `None` if the caller may not see it, and always for a workspace key.
    #[serde(default, deserialize_with = "field::object")]
    pub storage: Option<Storage>,
}

open_enum! {
    /// The permission of an account to spend.
    BillingStanding {
        /// The account may spend credits.
        Active = "active",
        /// The account has reached its limit. A server without billing still runs everything.
        LimitExceeded = "limit_exceeded",
        /// The account is blocked from spending.
        BillingBlocked = "billing_blocked",
    }
}

/// A billing period. Without a subscription, the server sends the years 1970 and 9999 for all of time; the end is
/// then too late for a `Timestamp`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BillingPeriod {
    /// When the period began, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub start: Option<Timestamp>,
    /// When the period ends, or `None` if it has no end that fits.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub end: Option<Timestamp>,
}

/// The spending of an account, in credits. Without a subscription, it is the sum of all time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Credits {
    /// The credits that were spent, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::number")]
    pub used: Option<f64>,
    /// The largest number of credits to spend, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::number")]
    pub limit: Option<f64>,
    /// The credits that are left, or `None` if the server did not say. Negative if the limit was passed.
    #[serde(default, deserialize_with = "field::number")]
    pub remaining: Option<f64>,
}

/// One entry in the list of spending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BillingLog {
    /// The id of the entry.
    #[serde(default, deserialize_with = "field::string")]
    pub id: String,
    /// When the credits were spent, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// The feature that spent the credits.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub source: BillingSource,
    /// The id of the workspace, or `None` if the server did not say.
    #[serde(default, rename = "workspaceId", deserialize_with = "field::word")]
    pub workspace: Option<WorkspaceId>,
    /// The workflow that spent the credits, or `None` if none did.
    #[serde(default, deserialize_with = "field::object")]
    pub workflow: Option<NamedWorkflow>,
    /// The id of the run that spent the credits, or `None` if none did.
    #[serde(default, deserialize_with = "field::word")]
    pub run_id: Option<RunId>,
    /// The number of credits, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::number")]
    pub credit_cost: Option<f64>,
}

/// A workflow, by its id and its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NamedWorkflow {
    /// The id of the workflow.
    pub id: WorkflowId,
    /// The name of the workflow, or `None` if it was deleted.
    #[serde(default, deserialize_with = "field::text")]
    pub name: Option<String>,
}
