//! The calls that a client has by name, for blocking and async clients alike.

/// Gives a client the calls that the official SDKs have by name, and what every handle can do.
///
/// An adapter writes `client_methods!()` for a blocking client, or `client_methods!(async await)` for an async one,
/// inside the `impl` of its client. The macro relies on this contract:
///
/// * the client is `Clone`, and has a field `api` of type [`Api`](crate::Api);
/// * `Self::builder()` returns a [`ClientBuilder`](crate::ClientBuilder) whose `build` makes the client;
/// * `Self::variable(name)` reads a variable of the environment, and fails where it is set and cannot be read;
/// * `self.call(endpoint)` makes one call, and `self.drive(exchange)` drives any
///   [`Exchange`](crate::transport::Exchange) to its end; both return a [`Result`](crate::Result), or a future of one.
#[macro_export]
macro_rules! client_methods {
    ($($async:ident $await:ident)?) => {
        /// A client of the hosted service with that API key.
        ///
        /// # Errors
        /// If the key cannot be sent: it is empty, or holds white space, a newline or anything that is not
        /// visible ASCII.
        pub fn new(api_key: impl AsRef<str>) -> $crate::Result<Self> {
            Self::builder().api_key(api_key).build()
        }

        /// A client out of the environment: `SIM_API_KEY`, and `SIM_BASE_URL` or else `SIM_ENDPOINT`.
        ///
        /// # Errors
        /// If there is no key or a variable cannot be read, naming the variable; if a setting cannot be used.
        pub fn from_env() -> $crate::Result<Self> {
            Self::builder().variables(Self::variable)?.build()
        }

        /// Runs a workflow and waits for its result. `input` is anything that serialises; `()` is none.
        ///
        /// A run that failed, paused or was cancelled is a result too:
        /// [`into_result`](sim_core::WorkflowExecutionResult::into_result) makes an error of it. For options
        /// give an [`ExecuteWorkflow`](sim_core::ExecuteWorkflow) to [`call`](Self::call).
        ///
        /// # Errors
        /// Whatever leaves no result that can be trusted; [`ErrorKind`](sim_core::ErrorKind) lists it.
        pub $($async)? fn execute_workflow(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
            input: impl $crate::Serialize,
        ) -> $crate::Result<$crate::WorkflowExecutionResult> {
            self.call($crate::ExecuteWorkflow::new(workflow).input(input)) $(.$await)?
        }

        /// Makes a call that is repeated, as `policy` says, also when the server refuses it for now.
        ///
        /// Only what proves that nothing started is repeated: a second run is never begun.
        ///
        /// # Errors
        /// As [`call`](Self::call), once there is no reason to try again.
        pub $($async)? fn execute_with_retry<E: $crate::Endpoint>(
            &self,
            endpoint: E,
            policy: $crate::RetryPolicy,
        ) -> $crate::Result<E::Output> {
            self.drive(self.api.call(endpoint)?.with_retry(policy)) $(.$await)?
        }

        /// Runs a workflow once and ends with the result of that run, whatever the network does.
        ///
        /// The run is queued unless [`sync`](sim_core::OnceWorkflow::sync) says otherwise; an answer that is lost is
        /// found again by the id of the run. See [`Once`](sim_core::transport::Once) for how, and for what remains.
        ///
        /// # Errors
        /// The API's refusal; `Ambiguous` when the end of the run could not be learnt in time; `Interrupted` when
        /// the connection of a synchronous run was lost.
        pub $($async)? fn execute_once(
            &self,
            plan: $crate::OnceWorkflow,
        ) -> $crate::Result<$crate::WorkflowExecutionResult> {
            self.drive(self.api.once(plan)?) $(.$await)?
        }

        /// A handle for a run that is to come: store it, and the run is found again after a crash at any point.
        pub fn new_handle(&self, workflow: impl Into<$crate::WorkflowId>) -> $crate::RunHandle {
            self.api.new_handle(workflow)
        }

        /// Runs the workflow of a handle as a queued run, and waits for its result: the durable form. Called again
        /// with the same handle, by this process or by one that comes after it, it goes on where it was: a run that
        /// was accepted is waited for and never started twice.
        ///
        /// For options give [`once`](sim_core::ExecuteWorkflow::once) the handle's run id.
        ///
        /// # Errors
        /// As [`execute_once`](Self::execute_once); a rate limit that spends the id of the handle ends the call.
        pub $($async)? fn execute_and_wait(
            &self,
            handle: &$crate::RunHandle,
            input: impl $crate::Serialize,
        ) -> $crate::Result<$crate::WorkflowExecutionResult> {
            let execute = $crate::ExecuteWorkflow::new(&handle.workflow_id).input(input);
            self.execute_once(execute.run_id(&handle.run_id).once()) $(.$await)?
        }

        /// Waits for a run that was started before, here or in another process: until it ended, or waits for a
        /// human. A timed pause is slept through.
        ///
        /// # Errors
        /// `Ambiguous` when its end could not be learnt in time. An error of any other kind that names the run
        /// says why the output of a run that completed could not be read.
        pub $($async)? fn wait_for(
            &self,
            handle: &$crate::RunHandle,
            policy: $crate::WaitPolicy,
        ) -> $crate::Result<$crate::WorkflowExecutionResult> {
            self.drive(self.api.wait(handle.clone(), policy)?) $(.$await)?
        }

        /// Reads what became of a run, its output included.
        ///
        /// # Errors
        /// Not found (404) if the server has no such run, or does not show it yet; `CONFLICT` (409) if its output is
        /// not written yet, or gone; else as [`call`](Self::call).
        pub $($async)? fn find_run(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
            run: impl Into<$crate::RunId>,
        ) -> $crate::Result<$crate::Run> {
            self.call($crate::GetRun::new(workflow, run).include_output(true)) $(.$await)?
        }

        /// Asks for the end of a run. The server notes it, and the run ends a little later; of a run that has ended
        /// the answer says so.
        ///
        /// # Errors
        /// As [`call`](Self::call).
        pub $($async)? fn cancel_run(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
            run: impl Into<$crate::RunId>,
        ) -> $crate::Result<$crate::Cancellation> {
            self.call($crate::CancelRun::new(workflow, run)) $(.$await)?
        }

        /// Reads where a run waits for a human, and what is asked there. A result says it by itself, unless the run
        /// was read by its id.
        ///
        /// # Errors
        /// Not found (404) if the run has never waited; else as [`call`](Self::call).
        pub $($async)? fn pauses(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
            run: impl Into<$crate::RunId>,
        ) -> $crate::Result<Vec<$crate::PausePoint>> {
            let detail = self.call($crate::v1::GetPaused::new(workflow, run)) $(.$await)? ?;
            Ok(detail.run.open_points().collect())
        }

        /// Answers what a paused run waits for, and waits for what follows: the end of the run, or its next pause.
        /// The next is the same one again if the answer was not taken, or if going on from there failed.
        ///
        /// A pause is answered once, whatever the network does: an answer that may have arrived is sent again only
        /// where the server would refuse it. `input` is usually the fields of the [form](sim_core::PausePoint::form).
        ///
        /// # Errors
        /// 409 if somebody else has answered, 400 if the pause is for a time; `Ambiguous` when the end of the run
        /// could not be learnt in time.
        pub $($async)? fn resume(
            &self,
            pause: &$crate::PausePoint,
            input: impl $crate::Serialize,
        ) -> $crate::Result<$crate::WorkflowExecutionResult> {
            let resume = $crate::ResumeRun::at(pause)?.input(input);
            self.drive(self.api.resume(resume, $crate::WaitPolicy::new())?) $(.$await)?
        }

        /// Reads how the deployment of a workflow stands.
        ///
        /// # Errors
        /// `WORKFLOW_NOT_FOUND` if this key sees no such workflow; else as [`call`](Self::call).
        pub $($async)? fn get_workflow_status(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
        ) -> $crate::Result<$crate::v1::WorkflowStatus> {
            self.call($crate::v1::GetWorkflowStatus::new(workflow)) $(.$await)?
        }

        /// Says whether a workflow can be run: no only if it is not deployed or does not exist.
        ///
        /// # Errors
        /// Whatever prevents an answer, a wrong key among it.
        pub $($async)? fn validate_workflow(
            &self,
            workflow: impl Into<$crate::WorkflowId>,
        ) -> $crate::Result<bool> {
            self.call($crate::v1::ValidateWorkflow::new(workflow)) $(.$await)?
        }

        /// Reads how a queued run stands, by the `task_id` of its receipt.
        ///
        /// # Errors
        /// `TASK_NOT_FOUND` if there is no such job, or not yet; else as [`call`](Self::call).
        pub $($async)? fn get_job_status(
            &self,
            job: impl Into<$crate::JobId>,
        ) -> $crate::Result<$crate::v1::JobStatus> {
            self.call($crate::v1::GetJobStatus::new(job)) $(.$await)?
        }

        /// Reads limits and usage of the account behind the key.
        ///
        /// # Errors
        /// As [`call`](Self::call).
        pub $($async)? fn get_usage_limits(&self) -> $crate::Result<$crate::v1::UsageLimits> {
            self.call($crate::v1::GetUsageLimits::new()) $(.$await)?
        }

        /// The rate limit that this client or a clone of it saw last. The first generation of the API sends
        /// none on an execute.
        pub fn get_rate_limit_info(&self) -> Option<$crate::RateLimitInfo> {
            self.api.rate_limit()
        }

        /// Returns a handle whose every call, conversations included, has this longest time for one attempt.
        #[must_use]
        pub fn with_timeout(&self, total: std::time::Duration) -> Self {
            self.scoped(|options| options.timeouts.total = Some(total))
        }

        /// Returns a handle whose every call has these limits for each attempt; those left out stay as they are.
        #[must_use]
        pub fn with_timeouts(&self, limits: $crate::Timeouts) -> Self {
            self.scoped(|options| options.timeouts = limits.or(options.timeouts))
        }

        /// Returns a handle whose every call, with all its repeats, follow-ups and waits, takes no longer than this.
        #[must_use]
        pub fn with_deadline(&self, deadline: std::time::Duration) -> Self {
            self.scoped(|options| options.deadline = Some(deadline))
        }

        /// Returns a handle whose every call is repeated as `policy` says, also after refusals that prove that
        /// nothing started.
        #[must_use]
        pub fn with_retry(&self, policy: $crate::RetryPolicy) -> Self {
            self.scoped(|options| options.retry = Some(policy))
        }

        /// Returns a handle that sends one more header with every request. A header that cannot be sent, or that the
        /// SDK sets itself, is an error of each call.
        #[must_use]
        pub fn with_header(
            &self,
            name: impl TryInto<$crate::http::HeaderName>,
            value: impl TryInto<$crate::http::HeaderValue>,
        ) -> Self {
            self.scoped(|options| options.set_header(name, value))
        }

        /// Returns a handle whose every call `token` can end.
        #[must_use]
        pub fn with_cancel(&self, token: &$crate::CancelToken) -> Self {
            self.scoped(|options| options.cancel = Some(token.clone()))
        }

        /// Returns a handle whose every call hands a value to the observer of the client.
        #[must_use]
        pub fn with_context(&self, value: impl std::any::Any + Send + Sync) -> Self {
            self.scoped(|options| options.context = Some($crate::operation::Context::new(value)))
        }

        /// Returns a handle with the options that `change` sets; they hold for every call, conversations included.
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
        /// If it is not the base URL of an API.
        pub fn set_base_url(&mut self, url: &str) -> $crate::Result<()> {
            self.api.set_base_url(url)
        }

        /// The core of this client.
        pub fn api(&self) -> &$crate::Api {
            &self.api
        }

        /// Gives the handle up. Connections close with the last clone.
        pub fn close(self) {}
    };
}

/// Gives the events of a stream what they have in common, whatever they are read from.
///
/// An adapter writes it inside the `impl` of a type with a field `buffer`, an
/// [`EventBuffer`](crate::EventBuffer), beside a type `Text`.
#[macro_export]
macro_rules! events_methods {
    () => {
        /// The id of the run, known from the first moment: with it the run can be read or cancelled.
        pub fn run_id(&self) -> Option<&$crate::RunId> {
            self.buffer.events().run_id()
        }

        /// The result, once its event was read: as itself, or passed over on the way through the text.
        pub fn result(&self) -> Option<&$crate::WorkflowExecutionResult> {
            self.buffer.result()
        }

        /// The text of the run, piece by piece; see [`next_text`](Self::next_text).
        pub fn text(&mut self) -> Text<&mut Self> {
            Text(self)
        }

        /// The text of the run, piece by piece, out of events that nobody else needs.
        pub fn into_text(self) -> Text<Self> {
            Text(self)
        }
    };
}
