//! Who signed in to the chats: cookies, codes that were sent, and tries that count.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};

use crate::ids;

/// How often a visitor may try passwords, and ask for codes: of one address of mail, and of all.
const PASSWORDS: usize = 10;
const CODES_OF_ONE: usize = 3;
const CODES_OF_ALL: usize = 10;

/// The visitors of all chats. All requests come from one address here.
#[derive(Debug, Default)]
pub(crate) struct Visitors(Mutex<Facts>);

#[derive(Debug, Default)]
struct Facts {
    /// The cookies that were set: the id of the chat, and the value.
    cookies: HashSet<(String, String)>,
    /// The codes that were sent, by the id of the chat and the address.
    codes: HashMap<(String, String), Code>,
    passwords: HashMap<String, usize>,
    requests: HashMap<String, usize>,
    sends: HashMap<(String, String), usize>,
}

#[derive(Debug)]
struct Code {
    digits: String,
    /// Whether a wrong one was tried before. The right one then no longer counts, as on a server with Redis.
    is_spoilt: bool,
}

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    Right,
    Wrong,
    None,
}

/// Why no code is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limited {
    ForAddress,
    ForAll,
}

impl Visitors {
    fn open(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().expect("no code panics while it holds the visitors")
    }

    /// Lets a visitor in. Returns the value of the cookie, which is encoded as that of a real server.
    pub(crate) fn let_in(&self, chat: &str) -> String {
        let value = format!("{}%3D%3D", ids::letters(64).replace(['-', '_'], "0"));
        self.open().cookies.insert((chat.to_owned(), value.clone()));
        value
    }

    /// Returns whether a cookie lets its visitor in. It counts as it was set, byte for byte.
    pub(crate) fn knows(&self, chat: &str, cookie: &str) -> bool {
        self.open().cookies.contains(&(chat.to_owned(), cookie.to_owned()))
    }

    /// Counts a try of a password. Returns false if there were too many.
    pub(crate) fn may_try(&self, chat: &str) -> bool {
        let mut facts = self.open();
        let tries = facts.passwords.entry(chat.to_owned()).or_default();
        *tries += 1;
        *tries <= PASSWORDS
    }

    /// Sends a code, unless there were too many.
    pub(crate) fn send(&self, chat: &str, email: &str) -> Result<(), Limited> {
        let mut facts = self.open();
        let requests = facts.requests.entry(chat.to_owned()).or_default();
        *requests += 1;
        if *requests > CODES_OF_ALL {
            return Err(Limited::ForAll);
        }
        let key = (chat.to_owned(), email.to_owned());
        let sends = facts.sends.entry(key.clone()).or_default();
        *sends += 1;
        if *sends > CODES_OF_ONE {
            return Err(Limited::ForAddress);
        }
        let digits = format!("{:06}", rand::random::<u32>() % 1_000_000);
        facts.codes.insert(key, Code { digits, is_spoilt: false });
        Ok(())
    }

    /// Returns the code that was sent last to an address.
    pub(crate) fn code(&self, chat: &str, email: &str) -> Option<String> {
        let facts = self.open();
        Some(facts.codes.get(&(chat.to_owned(), email.to_owned()))?.digits.clone())
    }

    /// Checks a code. The right one counts once.
    pub(crate) fn check(&self, chat: &str, email: &str, digits: &str) -> Checked {
        let mut facts = self.open();
        let key = (chat.to_owned(), email.to_owned());
        let Some(code) = facts.codes.get_mut(&key) else { return Checked::None };
        if code.is_spoilt || code.digits != digits {
            code.is_spoilt = true;
            return Checked::Wrong;
        }
        facts.codes.remove(&key);
        Checked::Right
    }
}
