//! Identifiers and times as Sim writes them.

use jiff::Timestamp;

/// Returns a random identifier in the form of a version 4 UUID.
pub(crate) fn uuid() -> String {
    let bits: u128 = rand::random();
    let bits = (bits & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// Returns a random value for an `x-request-id` header: 8 hexadecimal digits.
pub(crate) fn request_id() -> String {
    format!("{:08x}", rand::random::<u32>())
}

/// Returns a random identifier of a job: `run_` and 20 characters.
pub(crate) fn job() -> String {
    format!("run_{}", letters(20))
}

/// Returns so many random characters that need no encoding in an address.
pub(crate) fn letters(count: usize) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    let letter = || char::from(letters[usize::from(rand::random::<u8>()) % letters.len()]);
    std::iter::repeat_with(letter).take(count).collect()
}

/// Returns a point in time as ISO 8601 text in UTC with milliseconds.
pub(crate) fn time_text(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::{request_id, time_text, uuid};

    #[test]
    fn a_uuid_has_its_version_and_variant() {
        for _ in 0..64 {
            let id = uuid();
            let lengths: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12]);
            assert_eq!(&id[14..15], "4");
            assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
        }
    }

    #[test]
    fn a_request_id_has_eight_digits() {
        assert_eq!(request_id().len(), 8);
    }

    #[test]
    fn a_time_has_milliseconds() {
        assert_eq!(time_text(jiff::Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
    }
}
