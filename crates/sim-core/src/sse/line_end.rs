//! Finds where a line ends.

use memchr::memchr2;

use super::{CR, LF};

/// Up to this length, in bytes, calling the vector search costs more than it saves.
const SHORT: usize = 64;

/// How many bytes the compiler looks at in one go.
const BLOCK: usize = 16;

/// Returns the place of the first CR or LF.
#[inline]
pub(super) fn find_line_end(bytes: &[u8]) -> Option<usize> {
    if bytes.len() > SHORT {
        return memchr2(CR, LF, bytes);
    }
    let blocks = bytes.chunks_exact(BLOCK);
    // Without a way out in the middle, the compiler compares the whole block with one instruction.
    let ends = |block: &[u8]| block.iter().fold(false, |any, byte| any | is_line_end(*byte));
    let start = blocks.clone().position(ends).unwrap_or(blocks.len()) * BLOCK;
    Some(start + bytes[start..].iter().position(|byte| is_line_end(*byte))?)
}

#[inline]
fn is_line_end(byte: u8) -> bool {
    matches!(byte, CR | LF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_end_is_found_at_every_place_of_every_length() {
        for length in 0..150 {
            let mut bytes = vec![b'x'; length];
            assert_eq!(find_line_end(&bytes), None, "{length}");
            for at in (0..length).rev() {
                bytes[at] = if at % 2 == 0 { CR } else { LF };
                assert_eq!(find_line_end(&bytes), Some(at), "{length}");
            }
        }
    }
}
