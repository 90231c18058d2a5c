//! Reads the private key of a service app, as PEM or as the JWK that Okta's Admin Console hands out.

use crate::KeyProblem;
use jsonwebtoken::{Algorithm, EncodingKey};
use p256::pkcs8::EncodePrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use serde::Deserialize;
use zeroize::Zeroizing;

/// A key that can sign, and how.
pub(crate) struct SigningKey {
    pub key: EncodingKey,
    pub algorithm: Algorithm,
    /// The `kid` that a JWK carries.
    pub id: Option<Box<str>>,
}

/// Reads a key in whichever of the two forms it comes.
pub(crate) fn read(text: &str) -> Result<SigningKey, KeyProblem> {
    let text = text.trim();
    if text.starts_with('{') {
        return from_jwk(text);
    }
    let label =
        text.strip_prefix("-----BEGIN ").and_then(|rest| rest.split_once("-----")).map(|(label, _)| label);
    match label.ok_or(KeyProblem::UnknownFormat)? {
        "ENCRYPTED PRIVATE KEY" => Err(KeyProblem::Encrypted),
        _ if text.contains("Proc-Type: 4,ENCRYPTED") => Err(KeyProblem::Encrypted),
        "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => Err(KeyProblem::PublicOnly),
        "RSA PRIVATE KEY" | "PRIVATE KEY" => from_pem(text),
        other => Err(KeyProblem::UnsupportedKind(other.into())),
    }
}

fn from_pem(text: &str) -> Result<SigningKey, KeyProblem> {
    // The label of PKCS#8 does not tell the kind of key.
    if let Ok(key) = EncodingKey::from_rsa_pem(text.as_bytes()) {
        return Ok(SigningKey { key, algorithm: Algorithm::RS256, id: None });
    }
    match EncodingKey::from_ec_pem(text.as_bytes()) {
        Ok(key) => Ok(SigningKey { key, algorithm: Algorithm::ES256, id: None }),
        Err(_) => Err(KeyProblem::Damaged("RSA or EC P-256")),
    }
}

/// The members of a JWK that are read here. Source: RFC 7518, section 6.
#[derive(Deserialize)]
struct Jwk<'a> {
    kty: &'a str,
    kid: Option<Box<str>>,
    crv: Option<&'a str>,
    n: Option<&'a str>,
    e: Option<&'a str>,
    d: Option<&'a str>,
    p: Option<&'a str>,
    q: Option<&'a str>,
}

fn from_jwk(text: &str) -> Result<SigningKey, KeyProblem> {
    let jwk: Jwk<'_> = serde_json::from_str(text).map_err(|_| KeyProblem::UnknownFormat)?;
    let d = jwk.d.ok_or(KeyProblem::PublicOnly)?;
    let (key, algorithm) = match (jwk.kty, jwk.crv) {
        ("RSA", _) => (rsa_key(&jwk, d).ok_or(KeyProblem::Damaged("RSA"))?, Algorithm::RS256),
        ("EC", Some("P-256")) => (ec_key(d).ok_or(KeyProblem::Damaged("EC P-256"))?, Algorithm::ES256),
        (kind, curve) => {
            let name = curve.map_or_else(|| kind.to_owned(), |curve| format!("{kind} {curve}"));
            return Err(KeyProblem::UnsupportedKind(name.into()));
        }
    };
    Ok(SigningKey { key, algorithm, id: jwk.kid })
}

fn rsa_key(jwk: &Jwk<'_>, d: &str) -> Option<EncodingKey> {
    let whole = |text: &str| Some(rsa::BigUint::from_bytes_be(&Zeroizing::new(base64url(text)?)));
    let primes = match (jwk.p, jwk.q) {
        (Some(p), Some(q)) => vec![whole(p)?, whole(q)?],
        _ => Vec::new(),
    };
    let key = rsa::RsaPrivateKey::from_components(whole(jwk.n?)?, whole(jwk.e?)?, whole(d)?, primes).ok()?;
    Some(EncodingKey::from_rsa_der(key.to_pkcs1_der().ok()?.as_bytes()))
}

fn ec_key(d: &str) -> Option<EncodingKey> {
    // Not p256's own JWK reader: it refuses `kid`, `use` and `alg`, which every key from the Admin Console carries.
    let key = p256::SecretKey::from_slice(&Zeroizing::new(base64url(d)?)).ok()?;
    Some(EncodingKey::from_ec_der(key.to_pkcs8_der().ok()?.as_bytes()))
}

/// The `kid` that a private key carries, if it is a key at all.
pub fn key_id(text: &str) -> Result<Option<Box<str>>, KeyProblem> {
    read(text).map(|key| key.id)
}

/// Base64url without padding, as JWKs write it.
pub(crate) fn to_base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..=chunk.len() {
            text.push(char::from(DIGITS[(bits >> (18 - 6 * digit)) as usize & 63]));
        }
    }
    text
}

/// Base64url as JWKs write it, with or without padding.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::pkcs8::LineEnding;
    use rsa::rand_core::OsRng;

    fn problem(text: &str) -> Option<KeyProblem> {
        read(text).err()
    }

    #[test]
    fn what_can_not_be_used_is_told_apart() {
        assert_eq!(problem("hello"), Some(KeyProblem::UnknownFormat));
        assert_eq!(problem("{\"kty\":"), Some(KeyProblem::UnknownFormat));
        assert_eq!(
            problem("-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----"),
            Some(KeyProblem::PublicOnly)
        );
        assert_eq!(problem(r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#), Some(KeyProblem::PublicOnly));
        assert_eq!(problem("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA=="), Some(KeyProblem::Encrypted));
        assert_eq!(
            problem(r#"{"kty":"OKP","crv":"Ed25519","d":"AA"}"#),
            Some(KeyProblem::UnsupportedKind("OKP Ed25519".into()))
        );
        assert_eq!(
            problem(r#"{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQ"}"#),
            Some(KeyProblem::Damaged("RSA"))
        );
        assert_eq!(
            problem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"),
            Some(KeyProblem::Damaged("RSA or EC P-256"))
        );
    }

    #[test]
    fn an_ec_key_is_read_in_both_forms() {
        let key = p256::SecretKey::random(&mut OsRng);
        let pem = key.to_pkcs8_pem(LineEnding::LF).expect("it encodes");
        let from_pem = read(&pem).expect("PEM is read");
        assert_eq!((from_pem.algorithm, from_pem.id), (Algorithm::ES256, None));
        let jwk = key.to_jwk_string().replace('{', r#"{"kid":"k1","use":"sig","alg":"ES256","#);
        let from_jwk = read(&jwk).expect("a JWK is read");
        assert_eq!((from_jwk.algorithm, from_jwk.id.as_deref()), (Algorithm::ES256, Some("k1")));
    }
}
