//! The retry budget: a bound on repeats that all clones of a client share, to protect a failing server.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A bucket of tokens: a repeat takes some, and a success returns some.
#[derive(Debug)]
pub(crate) struct Budget {
    left: AtomicU32,
    capacity: u32,
}

impl Budget {
    /// The default capacity, in repeats.
    pub(super) const REPEATS: u32 = 100;
    const REPEAT: u32 = 5;
    const SUCCESS: u32 = 1;

    /// Creates a budget for this many repeats in a row.
    pub(crate) fn new(repeats: u32) -> Self {
        let capacity = Self::cost(repeats);
        Self { left: AtomicU32::new(capacity), capacity }
    }

    /// Takes the cost of one repeat. Returns false if too few tokens are left.
    pub(crate) fn take(&self) -> bool {
        self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(Self::REPEAT)).is_ok()
    }

    /// Returns the cost of the repeats of a successful call, and a little more.
    pub(crate) fn give_back(&self, repeats: u32) {
        self.add(Self::cost(repeats).saturating_add(Self::SUCCESS));
    }

    /// Returns only the cost of these repeats, for a success that other calls already count.
    pub(crate) fn repay(&self, repeats: u32) {
        self.add(Self::cost(repeats));
    }

    fn cost(repeats: u32) -> u32 {
        repeats.saturating_mul(Self::REPEAT)
    }

    fn add(&self, tokens: u32) {
        let add = |left: u32| Some(left.saturating_add(tokens).min(self.capacity));
        // The closure always returns `Some`, so the update cannot fail.
        let _ = self.left.fetch_update(Relaxed, Relaxed, add);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_server_is_left_alone_until_something_succeeds() {
        let budget = Budget::new(Budget::REPEATS);
        assert_eq!((0..1000).filter(|_| budget.take()).count(), 100);
        assert!(!budget.take());
        budget.give_back(0);
        assert!(!budget.take(), "one success earns a fifth of a repeat");
        budget.give_back(1);
        assert!(budget.take());
    }

    #[test]
    fn what_is_repaid_is_what_it_cost() {
        let budget = Budget::new(Budget::REPEATS);
        assert!((0..100).all(|_| budget.take()));
        budget.repay(0);
        assert!(!budget.take());
        budget.repay(2);
        assert!(budget.take() && budget.take() && !budget.take());
    }

    #[test]
    fn its_size_is_a_setting() {
        for repeats in [0, 1, 7] {
            let budget = Budget::new(repeats);
            assert_eq!((0..1000).filter(|_| budget.take()).count(), repeats as usize);
        }
        let endless = Budget::new(u32::MAX);
        assert!((0..100_000).all(|_| endless.take()));
    }

    #[test]
    fn it_never_holds_more_than_it_began_with() {
        let budget = Budget::new(Budget::REPEATS);
        budget.give_back(u32::MAX);
        assert_eq!((0..1000).filter(|_| budget.take()).count(), 100);
    }
}
