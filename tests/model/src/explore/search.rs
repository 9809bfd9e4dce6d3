//! The search: every history with up to k adverse choices, in parallel.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::bend::Bend;
use super::chooser::{Played, Script};
use super::mistake::Mistake;
use super::play::play;
use super::scenario::Scenario;
use crate::oracle::{Violation, judge};
use crate::story::Story;

/// A search.
#[derive(Debug, Clone)]
pub struct Search {
    /// The most adverse choices of a history.
    pub most: usize,
    /// The old mistake that is made again.
    pub mistake: Option<Mistake>,
    /// The scenarios.
    pub scenarios: Vec<Scenario>,
}

/// What a search found.
#[derive(Debug, Default)]
pub struct Found {
    /// The histories that are different.
    pub histories: usize,
    /// The histories that were played.
    pub played: usize,
    /// The histories that violate a rule.
    pub violations: usize,
    /// The shortest history for each rule that is violated, and how many there are.
    pub shortest: BTreeMap<Violation, (usize, Scenario, Script)>,
    /// All histories that violate a rule.
    pub broken: Vec<(Violation, Scenario, Script)>,
}

/// Plays a script. Returns its choices by their names, and what happened.
pub fn replay(
    scenario: &Scenario,
    script: &Script,
    mistake: Option<Mistake>,
) -> (Vec<(usize, Bend)>, Story) {
    let mut played = Played::new(script);
    let story = play(scenario, &mut played, mistake);
    (played.named, story)
}

/// One piece of the work: a scenario, and the choices that its histories begin with.
type Piece = (Scenario, Script);

impl Search {
    /// Searches.
    pub fn run(&self) -> Found {
        let pieces: Vec<Piece> = self.scenarios.iter().flat_map(|it| self.pieces(it)).collect();
        let next = AtomicUsize::new(0);
        let found = Mutex::new((Found::default(), HashSet::new()));
        let threads = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let mut own =
                        Own { search: self, found: Found::default(), seen: HashSet::new() };
                    while let Some((scenario, script)) =
                        pieces.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        own.explore(scenario, script.clone());
                    }
                    let mut all = found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    all.1.extend(own.seen);
                    all.0.merge(own.found);
                });
            }
        });
        let (mut found, seen) =
            found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        found.histories = seen.len();
        found
    }

    /// Returns the straight history of a scenario, and those with one adverse choice, as pieces of the work.
    fn pieces(&self, scenario: &Scenario) -> Vec<Piece> {
        let straight = Script::default();
        let mut played = Played::new(&straight);
        play(scenario, &mut played, self.mistake);
        // The straight history counts as a piece that nothing grows from.
        let mut pieces = vec![(*scenario, Script { turns: vec![(usize::MAX, 0)] })];
        if self.most > 0 {
            pieces.extend(after(&straight, &played.ways).map(|script| (*scenario, script)));
        }
        pieces
    }
}

/// Returns the scripts with one more adverse choice, after those of `script`.
fn after(script: &Script, ways: &[usize]) -> impl Iterator<Item = Script> {
    let first = script.turns.last().map_or(0, |(point, _)| point.saturating_add(1));
    let points = ways.iter().enumerate().skip(first);
    let turns = script.turns.clone();
    points.flat_map(move |(point, ways)| {
        let turns = turns.clone();
        (1..=*ways).map(move |way| {
            let mut turns = turns.clone();
            turns.push((point, way));
            Script { turns }
        })
    })
}

/// What one thread explores.
struct Own<'a> {
    search: &'a Search,
    found: Found,
    seen: HashSet<u64>,
}

impl Own<'_> {
    fn explore(&mut self, scenario: &Scenario, script: Script) {
        let mut left = vec![script];
        while let Some(script) = left.pop() {
            let mut played = Played::new(&script);
            let story = play(scenario, &mut played, self.search.mistake);
            let ways = std::mem::take(&mut played.ways);
            self.judge(scenario, &script, &story);
            if script.turns.len() < self.search.most {
                left.extend(after(&script, &ways));
            }
        }
    }

    fn judge(&mut self, scenario: &Scenario, script: &Script, story: &Story) {
        self.found.played += 1;
        self.seen.insert(mark(scenario, story));
        let broken = judge(story);
        self.found.violations += usize::from(!broken.is_empty());
        for violation in broken {
            self.found.broken.push((violation, *scenario, script.clone()));
            self.found.note(violation, 1, *scenario, script.clone());
        }
    }
}

impl Found {
    fn note(&mut self, violation: Violation, count: usize, scenario: Scenario, script: Script) {
        let entry = self.shortest.entry(violation).or_insert_with(|| (0, scenario, script.clone()));
        entry.0 += count;
        if script.turns.len() < entry.2.turns.len() {
            (entry.1, entry.2) = (scenario, script);
        }
    }

    fn merge(&mut self, other: Self) {
        self.played += other.played;
        self.violations += other.violations;
        self.broken.extend(other.broken);
        for (violation, (count, scenario, script)) in other.shortest {
            self.note(violation, count, scenario, script);
        }
    }
}

/// Returns a number that tells a history from others: by what was sent, what came of it, and how it ended.
fn mark(scenario: &Scenario, story: &Story) -> u64 {
    let mut hasher = DefaultHasher::new();
    scenario.hash(&mut hasher);
    for sent in &story.sent {
        (&sent.target, sent.at, &sent.bend, &sent.id, sent.client).hash(&mut hasher);
        sent.answer.as_ref().map(|reply| (reply.status, &reply.body)).hash(&mut hasher);
    }
    for told in &story.told {
        (told.at, format!("{:?}", told.ending)).hash(&mut hasher);
    }
    hasher.finish()
}
