//! The org authorization server as far as service apps need it: token, revoke, keys, metadata.

use super::tokens::OAuthError;
use crate::http::call::Call;
use crate::org::Org;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/oauth2/v1/token", post(token))
        .route("/oauth2/v1/revoke", post(revoke))
        .route("/oauth2/v1/keys", get(keys))
        .route("/.well-known/openid-configuration", get(metadata))
        .route("/.well-known/oauth-authorization-server", get(metadata))
}

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async fn token(call: Call, body: Bytes) -> Result<Response, OAuthError> {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    match field("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(OAuthError::UnsupportedGrant),
        None => return Err(OAuthError::InvalidRequest("'grant_type' is required.".into())),
    }
    let Some(assertion) =
        field("client_assertion").filter(|_| field("client_assertion_type") == Some(ASSERTION))
    else {
        return Err(OAuthError::InvalidClient(
            "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.".into(),
        ));
    };
    let audiences = [format!("{}/oauth2/v1/token", call.base), call.base.clone()];
    let (token, scope) = call.org.oauth.issue(assertion, field("scope").unwrap_or_default(), &audiences)?;
    let life = super::tokens::TOKEN_LIFE;
    Ok(Json(json!({ "token_type": "Bearer", "expires_in": life, "access_token": token, "scope": scope }))
        .into_response())
}

async fn revoke(call: Call, body: Bytes) -> StatusCode {
    if let Some((_, token)) = url::form_urlencoded::parse(&body).find(|(name, _)| name == "token") {
        call.org.oauth.revoke(&token);
    }
    StatusCode::OK
}

/// The signing keys of the org: none that anybody could use, as access tokens for Okta's own API are opaque.
async fn keys() -> Json<serde_json::Value> {
    Json(json!({ "keys": [] }))
}

async fn metadata(call: Call) -> Json<serde_json::Value> {
    let at = |path: &str| format!("{}/oauth2/v1/{path}", call.base);
    Json(json!({
        "issuer": call.base,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "registration_endpoint": at("clients"),
        "jwks_uri": at("keys"),
        "revocation_endpoint": at("revoke"),
        "introspection_endpoint": at("introspect"),
        "end_session_endpoint": at("logout"),
        "device_authorization_endpoint": at("device/authorize"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile", "offline_access"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "RS384", "RS512", "ES256", "ES384"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["iss", "ver", "sub", "aud", "iat", "exp", "jti"],
    }))
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let (status, error) = match &self {
            Self::InvalidClient(_) => (StatusCode::UNAUTHORIZED, "invalid_client"),
            Self::InvalidScope(_) => (StatusCode::BAD_REQUEST, "invalid_scope"),
            Self::InvalidRequest(_) => (StatusCode::BAD_REQUEST, "invalid_request"),
            Self::UnsupportedGrant => (StatusCode::BAD_REQUEST, "unsupported_grant_type"),
        };
        (status, Json(json!({ "error": error, "error_description": self.to_string() }))).into_response()
    }
}
