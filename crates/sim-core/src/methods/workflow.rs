//! The typed handle of one workflow, the same for blocking and async clients. Adapters expand the macro.

/// Declares the typed handle of a workflow beside a client.
///
/// An adapter writes `workflow_handle!(Client, Events)` for a blocking client, or
/// `workflow_handle!(Client, Events, async await)` for an async one, in a module where both names are known. The macro
/// relies on the contract of [`client_methods!`](crate::client_methods), and on `stream` of the client.
#[macro_export]
macro_rules! workflow_handle {
    ($client:ident, $events:ident $(, $async:ident $await:ident)?) => {
        /// One workflow whose input and output have types; returned by [`Client::workflow`]. Clones are cheap.
        ///
        /// The options of the client's handle hold for its calls: `client.with_deadline(..).workflow(..)`.
        pub struct Workflow<I: ?Sized, O> {
            client: $client,
            id: $crate::WorkflowId,
            types: ::std::marker::PhantomData<fn(&I) -> O>,
        }

        impl $client {
            /// Returns a handle of one workflow that takes an `I` and returns an `O`. It sends nothing.
            pub fn workflow<I, O>(&self, id: impl Into<$crate::WorkflowId>) -> Workflow<I, O>
            where
                I: $crate::Serialize + ?Sized,
                O: $crate::__private::serde::de::DeserializeOwned,
            {
                let types = ::std::marker::PhantomData;
                Workflow { client: self.clone(), id: id.into(), types }
            }
        }

        impl<I, O> Workflow<I, O>
        where
            I: $crate::Serialize + ?Sized,
            O: $crate::__private::serde::de::DeserializeOwned,
        {
            /// Returns the id of the workflow.
            pub fn id(&self) -> &$crate::WorkflowId {
                &self.id
            }

            /// Returns the request that runs the workflow with this input, to set options that this handle does not
            /// name. Read its result with [`read`](Self::read).
            pub fn request(&self, input: &I) -> $crate::ExecuteWorkflow {
                $crate::ExecuteWorkflow::new(&self.id).input(input)
            }

            /// Reads the output of a result.
            ///
            /// # Errors
            /// If the run did not complete, or if its output does not have the form of `O`.
            pub fn read(&self, result: $crate::WorkflowExecutionResult) -> $crate::Result<O> {
                result.into_result()?.output_as()
            }

            /// Executes the workflow and waits for its output.
            ///
            /// # Errors
            /// The errors of [`execute_workflow`](Client::execute_workflow) and of [`read`](Self::read).
            pub $($async)? fn execute(&self, input: &I) -> $crate::Result<O> {
                self.read(self.client.call(self.request(input)) $(.$await)? ?)
            }

            /// Executes the workflow once, whatever the network does, and returns its output.
            ///
            /// # Errors
            /// The errors of [`execute_once`](Client::execute_once) and of [`read`](Self::read).
            pub $($async)? fn once(&self, input: &I) -> $crate::Result<O> {
                self.read(self.client.execute_once(self.request(input).once()) $(.$await)? ?)
            }

            /// Queues a run. [`wait`](Self::wait) returns its output, here or in another process, by the
            /// [handle](sim_core::AsyncExecutionResult::handle) of the receipt.
            ///
            /// # Errors
            /// The errors of [`call`](Client::call).
            pub $($async)? fn queue(
                &self,
                input: &I,
            ) -> $crate::Result<$crate::AsyncExecutionResult> {
                self.client.call(self.request(input).queue()) $(.$await)?
            }

            /// Streams a run, with the selected outputs. [`read`](Self::read) reads the result at its end.
            ///
            /// # Errors
            /// The errors of [`stream`](Client::stream).
            pub $($async)? fn stream<S: Into<String>>(
                &self,
                input: &I,
                select: impl IntoIterator<Item = S>,
            ) -> $crate::Result<$events> {
                self.client.stream(self.request(input).stream().select(select)) $(.$await)?
            }

            /// Waits for a run of this workflow that was started before, and returns its output.
            ///
            /// # Errors
            /// The errors of [`wait_for`](Client::wait_for) and of [`read`](Self::read). A handle of another workflow is
            /// an error before anything is sent.
            pub $($async)? fn wait(
                &self,
                handle: &$crate::RunHandle,
                policy: $crate::WaitPolicy,
            ) -> $crate::Result<O> {
                if handle.workflow_id != self.id {
                    return Err($crate::Error::request("the handle belongs to another workflow"));
                }
                self.read(self.client.wait_for(handle, policy) $(.$await)? ?)
            }
        }

        impl<I: ?Sized, O> Clone for Workflow<I, O> {
            fn clone(&self) -> Self {
                let types = ::std::marker::PhantomData;
                Self { client: self.client.clone(), id: self.id.clone(), types }
            }
        }

        impl<I: ?Sized, O> ::std::fmt::Debug for Workflow<I, O> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct("Workflow").field("id", &self.id).finish_non_exhaustive()
            }
        }
    };
}
