//! Signing in to a chat.

use serde::Serialize;
use sim_core::object;

use super::ChatSettings;
use super::handle::chat_endpoint;
use crate::SecretText;

chat_endpoint! {
    /// Signs in with the password of a chat.
    SignInToChat: POST "/api/chat/{identifier}" => ChatSettings,
    body { password: SecretText = "password" },
    secret password,
    idempotency Idempotent,
}

chat_endpoint! {
    /// Has a code sent to an e-mail address. It is not repeated after a lost answer, because each request sends a mail.
    SendChatCode: POST "/api/chat/{identifier}/otp" => SentChatCode,
    body { email: String = "email" },
    idempotency NonIdempotent,
}

chat_endpoint! {
    /// Signs in with a code that was sent. A code counts once, so it is not repeated after a lost answer.
    CheckChatCode: PUT "/api/chat/{identifier}/otp" => ChatSettings,
    body { email: String = "email", code: SecretText = "otp" },
    secret code,
    idempotency NonIdempotent,
}

chat_endpoint! {
    /// Asks whether an e-mail address may sign in to a chat of the kind `sso`.
    CheckChatSso: POST "/api/chat/{identifier}/sso" => SsoEligibility,
    body { email: String = "email" },
    idempotency Idempotent,
}

object! {
    /// The answer to a request for a code.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[non_exhaustive]
    pub struct SentChatCode {
        /// What the server says, in words. Nothing else tells that it sent a code.
        pub message: String = "message",
    }
}

object! {
    /// Whether an address may sign in.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[non_exhaustive]
    pub struct SsoEligibility {
        /// Whether the identity provider would let the address in.
        pub eligible: bool = "eligible",
    }
}
