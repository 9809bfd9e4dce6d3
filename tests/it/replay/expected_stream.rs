//! The form of an expected stream.

/// The check of the output of a stream's outcome.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The output is `{}`.
    Nothing,
    /// The output has this text at this path.
    At(&'static str, &'static str),
    /// There is no output, for this reason.
    Because(&'static str),
}

/// The name, the events by kind, the block with text and the text, the status, the output.
pub(crate) type Row =
    (&'static str, &'static str, &'static str, &'static str, &'static str, Outcome);
