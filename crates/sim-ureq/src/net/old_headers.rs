//! Header lines that a user agent has to accept and ureq does not: folded ones, and those with a space before the colon
//! (RFC 9112, sections 5.1 and 5.2).

use std::mem;

use memchr::memchr;

/// Changes the lines of a complete head in place to the usual form. The first line of a head is no header.
pub(super) fn straighten(head: &mut [u8]) {
    let first = memchr(b'\n', head).map_or(head.len(), |end| end + 1);
    let headers = &mut head[first..];
    unfold(headers);
    each_line(headers, |line| {
        let Some(colon) = memchr(b':', line) else { return };
        let name = line[..colon].trim_ascii_end().len();
        if name > 0 && name < colon {
            line[name] = b':';
            line[name + 1..=colon].fill(b' ');
        }
    });
}

/// Changes each line, with its end, of lines that are complete.
pub(super) fn each_line(mut lines: &mut [u8], mut change: impl FnMut(&mut [u8])) {
    while let Some(end) = memchr(b'\n', lines) {
        let (line, rest) = mem::take(&mut lines).split_at_mut(end + 1);
        change(line);
        lines = rest;
    }
}

/// Puts spaces in place of the end of each line that the next one continues.
fn unfold(headers: &mut [u8]) {
    // A line that begins the headers continues nothing, and the last one is empty.
    let mut from = 1;
    while let Some(end) = headers.get(from..).and_then(|rest| memchr(b'\n', rest)) {
        let at = from + end;
        if matches!(headers.get(at + 1), Some(b' ' | b'\t')) {
            headers[at] = b' ';
            if headers[at - 1] == b'\r' {
                headers[at - 1] = b' ';
            }
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn straight(head: &str) -> String {
        let mut head = head.as_bytes().to_vec();
        straighten(&mut head);
        String::from_utf8(head).expect("text")
    }

    #[test]
    fn a_folded_line_is_one_line_and_a_name_ends_at_its_colon() {
        for (head, expected) in [
            ("a: b\r\n c\r\n\r\n", "a: b   c\r\n\r\n"),
            ("a: b\n\tc\n\n", "a: b \tc\n\n"),
            ("a:\r\n b\r\n  c\r\nd: e\r\n\r\n", "a:   b    c\r\nd: e\r\n\r\n"),
            ("a : b\r\nc \t: d : e\r\n\r\n", "a:  b\r\nc:   d : e\r\n\r\n"),
        ] {
            assert_eq!(
                straight(&format!("HTTP/1.1 200 a : b\r\n{head}")),
                format!("HTTP/1.1 200 a : b\r\n{expected}")
            );
        }
    }

    #[test]
    fn what_is_in_the_usual_form_stays_and_so_does_what_is_no_header() {
        for head in ["a: b\r\nc:d\r\n\r\n", " a: b\r\n\r\n", " : b\r\n\r\n", ": b\r\n\r\n", "\r\n"]
        {
            let head = format!("HTTP/1.1 200 OK\r\n{head}");
            assert_eq!(straight(&head), head);
        }
    }
}
