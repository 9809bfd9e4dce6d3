//! The message to a chat, whose answer is the stream of a run.

use std::fmt;
use std::sync::Arc;

use http::header::ACCEPT;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use sim_core::__private::JsonBody;
use sim_core::operation::{Answer, RequestBody, Route, Session};
use sim_core::{
    CallOptions, Error, Operation, Result, StreamEndpoint, WorkflowExecutionResult, call_options,
};

use super::{Chat, ChatFile};
use crate::SecretText;

/// The most that the server takes: of a message and of the name of a conversation in UTF-16 units, as it counts, and of
/// files.
const LONGEST_TEXT: usize = 1_000_000;
const LONGEST_CONVERSATION: usize = 256;
const MOST_FILES: usize = 15;

/// A message to a deployed chat. A client's `stream` returns the events of the run that answers it, as for a streamed
/// workflow: its text, its result, and one outcome.
///
/// The run has no id that the client could know. So a message whose answer was lost is
/// [ambiguous](sim_core::ErrorKind::Ambiguous) and names no run, and no client sends it again. If you drop the events,
/// the connection closes and the server cancels the run.
///
/// A run that waits for a person ends its stream `paused`, and its [pause](WorkflowExecutionResult::pause) names the
/// workflow and the run: with an API key, [`ResumeRun::at`](sim_core::ResumeRun::at) resumes it.
///
/// `POST /api/chat/{identifier}`.
#[derive(Clone)]
#[must_use]
pub struct ChatMessage {
    chat: Chat,
    text: String,
    conversation: Option<String>,
    password: Option<SecretText>,
    files: Vec<ChatFile>,
    wants_agent_events: bool,
    options: CallOptions,
}

impl ChatMessage {
    call_options!();

    pub(super) fn of(chat: &Chat, text: String) -> Self {
        Self {
            chat: chat.clone(),
            text,
            conversation: None,
            password: None,
            files: Vec::new(),
            wants_agent_events: false,
            options: CallOptions::default(),
        }
    }

    /// Names the conversation that the message belongs to, in up to 256 characters. Agents with a memory keep it under
    /// this name for the whole workspace, so choose one that nobody guesses. Without it the workflow sees `null`, and
    /// an agent with a memory fails.
    pub fn conversation(mut self, id: impl Into<String>) -> Self {
        self.conversation = Some(id.into());
        self
    }

    /// Sends the password of the chat with this one message, in place of signing in. The server counts it among its
    /// ten tries and sets no cookie.
    pub fn password(mut self, password: impl Into<SecretText>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Adds a file, of 15 at most.
    pub fn file(mut self, file: ChatFile) -> Self {
        self.files.push(file);
        self
    }

    /// Asks for the thinking and the tool calls of agents. They come if the settings of the chat allow them.
    pub fn agent_events(mut self) -> Self {
        self.wants_agent_events = true;
        self
    }

    fn check(&self) -> Result<()> {
        let length = |text: &str| text.encode_utf16().count();
        if length(&self.text) > LONGEST_TEXT {
            return Err(Error::request("a message has at most 1,000,000 characters"));
        }
        if self.conversation.as_deref().is_some_and(|id| length(id) > LONGEST_CONVERSATION) {
            return Err(Error::request("the name of a conversation has at most 256 characters"));
        }
        if self.files.len() > MOST_FILES {
            return Err(Error::request("a message has at most 15 files"));
        }
        self.files.iter().try_for_each(ChatFile::check)
    }
}

impl Operation for ChatMessage {
    fn route(&self) -> Route {
        Route { method: Method::POST, path: "/api/chat/{identifier}" }
    }

    fn path(&self) -> Result<String> {
        self.chat.path("")
    }

    fn body(&self) -> Result<RequestBody> {
        self.check()?;
        let mut body = JsonBody::default();
        body.add("input", Some(&self.text))?;
        body.add("conversationId", self.conversation.as_ref())?;
        body.add("password", self.password.as_ref())?;
        body.add("files", Some(&self.files).filter(|files| !files.is_empty()))?;
        Ok(body.finish())
    }

    fn headers(&self, headers: &mut HeaderMap) -> Result<()> {
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream, application/json"));
        if self.wants_agent_events {
            let name = HeaderName::from_static("x-sim-stream-protocol");
            headers.insert(name, HeaderValue::from_static("agent-events-v1"));
        }
        Ok(())
    }

    fn is_anonymous(&self) -> bool {
        true
    }

    fn session(&self) -> Option<Arc<dyn Session>> {
        Some(self.chat.cookies.clone())
    }

    fn body_secret(&self) -> Option<&str> {
        self.password.as_ref().map(SecretText::as_str)
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

impl StreamEndpoint for ChatMessage {
    fn decode_non_stream(&self, answer: &Answer) -> Result<WorkflowExecutionResult> {
        answer.success()?;
        Err(answer.not_as_documented(&"a chat answers with a stream"))
    }
}

/// Shows no text of the person, and no password.
impl fmt::Debug for ChatMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatMessage")
            .field("chat", &self.chat.identifier)
            .field("bytes", &self.text.len())
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}
