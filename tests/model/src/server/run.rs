//! A run: what the server keeps of it, and how it goes on as time passes.

use serde_json::Value;

use super::time::Millis;
use super::version::Version;
use super::workflow::{Part, SLEEP, THROWN, Workflow};

/// How a run was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// The answer holds the result.
    Sync,
    /// The answer is a stream of events.
    Stream,
    /// The answer is a receipt.
    Queued,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// It reached its end.
    Completed,
    /// A block threw.
    Failed,
    /// It was cancelled, or its connection was lost.
    Cancelled,
    /// It took longer than its limit.
    TimedOut,
}

/// The state of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// It waits for a worker until then.
    Queued(Millis),
    /// It works until then.
    Working(Millis),
    /// It waits at its points, or for what became of them.
    Paused,
    /// It ended at that time.
    Ended(End, Millis),
    /// The start was refused after it had claimed its id. The row has this text, and no block ran.
    Burned(String, Millis),
    /// Its server was killed while it worked. It reads as running for ever.
    Killed,
}

/// What became of a point of a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PointState {
    /// It waits.
    Paused,
    /// Its answer waits for another one that is being carried out.
    Queued,
    /// Its answer is being carried out, or never will be.
    Resuming,
    /// Its answer was carried out.
    Resumed,
    /// What followed its answer failed.
    Failed,
}

/// A place where a run waits.
#[derive(Debug, Clone)]
pub struct Point {
    /// The place.
    pub context: &'static str,
    /// What became of it.
    pub state: PointState,
    /// The answer that counted.
    pub answer: Option<Answer>,
    /// When a timed pause ends; `None` for a human.
    pub until: Option<Millis>,
}

/// An answer to a pause that the server took.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The input that the workflow is given.
    pub input: Value,
    /// The id of the attempt, which is the run's own where there are no attempts.
    pub attempt: String,
    /// `pending`, `claimed`, `completed` or `failed`.
    pub status: &'static str,
    /// Why it failed.
    pub reason: Option<String>,
    /// The request that brought it.
    pub request: u32,
}

/// A run.
#[derive(Debug, Clone)]
pub struct Run {
    /// The id, chosen by the caller or made by the server.
    pub id: String,
    /// The workflow.
    pub workflow: Workflow,
    /// The input.
    pub input: Value,
    /// How it was started.
    pub mode: Mode,
    /// The id of its job.
    pub job: String,
    /// The request that started it.
    pub request: u32,
    /// When the start was accepted.
    pub accepted: Millis,
    /// When its row appeared.
    pub row: Millis,
    /// The state.
    pub state: State,
    /// The number of parts that are behind it.
    pub stage: usize,
    /// The places where it waited or waits.
    pub points: Vec<Point>,
    /// A second pause that the server files under the id of an attempt, and so can never be answered.
    pub strays: Vec<(String, Point)>,
    /// Whether the run was cancelled while it waited.
    pub cancelled: Cancelled,
    /// The attempt that is being carried out: its point, and the time at which it is forgotten.
    pub attempt: Option<(usize, Millis)>,
    /// The limit of its duration.
    pub limit: Option<Millis>,
    /// Whether the start was made through the second generation.
    pub by_v2: bool,
}

/// What a cancellation did to a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cancelled {
    /// Nothing.
    No,
    /// The answer was being carried out: it never ends.
    Cancelling,
    /// The pause is over.
    Yes,
}

/// The time that a worker takes to fetch a queued run.
pub const QUEUE: Millis = 150;
/// The time after its end in which a run still reads as running.
pub const LAG: Millis = 60;

impl Run {
    /// Returns whether blocks of the run worked.
    pub fn started(&self) -> bool {
        !matches!(self.state, State::Burned(..) | State::Queued(_))
    }

    /// Returns whether a block of the run worked or will work.
    pub fn is_real(&self) -> bool {
        !matches!(self.state, State::Burned(..))
    }

    /// Returns the latest answer of a human that was carried out.
    pub fn answer(&self) -> Option<&Value> {
        let points = self.points.iter().rev();
        points.filter_map(|point| point.answer.as_ref()).map(|answer| &answer.input).next()
    }

    /// Lets time pass until `now`.
    pub fn advance(&mut self, now: Millis, version: Version, cron: bool) {
        loop {
            match self.state {
                State::Queued(until) if until <= now => {
                    self.row = until;
                    self.state = State::Working(until + self.workflow.work(0));
                }
                State::Working(until) => {
                    let end = self.limit.map(|limit| self.row + limit);
                    if let Some(end) = end.filter(|end| *end < until && *end <= now) {
                        self.state = State::Ended(End::TimedOut, end);
                    } else if until <= now {
                        self.arrive(until, version);
                    } else {
                        return;
                    }
                }
                State::Paused if cron && self.cancelled == Cancelled::No => {
                    match self.points.iter().find_map(|point| point.until) {
                        // The cron call comes once a minute.
                        Some(due) if due.next_multiple_of(60_000) <= now && self.stage == 1 => {
                            let woken = due.next_multiple_of(60_000);
                            self.points[0].state = PointState::Resuming;
                            self.attempt = Some((0, woken));
                            self.state = State::Working(woken + 2000);
                        }
                        _ => return,
                    }
                }
                _ => return,
            }
        }
    }

    /// Comes to the next part.
    fn arrive(&mut self, now: Millis, version: Version) {
        let part = self.workflow.part(self.stage);
        let answered = self.attempt.take().map(|(point, _)| point);
        let is_parallel = self.points.len() > 1 && self.workflow == Workflow::Parallel;
        if is_parallel && self.points.iter().any(|point| point.state != PointState::Resumed) {
            self.finish(answered, PointState::Resumed, None);
            if self.points.iter().any(|point| point.state != PointState::Resumed) {
                self.state = State::Paused;
                self.next_in_line(now);
                return;
            }
        }
        match part {
            Part::End | Part::Respond => {
                self.finish(answered, PointState::Resumed, None);
                self.state = State::Ended(End::Completed, now);
            }
            Part::Throw if answered.is_some() => {
                self.finish(answered, PointState::Failed, Some(THROWN));
                self.state = State::Paused;
            }
            Part::Throw => self.state = State::Ended(End::Failed, now),
            Part::Ask(contexts) => {
                self.stage += 1;
                self.state = State::Paused;
                self.ask(contexts, answered, version);
            }
            Part::Sleep => {
                self.stage += 1;
                self.state = State::Paused;
                self.points.push(point("wait", Some(now + SLEEP)));
            }
        }
    }

    fn ask(&mut self, contexts: &'static [&'static str], after: Option<usize>, version: Version) {
        let Some(after) = after else {
            self.points.extend(contexts.iter().map(|context| point(context, None)));
            return;
        };
        if version.has_attempts() {
            // The second pause is filed under the attempt, and the first point stays as it was.
            if let Some(answer) = &mut self.points[after].answer {
                answer.status = "completed";
                self.strays.push((answer.attempt.clone(), point(contexts[0], None)));
            }
        } else {
            self.finish(Some(after), PointState::Resumed, None);
            self.points.extend(contexts.iter().map(|context| point(context, None)));
        }
    }

    /// Records what became of the answer to a point.
    fn finish(&mut self, point: Option<usize>, state: PointState, reason: Option<&str>) {
        let Some(point) = point.and_then(|at| self.points.get_mut(at)) else { return };
        point.state = state;
        if let Some(answer) = &mut point.answer {
            answer.status = if state == PointState::Failed { "failed" } else { "completed" };
            answer.reason = reason.map(str::to_owned);
        }
    }

    /// Carries out an answer that waited for another one.
    fn next_in_line(&mut self, now: Millis) {
        let next = self.points.iter().position(|point| point.state == PointState::Queued);
        if let Some(next) = next {
            self.carry_out(next, now);
        }
    }

    /// Begins to carry out the answer to a point.
    pub fn carry_out(&mut self, at: usize, now: Millis) {
        self.points[at].state = PointState::Resuming;
        if let Some(answer) = &mut self.points[at].answer {
            answer.status = "claimed";
        }
        self.attempt = Some((at, now));
        self.state = State::Working(now + self.workflow.work(self.stage));
    }

    /// Returns whether what followed an answer failed.
    pub fn has_failed(&self) -> bool {
        self.points.iter().any(|point| point.state == PointState::Failed)
    }

    /// Returns whether the run waits or waited for a human.
    pub fn asks(&self) -> bool {
        self.points.iter().any(|point| point.until.is_none())
    }
}

fn point(context: &'static str, until: Option<Millis>) -> Point {
    Point { context, state: PointState::Paused, answer: None, until }
}
