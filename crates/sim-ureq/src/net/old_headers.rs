//! Header lines that a user agent has to accept and ureq does not: folded ones, and those with a space before the colon
//! (RFC 9112, sections 5.1 and 5.2).

/// Changes the lines of a complete head in place to the usual form. The first line of a head is no header.
pub(super) fn straighten(head: &mut [u8]) {
    let first = head.iter().position(|byte| *byte == b'\n').map_or(head.len(), |end| end + 1);
    let headers = &mut head[first..];
    unfold(headers);
    for line in headers.split_mut(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = line[..colon].trim_ascii_end().len();
        if name > 0 && name < colon {
            line[name] = b':';
            line[name + 1..=colon].fill(b' ');
        }
    }
}

/// Puts spaces in place of the end of each line that the next one continues.
fn unfold(headers: &mut [u8]) {
    for at in 1..headers.len().saturating_sub(1) {
        // A line that begins the headers continues nothing, and the last one is empty.
        let is_folded = headers[at] == b'\n' && matches!(headers[at + 1], b' ' | b'\t');
        if is_folded {
            headers[at] = b' ';
            if headers[at - 1] == b'\r' {
                headers[at - 1] = b' ';
            }
        }
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
