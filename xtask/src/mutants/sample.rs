//! The sample of mutants.

/// Returns a sample of `count` mutants, which stays the same when code moves within its file. Tests that were written for
/// one sample say little about all mutants; another `seed` gives another.
pub(super) fn of<'a>(names: &[&'a str], count: usize, seed: u64) -> Vec<&'a str> {
    let mut ranked: Vec<_> =
        names.iter().enumerate().map(|(at, name)| (hash(seed, unplaced(name)), at)).collect();
    ranked.sort_unstable();
    let mut chosen: Vec<_> = ranked.into_iter().take(count).map(|(_, at)| at).collect();
    chosen.sort_unstable();
    chosen.into_iter().map(|at| names[at]).collect()
}

/// Returns the name without its line and column.
fn unplaced(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|byte| !byte.is_ascii_digit())
}

/// Returns the FNV-1a hash of the seed and the bytes.
fn hash(seed: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    seed.to_le_bytes().into_iter().chain(bytes).fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_stays_the_same_when_lines_move() {
        let names = |line: u32| -> Vec<String> {
            (0..50u8)
                .map(|n| format!("f.rs:{line}:5: replace {} with ()", char::from(b'A' + n)))
                .collect()
        };
        let chosen = |names: &[String]| -> Vec<usize> {
            let all: Vec<_> = names.iter().map(String::as_str).collect();
            let of = of(&all, 10, 0);
            of.iter().filter_map(|name| all.iter().position(|other| other == name)).collect()
        };
        let (here, moved) = (chosen(&names(1)), chosen(&names(300)));
        assert_eq!((here.len(), &here), (10, &moved));
    }
}
