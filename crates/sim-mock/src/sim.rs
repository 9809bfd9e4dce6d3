//! The handle of a running server.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::access::TableLock;
use crate::fault::{Fault, Faults};
use crate::files::Upload;
use crate::record::Request;
use crate::release::{Release, V2};
use crate::rollout::Rollout;
use crate::run::Run;
use crate::script::Canned;
use crate::server::Server;
use crate::state::State;
use crate::stored::{StoredFile, StoredUpload};
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

    /// Returns the base URL for clients, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the first of the keys that the server accepts.
    pub fn key(&self) -> &str {
        &self.state.keys[0]
    }

    /// Returns every request that reached the server, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.state.log.all()
    }

    /// Returns every run that was started, in order. A refused request starts no run.
    pub fn runs(&self) -> Vec<Run> {
        self.state.runs.all()
    }

    /// Returns the run with this id, or `None` if it was not started.
    pub fn run(&self, id: &str) -> Option<Run> {
        self.state.runs.started(id)
    }

    /// Holds queued runs that have not begun until [`release_queue`](Self::release_queue).
    pub fn hold_queue(&self) {
        self.state.queue.hold();
    }

    /// Lets queued runs begin again, after [`hold_queue`](Self::hold_queue).
    pub fn release_queue(&self) {
        self.state.queue.release();
    }

    /// Holds streams, and their runs with them, before their next frame until
    /// [`release_streams`](Self::release_streams).
    ///
    /// A stream that has not begun waits before the head of its answer.
    pub fn hold_streams(&self) {
        self.state.gate.hold();
    }

    /// Lets this many more frames through while streams are held. The end marker is not counted: it comes
    /// with the frame before it.
    pub fn pass_frames(&self, frames: usize) {
        self.state.gate.allow(frames);
    }

    /// Lets streams continue, after [`hold_streams`](Self::hold_streams).
    pub fn release_streams(&self) {
        self.state.gate.release();
    }

    /// Deploys or undeploys a workflow. Does nothing if no workflow has this id.
    pub fn set_deployed(&self, workflow: &str, deployed: bool) {
        if let Some(hosted) = self.state.workflow(workflow) {
            hosted.set_deployed(deployed);
        }
    }

    /// Plans how the next deployment of a workflow goes: slowly, or to a failure. Does nothing if no workflow has this
    /// id.
    pub fn plan_deployment(&self, workflow: &str, rollout: Rollout) {
        if let Some(hosted) = self.state.workflow(workflow) {
            hosted.facts().planned = Some(rollout);
        }
    }

    /// Sets what the server does with requests to v2 from now on.
    pub fn set_v2(&self, v2: V2) {
        self.state.set_v2(v2);
    }

    /// Sets the release that the server behaves like from now on, as an upgrade does. Its runs, pauses and ids
    /// stay.
    pub fn set_release(&self, release: Release) {
        self.state.runs.set_release(release);
    }

    /// Returns the id of the workspace that the keys belong to.
    pub fn workspace(&self) -> &str {
        &self.state.workspace
    }

    /// Sets how much the account has spent and may spend.
    pub fn set_usage(&self, usage: Usage) {
        self.state.set_usage(usage);
    }

    /// Returns how much the account has spent and may spend now.
    pub fn usage(&self) -> Usage {
        self.state.usage()
    }

    /// Answers the next request with this answer instead of handling it, whatever the request is. Each
    /// further call does so for one more request.
    ///
    /// A body without a `content-type` among the headers is sent as JSON.
    ///
    /// # Panics
    ///
    /// Panics if HTTP does not allow the status, a name or a value.
    pub fn fail_next(&self, status: u16, headers: &[(&str, &str)], body: &str) {
        self.state.script.push(Canned::new(status, headers, body));
    }

    /// Sets the faults for the requests that arrive from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.state.faults.set(faults);
    }

    /// Returns how often each fault took effect since the server started.
    ///
    /// It does not count a fault without effect, for example [`Fault::Bucket`] for a request that was a 409
    /// before.
    pub fn faults(&self) -> BTreeMap<Fault, usize> {
        self.state.faults.injected()
    }

    /// Returns every file of the workspace, in the order in which they were made; also those that were deleted.
    pub fn files(&self) -> Vec<StoredFile> {
        self.state.files.open().files.all().map(StoredFile::of).collect()
    }

    /// Returns the content of a file, or `None` if no file has this id.
    pub fn content(&self, file: &str) -> Option<Bytes> {
        self.state.files.open().files.any(file).map(|file| file.content.whole())
    }

    /// Returns every upload that was begun, in order.
    pub fn uploads(&self) -> Vec<StoredUpload> {
        self.state.files.open().uploads.all().map(StoredUpload::of).collect()
    }

    /// Adds a file to the root folder. Returns its id.
    pub fn add_file(&self, name: &str, content: impl Into<Bytes>) -> String {
        let (name, folder) = (name.to_owned(), crate::folder::ROOT.to_owned());
        let content = std::iter::once(content.into()).collect();
        let of = crate::files::type_of(&name).to_owned();
        let file = crate::files::File::new(&self.state.workspace, 0, name, folder, of, content);
        self.state.files.open().files.add(file).id.clone()
    }

    /// Makes the storage lose the content of a file: a download of it ends without an answer. Does nothing if no file
    /// has this id.
    pub fn lose_content(&self, file: &str) {
        if let Some(file) = self.state.files.open().files.any_mut(file) {
            file.is_lost = true;
        }
    }

    /// Makes all addresses of parts that were given out stop working, as they do after an hour.
    pub fn expire_addresses(&self) {
        self.state.files.open().uploads.all_mut().for_each(Upload::expire_addresses);
    }

    /// Ends the life of all uploads that go on, as a day does.
    pub fn expire_uploads(&self) {
        let now = jiff::Timestamp::now();
        self.state.files.open().uploads.all_mut().for_each(|upload| upload.expires_at = now);
    }

    /// Locks a table against inserts, updates, deletes or changes of its schema, or opens it again. Does nothing if no table has
    /// this id.
    pub fn lock_table(&self, table: &str, lock: TableLock, locked: bool) {
        self.state.lock_table(table, lock.key(), locked);
    }

    /// Returns the id of the organization that the workspace belongs to.
    pub fn organization(&self) -> &str {
        &self.state.organization
    }

    /// Says what tools an MCP server has, as its own protocol tells them, by the address of the server. From then on the
    /// server answers; all others cannot be reached.
    pub fn set_mcp_tools(&self, url: &str, tools: Value) {
        crate::wire::set_mcp_tools(&self.state, url, tools);
    }

    /// Ends the indexing of all documents of knowledge bases. Otherwise each read of a document lets it come a step further.
    pub fn finish_indexing(&self) {
        crate::wire::finish_indexing(&self.state);
    }

    /// Gives a slot of a knowledge base, such as `tag1` or `date2`, a name, as the editor does. Does nothing if no base has
    /// this id.
    pub fn define_tag(&self, base: &str, slot: &str, name: &str) {
        crate::wire::define_tag(&self.state, base, slot, name);
    }

    /// Returns the code that was sent last to an address of mail for a chat, or `None` if none was sent, or if it was
    /// used.
    pub fn chat_code(&self, chat: &str, email: &str) -> Option<String> {
        let (_, chat) = self.state.catalog.chat(chat)?;
        self.state.visitors.code(&chat.id, email)
    }

    /// Restarts the server: closes every connection and the port, then opens the same port again.
    ///
    /// The server keeps its state: keys, run ids, runs, jobs, workflows and faults. Queued runs continue.
    /// Synchronous and streamed runs have lost their caller, as after any disconnect.
    ///
    /// # Errors
    ///
    /// Fails if another program takes the port in between and keeps it for some seconds. The server is then
    /// gone.
    pub fn restart(&self) -> io::Result<()> {
        self.server.restart()
    }
}
