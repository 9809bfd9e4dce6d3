//! Deployed chats: messages to a workflow that anybody reaches who knows its identifier, and signing in to one that asks
//! for a password or a code. It needs no API key and sends none. [`Chat`] is where to start.
//!
//! A refusal has the server's own word in [`server_code`](sim_core::Error::server_code): `AUTH_REQUIRED_PASSWORD`,
//! `AUTH_REQUIRED_EMAIL` and `AUTH_REQUIRED_SSO` ask to sign in, `INVALID_PASSWORD` and `INVALID_VERIFICATION_CODE` say
//! that it failed, and guessing ends in a 429 with [`retry_after`](sim_core::Error::retry_after).

mod calls;
mod cookies;
mod file;
mod handle;
mod message;
mod settings;
mod sign_in;

pub use file::ChatFile;
pub use handle::{Chat, ChatIdentifier};
pub use message::ChatMessage;
pub use settings::{ChatAuth, ChatId, ChatOutput, ChatSettings, GetChat};
pub use sign_in::{
    CheckChatCode, CheckChatSso, SendChatCode, SentChatCode, SignInToChat, SsoEligibility,
};
