use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::Deserialize;
use serde_json::{Value, json};
use thiserror::Error;
use zeroize::Zeroizing;

/// Bytes before the seed in the PKCS #8 form (RFC 8410) of an Ed25519 private key.
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// An Ed25519 key that signs license documents and tokens. `Debug` shows the key id only, and the
/// private half is wiped when dropped.
#[derive(Clone)]
pub struct SigningKey {
    kid: String,
    public: [u8; 32],
    pub(crate) encoding: EncodingKey,
}

impl SigningKey {
    /// Makes the key from its 32-byte seed. `kid` names it in the published set and must be unique there.
    #[must_use]
    pub fn new(kid: impl Into<String>, seed: [u8; 32]) -> Self {
        let pair = ed25519_dalek::SigningKey::from_bytes(&seed);
        let mut der = Zeroizing::new([0; 48]);
        let (prefix, secret) = der.split_at_mut(PKCS8_PREFIX.len());
        prefix.copy_from_slice(&PKCS8_PREFIX);
        secret.copy_from_slice(&seed);
        let encoding = EncodingKey::from_ed_der(der.as_slice());
        Self {
            kid: kid.into(),
            public: pair.verifying_key().to_bytes(),
            encoding,
        }
    }

    /// The key id.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half as a JSON Web Key, ready to be published.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        json!({
            "kty": "OKP",
            "crv": "Ed25519",
            "x": URL_SAFE_NO_PAD.encode(self.public),
            "kid": self.kid,
            "alg": "EdDSA",
            "use": "sig",
        })
    }

    /// A key set of this key alone: `{"keys": [...]}`.
    #[must_use]
    pub fn public_jwks(&self) -> Value {
        json!({ "keys": [self.public_jwk()] })
    }

    /// The set that verifies what this key signs.
    #[must_use]
    pub fn verifying_keys(&self) -> VerifyingKeys {
        let mut keys = VerifyingKeys::default();
        keys.insert(self.kid.clone(), &self.public);
        keys
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// The published keys, by key id.
#[derive(Clone, Default)]
pub struct VerifyingKeys(BTreeMap<String, DecodingKey>);

/// Why a key set cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum KeysError {
    /// Not `{"keys": [...]}`.
    #[error("the key set is not a JSON Web Key Set: {0}")]
    Malformed(String),
    /// An Ed25519 key whose `x` is not 32 bytes in unpadded base64url.
    #[error("key `{kid}` of the key set has no valid `x` (32 bytes in base64url are needed)")]
    BadKey {
        /// Which key.
        kid: String,
    },
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    #[serde(default)]
    kty: String,
    #[serde(default)]
    crv: String,
    #[serde(default)]
    x: String,
    #[serde(default)]
    kid: String,
    #[serde(rename = "use")]
    usage: Option<String>,
}

impl VerifyingKeys {
    /// Reads a JSON Web Key Set. Keys of other types or uses are passed over, since a set may hold them.
    ///
    /// # Errors
    /// [`KeysError`] when the text is not a key set, or an Ed25519 key in it is damaged.
    pub fn from_jwks(text: &str) -> Result<Self, KeysError> {
        let set: Jwks = serde_json::from_str(text).map_err(|e| KeysError::Malformed(e.to_string()))?;
        let mut keys = Self::default();
        for jwk in set.keys {
            let signs = jwk.usage.as_deref().is_none_or(|usage| usage == "sig");
            if jwk.kty != "OKP" || jwk.crv != "Ed25519" || jwk.kid.is_empty() || !signs {
                continue;
            }
            let public = URL_SAFE_NO_PAD
                .decode(&jwk.x)
                .ok()
                .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
                .ok_or_else(|| KeysError::BadKey { kid: jwk.kid.clone() })?;
            keys.insert(jwk.kid, &public);
        }
        Ok(keys)
    }

    /// Adds a public key, replacing one of the same id.
    pub fn insert(&mut self, kid: impl Into<String>, public: &[u8; 32]) {
        self.0.insert(kid.into(), DecodingKey::from_ed_der(public.as_slice()));
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a key of this id is known.
    #[must_use]
    pub fn contains(&self, kid: &str) -> bool {
        self.0.contains_key(kid)
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&DecodingKey> {
        self.0.get(kid)
    }
}

impl fmt::Debug for VerifyingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_key_id_and_no_secret() {
        let key = SigningKey::new("2026-1", [0xab; 32]);
        let shown = format!("{key:?}");
        assert!(shown.contains("2026-1"));
        assert!(!shown.contains("171") && !shown.to_lowercase().contains("abab"));
    }

    #[test]
    fn a_set_may_hold_keys_for_others() {
        let mut set = SigningKey::new("mine", [1; 32]).public_jwks();
        let rsa = json!({"kty": "RSA", "kid": "theirs", "n": "AQ", "e": "AQAB"});
        set["keys"].as_array_mut().unwrap().push(rsa);
        let keys = VerifyingKeys::from_jwks(&set.to_string()).unwrap();
        assert_eq!(keys.len(), 1);
        assert!(keys.contains("mine") && !keys.contains("theirs"));
    }

    #[test]
    fn a_damaged_key_is_named() {
        let set = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": "AAAA"}]});
        let error = VerifyingKeys::from_jwks(&set.to_string()).unwrap_err();
        assert_eq!(error, KeysError::BadKey { kid: "k".into() });
        assert!(matches!(VerifyingKeys::from_jwks("[]"), Err(KeysError::Malformed(_))));
    }

    #[test]
    fn the_public_key_is_the_one_of_rfc_8037() {
        let seed = URL_SAFE_NO_PAD
            .decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
            .unwrap();
        let key = SigningKey::new("k", seed.try_into().unwrap());
        assert_eq!(key.public_jwk()["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    }
}
