//! Secrets at rest: wrapped under the root key, which stands outside the database.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

/// Bytes of a nonce, which begin a wrapped secret.
pub const NONCE_LENGTH: usize = 24;

/// The key that wraps every stored secret.
#[derive(Clone)]
pub struct RootKey([u8; 32]);

/// Why a wrapped secret cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Shorter than a nonce.
    #[error("the wrapped secret is too short")]
    TooShort,
    /// Wrapped under another root key or label, or changed since.
    #[error(
        "the secret does not open: it was wrapped under another root key or for another purpose, or it was changed"
    )]
    DoesNotOpen,
    /// Longer than the cipher can take.
    #[error("the secret is too long to be wrapped")]
    TooLong,
}

impl RootKey {
    /// A root key of 32 random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Encrypts a secret for one purpose: `label` must be given again to open it. A nonce is random and never used twice.
    ///
    /// # Errors
    /// [`SecretError::TooLong`] over 256 GiB.
    pub fn wrap(&self, label: &str, plaintext: &[u8], nonce: [u8; NONCE_LENGTH]) -> Result<Vec<u8>, SecretError> {
        let sealed = self
            .cipher()
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plaintext,
                    aad: label.as_bytes(),
                },
            )
            .map_err(|_| SecretError::TooLong)?;
        let mut blob = Vec::with_capacity(NONCE_LENGTH + sealed.len());
        blob.extend_from_slice(&nonce);
        blob.extend_from_slice(&sealed);
        Ok(blob)
    }

    /// Opens what [`RootKey::wrap`] made for the same label.
    ///
    /// # Errors
    /// [`SecretError::TooShort`] or [`SecretError::DoesNotOpen`].
    pub fn unwrap(&self, label: &str, blob: &[u8]) -> Result<Zeroizing<Vec<u8>>, SecretError> {
        let (nonce, sealed) = blob.split_first_chunk::<NONCE_LENGTH>().ok_or(SecretError::TooShort)?;
        self.cipher()
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: label.as_bytes(),
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| SecretError::DoesNotOpen)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.0))
    }
}

impl Drop for RootKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for RootKey {}

impl std::fmt::Debug for RootKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RootKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: RootKey = RootKey::from_bytes([7; 32]);

    #[test]
    fn a_wrapped_secret_opens_with_key_and_label() {
        let blob = KEY.wrap("vendor-secret", b"hunter2", [1; 24]).unwrap();
        assert_eq!(&**KEY.unwrap("vendor-secret", &blob).unwrap(), b"hunter2");
        assert!(!blob.windows(7).any(|window| window == b"hunter2"));
    }

    #[test]
    fn another_label_key_or_byte_does_not_open_it() {
        let mut blob = KEY.wrap("vendor-secret", b"hunter2", [1; 24]).unwrap();
        assert_eq!(KEY.unwrap("totp", &blob), Err(SecretError::DoesNotOpen));
        let other = RootKey::from_bytes([8; 32]);
        assert_eq!(other.unwrap("vendor-secret", &blob), Err(SecretError::DoesNotOpen));
        *blob.last_mut().unwrap() ^= 1;
        assert_eq!(KEY.unwrap("vendor-secret", &blob), Err(SecretError::DoesNotOpen));
        assert_eq!(KEY.unwrap("vendor-secret", &[0; 23]), Err(SecretError::TooShort));
    }

    #[test]
    fn the_root_key_is_not_shown() {
        assert_eq!(format!("{KEY:?}"), "RootKey(…)");
    }
}
