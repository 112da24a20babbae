//! One request and its answer over the pool, within a deadline.

pub(crate) use super::connector::ConnectError;
use super::connector::Uses;
pub(crate) use super::pool::Route;
use super::process;
use crate::error::Error;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Incoming};
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use std::error::Error as StdError;
use std::sync::atomic::Ordering;
use tokio::time::Instant;

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why there is no answer.
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    /// The request may have reached the server.
    pub(crate) sent: bool,
    /// The connection had served another request before.
    pub(crate) reused: bool,
}

pub(crate) enum Cause {
    /// The connection cannot be set up as configured.
    Setup(Error),
    /// There is no connection.
    Connect(ConnectError),
    /// The connection broke; why, in words.
    Broken(String),
    /// The deadline passed.
    TimedOut,
    /// The body is longer than allowed.
    TooBig(StatusCode),
}

/// Sends `request` and reads the answer, of which at most `max_body` bytes.
pub(crate) async fn exchange(
    route: &Route,
    mut request: Request<Full<Bytes>>,
    deadline: Instant,
    max_body: usize,
) -> Result<Answer, Failure> {
    let captured = capture_connection(&mut request);
    let process = process().map_err(Cause::Setup).map_err(unsent)?;
    let pool = process
        .pool(route)
        .map_err(|error| unsent(Cause::Setup(error)))?;
    process.tally.calls.fetch_add(1, Ordering::Relaxed);

    let answered = async {
        let response = pool
            .request(request)
            .await
            .map_err(|error| cause_of(&error))?;
        let (head, body) = response.into_parts();
        let body = read(body, max_body)
            .await
            .map_err(|error| error.unwrap_or(Cause::TooBig(head.status)))?;
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body,
        })
    };
    let result = tokio::time::timeout_at(deadline, answered)
        .await
        .unwrap_or(Err(Cause::TimedOut));

    let (sent, reused) = used_connection(&captured);
    result.map_err(|cause| {
        if matches!(cause, Cause::TimedOut)
            && let Some(connected) = captured.connection_metadata().as_ref()
        {
            // Whatever made this request hang may make the next one on this connection hang.
            connected.poison();
        }
        Failure {
            sent: sent && !matches!(cause, Cause::Connect(_) | Cause::Setup(_)),
            cause,
            reused,
        }
    })
}

const fn unsent(cause: Cause) -> Failure {
    Failure {
        cause,
        sent: false,
        reused: false,
    }
}

fn used_connection(captured: &CaptureConnection) -> (bool, bool) {
    let metadata = captured.connection_metadata();
    let Some(connected) = metadata.as_ref() else {
        return (false, false);
    };
    let mut extras = http::Extensions::new();
    connected.get_extras(&mut extras);
    let reused = extras.get::<Uses>().is_some_and(Uses::count_one);
    (true, reused)
}

/// None means that the body is longer than `max`.
async fn read(mut body: Incoming, max: usize) -> Result<Bytes, Option<Cause>> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > max {
        return Err(None);
    }
    let mut bytes = Vec::with_capacity(announced);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Some(broken(&error)))?;
        if let Some(data) = frame.data_ref() {
            if bytes.len() + data.len() > max {
                return Err(None);
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok(bytes.into())
}

fn cause_of(error: &hyper_util::client::legacy::Error) -> Cause {
    let mut link: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(cause) = link {
        if let Some(connect) = cause.downcast_ref::<ConnectError>() {
            return Cause::Connect(connect.clone());
        }
        link = cause.source();
    }
    broken(error)
}

/// The innermost cause says most.
fn broken(error: &(dyn StdError + 'static)) -> Cause {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    Cause::Broken(match innermost.downcast_ref::<std::io::Error>() {
        Some(io) => io.kind().to_string(),
        None => innermost.to_string(),
    })
}
