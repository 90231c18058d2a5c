//! The service app's way in: a signed assertion for an access token.

use crate::server::{Reply, Seen, Server};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use okta_client::{Client, Credentials, Error, OrgUrl, Secret, Settings};
use p256::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::rand_core::OsRng;
use std::time::Duration;

fn client(server: &Server, key: &str) -> Client {
    let credentials = Credentials::PrivateKeyJwt {
        client_id: "0oaApp".into(),
        key: Secret::new(key),
        key_id: Some("kid1".into()),
        scopes: vec!["okta.devices.read".into(), "okta.logs.read".into()],
    };
    let settings = Settings { backoff: Duration::from_millis(10), ..Settings::default() };
    Client::new(OrgUrl::parse(&server.base).expect("an address"), credentials, settings)
        .expect("the key is fine")
}

fn ec_pem(key: &p256::SecretKey) -> String {
    key.to_pkcs8_pem(LineEnding::LF).expect("it encodes").to_string()
}

fn granted(number: usize) -> Reply {
    Reply::ok(format!(
        r#"{{"token_type":"Bearer","expires_in":3600,"access_token":"at{number}","scope":"okta.logs.read"}}"#
    ))
}

/// The `client_assertion` of a token request, checked against the public key.
fn assertion(seen: &Seen, key: &DecodingKey, algorithm: Algorithm, audience: &str) -> serde_json::Value {
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(seen.body.as_bytes()).into_owned().collect();
    let value = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(value("grant_type"), Some("client_credentials"));
    assert_eq!(value("scope"), Some("okta.devices.read okta.logs.read"));
    assert_eq!(
        value("client_assertion_type"),
        Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    );
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&[audience]);
    validation.set_issuer(&["0oaApp"]);
    validation.validate_exp = false;
    let token =
        jsonwebtoken::decode::<serde_json::Value>(value("client_assertion").expect("sent"), key, &validation)
            .expect("the signature holds");
    assert_eq!(token.header.kid.as_deref(), Some("kid1"));
    token.claims
}

#[tokio::test]
async fn one_token_serves_all_calls_and_is_renewed_once_when_it_is_refused() {
    let server = Server::start(|number, seen| match (seen.path.as_str(), seen.authorization.as_str()) {
        ("/oauth2/v1/token", _) => granted(number),
        (_, "Bearer at0") if number < 3 => Reply::ok("[]"),
        (_, "Bearer at0") => Reply::error(401, "E0000011"),
        _ => Reply::ok("[]"),
    })
    .await;
    let key = p256::SecretKey::random(&mut OsRng);
    let client = client(&server, &ec_pem(&key));
    assert_eq!(client.granted_scopes().await, None);
    for _ in 0..3 {
        client.groups().first().await.expect("the calls are let in");
    }
    let order: Vec<_> =
        server.seen().iter().map(|seen| (seen.path.clone(), seen.authorization.clone())).collect();
    let pair = |path: &str, authorization: &str| (path.to_owned(), authorization.to_owned());
    assert_eq!(
        order,
        [
            pair("/oauth2/v1/token", ""),
            pair("/api/v1/groups", "Bearer at0"),
            pair("/api/v1/groups", "Bearer at0"),
            pair("/api/v1/groups", "Bearer at0"),
            pair("/oauth2/v1/token", ""),
            pair("/api/v1/groups", "Bearer at4"),
        ]
    );
    assert_eq!(client.granted_scopes().await, Some(vec!["okta.logs.read".into()]));

    let public = key.public_key().to_public_key_pem(LineEnding::LF).expect("it encodes");
    let public = DecodingKey::from_ec_pem(public.as_bytes()).expect("a key");
    let audience = format!("{}/oauth2/v1/token", server.base);
    let seen = server.seen();
    let first = assertion(&seen[0], &public, Algorithm::ES256, &audience);
    let second = assertion(&seen[4], &public, Algorithm::ES256, &audience);
    assert_ne!(first["jti"], second["jti"], "an assertion is used once");
    assert_eq!(first["sub"], "0oaApp");
}

#[tokio::test]
async fn a_token_that_is_to_live_for_ever_is_used_all_the_same() {
    let server = Server::start(|_, seen| match seen.path.as_str() {
        "/oauth2/v1/token" => {
            Reply::ok(format!(r#"{{"token_type":"Bearer","expires_in":{},"access_token":"at"}}"#, u64::MAX))
        }
        _ => Reply::ok("[]"),
    })
    .await;
    let client = client(&server, &ec_pem(&p256::SecretKey::random(&mut OsRng)));
    for _ in 0..2 {
        client.groups().first().await.expect("let in");
    }
    let paths: Vec<String> = server.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(paths, ["/oauth2/v1/token", "/api/v1/groups", "/api/v1/groups"]);
}

#[tokio::test]
async fn an_rsa_jwk_signs_too() {
    use rsa::traits::{PrivateKeyParts, PublicKeyParts};
    let server = Server::start(|number, seen| match seen.path.as_str() {
        "/oauth2/v1/token" => granted(number),
        _ => Reply::ok("[]"),
    })
    .await;
    let key = rsa::RsaPrivateKey::new(&mut OsRng, 2048).expect("a key");
    let member =
        |name: &str, number: &rsa::BigUint| format!("\"{name}\":\"{}\"", base64url(&number.to_bytes_be()));
    let primes = key.primes();
    let jwk = [
        member("n", key.n()),
        member("e", key.e()),
        member("d", key.d()),
        member("p", &primes[0]),
        member("q", &primes[1]),
    ]
    .join(",");
    let client = client(&server, &format!(r#"{{"kty":"RSA","use":"sig","kid":"jwk","alg":"RS256",{jwk}}}"#));
    client.groups().first().await.expect("let in");
    let public = DecodingKey::from_rsa_components(
        &base64url(&key.n().to_bytes_be()),
        &base64url(&key.e().to_bytes_be()),
    )
    .expect("a key");
    assertion(&server.seen()[0], &public, Algorithm::RS256, &format!("{}/oauth2/v1/token", server.base));
}

#[tokio::test]
async fn refusals_of_the_token_end_point_are_told_apart() {
    let refused = async |error: &'static str| {
        let server = Server::start(move |_, _| {
            Reply::new(400, format!(r#"{{"error":"{error}","error_description":"why"}}"#))
        })
        .await;
        let key = ec_pem(&p256::SecretKey::random(&mut OsRng));
        let error = client(&server, &key).groups().first().await.expect_err("refused");
        (error, server.seen().len())
    };
    let (error, asked) = refused("invalid_client").await;
    assert!(matches!(&error, Error::TokenRefused { error, .. } if &**error == "invalid_client"), "{error:?}");
    assert_eq!(asked, 1);
    let (error, asked) = refused("use_dpop_nonce").await;
    assert!(matches!(&error, Error::DpopRequired), "{error:?}");
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn an_assertion_dated_by_a_wrong_clock_is_dated_anew() {
    // This server lives in 2001: it refuses what is not of its day, as Okta does.
    let server = Server::start(|number, seen| {
        match (seen.path.as_str(), number) {
            ("/oauth2/v1/token", 0) => Reply::new(401, r#"{"error":"invalid_client"}"#),
            ("/oauth2/v1/token", _) => granted(number),
            _ => Reply::ok("[]"),
        }
        .header("date", "Sun, 09 Sep 2001 01:46:40 GMT")
    })
    .await;
    let key = p256::SecretKey::random(&mut OsRng);
    client(&server, &ec_pem(&key)).groups().first().await.expect("the second assertion is accepted");
    let public = key.public_key().to_public_key_pem(LineEnding::LF).expect("it encodes");
    let public = DecodingKey::from_ec_pem(public.as_bytes()).expect("a key");
    let audience = format!("{}/oauth2/v1/token", server.base);
    let claims = assertion(&server.seen()[1], &public, Algorithm::ES256, &audience);
    let dated = claims["iat"].as_i64().expect("a number");
    assert!((1_000_000_000..1_000_000_060).contains(&dated), "{dated}");
}

fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut text, mut bits, mut count) = (String::new(), 0_u32, 0);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        count += 8;
        while count >= 6 {
            count -= 6;
            text.push(LETTERS[(bits >> count) as usize & 63] as char);
        }
    }
    if count > 0 {
        text.push(LETTERS[(bits << (6 - count)) as usize & 63] as char);
    }
    text
}
