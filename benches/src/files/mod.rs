//! A file that goes up in parts and down again: the requests by hand, and a server that takes and gives bytes.

pub mod by_hand;
pub mod server;

/// The size of the file, in bytes.
pub const SIZE: u64 = 128 * 1024 * 1024;
/// The size of a part, in bytes, as the real server wants it.
pub const PART: u64 = 8 * 1024 * 1024;
/// How much is read and written at once, in bytes.
pub const PIECE: usize = 64 * 1024;

/// A writer that counts what it gets.
#[derive(Debug, Default)]
pub struct Counter(pub u64);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
