//! The rows of the matrix, by what they are about.

mod bodies;
mod connect;
mod http;
mod losses;
mod odd;
mod people;
mod redirects;
mod refusals;
mod releases;
mod streams;
mod waits;

use super::variant::Variant;

/// Every variant of every row.
pub(super) fn all() -> Vec<Variant> {
    let families: [fn() -> Vec<Variant>; 11] = [
        odd::rows,
        connect::rows,
        losses::rows,
        redirects::rows,
        refusals::rows,
        bodies::rows,
        http::rows,
        streams::rows,
        people::rows,
        releases::rows,
        waits::rows,
    ];
    families.iter().flat_map(|rows| rows()).collect()
}
