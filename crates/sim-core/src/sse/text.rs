//! Bytes as text, lossy as the standard says.

use std::str;

/// Lends `bytes` as text; where they are not UTF-8, from `spare`.
///
/// The standard decodes the whole stream before it looks for lines. Doing so value by value is the same: what
/// ends a value is ASCII, and no ASCII byte is ever part of a sequence that is replaced.
pub(super) fn lend<'a>(bytes: &'a [u8], spare: &'a mut String) -> &'a str {
    if let Ok(text) = str::from_utf8(bytes) {
        return text;
    }
    set(spare, bytes);
    spare
}

/// Makes `text` hold `bytes`, with U+FFFD for what is not UTF-8.
pub(super) fn set(text: &mut String, bytes: &[u8]) {
    text.clear();
    for piece in bytes.utf8_chunks() {
        text.push_str(piece.valid());
        if !piece.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
}
