//! A deployed chat of a [`Workflow`](crate::Workflow).

use std::fmt;

use crate::ids;

/// A chat by which visitors without a key run its workflow. Its address is `/api/chat/IDENTIFIER`.
///
/// A message becomes the fields `input` and `conversationId` of the input, and `files` if it has some.
#[derive(Clone)]
pub struct Chat {
    pub(crate) id: String,
    pub(crate) identifier: String,
    pub(crate) title: String,
    pub(crate) auth: Auth,
    pub(crate) outputs: Vec<String>,
    pub(crate) thinking: bool,
    pub(crate) tool_calls: bool,
    pub(crate) is_off: bool,
}

/// How visitors sign in.
#[derive(Clone)]
pub(crate) enum Auth {
    Public,
    Password(String),
    /// The addresses that may sign in, and the domains, as `@example.com`.
    Email(Vec<String>),
}

impl Auth {
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Password(_) => "password",
            Self::Email(_) => "email",
        }
    }
}

impl Chat {
    /// Creates a chat that anybody may use.
    pub fn new(identifier: impl Into<String>) -> Self {
        let identifier = identifier.into();
        Self {
            id: ids::uuid(),
            title: identifier.clone(),
            identifier,
            auth: Auth::Public,
            outputs: Vec::new(),
            thinking: false,
            tool_calls: false,
            is_off: false,
        }
    }

    /// Sets the title, which is the identifier by default.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Lets in only visitors who know this password.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.auth = Auth::Password(password.into());
        self
    }

    /// Lets in only visitors who read the mail of one of these addresses, or of a domain, as `@example.com`.
    /// [`Sim::chat_code`](crate::Sim::chat_code) reads the mail.
    pub fn email<T: Into<String>>(mut self, allowed: impl IntoIterator<Item = T>) -> Self {
        self.auth = Auth::Email(allowed.into_iter().map(Into::into).collect());
        self
    }

    /// Selects the outputs that a message streams, as a streamed execute selects them. Without any, the stream has just
    /// the output of the run.
    pub fn outputs<T: Into<String>>(mut self, outputs: impl IntoIterator<Item = T>) -> Self {
        self.outputs = outputs.into_iter().map(Into::into).collect();
        self
    }

    /// Lets the stream tell what agents think, to callers who ask for it.
    pub fn thinking(mut self) -> Self {
        self.thinking = true;
        self
    }

    /// Lets the stream tell of the tools that agents call, to callers who ask for it.
    pub fn tool_calls(mut self) -> Self {
        self.tool_calls = true;
        self
    }

    /// Switches the chat off: the server refuses it.
    pub fn off(mut self) -> Self {
        self.is_off = true;
        self
    }
}

impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let auth = self.auth.word();
        f.debug_struct("Chat")
            .field("identifier", &self.identifier)
            .field("auth", &auth)
            .finish_non_exhaustive()
    }
}
