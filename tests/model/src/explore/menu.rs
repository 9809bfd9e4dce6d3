//! What can go wrong at a point of a history.

use super::bend::Bend;
use super::network::Network;
use super::scenario::{Change, Scenario};
use crate::server::{Mode, PointState, Refusal, State};
use crate::story::{Kind, Purpose};

/// A point of a history: a request that is about to be sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// What the request asks for.
    pub(super) kind: Kind,
    /// Whether it uses the second generation.
    pub(super) by_v2: bool,
    /// How it would start a run; `None` if it starts none.
    pub(super) mode: Option<Mode>,
    /// Whether another program with the same handle has something to send.
    pub(super) has_other: bool,
    /// Whether the program may die here.
    pub(super) may_die: bool,
}

/// Returns the adverse choices at a point.
pub(super) fn menu(scenario: &Scenario, network: &Network, point: Point) -> Vec<Bend> {
    let mut menu = ways_of(network, point);
    menu.extend(events(scenario, network, point));
    menu
}

/// Returns what can happen to the request itself.
fn ways_of(network: &Network, point: Point) -> Vec<Bend> {
    let mut ways = match point.kind {
        Kind::Start(_) => vec![
            Bend::NotSent,
            Bend::LoseRequest,
            Bend::LoseAnswer,
            Bend::LoseBody,
            Bend::Delay,
            Bend::DelayToEnd,
            Bend::Twice,
            Bend::TwiceSecond,
            Bend::TwiceLate,
            Bend::Gateway,
            Bend::GatewayAfter,
            Bend::Refuse(Refusal::Gate),
            Bend::Refuse(Refusal::Rate),
            Bend::RefuseUnheard(Refusal::Rate),
            Bend::Refuse(Refusal::Usage),
            Bend::Refuse(Refusal::ClaimsOut),
            Bend::Refuse(Refusal::QueueOut),
            Bend::Refuse(Refusal::Requests),
            Bend::RestartMidway,
        ],
        Kind::Resume => vec![
            Bend::LoseRequest,
            Bend::LoseAtOnce,
            Bend::LoseAnswer,
            Bend::LoseBody,
            Bend::Delay,
            Bend::DelayToEnd,
            Bend::Twice,
            Bend::TwiceSecond,
            Bend::Gateway,
            Bend::GatewayAfter,
            Bend::Refuse(Refusal::Usage),
            Bend::Refuse(Refusal::Requests),
            Bend::RestartMidway,
        ],
        Kind::Cancel => vec![
            Bend::LoseRequest,
            Bend::LoseAnswer,
            Bend::DelayToEnd,
            Bend::Twice,
            Bend::GatewayAfter,
            Bend::Refuse(Refusal::Requests),
        ],
        Kind::Probe => vec![Bend::LoseAnswer, Bend::Gateway, Bend::Refuse(Refusal::Gate)],
        _ => vec![Bend::LoseAnswer, Bend::Gateway, Bend::Refuse(Refusal::Requests)],
    };
    if matches!(point.mode, Some(Mode::Sync | Mode::Stream)) {
        ways.push(Bend::LoseMidway);
    }
    ways.retain(|bend| match bend {
        Bend::Refuse(refusal) => network.can_refuse(*refusal, point.by_v2, point.mode),
        _ => true,
    });
    ways
}

/// Returns what can happen before the request.
fn events(scenario: &Scenario, network: &Network, point: Point) -> Vec<Bend> {
    let mut events = vec![Bend::Restart, Bend::TimePasses, Bend::CallerCancels];
    match scenario.world.change {
        Change::Upgrade(_) if network.next_version().is_some() => events.push(Bend::Upgrade),
        Change::SwitchOff if network.can_switch_off() => events.push(Bend::SwitchOff),
        Change::OtherNode(_) => events.push(Bend::OtherNode),
        _ => {}
    }
    let is_alive =
        |state: &State| matches!(state, State::Working(_) | State::Paused | State::Queued(_));
    if network.server.runs.iter().any(|run| is_alive(&run.state)) {
        events.push(Bend::CancelElsewhere);
    }
    let waits = |state: PointState| state == PointState::Paused;
    let purpose = scenario.conversation.purpose();
    let points = network.server.runs.iter().flat_map(|run| &run.points);
    let asked = |purpose| matches!(purpose, Purpose::Resume | Purpose::Wait);
    if asked(purpose) && points.into_iter().any(|it| it.until.is_none() && waits(it.state)) {
        events.push(Bend::AnswerElsewhere);
    }
    if point.may_die {
        events.push(Bend::Crash);
        if !point.kind.reads() {
            events.push(Bend::CrashAfter);
        }
    }
    if point.has_other {
        events.extend([Bend::OtherClient, Bend::OtherClientAll]);
    }
    events
}
