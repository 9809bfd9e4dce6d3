//! How `serde_json` keeps numbers in this program.

/// Whether a crate of the program switched on a feature of `serde_json` that keeps numbers as text. A number is then
/// normalised first, so that results are the same with and without it.
pub(super) const KEEPS_DIGITS: bool = size_of::<serde_json::Number>() == size_of::<String>();
