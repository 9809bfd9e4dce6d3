//! Whether a server honours the run ids that callers choose.

/// Whether a server honours the run ids that callers choose: a start *claims* its id, so that the same id can never
/// start a second run.
///
/// Servers honour them from v0.7.32 on, for callers with an API key. Older servers ignore the id, and an ordinary
/// refusal does not tell which server wrote it, so only proof counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Claims {
    /// An answer proved that the server honours the ids.
    Proven,
    /// An answer proved that the server ignores the ids, or the client has no API key.
    Refuted,
    /// No answer has proved either yet.
    #[default]
    Unknown,
}
