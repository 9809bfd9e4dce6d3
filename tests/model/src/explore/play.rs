//! One history, played from its beginning.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::json;

use super::before::{begun, context, post};
use super::bend::Bend;
use super::chooser::Chooser;
use super::menu::{Point, menu};
use super::mistake::Mistake;
use super::network::{Network, Seen};
use super::program::Program;
use super::requests::{kind_of, mode_of, seen_as};
use super::scenario::{Conversation, Scenario};
use super::sdk::{self, About, Store};
use super::talk::{self, Next};
use crate::server::{PointState, State};
use crate::story::{Ending, Kind, Sent, Story, Told};

/// The requests of a history at which something may go wrong.
const POINTS: u32 = 8;
/// The requests after which a conversation counts as endless.
const ENDLESS: u32 = 1500;
/// What tells the input of a history from all others.
const NONCE: &str = "n-1";
/// What tells the caller's answer to a pause from all others.
const MINE: &str = "mine";

/// Plays a history: `chooser` says what goes wrong, and `mistake` is made again.
pub fn play(scenario: &Scenario, chooser: &mut dyn Chooser, mistake: Option<Mistake>) -> Story {
    played(Stage::new(scenario, mistake), chooser)
}

/// Plays a long history, in which something may go wrong at every request.
pub fn play_long(scenario: &Scenario, chooser: &mut dyn Chooser) -> Story {
    played(Stage { is_long: true, ..Stage::new(scenario, None) }, chooser)
}

fn played(mut stage: Stage<'_>, chooser: &mut dyn Chooser) -> Story {
    let scenario = stage.scenario;
    let mut first = stage.program(0);
    let two = matches!(scenario.conversation, Conversation::Durable { two: true, .. });
    stage.begin(&mut first);
    let mut second = two.then(|| stage.program(1));
    while first.is_talking() {
        stage.step(&mut first, &mut second, chooser);
    }
    if let Some(second) = &mut second {
        stage.join(second);
        while second.is_talking() {
            stage.straight(second);
        }
    }
    stage.finish()
}

struct Stage<'a> {
    scenario: &'a Scenario,
    mistake: Option<Mistake>,
    network: Network,
    store: Store,
    about: About,
    sent: Vec<Sent>,
    told: Vec<Told>,
    /// The situations in which something could go wrong already.
    offered: Vec<(Kind, String, u64)>,
    made: u32,
    /// Whether something may go wrong at every request.
    is_long: bool,
}

impl<'a> Stage<'a> {
    fn new(scenario: &'a Scenario, mistake: Option<Mistake>) -> Self {
        let mut network = Network::new(scenario.world);
        let run = begun(scenario, &mut network, NONCE);
        let about = About {
            conversation: scenario.conversation,
            input: sdk::input(NONCE),
            answer: json!({"by": MINE}),
            run,
            context: context(scenario.conversation),
            keyed: scenario.world.keyed,
        };
        Self {
            scenario,
            mistake,
            network,
            store: Arc::new(Mutex::new(None)),
            about,
            sent: Vec::new(),
            told: Vec::new(),
            offered: Vec::new(),
            made: 0,
            is_long: false,
        }
    }

    fn program(&self, id: u8) -> Program {
        Program::new(id, self.network.now, self.scenario.world.keyed)
    }

    fn begin(&mut self, program: &mut Program) {
        match sdk::begin(program.api(), &self.about, &self.store) {
            Ok(talk) => program.talk = Some(talk),
            Err(ending) => self.ends(program, ending),
        }
    }

    /// Returns whether a program can begin with the handle that another one stored.
    fn may_join(&self, program: &Program) -> bool {
        let is_stored = self.store.lock().is_ok_and(|stored| stored.is_some());
        is_stored && !program.has_begun
    }

    /// Lets a program begin with the handle that another one stored.
    fn join(&mut self, program: &mut Program) {
        if self.may_join(program) {
            program.has_begun = true;
            program.began = self.network.now;
            self.begin(program);
        }
    }

    /// Sends the next request of a program, and lets go wrong what is chosen.
    fn step(
        &mut self,
        program: &mut Program,
        other: &mut Option<Program>,
        chooser: &mut dyn Chooser,
    ) {
        self.network.now = self.network.now.max(program.ready);
        let Some(request) = program.talk.as_ref().map(|talk| talk.request()) else { return };
        let point = self.point(&request, program, other.as_ref());
        let bends = if self.is_offered(point.kind, &request) {
            menu(self.scenario, &self.network, point)
        } else {
            Vec::new()
        };
        let way = if bends.is_empty() { 0 } else { chooser.choose(&bends) };
        let bend = way.checked_sub(1).and_then(|at| bends.get(at)).copied();
        match bend {
            Some(Bend::CallerCancels) => {
                let elapsed = self.network.now - program.began;
                let talk = program.talk.as_mut();
                if let Some(ending) = talk.map(|talk| talk.cancel(elapsed)) {
                    self.ends(program, ending);
                }
            }
            Some(Bend::Crash) => self.crash(program),
            Some(Bend::CrashAfter) => {
                self.send(program, &request, point.kind, bend);
                self.crash(program);
            }
            Some(Bend::OtherClient | Bend::OtherClientAll) => {
                if let Some(second) = other.as_mut() {
                    self.join(second);
                }
                while let Some(second) = other.as_mut().filter(|second| second.is_talking()) {
                    self.straight(second);
                    if bend == Some(Bend::OtherClient) {
                        break;
                    }
                }
                self.go(program, &request, point.kind, None);
            }
            _ => {
                self.happens(program, bend);
                self.go(program, &request, point.kind, bend);
            }
        }
    }

    /// Sends the next request of a program; nothing goes wrong.
    fn straight(&mut self, program: &mut Program) {
        self.network.now = self.network.now.max(program.ready);
        let Some(request) = program.talk.as_ref().map(|talk| talk.request()) else { return };
        let kind = kind_of(&request);
        self.go(program, &request, kind, None);
    }

    fn point(
        &self,
        request: &http::Request<Bytes>,
        program: &Program,
        other: Option<&Program>,
    ) -> Point {
        let kind = kind_of(request);
        let starts = matches!(kind, Kind::Start(_));
        Point {
            kind,
            by_v2: request.uri().path().starts_with("/api/v2/"),
            mode: starts.then(|| mode_of(request)),
            has_other: other.is_some_and(|other| other.is_talking() || self.may_join(other)),
            may_die: self.scenario.conversation.is_stored() && program.deaths < 2,
        }
    }

    /// Returns whether something may go wrong here. A read that is repeated, in a state that was seen, is no new
    /// situation.
    fn is_offered(&mut self, kind: Kind, request: &http::Request<Bytes>) -> bool {
        if self.made >= POINTS {
            return self.is_long;
        }
        if self.is_long || !kind.reads() {
            return true;
        }
        let last = self.sent.iter().rev().find(|sent| sent.kind == kind);
        let last = last.and_then(|sent| sent.answer.as_ref()).map_or(0, seen_as);
        let situation = (kind, request.uri().to_string(), last);
        let is_new = !self.offered.contains(&situation);
        if is_new {
            self.offered.push(situation);
        }
        is_new
    }

    /// Lets what is chosen happen before a request.
    fn happens(&mut self, program: &mut Program, bend: Option<Bend>) {
        let Some(bend) = bend else { return };
        let before = self.network.now;
        self.network.happen(bend);
        program.asleep += self.network.now - before;
        match bend {
            Bend::CancelElsewhere => self.cancel_elsewhere(),
            Bend::AnswerElsewhere => self.answer_elsewhere(),
            _ => {}
        }
    }

    /// Sends a request and tells its program what became of it.
    fn go(
        &mut self,
        program: &mut Program,
        request: &http::Request<Bytes>,
        kind: Kind,
        bend: Option<Bend>,
    ) {
        let seen = self.send(program, request, kind, bend);
        let elapsed = self.network.now - program.began;
        let elapsed = self.mistake.map_or(elapsed, |mistake| mistake.elapsed(elapsed));
        let Some(talk) = &mut program.talk else { return };
        match talk.receive(seen, elapsed) {
            Next::Again(_) if program.requests >= ENDLESS => self.ends(program, Ending::Endless),
            Next::Again(delay) => program.ready = self.network.now + delay,
            Next::Ended(ending) => match self.fall_back(program, &ending) {
                Some(talk) => program.talk = Some(talk),
                None => self.ends(program, ending),
            },
        }
    }

    fn send(
        &mut self,
        program: &mut Program,
        request: &http::Request<Bytes>,
        kind: Kind,
        bend: Option<Bend>,
    ) -> Seen {
        self.made += 1;
        program.requests += 1;
        let (number, at) = (self.made, self.network.now);
        let limit = program.talk.as_ref().and_then(|talk| talk.limit());
        let mut seen = self.network.send(request, number, bend, limit);
        if let (Some(mistake), Seen::Answer(reply)) = (self.mistake, &mut seen) {
            mistake.twist(request, kind, reply);
        }
        let answer = match &seen {
            Seen::Answer(reply) if bend != Some(Bend::CrashAfter) => Some(reply.clone()),
            _ => None,
        };
        let id =
            ["x-execution-id", "x-run-id"].iter().find_map(|name| request.headers().get(*name));
        self.sent.push(Sent {
            number,
            client: program.id,
            at,
            kind,
            target: format!("{} {}", request.method(), request.uri()),
            id: id.and_then(|id| id.to_str().ok()).map(str::to_owned),
            bend: bend.map(|bend| bend.to_string()).unwrap_or_default(),
            left: bend != Some(Bend::NotSent),
            answer,
        });
        seen
    }

    /// Ends a conversation.
    fn ends(&mut self, program: &mut Program, ending: Ending) {
        program.talk = None;
        let at = self.network.now;
        let (client, began, asleep) = (program.id, program.began, program.asleep);
        self.told.push(Told { client, began, at, asleep, ending });
    }

    /// Lets a program die and come back with what it stored.
    fn crash(&mut self, program: &mut Program) {
        self.ends(program, Ending::Crashed);
        program.rise(self.network.now + 1000);
        self.network.now = program.began;
        if self.mistake == Some(Mistake::ProofAfterStart) {
            sdk::believe(&self.store);
        }
        self.begin(program);
    }

    /// Returns the conversation that a program with the old mistake has after a start of the second generation that may
    /// have left.
    fn fall_back(&self, program: &mut Program, ending: &Ending) -> Option<Box<dyn talk::Talk>> {
        let Ending::Error { may_have_started: true, .. } = ending else { return None };
        let starts = |sent: &&Sent| sent.client == program.id && sent.kind == Kind::Start(2);
        let id = self.sent.iter().rev().find(starts)?.id.clone()?;
        if self.mistake != Some(Mistake::FallbackAfterStart) || program.fell_back {
            return None;
        }
        program.fell_back = true;
        sdk::fall_back(&sdk::client(9, self.about.keyed, Some(1)), &self.about, &id)
    }

    fn cancel_elsewhere(&mut self) {
        let alive = |state: &State| !matches!(state, State::Ended(..) | State::Burned(..));
        let runs = &self.network.server.runs;
        let Some(run) = runs.iter().rev().find(|run| alive(&run.state)) else { return };
        let (workflow, id) = (run.workflow.id(), &run.id);
        let path = format!("/api/workflows/{workflow}/executions/{id}/cancel");
        self.network.aside(&post(&path, "{}"));
    }

    fn answer_elsewhere(&mut self) {
        let waits = |state: PointState| state == PointState::Paused;
        let found = self.network.server.runs.iter().find_map(|run| {
            let point = run.points.iter().find(|it| it.until.is_none() && waits(it.state))?;
            Some((run.workflow.id(), run.id.clone(), point.context))
        });
        if let Some((workflow, run, context)) = found {
            let path = format!("/api/resume/{workflow}/{run}/{context}");
            self.network.aside(&post(&path, r#"{"input": {"by": "another"}}"#));
        }
    }

    fn finish(mut self) -> Story {
        self.network.finish();
        Story {
            purpose: self.scenario.conversation.purpose(),
            nonce: NONCE.to_owned(),
            answer: MINE.to_owned(),
            context: self.about.context,
            deadline: self.scenario.conversation.deadline(),
            mixed: self.scenario.world.is_mixed(),
            keyed: self.scenario.world.keyed,
            sent: self.sent,
            told: self.told,
            server: self.network.server,
            claimed: self.network.claimed,
        }
    }
}
