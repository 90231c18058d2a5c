//! A fresh key pair for a service app. The private half leaves this file only as a [`Secret`]; the public half is the JWK
//! that an admin pastes into the org. Sources: RFC 7517, RFC 7518 (section 6.2), RFC 7638.

use crate::{KeyProblem, Secret, chance, private_key};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A key pair on P-256: as good as RSA 3072 for signing, made at once, and small enough for every keychain.
#[derive(Clone)]
pub struct KeyPair {
    /// The whole key as a JWK.
    pub private: Secret,
    /// The public half as a JWK, to be shown and pasted.
    pub public_jwk: Box<str>,
    /// The `kid`: the thumbprint, so that the same key has the same name everywhere.
    pub id: Box<str>,
}

impl KeyPair {
    /// A new one from the operating system's randomness.
    pub fn generate() -> Result<Self, KeyProblem> {
        // All but one in 2^32 numbers of this size are keys; trying again is for that one.
        loop {
            if let Ok(key) = p256::SecretKey::from_slice(&*chance::bytes()?) {
                return Self::of(&key);
            }
        }
    }

    fn of(key: &p256::SecretKey) -> Result<Self, KeyProblem> {
        let point = key.public_key().to_encoded_point(false);
        let (Some(x), Some(y)) = (point.x(), point.y()) else {
            return Err(KeyProblem::Damaged("EC P-256"));
        };
        let (x, y) = (private_key::to_base64url(x), private_key::to_base64url(y));
        // The members that a thumbprint is made of, in its order and without a blank.
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let id = private_key::to_base64url(&Sha256::digest(members.as_bytes()));
        let d = Zeroizing::new(private_key::to_base64url(&key.to_bytes()));
        let private =
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}","d":"{}","kid":"{id}"}}"#, d.as_str());
        let public = format!(
            "{{\n  \"kty\": \"EC\",\n  \"crv\": \"P-256\",\n  \"x\": \"{x}\",\n  \"y\": \"{y}\",\n  \"use\": \"sig\",\n  \"alg\": \"ES256\",\n  \"kid\": \"{id}\"\n}}"
        );
        Ok(Self { private: Secret::new(private), public_jwk: public.into(), id: id.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_can_sign_and_its_public_half_is_no_secret() {
        let pair = KeyPair::generate().expect("randomness");
        let key = private_key::read(pair.private.expose()).expect("a key");
        assert_eq!(key.id.as_deref(), Some(&*pair.id));
        assert!(!pair.public_jwk.contains("\"d\""));
        assert_eq!(private_key::read(&pair.public_jwk).err(), Some(KeyProblem::PublicOnly));
        assert_ne!(pair.id, KeyPair::generate().expect("randomness").id);
    }

    /// The thumbprint of a known key, worked out apart from this code.
    #[test]
    fn the_id_is_the_thumbprint() {
        let key = p256::SecretKey::from_slice(&[7; 32]).expect("a key");
        let pair = KeyPair::of(&key).expect("a pair");
        assert_eq!(&*pair.id, "gWjt7nmB1udyFpLYVp0SxJnI8lJEvl7q8AFYZRqnGV8");
    }
}
