//! The calls of a visitor of a chat.

use std::time::Duration;

use recorded::{Record, Seen, Sent, answer, streamed};
use serde::Serialize;
use serde_json::Value;
use sim_core::transport::{Exchange as _, Outcome, Step};
use sim_core::{Api, Endpoint, Error, Generation, RetryPolicy};
use sim_platform::chat::Chat;

use crate::change::Answer;

/// What a visitor asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    Settings,
    Message,
    Password,
    SendCode,
    CheckCode,
    Sso,
}

/// What a call gave.
pub(super) enum Got {
    /// What was read, and whether the visitor is signed in now.
    Said(Value, bool),
    /// The end of a stream.
    Streamed(Box<Seen>),
    Refused(Box<Error>),
    Endless,
}

impl Ask {
    /// Reads what a record asked for, or returns `None` if no visitor asks that.
    pub(super) fn of(record: &Record) -> Option<Self> {
        let path = record.path();
        let parts: Vec<_> = path.iter().map(String::as_str).collect();
        let ["api", "chat", identifier, end @ ..] = parts.as_slice() else { return None };
        let sent = record.sent();
        match (record.method(), end) {
            _ if *identifier == "manage" => None,
            ("GET", []) => Some(Self::Settings),
            ("POST", []) if sent.get("input").is_none() && sent.get("password").is_some() => {
                Some(Self::Password)
            }
            ("POST", []) => Some(Self::Message),
            ("POST", ["otp"]) => Some(Self::SendCode),
            ("PUT", ["otp"]) => Some(Self::CheckCode),
            ("POST", ["sso"]) => Some(Self::Sso),
            _ => None,
        }
    }
}

impl Got {
    /// Makes the call, and lets it read an answer.
    pub(super) fn of(ask: Ask, record: &Record, told: &Answer) -> Self {
        let chat = Chat::new(record.path()[2].as_str());
        match ask {
            Ask::Settings => said(&chat, chat.settings(), told),
            Ask::Password => said(&chat, chat.sign_in("a password"), told),
            Ask::SendCode => said(&chat, chat.send_code("ann@example.com"), told),
            Ask::CheckCode => said(&chat, chat.check_code("ann@example.com", "123456"), told),
            Ask::Sso => said(&chat, chat.check_sso("ann@example.com"), told),
            Ask::Message => {
                let server = |_: &Sent, _: usize| outcome(told);
                let seen = streamed(api().stream(chat.message("Hello")), &server);
                match seen.end {
                    recorded::End::Error(error) if seen.texts.is_empty() && !is_open(told) => {
                        Self::Refused(error)
                    }
                    recorded::End::Endless => Self::Endless,
                    _ => Self::Streamed(Box::new(seen)),
                }
            }
        }
    }

    pub(super) fn error(&self) -> Option<&Error> {
        match self {
            Self::Refused(error) => Some(error),
            Self::Streamed(seen) => seen.end.error(),
            _ => None,
        }
    }

    /// Returns what the call gave in one line.
    pub(super) fn line(&self) -> String {
        match self {
            Self::Said(said, _) => said.to_string(),
            Self::Refused(error) => format!("error {error:#}"),
            Self::Streamed(seen) => format!("{:?}", seen.end),
            Self::Endless => "no end".to_owned(),
        }
    }
}

/// Whether an answer opens a stream.
fn is_open(told: &Answer) -> bool {
    let is_events = |(name, value): &(String, String)| {
        name == "content-type" && value.starts_with("text/event-stream")
    };
    told.status == 200 && told.headers.iter().any(is_events)
}

fn said<E: Endpoint<Output: Serialize>>(chat: &Chat, ask: E, told: &Answer) -> Got {
    let mut call = api().call(ask).expect("a request that can be sent");
    match call.receive(outcome(told), Duration::ZERO) {
        Step::Done(Ok(said)) => {
            Got::Said(serde_json::to_value(said).expect("JSON"), chat.is_signed_in())
        }
        Step::Done(Err(error)) => Got::Refused(Box::new(error)),
        Step::Again(_) => Got::Endless,
    }
}

fn outcome(told: &Answer) -> Outcome {
    answer(told.status, &told.headers, told.body.clone())
}

fn api() -> Api {
    let api = Api::builder([7; 32]).generation(Generation::V2).base_url("http://localhost");
    let api = api.api_key("sk-sim-test").retry_policy(RetryPolicy::NEVER);
    api.build().expect("settings that a client accepts")
}
