//! Keys that cannot be sent as they are, and odd ones that can.

/// No header value: each is refused before sending, and the refusal does not repeat it. `SECRET` is what it
/// would repeat.
const BAD: &[&str] = &[
    "",
    " ",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{a0}",
    "\u{feff}",
    " SECRET",
    "SECRET ",
    "SECRET\n",
    "SECRET\r",
    "SECRET\r\n",
    "\nSECRET",
    "\tSECRET",
    "SECRET\t",
    "SE CRET SECRET",
    "SECRET\nX-Other: y",
    "SECRET\r\nX-Other: y",
    "SECRET\r\n\r\nGET / HTTP/1.1",
    "SECRET\0",
    "\0SECRET",
    "SECRET\u{1b}[31m",
    "SECRET\u{7f}",
    "SECRET\u{80}",
    "SECRET\u{85}",
    "SECRETä",
    "äSECRET",
    "SECRET\u{2028}",
    "SECRET\u{200b}",
    "\u{200b}SECRET",
    "\u{feff}SECRET",
    "SECRET\u{a0}",
    "SECRET–1",
    "“SECRET”",
    "ＳＥＣＲＥＴ SECRET",
    "SECRET🦀",
    "SECRET\u{202e}",
    "SECRET\u{fffd}",
    "Bearer SECRET",
    "X-API-Key: SECRET",
    "\"SECRET\" ",
];

/// Odd, and fine: each is sent byte for byte.
pub(crate) const GOOD: &[&str] = &[
    "k",
    "sk-sim-1",
    "!",
    "~",
    "\"quoted\"",
    "'quoted'",
    "a:b",
    "a,b;c=d",
    "%20",
    "\\r\\n",
    "{{key}}",
    "${KEY}",
    "<key>",
    "null",
    "Basic",
    "a/b+c==",
    "(#$&*@^`|)",
];

/// All bad ones: those above, and every control character at the end of a good key.
pub(crate) fn bad() -> Vec<String> {
    let written = BAD.iter().map(|key| (*key).to_owned());
    let control = (1..0x1fu8).filter(|byte| !b"\t\n\r\x1b".contains(byte));
    written.chain(control.map(|byte| format!("SECRET{}", char::from(byte)))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn there_are_enough_and_none_twice() {
        let bad = super::bad();
        let different: HashSet<_> = bad.iter().collect();
        assert_eq!(different.len(), bad.len());
        assert!(bad.len() >= 40 && super::BAD.len() >= 40, "{} {}", bad.len(), super::BAD.len());
    }
}
