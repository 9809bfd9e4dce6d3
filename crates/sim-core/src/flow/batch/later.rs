//! Work that goes on at a time, the earliest first.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::time::Duration;

use super::job::Work;

/// The work of a batch that waits for its time.
#[derive(Default)]
pub(super) struct Later {
    parked: BinaryHeap<Reverse<Parked>>,
    /// How much work ever waited. Of two that are due at once, the one that waits longer goes first.
    count: u64,
}

impl Later {
    pub(super) fn add(&mut self, work: Work, due: Duration) {
        self.count += 1;
        self.parked.push(Reverse(Parked { due, number: self.count, work }));
    }

    /// Returns work that is due, if there is any.
    pub(super) fn due(&mut self, now: Duration) -> Option<Work> {
        self.next_due().filter(|due| *due <= now)?;
        self.parked.pop().map(|Reverse(parked)| parked.work)
    }

    /// Returns when the next work is due.
    pub(super) fn next_due(&self) -> Option<Duration> {
        self.parked.peek().map(|Reverse(parked)| parked.due)
    }
}

/// Work and its time.
struct Parked {
    due: Duration,
    number: u64,
    work: Work,
}

impl Parked {
    fn key(&self) -> (Duration, u64) {
        (self.due, self.number)
    }
}

impl PartialEq for Parked {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Parked {}

impl PartialOrd for Parked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Parked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}
