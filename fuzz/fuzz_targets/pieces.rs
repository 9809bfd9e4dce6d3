//! The pieces in which a stream arrives.

/// Cuts `stream` into pieces of the given lengths, over and over.
pub fn cut<'a>(mut stream: &'a [u8], lengths: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut lengths = lengths.iter().cycle();
    while !stream.is_empty() {
        // The pieces are never all empty, and often long.
        let length = lengths.next().map_or(stream.len(), |n| usize::from(*n).max(1));
        let (piece, rest) = stream.split_at(length.min(stream.len()));
        pieces.push(piece);
        stream = rest;
    }
    pieces
}
