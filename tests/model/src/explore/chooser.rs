//! Who chooses at each point of a history.

use super::bend::Bend;

/// A source of choices. The choice 0 is always that nothing goes wrong.
pub trait Chooser {
    /// Chooses one of the ways, counted from 1; 0 is the straight way.
    fn choose(&mut self, ways: &[Bend]) -> usize;
}

/// Choices that were written down: at which points which way is taken. All other points go straight on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Script {
    /// The adverse choices: the number of the point, and the way.
    pub turns: Vec<(usize, usize)>,
}

/// A script that is played, with the number of ways at each point.
#[derive(Debug)]
pub(super) struct Played<'a> {
    script: &'a Script,
    /// The ways at each point so far.
    pub(super) ways: Vec<usize>,
    /// The choices so far, by their names.
    pub(super) named: Vec<(usize, Bend)>,
}

impl<'a> Played<'a> {
    /// Begins to play a script.
    pub(super) fn new(script: &'a Script) -> Self {
        Self { script, ways: Vec::new(), named: Vec::new() }
    }
}

impl Chooser for Played<'_> {
    fn choose(&mut self, ways: &[Bend]) -> usize {
        let at = self.ways.len();
        self.ways.push(ways.len());
        let turn = self.script.turns.iter().find(|(point, _)| *point == at);
        let way = turn.map_or(0, |(_, way)| *way);
        if let Some(bend) = way.checked_sub(1).and_then(|way| ways.get(way)) {
            self.named.push((at, *bend));
        }
        way
    }
}

/// Choices by chance, from a seed. About one in `rarity` is adverse.
#[derive(Debug, Clone)]
pub struct Chance {
    state: u64,
    rarity: u64,
}

impl Chance {
    /// Creates choices from a seed.
    pub fn new(seed: u64, rarity: u64) -> Self {
        Self { state: seed ^ 0x9e37_79b9_7f4a_7c15, rarity }
    }

    /// Returns a number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        // The steps of splitmix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit.max(1)
    }
}

impl Chooser for Chance {
    fn choose(&mut self, ways: &[Bend]) -> usize {
        if ways.is_empty() || self.below(self.rarity) != 0 {
            return 0;
        }
        usize::try_from(self.below(ways.len() as u64)).map_or(0, |way| way + 1)
    }
}

/// Choices that are read from bytes; after the last one, nothing goes wrong.
#[derive(Debug)]
pub struct FromBytes<'a>(pub &'a [u8]);

impl Chooser for FromBytes<'_> {
    fn choose(&mut self, ways: &[Bend]) -> usize {
        match self.0 {
            [first, rest @ ..] => {
                self.0 = rest;
                let way = usize::from(*first);
                if way <= ways.len() { way } else { 0 }
            }
            [] => 0,
        }
    }
}

/// Choices by their names: at which points, counted from 0, what goes wrong.
#[derive(Debug)]
pub struct Named<'a> {
    turns: &'a [(usize, Bend)],
    at: usize,
}

impl<'a> Named<'a> {
    /// Creates choices.
    pub const fn new(turns: &'a [(usize, Bend)]) -> Self {
        Self { turns, at: 0 }
    }
}

impl Chooser for Named<'_> {
    fn choose(&mut self, ways: &[Bend]) -> usize {
        let at = self.at;
        self.at += 1;
        let Some((_, turn)) = self.turns.iter().find(|(point, _)| *point == at) else { return 0 };
        let way = ways.iter().position(|way| way == turn);
        way.unwrap_or_else(|| panic!("nothing at point {at} is like {turn:?}: {ways:?}")) + 1
    }
}
