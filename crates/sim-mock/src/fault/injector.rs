//! The faults of a running server, and how often each took effect.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use super::effect::Fault;
use super::kind::Kind;
use super::mix::Faults;

/// The source of the faults for requests, with a counter for each kind of fault.
#[derive(Debug)]
pub(crate) struct Injector(Mutex<Inside>);

#[derive(Debug)]
struct Inside {
    faults: Faults,
    injected: BTreeMap<Fault, usize>,
}

impl Injector {
    pub(crate) fn new(faults: Faults) -> Self {
        Self(Mutex::new(Inside { faults, injected: BTreeMap::new() }))
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().expect("no code panics while it holds the faults")
    }

    pub(crate) fn set(&self, faults: Faults) {
        self.inside().faults = faults;
    }

    /// Returns the fault for a request that arrived now, or `None` to spare it.
    pub(crate) fn draw(&self, kind: Kind) -> Option<Fault> {
        self.inside().faults.draw(kind)
    }

    /// Counts a fault that took effect.
    pub(crate) fn count(&self, fault: Fault) {
        *self.inside().injected.entry(fault).or_default() += 1;
    }

    pub(crate) fn injected(&self) -> BTreeMap<Fault, usize> {
        self.inside().injected.clone()
    }
}
