//! The repair of a JSON text: halves of characters, numbers that do not fit, and values that are nested too deep. It
//! works on the text alone, without recursion, and leaves whatever is not JSON to the parser.

use serde::de::IgnoredAny;

use super::digits::KEEPS_DIGITS;

/// The largest number of lists and objects inside each other that a text may have. The stack of a thread holds that
/// many in an unoptimised build, both in reading and in dropping.
pub(super) const MAX_DEPTH: usize = 256;

/// What stands for a value that is nested too deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deep {
    /// A text that can be skipped but not read.
    Refused,
    /// `null`.
    Null,
}

/// A text after its repair.
pub(super) struct Repaired {
    /// The new text; `None` if the old one needs no repair.
    pub(super) json: Option<Vec<u8>>,
    /// Whether the text is deeper than a parser accepts without being told to.
    pub(super) is_deep: bool,
    /// Whether a value was nested too deep and is no longer part of the text.
    pub(super) is_cut: bool,
}

/// The depth that `serde_json` accepts by itself.
const USUAL_DEPTH: usize = 127;

pub(super) fn repair(json: &[u8], deep: Deep) -> Repaired {
    let mut scan = Scan { text: json, at: 0, copied: 0, out: Vec::new() };
    let (is_deep, is_cut) = scan.whole(deep);
    if scan.copied == 0 {
        return Repaired { json: None, is_deep, is_cut };
    }
    scan.replace(json.len(), json.len(), b"");
    Repaired { json: Some(scan.out), is_deep, is_cut }
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    /// The end of what `out` holds by now.
    copied: usize,
    out: Vec<u8>,
}

impl Scan<'_> {
    fn whole(&mut self, deep: Deep) -> (bool, bool) {
        let (mut depth, mut is_deep, mut is_cut) = (0_usize, false, false);
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'"' => self.string(true),
                b'-' | b'0'..=b'9' => self.number(),
                b'{' | b'[' if depth == MAX_DEPTH => {
                    let start = self.at;
                    self.skip();
                    is_cut = true;
                    let stand_in: &[u8] = if deep == Deep::Null { b"null" } else { br#""\ud800""# };
                    self.replace(start, self.at, stand_in);
                }
                b'{' | b'[' => {
                    depth += 1;
                    is_deep |= depth > USUAL_DEPTH;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
        (is_deep, is_cut)
    }

    /// Writes `new` in place of the text from `start` to `end`.
    fn replace(&mut self, start: usize, end: usize, new: &[u8]) {
        self.out.extend_from_slice(&self.text[self.copied..start]);
        self.out.extend_from_slice(new);
        self.copied = end.min(self.text.len());
    }

    /// Moves past a list or an object.
    fn skip(&mut self) {
        let mut open = 0_usize;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'"' => {
                    self.string(false);
                    continue;
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                break;
            }
        }
    }

    /// Moves past a string, and replaces halves of characters in it.
    fn string(&mut self, repairs: bool) {
        self.at += 1;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' => self.escape(repairs),
                _ => self.at += 1,
            }
        }
    }

    fn escape(&mut self, repairs: bool) {
        let start = self.at;
        match self.unit(start) {
            Some(0xd800..=0xdbff) if matches!(self.unit(start + 6), Some(0xdc00..=0xdfff)) => {
                self.at += 12;
            }
            Some(0xd800..=0xdfff) => {
                self.at += 6;
                if repairs {
                    self.replace(start, self.at, b"\\ufffd");
                }
            }
            Some(_) => self.at += 6,
            None => self.at += 2,
        }
    }

    /// Returns the number of an escape `\uXXXX`.
    fn unit(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        let digit = |sum: u32, byte: &u8| Some(sum * 16 + char::from(*byte).to_digit(16)?);
        digits.iter().try_fold(0, digit)
    }

    /// Moves past a number. One that no `f64` holds becomes `null`.
    fn number(&mut self) {
        let start = self.at;
        let is_part = |byte: &&u8| matches!(**byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        self.at += self.text[start..].iter().take_while(is_part).count();
        let Ok(digits) = std::str::from_utf8(&self.text[start..self.at]) else { return };
        let is_whole = digits.parse::<u64>().is_ok() || digits.parse::<i64>().is_ok_and(|n| n != 0);
        let is_number = !is_whole && serde_json::from_str::<IgnoredAny>(digits).is_ok();
        let Some(number) = digits.parse::<f64>().ok().filter(|_| is_number) else { return };
        if number.is_infinite() {
            self.replace(start, self.at, b"null");
        } else if KEEPS_DIGITS {
            let digits = serde_json::to_vec(&number).unwrap_or_default();
            self.replace(start, self.at, &digits);
        }
    }
}
