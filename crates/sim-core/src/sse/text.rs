//! Lossy conversion of bytes to text, as the standard defines it.

use std::str;

/// Returns `bytes` as text; where they are not valid UTF-8, decodes them into `spare`.
///
/// The standard decodes the whole stream before it splits it into lines. Decoding value by value gives the same text:
/// values end in ASCII, and no ASCII byte is part of a sequence that is replaced.
pub(super) fn lend<'a>(bytes: &'a [u8], spare: &'a mut String) -> &'a str {
    if let Ok(text) = str::from_utf8(bytes) {
        return text;
    }
    set(spare, bytes);
    spare
}

/// Replaces `text` by `bytes`, with U+FFFD for each invalid sequence.
pub(super) fn set(text: &mut String, bytes: &[u8]) {
    text.clear();
    for piece in bytes.utf8_chunks() {
        text.push_str(piece.valid());
        if !piece.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
}
