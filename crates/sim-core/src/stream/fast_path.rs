//! The fast path: the most common frame, text of a block, read almost without a JSON parser.

use std::borrow::Cow;

use memchr::memchr2;

use super::frame::Present;

/// Returns the block and the text of `{"blockId":"…","chunk":"…"}` if it is spelt as the server spells it. After
/// `None` the frame may still be a text frame.
#[inline]
pub(super) fn text(frame: &str) -> Option<(&str, Cow<'_, str>)> {
    let (block, rest) = plain(frame.strip_prefix("{\"blockId\":")?)?;
    let value = rest.strip_prefix(",\"chunk\":")?;
    match plain(value) {
        Some((chunk, "}")) => Some((block, Cow::Borrowed(chunk))),
        _ => Some((block, escaped(value.strip_suffix('}')?)?)),
    }
}

#[inline(never)]
fn escaped(value: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str(value).ok().map(|Present(text)| text)
}

/// Cuts off a quoted text that has no escape and no control character.
#[inline]
fn plain(input: &str) -> Option<(&str, &str)> {
    let text = input.strip_prefix('"')?;
    let end = memchr2(b'"', b'\\', text.as_bytes())?;
    let (text, rest) = text.split_at(end);
    // Search for the smallest byte, not for the first one that is too small: without an early exit, the compiler
    // handles many bytes at a time.
    let smallest = text.bytes().fold(b' ', u8::min);
    Some((text, rest.strip_prefix('"')?)).filter(|_| smallest == b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_block_is_read_and_lent_where_it_can_be() {
        for (frame, chunk, lent) in [
            (r#"{"blockId":"b","chunk":"Hello"}"#, "Hello", true),
            (r#"{"blockId":"b","chunk":""}"#, "", true),
            (r#"{"blockId":"b","chunk":"🦀"}"#, "🦀", true),
            (r#"{"blockId":"b","chunk":"a\n\"}b"}"#, "a\n\"}b", false),
            (r#"{"blockId":"b","chunk": "Hello" }"#, "Hello", true),
        ] {
            let (block, text) = text(frame).expect(frame);
            assert_eq!((block, &*text), ("b", chunk), "{frame}");
            assert_eq!(matches!(text, Cow::Borrowed(_)), lent, "{frame}");
        }
    }

    #[test]
    fn all_else_is_left_to_the_parser() {
        for frame in [
            "",
            "[DONE]",
            r#"{"blockId":"b"}"#,
            r#"{"blockId":"b","chunk":"a","more":"b"}"#,
            r#"{"blockId":"b","chunk":"a"},"b"}"#,
            r#"{"blockId":"b","chunk":"a"}}"#,
            r#"{"blockId":"b","chunk":"a"#,
            r#"{"blockId":"b","chunk":null}"#,
            r#"{"blockId":"b","chunk":"\x"}"#,
            r#"{"blockId":"\u0062","chunk":"a"}"#,
            "{\"blockId\":\"b\",\"chunk\":\"a\tb\"}",
            "{\"blockId\":\"a\tb\",\"chunk\":\"a\"}",
            r#"{ "blockId":"b","chunk":"a"}"#,
            r#"{"chunk":"a","blockId":"b"}"#,
        ] {
            assert_eq!(text(frame), None, "{frame}");
        }
    }
}
