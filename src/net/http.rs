//! One request and its answer over the pool, within a deadline.

pub(crate) use super::connector::ConnectError;
use super::connector::{REQUEST, Track};
pub(crate) use super::pool::Route;
use super::runtime::process;
use crate::error::Error;
use http::{HeaderMap, Request, StatusCode};
use reqwest::Response;
use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::time::Instant;

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
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
    request: Request<String>,
    deadline: Instant,
    max_body: usize,
) -> Result<Answer, Failure> {
    let process = process().map_err(Cause::Setup).map_err(unsent)?;
    let client = process
        .client(route)
        .map_err(|error| unsent(Cause::Setup(error)))?;
    let request = reqwest::Request::try_from(request)
        .map_err(|error| unsent(Cause::Broken(error.without_url().to_string())))?;
    process.tally.calls.fetch_add(1, Ordering::Relaxed);

    let track = Arc::new(Track::default());
    let answered = REQUEST.scope(Arc::clone(&track), async {
        let response = client.execute(request).await.map_err(cause_of)?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = read(response, max_body)
            .await
            .map_err(|error| error.unwrap_or(Cause::TooBig(status)))?;
        Ok(Answer {
            status,
            headers,
            body,
        })
    });
    let result = tokio::time::timeout_at(deadline, answered)
        .await
        .unwrap_or(Err(Cause::TimedOut));

    result.map_err(|cause| {
        if matches!(cause, Cause::TimedOut) {
            // Whatever made this request hang may make the next one on its connection hang.
            process.abandon(route);
        }
        Failure {
            sent: track.had_connection() && !matches!(cause, Cause::Connect(_)),
            cause,
            reused: track.reused(),
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

/// None means that the body is longer than `max`.
async fn read(mut response: Response, max: usize) -> Result<Vec<u8>, Option<Cause>> {
    let announced = response
        .content_length()
        .map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
    if announced > max {
        return Err(None);
    }
    let mut bytes = Vec::with_capacity(announced);
    while let Some(data) = response
        .chunk()
        .await
        .map_err(|error| Some(cause_of(error)))?
    {
        if bytes.len() + data.len() > max {
            return Err(None);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// The innermost cause says most. The URL, which may hold the key, is in none of them.
fn cause_of(error: reqwest::Error) -> Cause {
    let error = error.without_url();
    let mut innermost: &(dyn StdError + 'static) = &error;
    while let Some(cause) = innermost.source() {
        if let Some(connect) = cause.downcast_ref::<ConnectError>() {
            return Cause::Connect(connect.clone());
        }
        innermost = cause;
    }
    Cause::Broken(match innermost.downcast_ref::<std::io::Error>() {
        Some(io) => io.kind().to_string(),
        None => innermost.to_string(),
    })
}
