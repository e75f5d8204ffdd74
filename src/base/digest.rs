//! Digests: SHA-256 as lower-case hexadecimal.

use sha2::{Digest, Sha256};

/// The SHA-256 of bytes.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes that are written somewhere for their SHA-256 alone.
#[derive(Default)]
pub struct Digesting(Sha256);

impl Digesting {
    /// The SHA-256 of what was written.
    pub fn end(self) -> String {
        hex(&self.0.finalize())
    }
}

impl std::io::Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Bytes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from_digit(u32::from(half), 16).unwrap_or('0')).collect()
}
