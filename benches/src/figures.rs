//! Sums up measured figures.

use std::array;

use rand::seq::SliceRandom as _;
use stats_alloc::Stats;

/// Returns a random order in which the sides of a comparison take their next turn.
///
/// What one side leaves in the processor's caches changes the time of the next, of large data by up to a half. So none
/// may always come after the same one.
pub fn any_order<const SIDES: usize>() -> [usize; SIDES] {
    let mut order = array::from_fn(|side| side);
    order.shuffle(&mut rand::rng());
    order
}

/// Returns the median of the values.
///
/// # Panics
///
/// Panics if there are no values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Returns the median of the ratios within each repetition. A slow moment affects both sides.
pub fn ratio(own: &[f64], base: &[f64]) -> f64 {
    median(own.iter().zip(base).map(|(own, base)| own / base).collect())
}

/// Converts a count to a number that divides.
pub fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Returns the number of allocations.
pub fn trips(stats: Stats) -> usize {
    stats.allocations + stats.reallocations
}

/// Returns the bytes that were allocated and not freed.
pub fn kept(stats: Stats) -> usize {
    stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
}
