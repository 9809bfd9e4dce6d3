//! Ends: every conversation ends, in time, and an answer that counted is the one that was given.

use super::violation::Violation;
use crate::server::{Millis, Run};
use crate::story::{Ending, Purpose, Story};

/// The time that a request may take beyond a deadline.
const SLACK: Millis = 1_000;
/// The longest time for which a conversation without a deadline may last: the bounds of a queue, of a run, of a pause
/// and of the repeats of a start, one after the other.
const LONGEST: Millis = 4 * 3_600_000;

pub(super) fn judge(story: &Story, broken: &mut Vec<Violation>) {
    for told in &story.told {
        let lasted = (told.at - told.began).saturating_sub(told.asleep);
        if story.deadline.is_some_and(|deadline| lasted > deadline + SLACK) {
            broken.push(Violation::LateEnd);
        }
        if told.ending == Ending::Endless || lasted > LONGEST {
            broken.push(Violation::NoEnd);
        }
        let is_result = matches!(&told.ending, Ending::Result { .. });
        if story.purpose == Purpose::Resume && is_result && !counted(story) {
            broken.push(Violation::WrongAnswer);
        }
    }
}

/// Returns whether the answer that counted is the one that the caller gave.
fn counted(story: &Story) -> bool {
    let points = |run: &Run| {
        let own = run.points.iter().chain(run.strays.iter().map(|(_, point)| point));
        own.filter(|point| point.context == story.context)
            .filter_map(|point| point.answer.as_ref())
            .any(|answer| answer.input["by"] == story.answer.as_str())
    };
    story.server.runs.iter().any(points)
}
