//! Digests: SHA-256 as lower-case hexadecimal.

use sha2::{Digest, Sha256};

/// The SHA-256 of bytes.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from_digit(u32::from(half), 16).unwrap_or('0')).collect()
}
