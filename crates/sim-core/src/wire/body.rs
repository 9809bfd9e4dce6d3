//! The body of an answer, collected from the pieces that a transport reads.

use bytes::Bytes;

use crate::wire::{Phase, TransportError, TransportErrorKind};

/// A collector that joins the pieces of a body, up to the limit of a
/// [`BodyPlan::Read`](crate::transport::BodyPlan::Read). It does not copy a body that arrives in a single piece.
#[derive(Debug, Default)]
pub struct BodyCollector {
    limit: usize,
    first: Bytes,
    all: Vec<u8>,
}

impl BodyCollector {
    /// Creates an empty collector that accepts at most `limit` bytes.
    pub const fn new(limit: usize) -> Self {
        Self { limit, first: Bytes::new(), all: Vec::new() }
    }

    /// Feeds the next read result: a piece, `None` at the end of the body, or the error of the read. Returns whether
    /// to keep reading.
    ///
    /// # Errors
    /// If the read failed, or if the body is larger than the limit. Hand the error to
    /// [`Exchange::receive`](crate::transport::Exchange::receive). The error of a failed read holds what arrived before.
    pub fn read<P: Into<Bytes>>(
        &mut self,
        piece: Result<Option<P>, TransportError>,
    ) -> Result<bool, TransportError> {
        let piece = piece.map_err(|error| error.with_body(std::mem::take(self).whole()))?;
        let Some(piece) = piece.map(Into::into) else { return Ok(false) };
        if piece.len() > self.limit - self.first.len() - self.all.len() {
            return Err(TransportError::new(TransportErrorKind::TooLarge, Phase::Body));
        }
        if self.all.is_empty() && self.first.is_empty() {
            self.first = piece;
        } else {
            // Once there is a second piece, `first` no longer holds a piece of its own.
            self.all.extend_from_slice(&std::mem::take(&mut self.first));
            self.all.extend_from_slice(&piece);
        }
        Ok(true)
    }

    /// Returns the whole body.
    pub fn whole(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_whole_up_to_its_limit_and_refused_beyond() {
        for pieces in [&["abcdef"][..], &["abc", "", "def"], &["", "a", "b", "c", "def"]] {
            for limit in [5, 6, 7] {
                let mut gather = BodyCollector::new(limit);
                let fits = pieces.iter().all(|piece| gather.read(Ok(Some(*piece))).is_ok());
                assert_eq!(fits, limit >= 6, "{pieces:?} into {limit}");
                assert!(!fits || gather.whole() == "abcdef");
            }
        }
    }

    #[test]
    fn what_arrived_before_a_failed_read_is_kept() {
        let mut gather = BodyCollector::new(9);
        for piece in ["ab", "cd"] {
            gather.read(Ok(Some(piece))).expect("it fits");
        }
        let lost = TransportError::new(TransportErrorKind::Closed, Phase::Body);
        let error = gather.read(Err::<Option<Bytes>, _>(lost)).expect_err("it was lost");
        assert_eq!(error.body, "abcd");
    }

    #[test]
    fn a_body_of_one_piece_is_not_copied() {
        let piece = Bytes::from(vec![1, 2, 3]);
        let mut gather = BodyCollector::new(3);
        assert!(gather.read(Ok(Some(piece.clone()))).expect("it fits"));
        assert!(!gather.read(Ok(None::<Bytes>)).expect("the end"));
        assert_eq!(gather.whole().as_ptr(), piece.as_ptr());
    }
}
