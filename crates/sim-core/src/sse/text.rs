//! Bytes as text, lossy as the standard says.
//!
//! The standard decodes the whole stream before it looks for lines. Doing so value by value is the same: what
//! ends a value is ASCII, and no ASCII byte is ever part of a sequence that is replaced.

use std::str;

/// From this length on, in bytes, SIMD pays for being set up.
const LONG: usize = 64;

/// Returns `bytes` as text if they are UTF-8.
#[inline]
pub(super) fn check(bytes: &[u8]) -> Option<&str> {
    if bytes.len() < LONG {
        return str::from_utf8(bytes).ok();
    }
    simdutf8::basic::from_utf8(bytes).ok()
}

/// Lends `bytes` as text; where they are not UTF-8, from `spare`.
#[inline]
pub(super) fn lend<'a>(bytes: &'a [u8], spare: &'a mut String) -> &'a str {
    if let Some(text) = check(bytes) {
        return text;
    }
    set(spare, bytes);
    spare
}

/// Appends `bytes` to `text`, with U+FFFD for what is not UTF-8.
pub(super) fn push(text: &mut String, bytes: &[u8]) {
    if let Some(bytes) = check(bytes) {
        text.push_str(bytes);
        return;
    }
    for piece in bytes.utf8_chunks() {
        text.push_str(piece.valid());
        if !piece.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

/// Makes `text` hold `bytes`, with U+FFFD for what is not UTF-8.
pub(super) fn set(text: &mut String, bytes: &[u8]) {
    text.clear();
    push(text, bytes);
}

/// Returns how many bytes at the end of `bytes` begin a character that the bytes after them may complete.
#[inline]
pub(super) fn cut_character(bytes: &[u8]) -> usize {
    if bytes.last().is_none_or(u8::is_ascii) {
        return 0;
    }
    // No character has more than three bytes after its first.
    let back = bytes.iter().rev().take(3).take_while(|byte| is_continuation(**byte)).count() + 1;
    let length = match bytes.iter().nth_back(back - 1) {
        Some(0xC2..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF4) => 4,
        _ => 1,
    };
    if back < length { back } else { 0 }
}

/// Returns whether a byte can only follow others within a character.
pub(super) fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a character is cut is where the standard library wants more bytes.
    #[test]
    fn a_cut_character_is_found_wherever_it_is_cut() {
        for text in ["aé", "é", "漢字", "x🦀"] {
            for end in 0..=text.len() {
                let bytes = &text.as_bytes()[..end];
                let whole = str::from_utf8(bytes).err().map_or(end, |error| error.valid_up_to());
                assert_eq!(cut_character(bytes), end - whole, "{bytes:?}");
            }
        }
        for bytes in [&b"\xFF"[..], b"\x80\x80\x80\x80", b"a\xA9", b"\xC3\xA9\xA9"] {
            assert_eq!(cut_character(bytes), 0, "{bytes:?}");
        }
    }
}
