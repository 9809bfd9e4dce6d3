//! What a chat tells of itself.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sim_core::lenient as field;
use sim_core::{id, open_enum};

use super::handle::chat_endpoint;

chat_endpoint! {
    /// Asks for the settings of a chat. One that wants its visitors to sign in refuses it before, with 401.
    GetChat: GET "/api/chat/{identifier}" => ChatSettings,
    idempotency Safe,
}

id! {
    /// Names a deployed chat.
    ChatId
}

open_enum! {
    /// How the visitors of a chat sign in.
    ChatAuth {
        /// Everybody may talk, and nobody signs in.
        Public = "public",
        /// With the one password of the chat.
        Password = "password",
        /// With a code that is sent by e-mail.
        Email = "email",
        /// With the identity provider of an organization, in a browser.
        Sso = "sso",
    }
}

/// The settings of a chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChatSettings {
    /// The id of the chat, by which its owner manages it.
    pub id: ChatId,
    /// The title that a page shows.
    #[serde(default, deserialize_with = "field::string")]
    pub title: String,
    /// The description; `None` if the owner wrote none.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// How a page shows the chat, such as `welcomeMessage` and `primaryColor`.
    #[serde(default, deserialize_with = "field::any")]
    pub customizations: Value,
    /// How visitors sign in; `None` if the server does not say.
    #[serde(default, deserialize_with = "field::word")]
    pub auth_type: Option<ChatAuth>,
    /// The outputs of the workflow that the stream of a message holds.
    #[serde(default, deserialize_with = "field::list")]
    pub output_configs: Vec<ChatOutput>,
    /// Whether the stream may tell the thinking of agents to callers who ask for it.
    #[serde(default, deserialize_with = "field::flag")]
    pub include_thinking: bool,
    /// Whether the stream may tell the tool calls of agents to callers who ask for them.
    #[serde(default, deserialize_with = "field::flag")]
    pub include_tool_calls: bool,
}

/// One output of the workflow of a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChatOutput {
    /// The id of the block.
    pub block_id: String,
    /// The path within the output of the block.
    #[serde(default, deserialize_with = "field::string")]
    pub path: String,
}
