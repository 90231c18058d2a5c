//! The two roads of the boundary: commands come in as JSON, pushes go out as server-sent events.

use app::App;
use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{
        IntoResponse, Response, Sse,
        sse::{self, KeepAlive},
    },
};
use contract::{Event, Failure, FailureKind, Topic};
use futures::{Stream, stream};
use std::convert::Infallible;
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// One command. The reply is the command's own, or a `Failure` with a status that fits it.
pub async fn call(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    // A form or a script of another page can send text, but not this type without asking first.
    let json = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    let request = match serde_json::from_slice(&body) {
        Ok(request) if json => request,
        Ok(_) => {
            return failed(Failure::new(FailureKind::BadInput, "A command is sent as application/json."));
        }
        Err(error) => {
            return failed(Failure::new(FailureKind::BadInput, format!("This is no command: {error}.")));
        }
    };
    match app.dispatch(request).await {
        Ok(reply) => ([(header::CONTENT_TYPE, "application/json")], Box::<str>::from(reply).into_string())
            .into_response(),
        Err(failure) => failed(failure),
    }
}

fn failed(failure: Failure) -> Response {
    (status(failure.kind), Json(failure)).into_response()
}

fn status(kind: FailureKind) -> StatusCode {
    match kind {
        FailureKind::BadInput => StatusCode::BAD_REQUEST,
        FailureKind::NotFound => StatusCode::NOT_FOUND,
        FailureKind::NoOrg | FailureKind::NotSynced | FailureKind::Conflict | FailureKind::Cancelled => {
            StatusCode::CONFLICT
        }
        // The session with the bridge is good; it is the org that refuses, so this is no 401.
        FailureKind::Unauthorized
        | FailureKind::Forbidden
        | FailureKind::ReadOnly
        | FailureKind::NotAvailable => StatusCode::FORBIDDEN,
        FailureKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        FailureKind::Unreachable | FailureKind::BadReply => StatusCode::BAD_GATEWAY,
        FailureKind::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        FailureKind::Cache | FailureKind::Bug => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The pushes, as long as the page listens.
pub async fn events(State(app): State<App>) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let pushes = stream::unfold(app.events(), |mut events| async {
        let event = next(&mut events).await?;
        // An event is plain data and always serialises; if one ever did not, a comment keeps the line open.
        let push =
            sse::Event::default().json_data(&event).unwrap_or_else(|_| sse::Event::default().comment("?"));
        Some((Ok(push), events))
    });
    Sse::new(pushes).keep_alive(KeepAlive::default())
}

/// The next push. A listener that lagged behind is told to ask for everything anew.
async fn next(events: &mut Receiver<Event>) -> Option<Event> {
    match events.recv().await {
        Ok(event) => Some(event),
        Err(RecvError::Lagged(_)) => Some(Event::Stale(vec![Topic::Session, Topic::Snapshot])),
        Err(RecvError::Closed) => None,
    }
}
