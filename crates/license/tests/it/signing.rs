use aktiver_license::{
    LICENSE_TYPE, SigningKey, VerifyError, VerifyingKeys, issue, sign_claims, verify, verify_claims,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde_json::{Value, json};

use crate::{at, document, key};

fn sample() -> aktiver_license::LicenseDocument {
    let now = at("2026-03-01T12:00:00Z");
    document(now, now)
}

/// The token with another header, signature kept.
fn with_header(token: &str, header: &Value) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", B64.encode(header.to_string()))
}

#[test]
fn a_document_comes_back_as_it_was_issued() {
    let token = issue(&sample(), &key()).unwrap();
    let keys = VerifyingKeys::from_jwks(&key().public_jwks().to_string()).unwrap();
    assert_eq!(verify(&token, &keys).unwrap(), sample());

    let header = B64.decode(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(
        header,
        json!({"alg": "EdDSA", "typ": "aktiver-license+jwt", "kid": "2026-1"})
    );
}

#[test]
fn a_changed_claim_is_refused() {
    let token = issue(&sample(), &key()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims: Value = serde_json::from_slice(&B64.decode(parts[1]).unwrap()).unwrap();
    claims["chk"] = json!(i64::MAX);
    let forged = format!("{}.{}.{}", parts[0], B64.encode(claims.to_string()), parts[2]);
    assert_eq!(verify(&forged, &key().verifying_keys()), Err(VerifyError::Signature));
}

#[test]
fn each_flipped_byte_of_the_signature_is_refused() {
    let token = issue(&sample(), &key()).unwrap();
    let (head, signature) = token.rsplit_once('.').unwrap();
    let signature = B64.decode(signature).unwrap();
    for index in 0..signature.len() {
        let mut broken = signature.clone();
        broken[index] ^= 1;
        let forged = format!("{head}.{}", B64.encode(broken));
        assert_eq!(verify(&forged, &key().verifying_keys()), Err(VerifyError::Signature));
    }
    assert_eq!(
        verify(&format!("{head}."), &key().verifying_keys()),
        Err(VerifyError::Signature)
    );
}

#[test]
fn no_other_algorithm_is_believed() {
    let token = issue(&sample(), &key()).unwrap();
    for alg in ["none", "None", "HS256", "RS256", "ES256", "eddsa", ""] {
        let header = json!({"alg": alg, "typ": LICENSE_TYPE, "kid": "2026-1"});
        let forged = with_header(&token, &header);
        assert_eq!(
            verify(&forged, &key().verifying_keys()),
            Err(VerifyError::Algorithm(alg.into()))
        );
    }
}

#[test]
fn the_public_key_used_as_a_shared_secret_is_refused() {
    let x = key().public_jwk()["x"].as_str().unwrap().to_owned();
    let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    header.typ = Some(LICENSE_TYPE.into());
    header.kid = Some("2026-1".into());
    let secret = jsonwebtoken::EncodingKey::from_secret(&B64.decode(x).unwrap());
    let forged = jsonwebtoken::encode(&header, &sample(), &secret).unwrap();
    assert_eq!(
        verify(&forged, &key().verifying_keys()),
        Err(VerifyError::Algorithm("HS256".into()))
    );
}

#[test]
fn an_access_token_is_no_license_and_a_license_no_access_token() {
    let token = sign_claims("at+jwt", &sample(), &key()).unwrap();
    assert_eq!(
        verify(&token, &key().verifying_keys()),
        Err(VerifyError::Type {
            expected: LICENSE_TYPE.into(),
            found: "at+jwt".into()
        })
    );
    let license = issue(&sample(), &key()).unwrap();
    let read = verify_claims::<Value>("at+jwt", &license, &key().verifying_keys());
    assert!(matches!(read, Err(VerifyError::Type { .. })));
}

#[test]
fn unknown_and_foreign_keys_are_refused() {
    let other = SigningKey::new("2027-1", [9; 32]);
    let token = issue(&sample(), &other).unwrap();
    assert_eq!(
        verify(&token, &key().verifying_keys()),
        Err(VerifyError::UnknownKey { kid: "2027-1".into() })
    );
    let same_name = SigningKey::new("2026-1", [9; 32]);
    let token = issue(&sample(), &same_name).unwrap();
    assert_eq!(verify(&token, &key().verifying_keys()), Err(VerifyError::Signature));
}

#[test]
fn a_key_brought_along_in_the_header_is_ignored() {
    let other = SigningKey::new("2027-1", [9; 32]);
    let token = issue(&sample(), &other).unwrap();
    let header = json!({"alg": "EdDSA", "typ": LICENSE_TYPE, "kid": "2027-1", "jwk": other.public_jwk()});
    let forged = with_header(&token, &header);
    assert!(matches!(
        verify(&forged, &key().verifying_keys()),
        Err(VerifyError::UnknownKey { .. })
    ));
}

#[test]
fn unknown_critical_extensions_are_refused() {
    let token = issue(&sample(), &key()).unwrap();
    let header = json!({"alg": "EdDSA", "typ": LICENSE_TYPE, "kid": "2026-1", "crit": ["b64"]});
    assert_eq!(
        verify(&with_header(&token, &header), &key().verifying_keys()),
        Err(VerifyError::Critical)
    );
}

#[test]
fn text_that_is_no_token_is_malformed() {
    for text in ["", "a", "a.b", "a.b.c", "a.b.c.d", "e30.e30.e30", "..", "é.é.é"] {
        let read = verify(text, &key().verifying_keys());
        assert_eq!(read, Err(VerifyError::Malformed), "{text}");
    }
}

#[test]
fn rightly_signed_claims_of_another_shape_are_told_apart() {
    let token = sign_claims(LICENSE_TYPE, &json!({"sub": "only"}), &key()).unwrap();
    assert!(matches!(
        verify(&token, &key().verifying_keys()),
        Err(VerifyError::Claims(_))
    ));
}

#[test]
fn an_expired_token_is_read_since_time_is_the_callers_question() {
    let token = sign_claims("JWT", &json!({"exp": 1, "aud": "x"}), &key()).unwrap();
    let claims: Value = verify_claims("JWT", &token, &key().verifying_keys()).unwrap();
    assert_eq!(claims["exp"], 1);
}
