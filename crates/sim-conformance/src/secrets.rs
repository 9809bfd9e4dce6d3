//! Looks for the key of the cases wherever it must not be: in the errors that pass through a subject, in what
//! an observer is shown, in log lines, in the texts of panics, and on the wire outside of its header.

use std::cell::{Cell, RefCell};
use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::sync::{Mutex, Once, PoisonError};

use log::{LevelFilter, Log, Metadata, Record};
use sim_core::Error;
use sim_core::observe::{Attempt, CallEnd, CallInfo, Context, Dropped, Observer, WaitInfo};

/// The key of all cases. It must appear nowhere but in the header that carries it.
pub const KEY: &str = "sk-sim-MARKER-5ec7e7";

/// The key of the cases in which a server sends it back: what a transport logs of answers is not ours.
pub(crate) const ECHO: &str = "sk-sim-ECHO-77a1c0de";

/// So much of a key betrays it: a text that is cut may end in the middle.
const MARKS: [&str; 2] = [KEY.split_at(8).0, ECHO.split_at(8).0];

/// What was found where nobody can fail a test: on the threads of servers and transports.
static FOUND: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Runs a case, and asserts that the key is nowhere meanwhile.
pub(crate) fn run_guarded(name: &str, case: impl FnOnce()) {
    static ONCE: Once = Once::new();
    ONCE.call_once(listen);
    case();
    // Cases run side by side: this may have been another. The suite fails all the same.
    let found = std::mem::take(&mut *FOUND.lock().unwrap_or_else(PoisonError::into_inner));
    let found = found.join("\n").replace(MARKS[0], "<KEY>").replace(MARKS[1], "<KEY>");
    assert!(found.is_empty(), "{name}, or a case beside it: the key is in\n{found}");
}

/// Listens to log lines and to panics.
fn listen() {
    // Whoever logs elsewhere keeps his logger, and looks himself.
    if log::set_logger(&Lines).is_ok() {
        log::set_max_level(LevelFilter::Trace);
    }
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        note("the text of a panic", panic);
        before(panic);
    }));
}

fn is_in(text: &str) -> bool {
    MARKS.iter().any(|mark| text.contains(mark))
}

thread_local! {
    /// What this thread logged last in hexadecimal digits: a key may be on two lines.
    static DIGITS: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// The line of source that logged last on this thread, and how often in a row.
    static REPEATED: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
}

/// How many lines in a row are read of one that logs: a dump of a body of 66 MiB has four million.
const IN_A_ROW: u32 = 8192;

/// Whether a line of source goes on logging what is longer than any head.
fn is_of_a_body(line: u32) -> bool {
    let (last, times) = REPEATED.get();
    let times = if line == last { times.saturating_add(1) } else { 1 };
    REPEATED.set((line, times));
    times > IN_A_ROW
}

/// Whether a line, with those before it, ends a key in hexadecimal digits.
fn is_in_digits(line: &str) -> bool {
    let is_group = |word: &&str| {
        matches!(word.len(), 2 | 4) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let groups = line.split_ascii_whitespace().take_while(is_group).flat_map(str::as_bytes);
    let digits: Vec<_> = groups.copied().collect();
    if digits.is_empty() {
        return false;
    }
    DIGITS.with_borrow_mut(|all| {
        all.extend(
            digits
                .chunks_exact(2)
                .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()),
        );
        // A key that a server sends back is a transport's to log.
        let is_in = String::from_utf8_lossy(all).contains(MARKS[0]);
        let kept = if is_in { 0 } else { KEY.len() };
        all.drain(..all.len().saturating_sub(kept));
        is_in
    })
}

/// Notes that the key is in a text, if it is.
fn note(what: &str, text: &dyn Display) {
    let text = text.to_string();
    if is_in(&text) {
        FOUND.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{what}: {text}"));
    }
}

/// Notes what an observer is shown of an attempt.
pub(crate) fn observe(attempt: &Attempt<'_>) {
    note("an attempt", &format_args!("{attempt:?}"));
}

/// An observer that reads all that it is told.
pub(crate) struct Reading;

impl Observer for Reading {
    fn start(&self, call: &CallInfo<'_>) -> Option<Context> {
        note("the start of a call", &format_args!("{call:?}"));
        None
    }

    fn attempt(&self, attempt: &Attempt<'_>) {
        observe(attempt);
    }

    fn wait(&self, wait: &WaitInfo<'_>) {
        note("a wait", &format_args!("{wait:?}"));
    }

    fn end(&self, end: &CallEnd<'_>) {
        note("the end of a call", &format_args!("{end:?}"));
    }

    fn dropped(&self, dropped: &Dropped<'_>) {
        note("a call that was dropped", &format_args!("{dropped:?}"));
    }
}

/// Notes a request that carries the key anywhere but in the header for it.
pub(crate) fn received(head: &str, body: &[u8]) {
    let is_its_own = |line: &str| line.to_ascii_lowercase().starts_with("x-api-key:");
    for line in head.lines().filter(|line| !is_its_own(line)) {
        note("a request", &line);
    }
    note("the body of a request", &String::from_utf8_lossy(body));
}

/// Asserts that the key is in nothing that an error shows.
pub(crate) fn assert_silent(error: &Error) {
    let shown = all(error);
    assert!(!is_in(&shown), "the key is in an error: {shown}");
}

/// Asserts that the key is not in the `Debug` form of what a call gave.
pub(crate) fn assert_hidden(what: &impl Debug) {
    let shown = format!("{what:?}");
    assert!(!is_in(&shown), "the key is in {shown}");
}

/// Everything that an error shows of itself, and its sources.
fn all(error: &Error) -> String {
    let words = [error.server_code(), error.request_id()].map(Option::unwrap_or_default).concat();
    let own = format!("{error} {error:?} {error:#?} {} {} {words}", error.code(), error.message());
    let sources = std::iter::successors(error.source(), |cause| (*cause).source());
    std::iter::once(own).chain(sources.map(|cause| format!(" {cause} {cause:?}"))).collect()
}

/// Reads every line that is logged.
struct Lines;

impl Log for Lines {
    fn enabled(&self, line: &Metadata<'_>) -> bool {
        // What the servers of the cases log is no secret to them.
        !line.target().starts_with("wiremock")
    }

    fn log(&self, line: &Record<'_>) {
        if !self.enabled(line.metadata()) || line.line().is_some_and(is_of_a_body) {
            return;
        }
        let text = line.args().to_string();
        if is_in_digits(&text) {
            note(&format!("digits in the log of {}", line.target()), &MARKS[0]);
        }
        // A transport may log the heads of answers; nobody may log the key that is sent.
        if line.target().starts_with("sim") || text.contains(MARKS[0]) {
            note(&format!("a log line of {}", line.target()), &text);
        }
    }

    fn flush(&self) {}
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;

    use super::*;

    #[test]
    fn the_key_is_found_outside_of_its_header() {
        let find = |head: &str, body: &str| {
            received(head, body.as_bytes());
            std::mem::take(&mut *FOUND.lock().expect("a lock")).len()
        };
        assert_eq!(find(&format!("GET / HTTP/1.1\r\nX-API-Key: {KEY}\r\n"), ""), 0);
        assert_eq!(find(&format!("GET /{KEY} HTTP/1.1\r\nx-other: {KEY}\r\n"), KEY), 3);
    }

    #[test]
    fn a_key_in_digits_is_found_across_lines() {
        let digits: Vec<_> = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!is_in_digits(&format!("4745 {} GE..", digits[..5].join(" "))));
        assert!(!is_in_digits("no digits"));
        assert!(is_in_digits(&format!("{} -- ..", digits[5..].join(" "))));
        assert!(!is_in_digits(&digits[5..].join(" ")), "only its end");
    }

    #[test]
    fn a_dump_that_is_longer_than_a_head_is_not_read_to_its_end() {
        assert!((0..IN_A_ROW).all(|_| !is_of_a_body(7)));
        assert!(is_of_a_body(7) && is_of_a_body(7));
        assert!(!is_of_a_body(8) && !is_of_a_body(7), "another line comes between");
    }

    #[test]
    fn an_error_with_part_of_the_key_is_not_silent() {
        let error = Error::request(format!("no such key: {}…", &KEY[..9]));
        assert!(std::panic::catch_unwind(AssertUnwindSafe(|| assert_silent(&error))).is_err());
        assert_silent(&Error::request("no such key"));
    }
}
