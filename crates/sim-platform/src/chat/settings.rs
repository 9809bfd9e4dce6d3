//! What a chat tells of itself.

use serde::Serialize;
use serde_json::Value;
use sim_core::lenient as field;
use sim_core::{id, object, open_enum};

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

object! {
    /// The settings of a chat.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct ChatSettings {
        /// The id of the chat, by which its owner manages it.
        pub id: ChatId = "id",
        /// The title that a page shows.
        pub title: String = "title" as field::string,
        /// The description; `None` if the owner wrote none.
        pub description: Option<String> = "description" as field::text,
        /// How a page shows the chat, such as `welcomeMessage` and `primaryColor`.
        pub customizations: Value = "customizations" as field::any,
        /// How visitors sign in; `None` if the server does not say.
        pub auth_type: Option<ChatAuth> = "authType" as field::word,
        /// The outputs of the workflow that the stream of a message holds.
        pub output_configs: Vec<ChatOutput> = "outputConfigs" as field::list,
        /// Whether the stream may tell the thinking of agents to callers who ask for it.
        pub include_thinking: bool = "includeThinking" as field::flag,
        /// Whether the stream may tell the tool calls of agents to callers who ask for them.
        pub include_tool_calls: bool = "includeToolCalls" as field::flag,
    }
}

object! {
    /// One output of the workflow of a chat.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[non_exhaustive]
    pub struct ChatOutput {
        /// The id of the block.
        pub block_id: String = "blockId",
        /// The path within the output of the block.
        pub path: String = "path" as field::string,
    }
}
