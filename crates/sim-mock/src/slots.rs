//! Counted slots, for requests being handled and for runs in progress.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A number of slots, some of them taken.
#[derive(Debug, Clone)]
pub(crate) struct Slots {
    taken: Arc<AtomicUsize>,
    places: usize,
}

impl Slots {
    pub(crate) fn new(places: usize) -> Self {
        Self { taken: Arc::default(), places }
    }

    /// Takes a slot. Returns `None` if all are taken.
    pub(crate) fn take(&self) -> Option<Slot> {
        let more = |taken: usize| (taken < self.places).then(|| taken + 1);
        self.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok()?;
        Some(Slot { taken: Arc::clone(&self.taken) })
    }
}

/// A taken slot. Dropping it frees the slot.
#[derive(Debug)]
pub(crate) struct Slot {
    taken: Arc<AtomicUsize>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.taken.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::Slots;

    #[test]
    fn a_dropped_slot_is_free_again() {
        let slots = Slots::new(1);
        let first = slots.take();
        assert!(first.is_some());
        assert!(slots.take().is_none());
        drop(first);
        assert!(slots.take().is_some());
    }
}
