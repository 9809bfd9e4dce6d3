//! The digest of an input, by which a handle knows its own input again.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The digest of an input. Two texts of the same JSON have the same digest, also if their objects list their fields in
/// another order: a map may do that after each start of a program.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InputDigest(String);

impl InputDigest {
    /// Computes the digest of a JSON text; empty for no input.
    pub(crate) fn of(json: &[u8]) -> Self {
        let mut scan = Scan { rest: json };
        Self(format!("{:032x}", scan.value(0)))
    }
}

impl fmt::Debug for InputDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The depth from which on a value counts byte by byte, so that no input exhausts the stack.
const DEEP: usize = 128;

/// A scan over valid JSON.
struct Scan<'a> {
    rest: &'a [u8],
}

impl Scan<'_> {
    /// Reads one value and returns its hash.
    fn value(&mut self, depth: usize) -> u128 {
        self.skip_space();
        match self.rest.first() {
            Some(b'{') if depth < DEEP => self.object(depth),
            Some(b'[') if depth < DEEP => self.list(depth),
            Some(b'{' | b'[') => self.nested(),
            Some(b'"') => hash(b"text", self.text()),
            _ => hash(b"word", self.word()),
        }
    }

    fn object(&mut self, depth: usize) -> u128 {
        let mut sum = 0_u128;
        self.take();
        while self.goes_on(b'}') {
            let key = hash(b"key", self.text());
            self.skip_space();
            self.take();
            let value = self.value(depth + 1);
            // A sum does not depend on the order of the fields.
            sum = sum.wrapping_add(hash(&key.to_be_bytes(), &value.to_be_bytes()));
        }
        hash(b"object", &sum.to_be_bytes())
    }

    fn list(&mut self, depth: usize) -> u128 {
        let mut chain = hash(b"list", b"");
        self.take();
        while self.goes_on(b']') {
            let value = self.value(depth + 1);
            chain = hash(&chain.to_be_bytes(), &value.to_be_bytes());
        }
        chain
    }

    /// Skips to the next member. Returns false after the last one, or at the end of a text that is not JSON.
    fn goes_on(&mut self, end: u8) -> bool {
        while let Some(byte) = self.rest.first() {
            match byte {
                b',' | b' ' | b'\n' | b'\r' | b'\t' => self.take(),
                byte if *byte == end => {
                    self.take();
                    return false;
                }
                _ => return true,
            }
        }
        false
    }

    /// Returns the text of a string, still escaped. The same writer escapes the same text in the same way.
    fn text(&mut self) -> &[u8] {
        let (mut length, mut escaped) = (1, false);
        for byte in self.rest.iter().skip(1) {
            length += 1;
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => break,
                _ => {}
            }
        }
        self.split(length)
    }

    fn word(&mut self) -> &[u8] {
        let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t');
        let length = self.rest.iter().position(ends).unwrap_or(self.rest.len());
        // What is no word is skipped, so that the scan of any text ends.
        self.split(length.max(1))
    }

    /// Hashes a value that is nested too deeply as it is written.
    fn nested(&mut self) -> u128 {
        let (mut open, mut chain) = (0_usize, hash(b"deep", b""));
        while let Some(byte) = self.rest.first().copied() {
            let part = if byte == b'"' { self.text() } else { self.split(1) };
            chain = hash(&chain.to_be_bytes(), part);
            match byte {
                b'{' | b'[' => open += 1,
                b'}' | b']' => open = open.saturating_sub(1),
                _ => {}
            }
            if open == 0 {
                break;
            }
        }
        chain
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn take(&mut self) {
        self.split(1);
    }

    fn split(&mut self, length: usize) -> &[u8] {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        taken
    }
}

/// FNV-1a with 128 bits: it tells inputs apart, and guards against no attacker.
fn hash(salt: &[u8], bytes: &[u8]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let step = |hash: u128, byte: &u8| (hash ^ u128::from(*byte)).wrapping_mul(PRIME);
    salt.iter().chain(&[0xff]).chain(bytes).fold(BASIS, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(json: &str) -> InputDigest {
        InputDigest::of(json.as_bytes())
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        // A vector of the published test suite, for the text "foobar".
        const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
        let step = |hash: u128, byte: u8| (hash ^ u128::from(byte)).wrapping_mul(PRIME);
        let whole = b"foobar".iter().copied().fold(BASIS, step);
        assert_eq!(whole, 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
    }

    #[test]
    fn the_order_of_fields_and_white_space_do_not_count() {
        let one = digest(r#"{"a":1,"b":[{"c":"x","d":null}],"e":{}}"#);
        assert_eq!(digest(r#"{"e":{},"b":[{"d":null,"c":"x"}],"a":1}"#), one);
        assert_eq!(digest("{ \"a\" : 1 ,\n\"b\": [ {\"c\":\"x\", \"d\":null} ], \"e\": {} }"), one);
    }

    #[test]
    fn whatever_else_differs_counts() {
        let texts = [
            "",
            "null",
            "{}",
            "[]",
            "0",
            "\"\"",
            "\"null\"",
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            r#"{"b":1}"#,
            r#"{"a":"1"}"#,
            r#"{"a":[1]}"#,
            "[1,2]",
            "[2,1]",
            "[[1],2]",
            "[[1,2]]",
            r#"{"a":{"b":1}}"#,
            r#"{"a":1,"b":2}"#,
            r#"{"a":2,"b":1}"#,
            r#""a\"b""#,
            r#""a""#,
            r#"["a\", b"]"#,
            r#"["a\",b"]"#,
            r#"{"a":1,"a":1}"#,
            "1.0",
            "1",
        ];
        for (n, one) in texts.iter().enumerate() {
            for other in &texts[n + 1..] {
                assert_ne!(digest(one), digest(other), "{one} and {other}");
            }
        }
    }

    #[test]
    fn any_depth_and_any_text_has_a_digest() {
        let deep = |inner: &str| "[".repeat(100_000) + inner + &"]".repeat(100_000);
        assert_eq!(digest(&deep("1")), digest(&deep("1")));
        assert_ne!(digest(&deep("1")), digest(&deep("2")));
        for odd in
            ["{", "[", "\"", "{]", "[}", "{1", "}", "]", ",", "\\", "[\"\\", "{\"a\"", "{\"a\":}"]
        {
            digest(odd);
        }
    }
}
