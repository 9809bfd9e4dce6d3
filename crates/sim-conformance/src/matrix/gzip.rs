//! Compressed bodies: the format's own header around what needs no compressor.

/// A member that says that these bytes follow as they are.
pub(super) fn stored(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a block holds no more than 64 KiB");
    let mut member = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1];
    member.extend(length.to_le_bytes());
    member.extend((!length).to_le_bytes());
    member.extend(bytes);
    member.extend(crc32(bytes).to_le_bytes());
    member.extend(u32::from(length).to_le_bytes());
    member
}

/// 256 MiB of zeros in 260 KiB: 256 members of 1 MiB each.
pub(super) fn bomb() -> Vec<u8> {
    const START: [u8; 25] = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xed, 0xc1, 0x31, 1, 0, 0, 0, 0xc2, 0xa0, 0xf5, 0x4f,
        0x6d, 8, 0x5f, 0xa0,
    ];
    const END: [u8; 10] = [0x3e, 3, 0x1c, 0xea, 0x38, 0xa7, 0, 0, 0x10, 0];
    [&START[..], &[0; 1016], &END].concat().repeat(256)
}

fn crc32(bytes: &[u8]) -> u32 {
    let bit = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), bit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_format() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn the_members_are_what_they_say() {
        let bomb = bomb();
        assert_eq!(bomb.len(), 256 * 1051);
        assert_eq!(&bomb[1051 - 4..1051], &(1u32 << 20).to_le_bytes());
        let stored = stored(b"123456789");
        assert_eq!(&stored[15..24], b"123456789");
        assert_eq!(&stored[24..28], &0xcbf4_3926_u32.to_le_bytes());
    }
}
