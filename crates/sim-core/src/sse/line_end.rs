//! Finds where a line ends.

use memchr::memchr2;

use super::{CR, LF};

/// Below this length, in bytes, setting up the vector search costs more than it saves.
const SHORT: usize = 16;

/// Up to this length, in bytes, to ask whether there is a line end costs less than the vector search.
const MEDIUM: usize = 64;

/// Returns the place of the first CR or LF.
#[inline]
pub(super) fn find_line_end(bytes: &[u8]) -> Option<usize> {
    if bytes.len() < SHORT {
        return bytes.iter().position(|byte| matches!(*byte, CR | LF));
    }
    memchr2(CR, LF, bytes)
}

/// Returns what [`find_line_end`] returns. It is faster where the line is likely shorter than [`SHORT`].
#[inline]
pub(super) fn find_near_line_end(bytes: &[u8]) -> Option<usize> {
    let Some((near, rest)) = bytes.split_first_chunk() else { return find_line_end(bytes) };
    match first_line_end(near) {
        SHORT => find_line_end(rest).map(|at| SHORT + at),
        at => Some(at),
    }
}

/// Returns the place of the first CR or LF, or the length if there is none.
#[inline]
fn first_line_end(block: &[u8; SHORT]) -> usize {
    const ONES: u128 = u128::from_ne_bytes([1; SHORT]);
    const SIGNS: u128 = u128::from_ne_bytes([0x80; SHORT]);
    let block = u128::from_le_bytes(*block);
    // The lowest sign that is set is that of the first byte that is `byte`.
    let signs = |byte: u8| {
        let zero = block ^ (ONES * u128::from(byte));
        zero.wrapping_sub(ONES) & !zero & SIGNS
    };
    (signs(CR) | signs(LF)).trailing_zeros() as usize / 8
}

/// Returns what [`find_line_end`] returns. It is faster where a piece is short and most likely has no line end, as within
/// a long line.
#[inline]
pub(super) fn find_rare_line_end(bytes: &[u8]) -> Option<usize> {
    let is_medium = (SHORT..=MEDIUM).contains(&bytes.len());
    if is_medium && !has_line_end(bytes) { None } else { find_line_end(bytes) }
}

/// Returns whether there is a CR or LF in [`SHORT`] bytes or more.
#[inline]
fn has_line_end(bytes: &[u8]) -> bool {
    // Without a branch, so that all of a block is looked at at once.
    let has = |block: &[u8; SHORT]| {
        block.iter().fold(0, |has, byte| has | u8::from(matches!(*byte, CR | LF))) != 0
    };
    // The last block overlaps the one before it where the length is no multiple.
    bytes.last_chunk().is_some_and(has)
        || bytes.chunks_exact(SHORT).any(|block| block.first_chunk().is_some_and(has))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_end_is_found_at_every_place_of_every_length() {
        // Beside a plain byte, those that differ least from a line end.
        for (filler, length) in [b'x', 0x09, 0x0B, 0x0C, 0x8A, 0x8D, 0xFF]
            .into_iter()
            .flat_map(|it| (0..150).map(move |length| (it, length)))
        {
            let mut bytes = vec![filler; length];
            for find in [find_line_end, find_near_line_end, find_rare_line_end] {
                assert_eq!(find(&bytes), None, "{filler} {length}");
            }
            for at in (0..length).rev() {
                bytes[at] = if at % 2 == 0 { CR } else { LF };
                for find in [find_line_end, find_near_line_end, find_rare_line_end] {
                    assert_eq!(find(&bytes), Some(at), "{filler} {length}");
                }
            }
        }
    }
}
