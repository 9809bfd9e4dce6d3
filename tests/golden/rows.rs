//! The rows: each operation once with only what it requires, and once with everything.

use std::io::Read as _;
use std::time::Duration;

use http::Request;
use jiff::Timestamp;
use serde_json::json;
use sim_core::logs::{GetLog, ListLogs, ListRuns, LogDetails, LogLevel, RunFilter, SortOrder};
use sim_core::transport::{Exchange as _, RequestBody};
use sim_core::v1::{
    GetJobStatus, GetPauseContext, GetPaused, GetUsageLimits, GetWorkflowStatus, ListPaused,
    PausedState,
};
use sim_core::{
    Api, CancelRun, Endpoint, ExecuteWorkflow, FolderPath, Generation, GetRun, ResumeRun, RunId,
    StreamEndpoint, WorkflowId,
};
use sim_platform::billing::{BillingSource, BillingWindow, GetBillingStatus, ListBillingLogs};
use sim_platform::deployments::{
    DeployWorkflow, GetDeployment, GetWorkflowVersion, ListWorkflowVersions, RollbackWorkflow,
    UndeployWorkflow,
};
use sim_platform::folders::{
    CreateWorkflowFolder, DeleteWorkflowFolder, FolderSort, ListWorkflowFolders,
    RelocateWorkflowFolder,
};
use sim_platform::workflows::{
    CreateWorkflow, DeleteWorkflow, ExportWorkflow, GetWorkflow, ImportWorkflow, ListWorkflows,
    UpdateWorkflow, WorkflowSort,
};

/// A request, and the operation that it shows.
pub(super) struct Row {
    pub(super) title: String,
    pub(super) request: Request<Vec<u8>>,
    /// Whether the caller chooses fields of the body.
    pub(super) free: bool,
}

struct Table(Vec<Row>);

fn api(generation: Generation) -> Api {
    let builder = Api::builder([1; 32]).base_url("https://sim.example").api_key("sk-sim-key");
    builder.generation(generation).build().expect("a core")
}

impl Table {
    fn add(&mut self, title: &str, free: bool, request: Request<RequestBody>) {
        let request = request.map(|body| {
            let mut bytes = Vec::new();
            body.into_reader().read_to_end(&mut bytes).expect("it is in memory");
            bytes
        });
        self.0.push(Row { title: title.to_owned(), request, free });
    }

    fn one(&mut self, title: &str, endpoint: impl Endpoint) {
        let call =
            api(Generation::V2).call(endpoint).unwrap_or_else(|error| panic!("{title}: {error}"));
        self.add(title, false, call.request());
    }

    /// Adds the rows of an operation of both generations.
    fn both(&mut self, title: &str, endpoint: &(impl Endpoint + Clone)) {
        for (generation, name) in [(Generation::V1, "V1"), (Generation::V2, "V2")] {
            let call = api(generation).call(endpoint.clone()).expect("a call");
            self.add(&format!("{title}, {name}"), false, call.request());
        }
    }

    fn both_streams(&mut self, title: &str, endpoint: &(impl StreamEndpoint + Clone)) {
        for (generation, name) in [(Generation::V1, "V1"), (Generation::V2, "V2")] {
            let call = api(generation).stream(endpoint.clone()).expect("a call");
            self.add(&format!("{title}, {name}"), false, call.request());
        }
    }
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_458_384 + seconds).expect("a time")
}

pub(super) fn all() -> Vec<Row> {
    let mut table = Table(Vec::new());
    first(&mut table);
    runs(&mut table);
    workflows(&mut table);
    deployments(&mut table);
    folders(&mut table);
    logs(&mut table);
    table.0
}

fn first(table: &mut Table) {
    table.one("GetWorkflowStatus", GetWorkflowStatus::new("wf/1"));
    table.one("GetJobStatus", GetJobStatus::new("workflow-execution:1"));
    table.one("GetUsageLimits", GetUsageLimits::new());
    table.one("ListPaused", ListPaused::new("wf-1"));
    let states = ListPaused::new("wf-1").state(PausedState::Paused);
    table.one("ListPaused, everything", states.state(PausedState::PartiallyResumed));
    table.one("GetPaused", GetPaused::new("wf-1", "run-1"));
    table.one("GetPauseContext", GetPauseContext::new("wf-1", "run-1", "block₍0₎"));
}

fn runs(table: &mut Table) {
    let execute = || ExecuteWorkflow::new("wf-1");
    table.both("ExecuteWorkflow", &execute());
    let fields = execute().input(json!({"city": "Oslo", "days": 3})).run_id("run-1");
    let spread = api(Generation::V1).call(fields.clone()).expect("a call");
    table.add("ExecuteWorkflow, fields of an object, V1", true, spread.request());
    table.one("ExecuteWorkflow, fields of an object, V2", fields.clone());
    let options = execute().input("Oslo").include_file_base64(false).base64_max_bytes(1024);
    let selected = options.clone().select(["Agent 1.content"]);
    table.both("ExecuteWorkflow, everything", &selected.run_id("run-1"));
    table.both("ExecuteWorkflow, queued", &execute().queue());
    let queued = execute().input("Oslo").run_id("run-1").queue();
    let limited = queued.execution_timeout(Duration::from_secs(60));
    table.both("ExecuteWorkflow, queued, everything", &limited);
    table.both_streams("ExecuteWorkflow, streamed", &execute().stream());
    let streamed = options.run_id("run-1").stream().select(["Agent 1.content", "b-2"]);
    let told = streamed.include_thinking(true).include_tool_calls(true);
    table.both_streams("ExecuteWorkflow, streamed, everything", &told);
    table.both("GetRun", &GetRun::new("wf-1", "run-1"));
    let whole = GetRun::new("wf-1", "run-1").include_output(true).select(["b-1", "b-2.content"]);
    table.both("GetRun, everything", &whole);
    table.both("CancelRun", &CancelRun::new("wf-1", "run-1"));
    table.both("ResumeRun", &ResumeRun::new("wf-1", "run-1", "block₍0₎"));
    let answered = ResumeRun::new("wf-1", "run-1", "block₍0₎").input(json!({"approved": true}));
    table.both("ResumeRun, everything", &answered);
    table.one("ListRuns", ListRuns::new("wf-1"));
    let list =
        ListRuns::new("wf-1").status(RunFilter::Paused).trigger("api").order(SortOrder::Ascending);
    let list = list.start_date(time(0)).end_date(time(1)).limit(10).cursor("c/1==");
    table.one("ListRuns, everything", list);
}

fn workflows(table: &mut Table) {
    table.one("ListWorkflows", ListWorkflows::new("ws-1"));
    let list =
        ListWorkflows::new("ws-1").folder(FolderPath::of(["Team A", "2026/27"])).search("a&b");
    let list = list.deployed_only(true).sort_by(WorkflowSort::RunCount);
    let list = list.sort_order(SortOrder::Descending).limit(10).cursor("c/1==");
    table.one("ListWorkflows, everything", list);
    table.one("CreateWorkflow", CreateWorkflow::new("ws-1", "greet"));
    let create =
        CreateWorkflow::new("ws-1", "greet").description("says \"hi\"").folder("/Team%20A");
    table.one("CreateWorkflow, everything", create);
    table.one("GetWorkflow", GetWorkflow::new("wf-1"));
    table.one("UpdateWorkflow", UpdateWorkflow::new("wf-1"));
    let update = UpdateWorkflow::new("wf-1").name("greet").folder("/");
    table.one("UpdateWorkflow, everything", update.description("says hi"));
    table.one("UpdateWorkflow, null", UpdateWorkflow::new("wf-1").clear_description());
    table.one("DeleteWorkflow", DeleteWorkflow::new("wf-1"));
    table.one("ExportWorkflow", ExportWorkflow::new("wf-1"));
    table.one("ImportWorkflow", ImportWorkflow::new("ws-1", "{\"version\":\"1.0\"}"));
    let import =
        ImportWorkflow::new("ws-1", json!({"version": "1.0", "state": {}})).folder("/Team%20A");
    table.one("ImportWorkflow, everything", import.name("copy").description("of another"));
}

fn deployments(table: &mut Table) {
    table.one("GetDeployment", GetDeployment::new("wf-1"));
    table.one("DeployWorkflow", DeployWorkflow::new("wf-1"));
    let deploy = DeployWorkflow::new("wf-1").name("second").description("faster");
    table.one("DeployWorkflow, everything", deploy);
    table.one("UndeployWorkflow", UndeployWorkflow::new("wf-1"));
    table.one("RollbackWorkflow", RollbackWorkflow::new("wf-1"));
    table.one("RollbackWorkflow, everything", RollbackWorkflow::new("wf-1").version(2));
    table.one("ListWorkflowVersions", ListWorkflowVersions::new("wf-1"));
    let versions = ListWorkflowVersions::new("wf-1").limit(10).cursor("c/1==");
    table.one("ListWorkflowVersions, everything", versions);
    table.one("GetWorkflowVersion", GetWorkflowVersion::new("wf-1", 2));
}

fn folders(table: &mut Table) {
    table.one("ListWorkflowFolders", ListWorkflowFolders::new("ws-1"));
    let list = ListWorkflowFolders::new("ws-1").parent("/Team%20A").search("draft");
    let list = list.sort_by(FolderSort::CreatedAt).sort_order(SortOrder::Descending);
    table.one("ListWorkflowFolders, everything", list);
    table.one("CreateWorkflowFolder", CreateWorkflowFolder::new("ws-1", "/Team%20A"));
    let relocate = RelocateWorkflowFolder::new("ws-1", "/Team%20A", "/Team%20B");
    table.one("RelocateWorkflowFolder", relocate);
    let delete = || DeleteWorkflowFolder::new("ws-1", "/Team%20A");
    table.one("DeleteWorkflowFolder", delete());
    table.one("DeleteWorkflowFolder, everything", delete().recursive(true));
}

fn logs(table: &mut Table) {
    table.one("ListLogs", ListLogs::new("ws-1"));
    let list = ListLogs::new("ws-1")
        .workflows(["wf-1", "wf-2"].map(WorkflowId::from))
        .folders([FolderPath::of(["a, b"]), FolderPath::from("/c")])
        .triggers(["api", "schedule"].map(str::to_owned))
        .level(LogLevel::Error)
        .start_date(time(0))
        .end_date(time(1))
        .min_duration(Duration::from_millis(1500))
        .max_duration(Duration::from_secs(60))
        .min_cost(0.005)
        .max_cost(1)
        .model("gpt-4o")
        .run(RunId::from("run-1"))
        .details(LogDetails::Full)
        .include_trace_spans(true)
        .include_final_output(false)
        .order(SortOrder::Ascending);
    table.one("ListLogs, everything", list.limit(1000).cursor("c/1=="));
    table.one("GetLog", GetLog::new("run-1"));
    table.one("GetBillingStatus", GetBillingStatus::new());
    table.one("GetBillingStatus, everything", GetBillingStatus::new().workspace("ws-1"));
    table.one("ListBillingLogs", ListBillingLogs::new());
    let list = ListBillingLogs::new().source(BillingSource::KnowledgeBase).workspace("ws-1");
    let list = list.period(BillingWindow::Custom).start_date(time(0)).end_date(time(1));
    table.one("ListBillingLogs, everything", list.limit(10).cursor("c/1=="));
}
