//! Who may talk to the bridge: one browser, let in by a token that works once, and only pages of this very origin. Other
//! users and programs of the machine, and web pages that point a browser at loopback (also by a rebound name), stay out.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The token of the entrance, and the session that it is traded for.
#[derive(Debug)]
pub struct Gate {
    port: u16,
    /// `None` once it was used.
    token: Mutex<Option<String>>,
    session: String,
}

impl Gate {
    /// A new entrance for the bridge on this port.
    pub fn new(port: u16) -> Self {
        Self { port, token: Mutex::new(Some(secret())), session: secret() }
    }

    /// The address that works once.
    pub fn entrance(&self) -> String {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        format!("http://127.0.0.1:{}/?token={}", self.port, token.as_deref().unwrap_or_default())
    }

    fn trade(&self, token: &str) -> bool {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).take_if(|wanted| wanted == token).is_some()
    }

    /// Cookies are shared between the ports of a host, so the port belongs to the name.
    fn cookie(&self) -> String {
        format!("postern-{}", self.port)
    }

    fn has_session(&self, headers: &HeaderMap) -> bool {
        let wanted = format!("{}={}", self.cookie(), self.session);
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies.flat_map(|value| value.split(';')).any(|pair| pair.trim() == wanted)
    }

    /// A name that was rebound to 127.0.0.1 still shows in `Host`; a foreign page shows in `Origin`, which a browser sends
    /// with every POST.
    fn is_ours(&self, method: &Method, headers: &HeaderMap) -> bool {
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let host = format!("127.0.0.1:{}", self.port);
        let origin_fits = match text(header::ORIGIN) {
            Some(origin) => origin.strip_prefix("http://") == Some(host.as_str()),
            None => method == Method::GET || method == Method::HEAD,
        };
        text(header::HOST) == Some(host.as_str()) && origin_fits
    }
}

fn secret() -> String {
    Uuid::new_v4().simple().to_string()
}

/// Lets a request through, trades the token for a session, or refuses.
pub async fn guard(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    if !gate.is_ours(request.method(), request.headers()) {
        return refuse(StatusCode::FORBIDDEN, "This is for Postern's own page only.");
    }
    let token = request.uri().query().and_then(|query| query.strip_prefix("token="));
    let inside = gate.has_session(request.headers());
    match token {
        Some(token) if !inside && gate.trade(token) => {
            let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Strict", gate.cookie(), gate.session);
            (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, "/".into())])
                .into_response()
        }
        // The same browser opened the old address again.
        Some(_) if inside => (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response(),
        Some(_) => refuse(
            StatusCode::UNAUTHORIZED,
            "This address worked once. Start browser mode again for a new one.",
        ),
        None if inside => next.run(request).await,
        None => refuse(StatusCode::UNAUTHORIZED, "Open the address that Postern printed when it started."),
    }
}

fn refuse(status: StatusCode, why: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], Body::from(why)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().expect("a header"))).collect()
    }

    #[test]
    fn the_token_works_once() {
        let gate = Gate::new(4000);
        let entrance = gate.entrance();
        let token = entrance.rsplit('=').next().expect("a token");
        assert!(!gate.trade("wrong"));
        assert!(gate.trade(token));
        assert!(!gate.trade(token));
        assert!(!gate.trade(""), "a used token is not the empty one");
    }

    #[test]
    fn only_this_origin_is_ours() {
        let gate = Gate::new(4000);
        let check = |method: Method, pairs: &[(header::HeaderName, &str)], want: bool| {
            assert_eq!(gate.is_ours(&method, &headers(pairs)), want, "{method} {pairs:?}");
        };
        let host = (header::HOST, "127.0.0.1:4000");
        let origin = (header::ORIGIN, "http://127.0.0.1:4000");
        check(Method::POST, &[host.clone(), origin.clone()], true);
        check(Method::GET, std::slice::from_ref(&host), true);
        check(Method::POST, std::slice::from_ref(&host), false);
        check(Method::POST, &[host.clone(), (header::ORIGIN, "http://evil.example")], false);
        check(Method::POST, &[host.clone(), (header::ORIGIN, "null")], false);
        check(Method::GET, &[host, (header::ORIGIN, "http://127.0.0.1:4001")], false);
        check(Method::GET, &[(header::HOST, "evil.example:4000")], false);
        check(Method::GET, &[], false);
    }

    #[test]
    fn the_session_is_told_from_the_cookie() {
        let gate = Gate::new(4000);
        let good = format!("other=1; postern-4000={}", gate.session);
        assert!(gate.has_session(&headers(&[(header::COOKIE, &good)])));
        assert!(!gate.has_session(&headers(&[(header::COOKIE, "postern-4000=")])));
        assert!(!gate.has_session(&headers(&[])));
    }
}
