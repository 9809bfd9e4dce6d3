//! The rules that a history can break.

/// A rule that a history breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Violation {
    /// Two requests of a call each started a run.
    TwoRuns,
    /// The first generation was used after a start of the second may have left.
    FellBack,
    /// A start was sent again although the server had shown that it ignores ids.
    SentAgain,
    /// A result is not that of the call's own run.
    WrongResult,
    /// An error says that nothing started, and a run exists.
    UntoldRun,
    /// An error that says that a run may exist names another one, or none that can be found.
    WrongName,
    /// The answer to a pause that counted is not the one that was given, and nobody was told.
    WrongAnswer,
    /// A conversation took longer than its deadline.
    LateEnd,
    /// A conversation did not end within a bound.
    NoEnd,
    /// The same was read again without a pause.
    NoPause,
    /// A bucket was used before the time that the server had told.
    BeyondBucket,
}
