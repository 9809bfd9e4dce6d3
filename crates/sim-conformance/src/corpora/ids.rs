//! Ids that are no plain words: what each is in a path, or `None` where it is refused before sending.

/// Written by hand: what people try on paths, URLs, headers, shells and databases, and what text can be.
const IDS: &[(&str, Option<&str>)] = &[
    // Steps in a path, and what some parsers take for one.
    ("", None),
    (".", None),
    ("..", None),
    ("...", Some("...")),
    (".hidden", Some(".hidden")),
    ("a..b", Some("a..b")),
    ("../x", Some("..%2Fx")),
    ("../../../etc/passwd", Some("..%2F..%2F..%2Fetc%2Fpasswd")),
    ("..\\..\\x", Some("..%5C..%5Cx")),
    ("./x", Some(".%2Fx")),
    ("x/..", Some("x%2F..")),
    ("x/.", Some("x%2F.")),
    ("/", Some("%2F")),
    ("//", Some("%2F%2F")),
    ("\\", Some("%5C")),
    ("/etc/passwd", Some("%2Fetc%2Fpasswd")),
    ("..;/admin", Some("..%3B%2Fadmin")),
    (";jsessionid=1", Some("%3Bjsessionid%3D1")),
    ("．．", Some("%EF%BC%8E%EF%BC%8E")),
    ("。。", Some("%E3%80%82%E3%80%82")),
    ("․․", Some("%E2%80%A4%E2%80%A4")),
    ("a\u{2215}b", Some("a%E2%88%95b")),
    ("a\u{ff0f}b", Some("a%EF%BC%8Fb")),
    // Encoded once and twice.
    ("%2e", Some("%252e")),
    ("%2e%2e", Some("%252e%252e")),
    ("%2E%2E%2F", Some("%252E%252E%252F")),
    ("%252e%252e", Some("%25252e%25252e")),
    ("%00", Some("%2500")),
    ("%", Some("%25")),
    ("%%", Some("%25%25")),
    ("%zz", Some("%25zz")),
    ("%u002e", Some("%25u002e")),
    ("%c0%ae%c0%ae", Some("%25c0%25ae%25c0%25ae")),
    ("a%20b", Some("a%2520b")),
    ("a+b", Some("a%2Bb")),
    // Ends of the path, the target, the line.
    ("?", Some("%3F")),
    ("#", Some("%23")),
    ("?x=1&y=2", Some("%3Fx%3D1%26y%3D2")),
    ("x#y?z", Some("x%23y%3Fz")),
    (" ", Some("%20")),
    ("  ", Some("%20%20")),
    (" x ", Some("%20x%20")),
    ("a b HTTP/1.1", Some("a%20b%20HTTP%2F1.1")),
    ("x HTTP/1.1\r\nHost: evil", Some("x%20HTTP%2F1.1%0D%0AHost%3A%20evil")),
    ("\r\nX-API-Key: y", Some("%0D%0AX-API-Key%3A%20y")),
    ("\r\n\r\nGET / HTTP/1.1", Some("%0D%0A%0D%0AGET%20%2F%20HTTP%2F1.1")),
    ("\n", Some("%0A")),
    ("\r", Some("%0D")),
    ("\t", Some("%09")),
    ("\0", Some("%00")),
    ("a\0b", Some("a%00b")),
    ("a\u{85}b", Some("a%C2%85b")),
    ("a\u{2028}b", Some("a%E2%80%A8b")),
    ("嘊嘍", Some("%E5%98%8A%E5%98%8D")),
    // Other places than a path.
    ("http://evil.example/", Some("http%3A%2F%2Fevil.example%2F")),
    ("//evil.example", Some("%2F%2Fevil.example")),
    ("@evil.example", Some("%40evil.example")),
    ("user:pw@host", Some("user%3Apw%40host")),
    (":80", Some("%3A80")),
    ("workflow-execution:1", Some("workflow-execution%3A1")),
    ("javascript:alert(1)", Some("javascript%3Aalert%281%29")),
    ("data:text/html,x", Some("data%3Atext%2Fhtml%2Cx")),
    ("[::1]", Some("%5B%3A%3A1%5D")),
    // Other languages.
    ("' OR '1'='1", Some("%27%20OR%20%271%27%3D%271")),
    ("\"; DROP TABLE x; --", Some("%22%3B%20DROP%20TABLE%20x%3B%20--")),
    ("$(id)", Some("%24%28id%29")),
    ("`id`", Some("%60id%60")),
    ("${jndi:ldap://x}", Some("%24%7Bjndi%3Aldap%3A%2F%2Fx%7D")),
    ("{{7*7}}", Some("%7B%7B7%2A7%7D%7D")),
    ("{workflow}", Some("%7Bworkflow%7D")),
    ("<script>", Some("%3Cscript%3E")),
    ("a|b", Some("a%7Cb")),
    ("a^b", Some("a%5Eb")),
    ("*", Some("%2A")),
    ("a,b", Some("a%2Cb")),
    ("--help", Some("--help")),
    ("~root", Some("~root")),
    ("CON", Some("CON")),
    ("NaN", Some("NaN")),
    ("null", Some("null")),
    ("undefined", Some("undefined")),
    ("0", Some("0")),
    ("-1", Some("-1")),
    // What text can be.
    ("ä", Some("%C3%A4")),
    ("a\u{308}", Some("a%CC%88")),
    ("ß", Some("%C3%9F")),
    ("İ", Some("%C4%B0")),
    ("ﬁ", Some("%EF%AC%81")),
    ("日本語", Some("%E6%97%A5%E6%9C%AC%E8%AA%9E")),
    ("🦀", Some("%F0%9F%A6%80")),
    ("👨\u{200d}👩\u{200d}👧", Some("%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7")),
    ("\u{feff}", Some("%EF%BB%BF")),
    ("\u{feff}wf", Some("%EF%BB%BFwf")),
    ("\u{200b}", Some("%E2%80%8B")),
    ("\u{202e}fw", Some("%E2%80%AEfw")),
    ("\u{a0}", Some("%C2%A0")),
    ("\u{ad}", Some("%C2%AD")),
    ("\u{fffd}", Some("%EF%BF%BD")),
    ("\u{10ffff}", Some("%F4%8F%BF%BF")),
    ("\u{e000}", Some("%EE%80%80")),
    ("\u{80}", Some("%C2%80")),
    ("b₍0₎", Some("b%E2%82%8D0%E2%82%8E")),
];

/// The longest id that is sent, in bytes.
const LONGEST: usize = 256;

/// All of them: those above, every ASCII character, and what is about too long.
pub(crate) fn all() -> Vec<(String, Option<String>)> {
    let own = |(id, segment): &(&str, Option<&str>)| ((*id).to_owned(), segment.map(str::to_owned));
    let written = IDS.iter().map(own);
    let inside = (0..128u8).map(|byte| {
        let c = char::from(byte);
        let plain = c.is_ascii_alphanumeric() || "-._~".contains(c);
        let segment = if plain { format!("i{c}d") } else { format!("i%{byte:02X}d") };
        (format!("i{c}d"), Some(segment))
    });
    let long = [LONGEST - 1, LONGEST].map(|n| ("x".repeat(n), Some("x".repeat(n))));
    let spaces = (" ".repeat(LONGEST), Some("%20".repeat(LONGEST)));
    let wide = ("ä".repeat(LONGEST / 2), Some("%C3%A4".repeat(LONGEST / 2)));
    let too_long = [
        "x".repeat(LONGEST + 1),
        "ä".repeat(LONGEST / 2 + 1),
        ".".repeat(LONGEST + 1),
        "x".repeat(1 << 20),
    ];
    let too_long = too_long.map(|id| (id, None));
    written.chain(inside).chain(long).chain([spaces, wide]).chain(too_long).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn there_are_enough_and_none_twice() {
        let all = super::all();
        let different: HashSet<_> = all.iter().map(|(id, _)| id).collect();
        assert_eq!(different.len(), all.len());
        assert!(all.len() >= 150, "{}", all.len());
        assert!(all.iter().filter(|(_, segment)| segment.is_none()).count() >= 7);
    }
}
