//! Who may call: tokens of both kinds, scopes, and the way to an access token.

use super::{Org, options};
use demo_org::{OAuthClient, Options};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::pkcs8::EncodePrivateKey;
use reqwest::Method;
use serde_json::{Value, json};

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A service app with a key of its own.
struct App {
    key: EncodingKey,
    client: OAuthClient,
}

impl App {
    fn new(secret: u8) -> Self {
        let key = p256::SecretKey::from_slice(&[secret; 32]).expect("a valid secret");
        let mut jwk: Value = serde_json::from_str(&key.public_key().to_jwk_string()).expect("a JWK");
        jwk["kid"] = "k1".into();
        let der = key.to_pkcs8_der().expect("DER");
        let scopes = vec!["okta.devices.read".to_owned(), "okta.users.manage".to_owned()];
        let client = OAuthClient { client_id: "0oaService".into(), jwks: json!({ "keys": [jwk] }), scopes };
        Self { key: EncodingKey::from_ec_der(der.as_bytes()), client }
    }

    fn assertion(&self, org: &Org, change: impl FnOnce(&mut Value)) -> String {
        let now = jsonwebtoken::get_current_timestamp();
        let mut claims = json!({
            "iss": "0oaService", "sub": "0oaService", "aud": org.url("/oauth2/v1/token"), "iat": now, "exp": now + 300,
            "jti": format!("{now}-1"),
        });
        change(&mut claims);
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some("k1".into());
        jsonwebtoken::encode(&header, &claims, &self.key).expect("signs")
    }
}

async fn ask(org: &Org, assertion: &str, scope: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", scope),
        ("client_assertion_type", ASSERTION),
        ("client_assertion", assertion),
    ];
    let answer = org.http.post(org.url("/oauth2/v1/token")).form(&form).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

async fn org_with(app: &App) -> Org {
    Org::with(Options { clients: vec![app.client.clone()], ..options() }).await
}

#[tokio::test]
async fn a_service_app_gets_a_token_with_its_scopes() {
    let app = App::new(1);
    let org = org_with(&app).await;
    let (status, reply) =
        ask(&org, &app.assertion(&org, |_| {}), "okta.devices.read okta.users.manage").await;
    assert_eq!(
        (status, reply["token_type"].as_str(), reply["expires_in"].as_i64()),
        (200, Some("Bearer"), Some(3600)),
        "{reply}"
    );
    let token = reply["access_token"].as_str().expect("a token");
    for auth in [format!("Bearer {token}"), format!("Bearer{token}")] {
        assert_eq!(org.send_as(&auth, Method::GET, "/api/v1/devices?limit=1", None).await.status, 200);
        assert_eq!(
            org.send_as(&auth, Method::GET, "/api/v1/users?limit=1", None).await.status,
            200,
            "manage includes read"
        );
        let refused = org.send_as(&auth, Method::GET, "/api/v1/logs", None).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (403, "E0000006"));
        assert!(refused.header("www-authenticate").contains("insufficient_scope"));
        let id = org.control().device_id(0).expect("a device");
        let write =
            org.send_as(&auth, Method::POST, &format!("/api/v1/devices/{id}/lifecycle/suspend"), None).await;
        assert_eq!(write.status, 403);
    }
}

#[tokio::test]
async fn bad_assertions_are_refused() {
    let app = App::new(1);
    let org = org_with(&app).await;
    let replayed = app.assertion(&org, |_| {});
    assert_eq!(ask(&org, &replayed, "okta.devices.read").await.0, 200);
    let other = App::new(2);
    for (what, assertion) in [
        ("used twice", replayed),
        ("another key", other.assertion(&org, |c| c["jti"] = "a".into())),
        ("another audience", app.assertion(&org, |c| c["aud"] = "https://elsewhere.example".into())),
        (
            "run out",
            app.assertion(&org, |c| c["exp"] = (jsonwebtoken::get_current_timestamp() - 3600).into()),
        ),
        (
            "too long",
            app.assertion(&org, |c| c["exp"] = (jsonwebtoken::get_current_timestamp() + 7200).into()),
        ),
        ("unknown client", app.assertion(&org, |c| c["sub"] = "0oaNobody".into())),
        ("issuer is not subject", app.assertion(&org, |c| c["iss"] = "0oaOther".into())),
        ("no JWT", "x.y.z".to_owned()),
    ] {
        let (status, reply) = ask(&org, &assertion, "okta.devices.read").await;
        assert_eq!((status, reply["error"].as_str()), (401, Some("invalid_client")), "{what}: {reply}");
    }
    let (status, reply) = ask(&org, &app.assertion(&org, |c| c["jti"] = "b".into()), "okta.logs.read").await;
    assert_eq!((status, reply["error"].as_str()), (400, Some("invalid_scope")), "{reply}");
}

#[tokio::test]
async fn api_tokens_are_checked_in_both_spellings() {
    let org = Org::start().await;
    org.control().add_api_token("narrow", &["okta.users.read"]);
    for (auth, path, status, code) in [
        ("SSWS T", "/api/v1/devices?limit=1", 200, ""),
        ("SSWST", "/api/v1/devices?limit=1", 200, ""),
        ("SSWS wrong", "/api/v1/devices?limit=1", 401, "E0000011"),
        ("Bearer wrong", "/api/v1/devices?limit=1", 401, "E0000011"),
        ("SSWS narrow", "/api/v1/users?limit=1", 200, ""),
        ("SSWS narrow", "/api/v1/devices?limit=1", 403, "E0000006"),
        ("SSWS narrow", "/__demo/state", 403, "E0000006"),
        ("SSWS T", "/api/v1/nothing", 404, "E0000008"),
    ] {
        let answer = org.send_as(auth, Method::GET, path, None).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{auth} {path}");
    }
    assert_eq!(org.send(Method::PATCH, "/api/v1/devices", Some(json!({}))).await.code(), "E0000022");
}

#[tokio::test]
async fn revoked_tokens_are_dead() {
    let app = App::new(1);
    let org = org_with(&app).await;
    let (_, reply) = ask(&org, &app.assertion(&org, |_| {}), "okta.devices.read").await;
    let token = reply["access_token"].as_str().expect("a token");
    org.http.post(org.url("/oauth2/v1/revoke")).form(&[("token", token)]).send().await.expect("an answer");
    let dead = org.send_as(&format!("Bearer {token}"), Method::GET, "/api/v1/devices", None).await;
    assert_eq!(dead.code(), "E0000011");
}
