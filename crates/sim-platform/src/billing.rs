//! Billing: the standing of an account, and its spending.
//!
//! Billing counts in credits; 1000 credits are 5 US dollars.

use jiff::Timestamp;
use serde::Serialize;

use sim_core::Page;
use sim_core::lenient as field;
use sim_core::open_enum;
use sim_core::v1::Storage;
use sim_core::{RunId, WorkflowId, WorkspaceId, object};

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

object! {
    /// The billing status of the account that pays.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct BillingStatus {
        /// The workspace that you asked about, or `None` if you asked about none.
        pub workspace: Option<WorkspaceId> = "workspaceId" as field::word,
        /// The billing period, or `None` if the server did not say.
        pub period: Option<BillingPeriod> = "period" as field::object,
        /// The name of the plan, or `None` if the server did not say.
        pub plan: Option<String> = "plan" as field::text,
        /// Whether the account may spend.
        pub status: BillingStanding = "status" as field::known,
        /// The credits that were spent. `None` if the caller may not see them, and always for a workspace key.
        pub credits: Option<Credits> = "credits" as field::object,
        /// The storage in use. `None` if the caller may not see it, and always for a workspace key.
        pub storage: Option<Storage> = "storage" as field::object,
    }
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

object! {
    /// A billing period. Without a subscription, the server sends the years 1970 and 9999 for all of time; the end is
    /// then too late for a `Timestamp`.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct BillingPeriod {
        /// When the period began, or `None` if the server did not say.
        pub start: Option<Timestamp> = "start" as field::timestamp,
        /// When the period ends, or `None` if it has no end that fits.
        pub end: Option<Timestamp> = "end" as field::timestamp,
    }
}

object! {
    /// The spending of an account, in credits. Without a subscription, it is the sum of all time.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Credits {
        /// The credits that were spent, or `None` if the server did not say.
        pub used: Option<f64> = "used" as field::number,
        /// The largest number of credits to spend, or `None` if the server did not say.
        pub limit: Option<f64> = "limit" as field::number,
        /// The credits that are left, or `None` if the server did not say. Negative if the limit was passed.
        pub remaining: Option<f64> = "remaining" as field::number,
    }
}

object! {
    /// One entry in the list of spending.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct BillingLog {
        /// The id of the entry.
        pub id: String = "id" as field::string,
        /// When the credits were spent, or `None` if the server did not say.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// The feature that spent the credits.
        pub source: BillingSource = "source" as field::known,
        /// The id of the workspace, or `None` if the server did not say.
        pub workspace: Option<WorkspaceId> = "workspaceId" as field::word,
        /// The workflow that spent the credits, or `None` if none did.
        pub workflow: Option<NamedWorkflow> = "workflow" as field::object,
        /// The id of the run that spent the credits, or `None` if none did.
        pub run_id: Option<RunId> = "runId" as field::word,
        /// The number of credits, or `None` if the server did not say.
        pub credit_cost: Option<f64> = "creditCost" as field::number,
    }
}

object! {
    /// A workflow, by its id and its name.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct NamedWorkflow {
        /// The id of the workflow.
        pub id: WorkflowId = "id",
        /// The name of the workflow, or `None` if it was deleted.
        pub name: Option<String> = "name" as field::text,
    }
}
