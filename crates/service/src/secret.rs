//! Secrets that we make: random, shown once, stored as SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::app::App;

/// Characters of the random part: 32 bytes as base64url.
pub const LENGTH: usize = 43;

/// A fresh secret of 256 random bits, with a prefix by which scanners and people know it.
pub fn random(app: &App, prefix: &str) -> String {
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(app.random::<32>()))
}

/// What is stored of a secret. A plain digest is enough for 256 random bits; passwords need argon2id instead.
#[must_use]
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Whether two digests are equal, in a time that does not depend on where they differ.
#[must_use]
pub fn same(one: &[u8; 32], other: &[u8; 32]) -> bool {
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_equals_itself_and_nothing_else() {
        assert!(same(&hash("a"), &hash("a")));
        assert!(!same(&hash("a"), &hash("b")));
        assert_eq!(hash("abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
