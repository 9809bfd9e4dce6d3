//! The operations that the crates declare.

use sim_core::operation::Declaration;

/// Returns every operation that the crates declare.
pub(crate) fn all() -> impl Iterator<Item = &'static Declaration> {
    sim_core::catalog::all().chain(sim_platform::catalog::ALL)
}
