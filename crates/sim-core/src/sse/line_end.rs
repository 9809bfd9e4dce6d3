//! Finds where a line ends.

use memchr::memchr2;

use super::{CR, LF};

/// Below this length, in bytes, setting up the vector search costs more than it saves.
const SHORT: usize = 16;

/// Returns the place of the first CR or LF.
#[inline]
pub(super) fn find_line_end(bytes: &[u8]) -> Option<usize> {
    if bytes.len() < SHORT {
        return bytes.iter().position(|byte| matches!(*byte, CR | LF));
    }
    memchr2(CR, LF, bytes)
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
