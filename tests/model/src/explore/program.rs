//! A program that uses the SDK, and may die and come back.

use sim_core::Api;

use super::sdk;
use super::talk::Talk;
use crate::server::Millis;

/// A program.
pub(super) struct Program {
    /// Its number.
    pub(super) id: u8,
    /// Its conversation; `None` once that is over.
    pub(super) talk: Option<Box<dyn Talk>>,
    /// When the conversation began.
    pub(super) began: Millis,
    /// When it sends its next request.
    pub(super) ready: Millis,
    /// For how long it did not get to run.
    pub(super) asleep: Millis,
    /// How often it died.
    pub(super) deaths: u8,
    /// How many requests it made.
    pub(super) requests: u32,
    /// Whether it used the first generation after the second: an old mistake.
    pub(super) fell_back: bool,
    /// Whether it began.
    pub(super) has_begun: bool,
    keyed: bool,
    api: Api,
}

impl Program {
    pub(super) fn new(id: u8, now: Millis, keyed: bool) -> Self {
        Self {
            id,
            talk: None,
            began: now,
            ready: now,
            asleep: 0,
            deaths: 0,
            requests: 0,
            fell_back: false,
            has_begun: false,
            keyed,
            api: sdk::client(id * 16 + 1, keyed, None),
        }
    }

    pub(super) fn is_talking(&self) -> bool {
        self.talk.is_some()
    }

    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    /// Begins anew at `now`, with nothing but what was stored.
    pub(super) fn rise(&mut self, now: Millis) {
        self.deaths += 1;
        self.api = sdk::client(self.id * 16 + 1 + self.deaths, self.keyed, None);
        (self.began, self.ready, self.asleep, self.requests) = (now, now, 0, 0);
    }
}
