//! Who may call: API tokens (SSWS) and access tokens (Bearer), and the scopes they carry.

mod endpoints;
mod tokens;

pub use endpoints::routes;
pub use tokens::{OAuthClient, Tokens};

use crate::http::error::ApiError;
use std::sync::Arc;

/// Who calls.
#[derive(Debug, Clone)]
pub enum Principal {
    /// Nobody was asked for: a public path.
    Nobody,
    /// An API token of an admin who may do everything.
    SuperAdmin { token: Arc<str> },
    /// A service app or an API token limited to scopes.
    Scoped { name: Arc<str>, scopes: Arc<[String]> },
}

impl Principal {
    /// Whose rate limit it is.
    pub fn name(&self) -> &str {
        match self {
            Self::Nobody => "",
            Self::SuperAdmin { token } => token,
            Self::Scoped { name, .. } => name,
        }
    }

    /// Fine when it carries either scope.
    pub fn has(&self, scope: &str, or: &str) -> Result<(), ApiError> {
        match self {
            Self::Nobody => Err(ApiError::invalid_token()),
            Self::SuperAdmin { .. } => Ok(()),
            Self::Scoped { scopes, .. } if scopes.iter().any(|s| s == scope || s == or) => Ok(()),
            Self::Scoped { .. } => Err(ApiError::insufficient_scope()),
        }
    }
}
