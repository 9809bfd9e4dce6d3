//! What was spent: how an account stands, and what for.
//!
//! Billing counts in credits; 1000 of them are 5 US dollars.

use jiff::Timestamp;
use serde::Deserialize;

use sim_core::Page;
use sim_core::lenient as field;
use sim_core::v1::Storage;
use sim_core::{RunId, WorkflowId, WorkspaceId};
use sim_core::{endpoint, open_enum};

endpoint! {
    /// Reads how the account that pays stands.
    GetBillingStatus: GET "/api/v2/billing/status" => {data: BillingStatus},
    reference "billing" getBillingStatus,
    query? {
        /// Asks about the account that pays for this workspace; by default the caller's own.
        workspace: WorkspaceId = "workspaceId",
    },
}

endpoint! {
    /// Lists what credits were spent on, the newest first.
    ListBillingLogs: GET "/api/v2/billing/logs" => Page<BillingLog>,
    reference "billing" listBillingLogs,
    query? {
        /// Keeps only what this spent.
        source: BillingSource = "source",
        /// Keeps only what this workspace spent.
        workspace: WorkspaceId = "workspaceId",
        /// Sets how far back the list goes; 30 days by default.
        period: BillingWindow = "period",
        /// Begins the list then. [`BillingWindow::Custom`] needs it, and no other period takes it.
        start_date: Timestamp = "startDate",
        /// Ends the list then, for [`BillingWindow::Custom`].
        end_date: Timestamp = "endDate",
    },
    paged 100,
}

open_enum! {
    /// What spends credits.
    BillingSource {
        /// Runs of workflows.
        Workflow = "workflow",
        /// The assistant of text fields.
        Wand = "wand",
        /// The chat.
        SimChat = "sim-chat",
        /// The copilot, used over MCP.
        McpCopilot = "mcp_copilot",
        /// Mothership blocks.
        MothershipBlock = "mothership_block",
        /// Knowledge bases.
        KnowledgeBase = "knowledge-base",
        /// Speech to text.
        VoiceInput = "voice-input",
        /// Enrichment of tables.
        Enrichment = "enrichment",
        /// Text to speech.
        VoiceOutput = "voice-output",
    }
}

open_enum! {
    /// How far back a list of spending goes.
    BillingWindow {
        /// One day.
        Day = "1d",
        /// Seven days.
        Week = "7d",
        /// Thirty days.
        Month = "30d",
        /// To the beginning.
        All = "all",
        /// From one date to another.
        Custom = "custom",
    }
}

/// How the account that pays stands.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BillingStatus {
    /// The workspace that was asked about.
    #[serde(default, rename = "workspaceId", deserialize_with = "field::word")]
    pub workspace: Option<WorkspaceId>,
    /// The billing period.
    #[serde(default)]
    pub period: Option<BillingPeriod>,
    /// The name of the plan.
    #[serde(default, deserialize_with = "field::text")]
    pub plan: Option<String>,
    /// Whether it may spend.
    pub status: BillingStanding,
    /// What was spent; only for those who may see it, and never for a workspace key.
    #[serde(default)]
    pub credits: Option<Credits>,
    /// What is stored; likewise.
    #[serde(default)]
    pub storage: Option<Storage>,
}

open_enum! {
    /// Whether an account may spend.
    BillingStanding {
        /// It may.
        Active = "active",
        /// The limit is reached. A server that does not bill runs everything all the same.
        LimitExceeded = "limit_exceeded",
        /// It is blocked.
        BillingBlocked = "billing_blocked",
    }
}

/// A billing period. Without a subscription it is all of time: the server then writes the years 1970 and 9999, and
/// no type holds its end.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct BillingPeriod {
    /// When it began.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub start: Option<Timestamp>,
    /// When it ends.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub end: Option<Timestamp>,
}

/// What was spent, in credits. Without a subscription it is the sum of all time.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Credits {
    /// What was spent.
    #[serde(default, deserialize_with = "field::number")]
    pub used: Option<f64>,
    /// The most that may be spent.
    #[serde(default, deserialize_with = "field::number")]
    pub limit: Option<f64>,
    /// What is left; less than nothing where the limit was passed.
    #[serde(default, deserialize_with = "field::number")]
    pub remaining: Option<f64>,
}

/// Something that credits were spent on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BillingLog {
    /// Its id.
    pub id: String,
    /// When they were spent.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// What spent them.
    pub source: BillingSource,
    /// In which workspace.
    #[serde(default, rename = "workspaceId", deserialize_with = "field::word")]
    pub workspace: Option<WorkspaceId>,
    /// By which workflow.
    #[serde(default)]
    pub workflow: Option<NamedWorkflow>,
    /// By which run.
    #[serde(default, deserialize_with = "field::word")]
    pub run_id: Option<RunId>,
    /// How many, in credits.
    #[serde(default, deserialize_with = "field::number")]
    pub credit_cost: Option<f64>,
}

/// A workflow and its name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct NamedWorkflow {
    /// Its id.
    pub id: WorkflowId,
    /// Its name, if it is still there.
    #[serde(default, deserialize_with = "field::text")]
    pub name: Option<String>,
}
