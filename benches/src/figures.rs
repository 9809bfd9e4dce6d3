//! Sums up what was measured.

use stats_alloc::Stats;

/// The middle of the values.
///
/// # Panics
///
/// Without any value.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The median of the ratios within each repetition: a slow moment hits both sides.
pub fn ratio(own: &[f64], base: &[f64]) -> f64 {
    median(own.iter().zip(base).map(|(own, base)| own / base).collect())
}

/// A count as it is needed to divide.
pub fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Trips to the allocator that took memory.
pub fn trips(stats: Stats) -> usize {
    stats.allocations + stats.reallocations
}

/// Bytes that were taken and not given back.
pub fn kept(stats: Stats) -> usize {
    stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
}
