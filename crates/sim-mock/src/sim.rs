//! The handle of a running server.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use crate::fault::{Fault, Faults};
use crate::record::Request;
use crate::release::V2;
use crate::run::Run;
use crate::script::Canned;
use crate::server::Server;
use crate::state::State;
use crate::usage::Usage;

/// A Sim server that runs in this process until it is dropped.
#[derive(Debug)]
pub struct Sim {
    url: String,
    state: Arc<State>,
    server: Server,
}

impl Sim {
    pub(crate) fn new(url: String, state: Arc<State>, server: Server) -> Self {
        Self { url, state, server }
    }

    /// The base URL for clients, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The first of the keys that the server accepts.
    pub fn key(&self) -> &str {
        &self.state.keys[0]
    }

    /// Every request that reached the server, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.state.log.all()
    }

    /// Every run that was started, in order. A request that was refused
    /// started none.
    pub fn runs(&self) -> Vec<Run> {
        self.state.runs.all()
    }

    /// The run with this id, if it was started.
    pub fn run(&self, id: &str) -> Option<Run> {
        self.state.runs.started(id)
    }

    /// Keeps queued runs waiting that have not begun, until
    /// [`release_queue`](Self::release_queue).
    pub fn hold_queue(&self) {
        self.state.queue.hold();
    }

    /// Lets queued runs begin again.
    pub fn release_queue(&self) {
        self.state.queue.release();
    }

    /// Keeps streams waiting before their next frame, and their runs with
    /// them, until [`release_streams`](Self::release_streams).
    ///
    /// A stream that has not begun waits before the head of its answer.
    pub fn hold_streams(&self) {
        self.state.gate.hold();
    }

    /// Lets this many more frames through while streams are held. The end
    /// marker needs none, it comes with the frame before it.
    pub fn pass_frames(&self, frames: usize) {
        self.state.gate.allow(frames);
    }

    /// Lets streams go on.
    pub fn release_streams(&self) {
        self.state.gate.release();
    }

    /// Deploys or undeploys a workflow. Nothing happens when there is none
    /// with this id.
    pub fn set_deployed(&self, workflow: &str, deployed: bool) {
        if let Some(hosted) = self.state.workflow(workflow) {
            hosted.set_deployed(deployed);
        }
    }

    /// Switches v2 on or off.
    pub fn set_v2(&self, v2: V2) {
        self.state.set_v2(v2);
    }

    /// The id of the workspace that the keys belong to.
    pub fn workspace(&self) -> &str {
        &self.state.workspace
    }

    /// Sets what the account has spent and may spend.
    pub fn set_usage(&self, usage: Usage) {
        self.state.set_usage(usage);
    }

    /// What the account has spent and may spend now.
    pub fn usage(&self) -> Usage {
        self.state.usage()
    }

    /// Answers the next request with this instead of handling it, whatever it
    /// asks for. Called again, it does so for the one after it.
    ///
    /// A body without a `content-type` among the headers is sent as JSON.
    ///
    /// # Panics
    ///
    /// When the status, a name or a value is none that HTTP has.
    pub fn fail_next(&self, status: u16, headers: &[(&str, &str)], body: &str) {
        self.state.script.push(Canned::new(status, headers, body));
    }

    /// Sets what goes wrong with the requests that arrive from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.state.faults.set(faults);
    }

    /// How often each fault took effect since the server was started.
    ///
    /// A fault that came to nothing is not among them, for instance
    /// [`Fault::Bucket`] for a request that was a 409 before.
    pub fn faults(&self) -> BTreeMap<Fault, usize> {
        self.state.faults.injected()
    }

    /// Restarts the server: closes every connection and the port, then opens
    /// the same port again.
    ///
    /// What it knows stays: keys, claims, runs, jobs, workflows and faults.
    /// Queued runs go on. Synchronous and streamed runs have lost their
    /// caller, as after any disconnect. A port that something else took in
    /// between is an error after some seconds, and the server is gone.
    pub fn restart(&self) -> io::Result<()> {
        self.server.restart()
    }
}
