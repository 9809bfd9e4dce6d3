//! Sizing of the decoder's buffers: they grow with an event and give memory back after a very large one.

/// The capacity, in bytes, that a buffer keeps after its event has ended.
pub(super) const KEPT: usize = 128 << 10;

/// Reserves space for `more` bytes. Doubles the capacity where that is more, but reserves little beyond `limit`
/// bytes.
pub(super) fn grow(buffer: &mut Vec<u8>, more: usize, limit: usize) {
    let needed = buffer.len().saturating_add(more);
    if needed > buffer.capacity() {
        let wanted = buffer.capacity().saturating_mul(2).min(limit).max(needed);
        buffer.reserve_exact(wanted - buffer.len());
    }
}

/// Empties a buffer. A buffer that grew for a very large line gives its memory back.
pub(super) fn recycle(buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.shrink_to(KEPT);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_that_is_there_is_used_up_before_more_is_made() {
        let mut buffer = Vec::with_capacity(8);
        let room = buffer.capacity();
        buffer.push(b'a');
        grow(&mut buffer, room - 1, usize::MAX);
        assert_eq!(buffer.capacity(), room);
        grow(&mut buffer, room, usize::MAX);
        assert!(buffer.capacity() >= 2 * room, "one byte too few");
    }
}
