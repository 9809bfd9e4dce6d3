//! Where in a stream the decoder is.

/// Where in the stream the next byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At the start of an event, with nothing to remember.
    Event,
    /// Behind an event that is handed out. Its buffers are free at the next call.
    Taken,
    /// At the start of a line.
    Line,
    /// In the value of a `data` line, which goes to the event's data.
    Data,
    /// In a line whose beginning is kept.
    Field,
    /// In a comment.
    Comment,
    /// At the start of a line of an event that is skipped.
    SkippedLine,
    /// In a line of an event that is skipped.
    Skipped,
}

impl Place {
    /// Returns whether the next byte begins a line of an event that is read.
    #[inline]
    pub(super) fn is_start_of_line(self) -> bool {
        matches!(self, Self::Event | Self::Taken | Self::Line)
    }
}
