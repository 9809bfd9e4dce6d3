//! What a handle of a chat can be asked.

use super::{Chat, ChatMessage, CheckChatCode, CheckChatSso, GetChat, SendChatCode, SignInToChat};
use crate::SecretText;

impl Chat {
    /// Asks for the settings of the chat. One that wants its visitors to sign in tells them only afterwards.
    pub fn settings(&self) -> GetChat {
        GetChat::of(self)
    }

    /// Sends a message; a client's `stream` returns the events of the run that answers it.
    pub fn message(&self, text: impl Into<String>) -> ChatMessage {
        ChatMessage::of(self, text.into())
    }

    /// Signs in with the password of the chat. The server takes ten tries from one address, then none for 15 minutes.
    pub fn sign_in(&self, password: impl Into<SecretText>) -> SignInToChat {
        SignInToChat::of(self, password.into())
    }

    /// Has a code of six digits sent to an e-mail address. The server sends three to one address, then none for 15
    /// minutes.
    pub fn send_code(&self, email: impl Into<String>) -> SendChatCode {
        SendChatCode::of(self, email.into())
    }

    /// Signs in with the code that was sent, under the very spelling of the address. After one wrong code, ask for a
    /// new one: some servers refuse the right code then.
    pub fn check_code(
        &self,
        email: impl Into<String>,
        code: impl Into<SecretText>,
    ) -> CheckChatCode {
        CheckChatCode::of(self, email.into(), code.into())
    }

    /// Asks whether an address may sign in to a chat of the kind `sso`. Signing in itself is for browsers.
    pub fn check_sso(&self, email: impl Into<String>) -> CheckChatSso {
        CheckChatSso::of(self, email.into())
    }
}
