//! Whether a server honours the run ids that callers choose.

/// Whether a server honours the run ids that callers choose: whether a start *claims* its id, so that the same id can
/// never start a second run.
///
/// Servers do so from v0.7.32 on, for callers with an API key. Older ones ignore the id, and nothing in an ordinary
/// refusal tells: only proof counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Claims {
    /// An answer proved that the server honours the ids.
    Proven,
    /// An answer proved that the server ignores the ids, or the client has no API key.
    Refuted,
    /// Nothing is proven.
    #[default]
    Unknown,
}
