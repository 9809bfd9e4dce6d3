//! A digest of content that tells whether a download brings again what it brought before. It has to keep up with the
//! connection: each word is added to a sum, this to a sum of sums, and this to a third, so that its place counts. Nobody
//! gains by a collision: who can change a file may change it before a download as well.

const LANES: usize = 8;
/// The bytes that are taken at once.
const BLOCK: usize = 8 * LANES;

/// The digest of the bytes that it was given, in whatever pieces they came.
#[derive(Debug, Clone)]
pub(super) struct Digest {
    sums: Sums,
    /// The bytes that make no whole block yet.
    rest: [u8; BLOCK],
    length: u64,
}

#[derive(Debug, Clone, Copy)]
struct Sums([[u64; LANES]; 3]);

impl Digest {
    pub(super) fn new() -> Self {
        Self { sums: Sums([[1; LANES]; 3]), rest: [0; BLOCK], length: 0 }
    }

    pub(super) fn write(&mut self, mut bytes: &[u8]) {
        let held = self.held();
        self.length += bytes.len() as u64;
        if held > 0 {
            let (fill, later) = bytes.split_at(bytes.len().min(BLOCK - held));
            self.rest[held..held + fill.len()].copy_from_slice(fill);
            bytes = later;
            if held + fill.len() < BLOCK {
                return;
            }
            self.sums.take(&self.rest);
        }
        // In a variable of its own it stays in registers.
        let mut sums = self.sums;
        let blocks = bytes.chunks_exact(BLOCK);
        let rest = blocks.remainder();
        blocks.for_each(|block| sums.take(block));
        self.sums = sums;
        self.rest[..rest.len()].copy_from_slice(rest);
    }

    pub(super) fn finish(&self) -> u64 {
        let (mut sums, mut last) = (self.sums, self.rest);
        last[self.held()..].fill(0);
        sums.take(&last);
        sums.0.into_iter().flatten().fold(self.length, |all, sum| mixed(all ^ sum))
    }

    /// Returns how many bytes make no whole block yet.
    fn held(&self) -> usize {
        usize::try_from(self.length % BLOCK as u64).unwrap_or_default()
    }
}

impl Sums {
    fn take(&mut self, block: &[u8]) {
        let mut words = [0; LANES];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(8)) {
            *word = u64::from_le_bytes(*bytes.first_chunk().unwrap_or(&[0; 8]));
        }
        for sums in &mut self.0 {
            for (sum, word) in sums.iter_mut().zip(&mut words) {
                *sum = sum.wrapping_add(*word);
                *word = *sum;
            }
        }
    }
}

/// Splitmix64.
fn mixed(word: u64) -> u64 {
    let mut bits = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn of(pieces: &[&[u8]]) -> u64 {
        let mut digest = Digest::new();
        pieces.iter().for_each(|piece| digest.write(piece));
        digest.finish()
    }

    #[test]
    fn the_pieces_do_not_count() {
        let content: Vec<u8> = (0..=255).collect();
        for first in 0..=content.len() {
            for second in [0, 1, 63, 64, 130] {
                let (first, rest) = content.split_at(first);
                let (second, third) = rest.split_at(rest.len().min(second));
                assert_eq!(of(&[first, second, third]), of(&[&content]));
            }
        }
    }

    #[test]
    fn the_order_counts() {
        let (one, two) = ([1; BLOCK], [2; BLOCK]);
        assert_ne!(of(&[&one, &two]), of(&[&two, &one]));
        // Two exchanges that undo each other in a sum of sums.
        let pairs = |order: [usize; 4]| order.map(|at| [one, two][at].to_vec()).concat();
        assert_ne!(of(&[&pairs([0, 1, 1, 0])]), of(&[&pairs([1, 0, 0, 1])]));
    }

    #[test]
    fn every_bit_and_every_length_counts() {
        let mut seen = HashSet::from([of(&[])]);
        for length in 1..150 {
            let content = vec![0; length];
            assert!(seen.insert(of(&[&content])), "{length}");
            for bit in 0..length * 8 {
                let mut changed = content.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                assert!(seen.insert(of(&[&changed])), "bit {bit} of {length}");
            }
        }
    }
}
