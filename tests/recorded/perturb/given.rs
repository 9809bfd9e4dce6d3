//! What a call gave, as far as the judge looks at it.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

use recorded::{End, Seen};
use serde_json::Value;

use crate::broken::Broken;
use crate::case::{Case, is_probe};

thread_local! {
    /// What the latest panic of this thread said.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps what a panic says for the report, in place of printing it.
pub(crate) fn keep_panics() {
    panic::set_hook(Box::new(|panic| PANIC.with(|told| *told.borrow_mut() = panic.to_string())));
}

/// Returns what the latest panic of this thread said.
pub(crate) fn last_panic() -> String {
    PANIC.with(RefCell::take)
}

/// What a call gave.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// The status of the run in the words of the API, or `None` if the call tells none.
    pub(crate) word: Option<String>,
    pub(crate) output: Option<Value>,
    pub(crate) error: Option<Failure>,
    /// The id of the run, as the result or the error names it.
    pub(crate) run_id: Option<String>,
    /// The id that a start sent, as the result or the error names it.
    pub(crate) sent_id: Option<String>,
    /// Whether a cancellation succeeded.
    pub(crate) success: Option<bool>,
    /// The entries of a list.
    pub(crate) entries: Option<Vec<String>>,
    pub(crate) texts: Vec<(String, String)>,
    /// The starts that reached the server, by the ids that they claimed.
    pub(crate) starts: Vec<String>,
    pub(crate) requests: usize,
    /// Why there is no end at all.
    pub(crate) nothing: Option<String>,
}

/// The error of a call.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) is_ambiguous: bool,
    pub(crate) told: String,
}

impl Given {
    /// Makes the call of a case.
    pub(crate) fn by(case: &Case<'_>, broken: Option<Broken>) -> Self {
        let run = || match broken {
            Some(broken) => case.run(&broken.answer(case), broken.row(case), broken.proof(case)),
            None => case.run(case.answer, case.row, case.proof),
        };
        catch_unwind(AssertUnwindSafe(run)).map_or_else(
            |_| Self { nothing: Some(format!("a panic: {}", last_panic())), ..Self::default() },
            Self::of,
        )
    }

    fn of(seen: Seen) -> Self {
        let Seen { end, texts, sent } = seen;
        let starts =
            sent.iter().filter(|sent| sent.target.ends_with("/execute") && !is_probe(sent));
        let starts = starts.filter_map(|sent| sent.id.clone()).collect();
        let requests = sent.len();
        let mut given = Self { texts, starts, requests, ..Self::default() };
        given.word = end.status().map(str::to_owned);
        given.output = end.output().cloned();
        match end {
            End::Run(run) => {
                given.run_id = run.run_id.map(|id| id.to_string());
                given.sent_id = run.sent_id.map(|id| id.to_string());
            }
            End::Read(run) => given.run_id = Some(run.run_id.to_string()),
            End::Receipt(receipt) => {
                given.run_id = receipt.run_id.map(|id| id.to_string());
                given.sent_id = receipt.sent_id.map(|id| id.to_string());
            }
            // A job that completed says nothing about its run.
            End::Job(job) if given.is("completed") => {
                let word = match job.run_success {
                    Some(true) => "completed",
                    Some(false) => "failed",
                    None => "over",
                };
                given.word = Some(word.to_owned());
            }
            End::Cancelled(cancellation) => given.success = Some(cancellation.success),
            End::List(entries) => given.entries = Some(entries),
            End::Error(error) => {
                given.run_id = error.run_id().map(ToString::to_string);
                given.sent_id = error.sent_id().map(ToString::to_string);
                let is_ambiguous = error.may_have_started();
                let told = format!("{:?} {}: {}", error.kind(), error.code(), error.message());
                given.error = Some(Failure { is_ambiguous, told });
            }
            End::Endless => given.nothing = Some("no end".to_owned()),
            _ => {}
        }
        given
    }

    pub(crate) fn is(&self, word: &str) -> bool {
        self.word.as_deref() == Some(word)
    }

    /// Returns what the call gave in one line.
    pub(crate) fn line(&self) -> String {
        match (&self.nothing, &self.error) {
            (Some(nothing), _) => nothing.clone(),
            (_, Some(error)) => format!("error {}", cut(&error.told)),
            _ => {
                let output = self.output.as_ref().map(ToString::to_string).unwrap_or_default();
                let word = self.word.as_deref().unwrap_or("ok");
                format!("{word} {} {}", cut(&output), self.run_id.as_deref().unwrap_or("no id"))
            }
        }
    }
}

/// Returns the beginning of a text.
pub(crate) fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(160).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
