//! The handle of a chat: its identifier, and the cookies by which the server knows who signed in.

use std::sync::Arc;

use sim_core::{Error, Result, id};

use super::cookies::Cookies;

id! {
    /// Names a chat in its address: small letters, digits and `-`.
    ChatIdentifier
}

/// A deployed chat, and who signed in to it. Clones share that, so several threads may talk.
///
/// A chat of the kind `password` or `email` first wants its visitors to sign in: by
/// [`sign_in`](Self::sign_in), or by [`send_code`](Self::send_code) and then [`check_code`](Self::check_code). The
/// handle keeps the cookie that the server answers with, and returns it to that server alone. It lasts a day.
///
/// ```
/// use sim_platform::chat::Chat;
///
/// let chat = Chat::new("support");
/// let sign_in = chat.sign_in("the password of the chat");
/// let message = chat.message("Where is my order?").conversation("c-4711");
/// // client.call(sign_in)?;
/// // let mut events = client.stream(message)?;
/// # drop((sign_in, message));
/// ```
#[derive(Debug, Clone)]
pub struct Chat {
    pub(super) identifier: ChatIdentifier,
    pub(super) cookies: Arc<Cookies>,
}

impl Chat {
    /// Creates a handle that has not signed in.
    pub fn new(identifier: impl Into<ChatIdentifier>) -> Self {
        Self { identifier: identifier.into(), cookies: Arc::default() }
    }

    /// Returns the identifier of the chat.
    pub fn identifier(&self) -> &ChatIdentifier {
        &self.identifier
    }

    /// Returns whether a server has given this handle a cookie. It may have expired, or the password may have changed
    /// since: a message then is refused with 401.
    pub fn is_signed_in(&self) -> bool {
        !self.cookies.is_empty()
    }

    /// Forgets who signed in.
    pub fn sign_out(&self) {
        self.cookies.clear();
    }

    /// Returns the path of the chat, with this at its end.
    pub(super) fn path(&self, end: &str) -> Result<String> {
        let text = self.identifier.as_str();
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || !text.bytes().all(fits) {
            return Err(Error::request(
                "the identifier of a chat has small letters, digits and - alone",
            ));
        }
        Ok(format!("/api/chat/{text}{end}"))
    }
}

/// Makes an endpoint of a chat, from its fields and its body. All of them go without the API key of the client, and
/// with the cookies of the chat.
macro_rules! chat_endpoint {
    (
        $(#[$doc:meta])*
        $name:ident: $method:ident $path:literal => $output:ty
        $(, body { $($field:ident: $type:ty = $wire:literal),+ })?
        $(, secret $secret:ident)?
        , idempotency $idempotency:ident $(,)?
    ) => {
        $(#[$doc])*
        #[doc = concat!("\n\n`", stringify!($method), " ", $path, "`.")]
        #[derive(Debug, Clone)]
        #[must_use]
        pub struct $name {
            chat: $crate::chat::Chat,
            $($($field: $type,)+)?
            options: sim_core::CallOptions,
        }

        impl $name {
            sim_core::call_options!();
            sim_core::output_options!();

            pub(super) fn of(chat: &$crate::chat::Chat $($(, $field: $type)+)?) -> Self {
                Self { chat: chat.clone(), $($($field,)+)? options: sim_core::CallOptions::default() }
            }
        }

        impl sim_core::Operation for $name {
            fn route(&self) -> sim_core::operation::Route {
                sim_core::operation::Route { method: http::Method::$method, path: $path }
            }

            fn path(&self) -> sim_core::Result<String> {
                self.chat.path($path.trim_start_matches("/api/chat/{identifier}"))
            }

            $(fn body(&self) -> sim_core::Result<sim_core::operation::RequestBody> {
                let mut body = sim_core::__private::JsonBody::default();
                $(body.add($wire, Some(&self.$field))?;)+
                Ok(body.finish())
            })?

            fn idempotency(&self) -> sim_core::operation::Idempotency {
                sim_core::operation::Idempotency::$idempotency
            }

            fn is_anonymous(&self) -> bool {
                true
            }

            fn session(&self) -> Option<std::sync::Arc<dyn sim_core::operation::Session>> {
                Some(self.chat.cookies.clone())
            }

            $(fn body_secret(&self) -> Option<&str> {
                Some(self.$secret.as_str())
            })?

            fn options(&self) -> Option<&sim_core::CallOptions> {
                Some(&self.options)
            }
        }

        impl sim_core::Endpoint for $name {
            type Output = $output;

            fn decode(&self, answer: &sim_core::operation::Answer) -> sim_core::Result<$output> {
                answer.json()
            }
        }
    };
}
pub(super) use chat_endpoint;
