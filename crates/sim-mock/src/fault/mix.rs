//! Which faults happen, and to which requests.

use std::collections::VecDeque;

use super::effect::Fault;
use super::kind::Kind;

/// The requests to which [`Faults`] may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Scope {
    /// Execute requests, queued ones included.
    Executes,
    /// Execute requests that queue their run.
    Queues,
    /// Requests with the method GET, but downloads of files.
    Reads,
    /// The bytes of uploads, and downloads of files.
    Bytes,
    /// All requests to the server.
    #[default]
    All,
}

impl Scope {
    fn covers(self, kind: Kind) -> bool {
        match self {
            Self::Executes => matches!(kind, Kind::Execute | Kind::Queue),
            Self::Queues => kind == Kind::Queue,
            Self::Reads => kind == Kind::Read,
            Self::Bytes => kind == Kind::Bytes,
            Self::All => true,
        }
    }
}

/// The faults of a [`Sim`](crate::Sim): a random mix, or a script.
///
/// ```
/// use sim_mock::{Fault, Faults, Scope, Sim};
///
/// # fn main() -> std::io::Result<()> {
/// let mix = Faults::seeded(7).share(0.3).among([Fault::CloseAfterRead, Fault::CutBody]);
/// let sim = Sim::demo().faults(mix).start()?;
/// // Some calls later:
/// sim.set_faults(Faults::script([Fault::Stall, Fault::Gate(0)]).only(Scope::Executes));
/// sim.set_faults(Faults::none());
/// for (fault, times) in sim.faults() {
///     println!("{fault}: {times}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "nothing goes wrong before a server has the faults"]
pub struct Faults {
    source: Source,
    scope: Scope,
}

#[derive(Debug, Clone, PartialEq)]
enum Source {
    Mix {
        seed: u64,
        share: f64,
        among: Vec<Fault>,
        /// The number of requests that were decided so far.
        turn: u64,
    },
    Script(VecDeque<Option<Fault>>),
}

impl Faults {
    /// Creates a plan without any fault.
    pub fn none() -> Self {
        Self::script::<Fault>([])
    }

    /// Creates a random mix that depends only on the seed: the same requests get the same faults, in the
    /// order in which their heads arrive. Requests outside the [`Scope`] do not count.
    pub fn seeded(seed: u64) -> Self {
        let among = Fault::RECOVERABLE.to_vec();
        let source = Source::Mix { seed, share: 0.1, among, turn: 0 };
        Self { source, scope: Scope::All }
    }

    /// Creates a script: one fault for each request, in this order, and then none. A `None` spares a request.
    /// A fault that cannot happen to a request waits for one to which it can happen.
    pub fn script<F: Into<Option<Fault>>>(faults: impl IntoIterator<Item = F>) -> Self {
        let faults = faults.into_iter().map(Into::into).collect();
        Self { source: Source::Script(faults), scope: Scope::All }
    }

    /// Sets the share of requests that get a fault, from 0 to 1, by default 0.1. It does not change a script.
    pub fn share(mut self, part: f64) -> Self {
        if let Source::Mix { share, .. } = &mut self.source {
            *share = part;
        }
        self
    }

    /// Sets the faults of the mix, each equally likely, by default [`Fault::RECOVERABLE`]. A request gets one
    /// of the faults that can happen to it, or none if none can. It does not change a script.
    pub fn among(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        if let Source::Mix { among, .. } = &mut self.source {
            *among = faults.into_iter().collect();
        }
        self
    }

    /// Sets the requests to which faults may happen, by default all.
    pub fn only(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Returns the fault for the next request, or `None` to spare it.
    pub(super) fn draw(&mut self, kind: Kind) -> Option<Fault> {
        if !self.scope.covers(kind) {
            return None;
        }
        match &mut self.source {
            Source::Mix { seed, share, among, turn } => {
                // Each request uses two numbers, whether or not it needs the second.
                let (whether, which) = (bits(*seed, *turn * 2), bits(*seed, *turn * 2 + 1));
                *turn += 1;
                if f64::from(whether) >= *share * (f64::from(u32::MAX) + 1.0) {
                    return None;
                }
                let fitting: Vec<Fault> =
                    among.iter().copied().filter(|fault| fault.fits(kind)).collect();
                let which = usize::try_from(which).unwrap_or_default();
                fitting.get(which.checked_rem(fitting.len())?).copied()
            }
            Source::Script(faults) => {
                let waits = faults.front()?.is_some_and(|fault| !fault.fits(kind));
                if waits { None } else { faults.pop_front().flatten() }
            }
        }
    }
}

/// Returns a number of the sequence of this seed, by splitmix64. No release of a library changes it.
fn bits(seed: u64, number: u64) -> u32 {
    let mut bits = seed.wrapping_add((number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    u32::try_from((bits ^ (bits >> 31)) >> 32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{Fault, Faults, Kind, Scope};

    fn drawn(mut faults: Faults, kind: Kind, requests: usize) -> Vec<Option<Fault>> {
        (0..requests).map(|_| faults.draw(kind)).collect()
    }

    #[test]
    fn a_mix_is_the_same_for_the_same_seed() {
        let draws = |seed| drawn(Faults::seeded(seed).share(0.5), Kind::Queue, 200);
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
    }

    #[test]
    fn the_share_is_kept_and_every_fault_is_drawn_as_often() {
        let mut times = HashMap::new();
        for fault in drawn(Faults::seeded(3).share(0.3), Kind::Queue, 40_000).into_iter().flatten()
        {
            *times.entry(fault).or_insert(0_u32) += 1;
        }
        assert_eq!(times.len(), Fault::RECOVERABLE.len());
        // The expected number is 1000 each; the fixed seed makes the test repeatable.
        assert!(times.values().all(|times| (900..1100).contains(times)), "{times:?}");
    }

    #[test]
    fn a_share_of_none_or_all_is_exact() {
        let draws = |share| drawn(Faults::seeded(1).share(share), Kind::Execute, 1000);
        assert!(draws(0.0).iter().all(Option::is_none));
        assert!(draws(1.0).iter().all(Option::is_some));
    }

    #[test]
    fn a_request_draws_what_can_happen_to_it() {
        let only_queued = Faults::seeded(1).share(1.0).among([Fault::AmbiguousEnqueue]);
        assert_eq!(drawn(only_queued.clone(), Kind::Execute, 1), [None]);
        assert_eq!(drawn(only_queued, Kind::Queue, 1), [Some(Fault::AmbiguousEnqueue)]);
        let reads = drawn(Faults::seeded(1).share(1.0), Kind::Read, 1000);
        assert!(!reads.contains(&Some(Fault::Bucket)) && !reads.contains(&None));
        assert_eq!(drawn(Faults::seeded(1).share(1.0).among([]), Kind::Read, 1), [None]);
    }

    #[test]
    fn a_script_waits_for_the_request_that_it_fits() {
        let mut script = Faults::script([Some(Fault::Bucket), None, Some(Fault::Stall)]);
        assert_eq!(script.draw(Kind::Read), None);
        assert_eq!(script.draw(Kind::Execute), Some(Fault::Bucket));
        assert_eq!(script.draw(Kind::Execute), None);
        assert_eq!(script.draw(Kind::Other), Some(Fault::Stall));
        assert_eq!(script.draw(Kind::Other), None);
    }

    #[test]
    fn requests_out_of_the_scope_are_spared() {
        let mut reads = Faults::script([Fault::Stall]).only(Scope::Reads);
        assert_eq!(reads.draw(Kind::Queue), None);
        assert_eq!(reads.draw(Kind::Read), Some(Fault::Stall));
        let mut executes = Faults::seeded(1).share(1.0).only(Scope::Executes);
        assert_eq!((executes.draw(Kind::Read), executes.draw(Kind::Other)), (None, None));
        assert!(executes.draw(Kind::Queue).is_some());
    }
}
