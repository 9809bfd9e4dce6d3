//! Rules broken on purpose. The core is told something else than the judge assumes, just so that its answer is the
//! one of a core without the rule.

use recorded::{Json, Operation};

use crate::case::{Case, Proof};
use crate::change::Answer;
use crate::frames;
use crate::row::Row;

/// A rule that is broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// An answer counts as a Response block's though nothing proves that the run took place.
    SuccessWithoutProof,
    /// A missing row counts as a refusal though the server may ignore ids.
    MissingWithoutClaims,
    /// The row of a failed run counts as that of a completed one.
    FailedRowIsSuccess,
    /// Numbers lose their last digits.
    FloatDigits,
    /// A frame with an unpaired surrogate vanishes.
    SurrogateDropsFrame,
    /// A hint that cannot be read costs the answer.
    HintCostsResult,
    /// A visitor who signed in to a chat gets no cookie.
    CookieIsLost,
}

const NAMES: [(&str, Broken); 7] = [
    ("success-without-proof", Broken::SuccessWithoutProof),
    ("404-without-claims", Broken::MissingWithoutClaims),
    ("failed-row-is-success", Broken::FailedRowIsSuccess),
    ("float-digits", Broken::FloatDigits),
    ("surrogate-drops-frame", Broken::SurrogateDropsFrame),
    ("hint-costs-result", Broken::HintCostsResult),
    ("cookie-is-lost", Broken::CookieIsLost),
];

impl Broken {
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, broken)| *broken)
    }

    pub(crate) fn names() -> String {
        NAMES.map(|(name, _)| name).join(", ")
    }

    /// Returns what the core is told of the row.
    pub(crate) fn row(self, case: &Case<'_>) -> Row {
        match (self, case.row) {
            (Self::SuccessWithoutProof, Row::Missing | Row::Lost)
            | (Self::FailedRowIsSuccess, Row::Failed) => Row::Completed,
            (_, row) => row,
        }
    }

    /// Returns what the core is made to believe of the server.
    pub(crate) fn proof(self, case: &Case<'_>) -> Proof {
        if self == Self::MissingWithoutClaims { Proof::Yes } else { case.proof }
    }

    /// Returns the answer of a resource or a chat that the core is told.
    pub(crate) fn of_resource(self, answer: &Answer) -> Answer {
        let mut answer = answer.clone();
        match self {
            Self::HintCostsResult if answer.what.starts_with("a huge number") => {
                answer.body.truncate(answer.body.len() / 2);
            }
            Self::CookieIsLost => answer.headers.retain(|(name, _)| name != "set-cookie"),
            Self::SurrogateDropsFrame if answer.body.starts_with("data:") => {
                drop_frames(&mut answer);
            }
            _ => {}
        }
        answer
    }

    /// Returns the answer that the core is told.
    pub(crate) fn answer(self, case: &Case<'_>) -> Answer {
        let mut answer = case.answer.clone();
        let streams = matches!(case.operation(), Operation::Stream | Operation::ResumeStream);
        match self {
            Self::FloatDigits if !streams => {
                if let Some(mut json) = Json::read(&answer.body) {
                    shorten(&mut json);
                    answer.body = json.to_string();
                }
            }
            Self::SurrogateDropsFrame if streams => drop_frames(&mut answer),
            Self::HintCostsResult if answer.what.starts_with("a huge number") => {
                answer.body.truncate(answer.body.len() / 2);
            }
            _ => {}
        }
        answer
    }
}

/// Drops the frames that hold half a character.
fn drop_frames(answer: &mut Answer) {
    let frames = frames::split(&answer.body).into_iter();
    let whole = frames.filter(|frame| !frame.contains("\\ud83d")).map(str::to_owned);
    answer.body = frames::join(&whole.collect::<Vec<_>>());
}

/// Cuts the digits of every fraction.
fn shorten(json: &mut Json) {
    match json {
        Json::Scalar(scalar) if !scalar.starts_with('"') && scalar.contains('.') => {
            scalar.truncate(scalar.len() - 1);
            scalar.push('0');
        }
        Json::Scalar(_) => {}
        Json::List(items) => items.iter_mut().for_each(shorten),
        Json::Object(entries) => entries.iter_mut().for_each(|(_, value)| shorten(value)),
    }
}
