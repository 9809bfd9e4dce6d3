//! The methods of a client that are the same for blocking and async clients. Adapters expand these macros.

/// Gives a client the calls that the official SDKs name, and the methods of a handle.
///
/// An adapter writes `client_methods!()` for a blocking client, or `client_methods!(async await)` for an async one,
/// inside the `impl` of its client. The macro relies on this contract:
///
/// * the client is `Clone`, and has a field `api` of type [`Api`](crate::Api);
/// * `Self::builder()` returns a [`ClientBuilder`](crate::ClientBuilder) whose `build` makes the client;
/// * `Self::builder_from_env()` and `Self::builder_from_profile(name)` return such a builder with the settings of the
///   environment or of a profile;
/// * `self.call(endpoint)` makes one call, and `self.drive(exchange)` drives any
///   [`Exchange`](crate::transport::Exchange) to its end; both return a [`Result`](crate::Result), or a future of one;
/// * `self.open_stream(exchange)` drives an exchange that ends with [`RunEvents`](crate::transport::RunEvents), and
///   returns the events of the body.
#[macro_export]
macro_rules! client_methods {
    ($($async:ident $await:ident)?) => {
        /// Creates a client of the hosted service with an API key.
        ///
        /// # Errors
        /// If the key cannot be sent: it is empty, or holds white space or a character that is not visible ASCII.
        pub fn new(api_key: impl AsRef<str>) -> $crate::Result<Self> {
            Self::builder().api_key(api_key).build()
        }

        /// Creates a client from the environment: `SIM_API_KEY`, and `SIM_BASE_URL` or else `SIM_ENDPOINT`. To set more,
        /// use [`builder_from_env`](Self::builder_from_env).
        ///
        /// # Errors
        /// If there is no key or a variable cannot be read (the error names the variable), or if a setting cannot be used.
        pub fn from_env() -> $crate::Result<Self> {
            Self::builder_from_env()?.require_key()?.build()
        }

        /// Creates a client from a profile of the official command-line client `sim`, such as `default`: with its key and
        /// its endpoint. See [`Profile::read`](sim_core::Profile::read) for the files. The variables of the environment do
        /// not override what the profile says. To set more, use [`builder_from_profile`](Self::builder_from_profile).
        ///
        /// # Errors
        /// If there is no such profile, or it has no API key; the error names the files.
        pub fn from_profile(name: &str) -> $crate::Result<Self> {
            Self::builder_from_profile(name)?.build()
        }

        /// Runs a workflow and waits for its result. `input` is any value that serialises; `()` means no input.
        ///
        /// A run that failed, paused or was cancelled is `Ok` too;
        /// [`into_result`](sim_core::WorkflowExecutionResult::into_result) turns it into an error. To set options,
        /// pass an [`ExecuteWorkflow`](sim_core::ExecuteWorkflow) to [`call`](Self::call).
        ///
        /// # Errors
        /// If there is no result that you can trust; [`ErrorKind`](sim_core::ErrorKind) lists the cases.
        pub $($async)? fn execute_workflow(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
            input: impl $crate::Serialize,
        ) -> $crate::Result<$crate::WorkflowExecutionResult> {
            self.call($crate::ExecuteWorkflow::new(workflow).input(input)) $(.$await)?
        }

        /// Makes a call and repeats it by `policy`, even if the server temporarily refuses it.
        ///
        /// It repeats a call only after proof that nothing started, so it never starts a second run.
        ///
        /// # Errors
        /// The errors of [`call`](Self::call), once there is no reason to try again.
        pub $($async)? fn execute_with_retry<E: $crate::Endpoint>(
            &self,
            endpoint: E,
            policy: $crate::RetryPolicy,
        ) -> $crate::Result<E::Output> {
            self.drive(self.api.call(endpoint)?.with_retry(policy)) $(.$await)?
        }

        /// Runs a workflow once and returns the result of that run, whatever the network does.
        ///
        /// The run is queued unless you choose [`sync`](sim_core::OnceWorkflow::sync). If an answer is lost, the
        /// client finds the run again by its id. See [`Once`](sim_core::transport::Once) for the method and its
        /// limits.
        ///
        /// # Errors
        /// A refusal by the API; `Ambiguous` if the end of the run did not become known in time; `Interrupted` if the
        /// connection of a synchronous run was lost.
        pub $($async)? fn execute_once(
            &self,
            plan: $crate::OnceWorkflow,
        ) -> $crate::Result<$crate::WorkflowExecutionResult> {
            self.drive(self.api.once(plan)?) $(.$await)?
        }

        /// Streams a run, and returns its result and its text even if the stream is cut: the client then waits for the
        /// run and returns what became of it, with the text so far. It never starts a second run.
        ///
        /// # Errors
        /// A refusal by the API; `Interrupted` if the cut cancelled the run; `Ambiguous` if the end of the run did not
        /// become known. [`texts`](sim_core::Error::texts) holds the text so far.
        pub $($async)? fn stream_once(
            &self,
            plan: $crate::OnceStream,
        ) -> $crate::Result<$crate::Collected> {
            let began = ::std::time::Instant::now();
            let (opening, collector, after) = plan.into_parts(&self.api)?;
            let collected = match self.open_stream(opening) $(.$await)? {
                Ok(events) => events.collect_by(collector) $(.$await)?,
                Err(error) => Err(error),
            };
            match collected {
                Ok(collected) => Ok(collected),
                Err(error) => self.drive(after.recover(error, began.elapsed())?) $(.$await)?,
            }
        }

        /// Finds out what became of a run whose stream was cut, from the error of the stream: waits for the run and
        /// returns its result, with the text that arrived before if the stream was [collected](Events::collected).
        ///
        /// A run that is streamed usually ends with its connection; its status is then cancelled. On a server that does
        /// not honour run ids of callers the run cannot be found, and the error says so.
        ///
        /// # Errors
        /// The given error, if it is not that of a stream that may have left a run; otherwise the errors of
        /// [`wait_for`](Self::wait_for).
        pub $($async)? fn recover(
            &self,
            error: $crate::Error,
            policy: $crate::WaitPolicy,
        ) -> $crate::Result<$crate::Collected> {
            self.drive(self.api.recover(error, policy)?) $(.$await)?
        }

        /// Asks whether the server honours run ids of callers, which is what `execute_once` and handles build on. It
        /// sends at most a few requests, and starts nothing.
        ///
        /// # Errors
        /// If no answer came, or the key is wrong.
        pub $($async)? fn ask_claims(&self) -> $crate::Result<$crate::Claims> {
            if let Some(question) = self.api.ask_claims()? {
                self.drive(question) $(.$await)? ?;
            }
            Ok(self.api.claims())
        }

        /// Returns a handle for a future run of a workflow with this input. Store it before you start the run, and you
        /// can find the run again after a crash at any point. The client first [asks](Self::ask_claims) what the server
        /// promises, if that is not known.
        ///
        /// # Errors
        /// If the input cannot be serialised, or the server gave no answer.
        pub $($async)? fn new_handle(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
            input: impl $crate::Serialize,
        ) -> $crate::Result<$crate::RunHandle> {
            let execute = $crate::ExecuteWorkflow::new(workflow).input(input);
            self.ask_claims() $(.$await)? ?;
            self.api.new_handle(&execute)
        }

        /// Queues a run of the handle's workflow and waits for its result, in a way that survives crashes and limits. If
        /// you call it again with the same handle and input, in this process or a later one, it continues: it waits for
        /// a run that the server accepted, and never starts it twice. See [`Durable`](sim_core::transport::Durable) for
        /// the method and its limits.
        ///
        /// To set options, drive [`Api::durable`](sim_core::Api::durable) with a plan.
        ///
        /// # Errors
        /// The errors of [`execute_once`](Self::execute_once). An input that is not that of the handle is an error before
        /// anything is sent.
        pub $($async)? fn execute_and_wait(
            &self,
            handle: &$crate::RunHandle,
            input: impl $crate::Serialize,
        ) -> $crate::Result<$crate::WorkflowExecutionResult> {
            let plan = $crate::ExecuteWorkflow::new(&handle.workflow_id).input(input).once();
            self.drive(self.api.durable(handle.clone(), plan)?) $(.$await)?
        }

        /// Waits for a run that was started before, here or in another process, until it has ended or waits for a
        /// person. It also waits through a timed pause.
        ///
        /// # Errors
        /// `Ambiguous` if the end of the run did not become known in time. An error of another kind that names the
        /// run says why the output of a completed run could not be read.
        pub $($async)? fn wait_for(
            &self,
            handle: &$crate::RunHandle,
            policy: $crate::WaitPolicy,
        ) -> $crate::Result<$crate::WorkflowExecutionResult> {
            self.drive(self.api.wait(handle.clone(), policy)?) $(.$await)?
        }

        /// Reads the state of a run, including its output. A run that failed after its pause reads as failed, although
        /// servers report it as paused for ever.
        ///
        /// Right after the answer to a start or to a pause, a run can read as running for some 50 to 70 ms although it
        /// has ended. [`wait_for`](Self::wait_for) rides that out.
        ///
        /// # Errors
        /// Not found (404) if the server has no such run or does not show it yet; `CONFLICT` (409) if its output is
        /// not written yet or is gone; otherwise the errors of [`call`](Self::call).
        pub $($async)? fn find_run(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
            run: impl Into<$crate::RunId>,
        ) -> $crate::Result<$crate::Run> {
            self.drive(self.api.find(workflow, run)?) $(.$await)?
        }

        /// Requests the cancellation of a run. The server records the request, and the run ends a little later. If
        /// the run has already ended, the answer says so.
        ///
        /// # Errors
        /// The errors of [`call`](Self::call).
        pub $($async)? fn cancel_run(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
            run: impl Into<$crate::RunId>,
        ) -> $crate::Result<$crate::Cancellation> {
            self.call($crate::CancelRun::new(workflow, run)) $(.$await)?
        }

        /// Reads where a run waits for people, and the forms to fill in. A result already holds this.
        ///
        /// # Errors
        /// Not found (404) if the run has never waited; otherwise the errors of [`call`](Self::call).
        pub $($async)? fn pauses(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
            run: impl Into<$crate::RunId>,
        ) -> $crate::Result<Vec<$crate::PausePoint>> {
            self.drive(self.api.pauses(workflow, run)?) $(.$await)?
        }

        /// Answers a pause, and waits for the end of the run or its next pause. The next pause is the same one again
        /// if the server did not accept the answer.
        ///
        /// The pause receives one answer, whatever the network does: the client repeats an answer that may have
        /// arrived only where the server would refuse a second one. Pass
        /// [`ResumeRun::at`](sim_core::ResumeRun::at) with its input, usually an object with the fields of the
        /// [form](sim_core::PausePoint::form), or a [plan](sim_core::OnceResume) with a policy of waiting, a deadline
        /// and a watcher. [`Resume`](sim_core::transport::Resume) says what servers of each version do.
        ///
        /// A run that fails after the answer is `Ok` too, with the status `Failed`.
        ///
        /// # Errors
        /// `ANSWER_REPEATED` if the pause had this same answer before, and `CONFLICT` if it had another, which is in the
        /// error's [details](sim_core::Error::details), or if the server took the answer back; `ANSWER_REPLACED` if the
        /// run went on with another answer than the one that was sent; a refusal if the pause is for a time; `Ambiguous` if the end of the run
        /// did not become known in time.
        pub $($async)? fn resume(
            &self,
            plan: impl Into<$crate::OnceResume>,
        ) -> $crate::Result<$crate::WorkflowExecutionResult> {
            self.drive(self.api.resume(plan)?) $(.$await)?
        }

        /// Searches the logs for the run of a delivery to a webhook, by the mark in its body. Returns `None` if no run
        /// with the mark was seen within the bound of the search. The key of this client must be allowed to read the
        /// logs of the workspace.
        ///
        /// # Errors
        /// If the delivery has no mark; otherwise the errors of [`call`](Self::call).
        pub $($async)? fn find_delivery(
            &self,
            search: $crate::webhooks::FindDelivery,
        ) -> $crate::Result<Option<$crate::logs::Log>> {
            self.drive(self.api.find_delivery(search)?) $(.$await)?
        }

        /// Reads the deployment status of a workflow.
        ///
        /// # Errors
        /// `WORKFLOW_NOT_FOUND` if this key sees no such workflow; otherwise the errors of [`call`](Self::call).
        pub $($async)? fn get_workflow_status(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
        ) -> $crate::Result<$crate::v1::WorkflowStatus> {
            self.call($crate::v1::GetWorkflowStatus::new(workflow)) $(.$await)?
        }

        /// Checks whether a workflow can run. Returns false only if it is not deployed or does not exist.
        ///
        /// # Errors
        /// Any error that prevents an answer, including an invalid key.
        pub $($async)? fn validate_workflow(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
        ) -> $crate::Result<bool> {
            self.call($crate::v1::ValidateWorkflow::new(workflow)) $(.$await)?
        }

        /// Reads the status of a queued run, by the `task_id` of its receipt.
        ///
        /// # Errors
        /// `TASK_NOT_FOUND` if the job does not exist, or does not exist yet; otherwise the errors of
        /// [`call`](Self::call).
        pub $($async)? fn get_job_status(
            &self,
            job: impl Into<$crate::JobId>,
        ) -> $crate::Result<$crate::v1::JobStatus> {
            self.call($crate::v1::GetJobStatus::new(job)) $(.$await)?
        }

        /// Reads the limits and the usage of the account that owns the key.
        ///
        /// # Errors
        /// The errors of [`call`](Self::call).
        pub $($async)? fn get_usage_limits(&self) -> $crate::Result<$crate::v1::UsageLimits> {
            self.call($crate::v1::GetUsageLimits::new()) $(.$await)?
        }

        /// Returns the latest rate limits that this client or a clone of it saw, or `None` if it saw none. The first
        /// generation of the API sends none on an execute.
        pub fn get_rate_limit_info(&self) -> Option<$crate::RateLimitInfo> {
            self.api.rate_limit()
        }

        /// Returns a handle whose calls and conversations all have this longest time for one attempt.
        #[must_use]
        pub fn with_timeout(&self, total: std::time::Duration) -> Self {
            self.scoped(|options| options.timeouts.total = Some(total))
        }

        /// Returns a handle whose calls all have these limits for each attempt. Limits that are `None` stay as they
        /// are.
        #[must_use]
        pub fn with_timeouts(&self, limits: $crate::Timeouts) -> Self {
            self.scoped(|options| options.timeouts = limits.or(options.timeouts))
        }

        /// Returns a handle whose calls each take no longer than this, with all repeats, second requests and waits.
        #[must_use]
        pub fn with_deadline(&self, deadline: std::time::Duration) -> Self {
            self.scoped(|options| options.deadline = Some(deadline))
        }

        /// Returns a handle that repeats its calls by `policy`, even after refusals which prove that nothing started.
        #[must_use]
        pub fn with_retry(&self, policy: $crate::RetryPolicy) -> Self {
            self.scoped(|options| options.retry = Some(policy))
        }

        /// Returns a handle that sends one more header with every request. Each call fails if the header cannot be
        /// sent or if the SDK sets it itself.
        #[must_use]
        pub fn with_header(
            &self,
            name: impl TryInto<$crate::http::HeaderName>,
            value: impl TryInto<$crate::http::HeaderValue>,
        ) -> Self {
            self.scoped(|options| options.set_header(name, value))
        }

        /// Returns a handle whose calls `token` can cancel.
        #[must_use]
        pub fn with_cancel(&self, token: &$crate::CancelToken) -> Self {
            self.scoped(|options| options.cancel = Some(token.clone()))
        }

        /// Returns a handle whose calls all pass a value to the client's observer.
        #[must_use]
        pub fn with_context(&self, value: impl std::any::Any + Send + Sync) -> Self {
            self.scoped(|options| options.context = Some($crate::operation::Context::new(value)))
        }

        /// Returns a handle with the options that `change` sets, for every call and conversation.
        #[must_use]
        pub fn scoped(&self, change: impl FnOnce(&mut $crate::CallOptions)) -> Self {
            Self { api: self.api.scoped(change), ..self.clone() }
        }

        /// Changes the API key of this handle; clones keep theirs.
        ///
        /// # Errors
        /// If the key cannot be sent.
        pub fn set_api_key(&mut self, key: &str) -> $crate::Result<()> {
            self.api.set_api_key(key)
        }

        /// Changes the base URL of this handle; clones keep theirs.
        ///
        /// # Errors
        /// If it is not a valid base URL, or if the key would go to another machine over `http://` unprotected.
        pub fn set_base_url(&mut self, url: &str) -> $crate::Result<()> {
            self.api.set_base_url(url)
        }

        /// Returns the core of this client.
        pub fn api(&self) -> &$crate::Api {
            &self.api
        }

        /// Drops this handle. The connections close with the last clone.
        pub fn close(self) {}
    };
}
