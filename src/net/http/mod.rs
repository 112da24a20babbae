//! One request and its response over the pool, within a deadline.

mod connect_error;
mod connector;
mod pool;

use std::error::Error as StdError;
use std::sync::Arc;

use http::{HeaderMap, Request, StatusCode, Version};
use reqwest::Response;
use tokio::time::{Instant, timeout_at};

pub(crate) use self::connect_error::{ConnectError, ProxyFault};
use self::connector::{REQUEST, Track};
pub use self::pool::Counters;
pub(super) use self::pool::Pools;
pub(crate) use self::pool::Route;
use crate::error::Error;

/// How much of a body that is read as it arrives is kept, to describe one that is something else.
const BEGINNING: usize = 16 * 1024;

/// A response.
pub(crate) struct HttpResponse {
    pub(crate) version: Version,
    /// A connection was made for it.
    pub(crate) is_new_connection: bool,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Why there is no response.
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    /// The request may have reached the server.
    pub(crate) sent: bool,
    /// A pooled connection broke, most likely because the server had closed it meanwhile.
    pub(crate) stale: bool,
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

/// Takes the body of a successful response while it arrives.
pub(crate) trait BodyReader {
    /// Takes the next bytes, however they are cut.
    fn read(&mut self, bytes: &[u8]) -> Result<(), Stop>;
}

/// Why a reader takes no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It knows what it has to know.
    Enough,
    /// What it keeps has become too much.
    TooBig,
}

/// How a body is read.
pub(crate) enum Reading<'a> {
    /// As a whole, up to so many bytes.
    Whole(usize),
    /// As it arrives, if the response is a success; else as a whole up to so many bytes. The
    /// response has only its beginning then.
    Stream(&'a mut dyn BodyReader, usize),
}

impl Failure {
    /// A failure before anything was sent.
    pub(super) const fn setup(error: Error) -> Self {
        Self {
            cause: Cause::Setup(error),
            sent: false,
            stale: false,
        }
    }
}

/// Sends `request` and reads the response.
pub(super) async fn exchange(
    pools: &Pools,
    route: &Route,
    request: Request<String>,
    deadline: Instant,
    reading: Reading<'_>,
) -> Result<HttpResponse, Failure> {
    let client = pools.client(route).map_err(Failure::setup)?;
    let request = reqwest::Request::try_from(request).map_err(|error| Failure {
        cause: Cause::Broken(error.without_url().to_string()),
        sent: false,
        stale: false,
    })?;
    pools.count_call();

    let track = Arc::new(Track::default());
    let exchange = REQUEST.scope(Arc::clone(&track), async {
        let cause_of = |error| cause_of(error, route);
        let response = client.execute(request).await.map_err(cause_of)?;
        let (status, version) = (response.status(), response.version());
        let headers = response.headers().clone();
        let body = match reading {
            Reading::Stream(reader, _) if status.is_success() => stream(response, reader).await,
            Reading::Stream(_, max) | Reading::Whole(max) => read(response, max).await,
        };
        Ok(HttpResponse {
            version,
            is_new_connection: !track.is_reused(),
            status,
            headers,
            body: body.map_err(cause_of)?.ok_or(Cause::TooBig(status))?,
        })
    });
    let result = timeout_at(deadline, exchange)
        .await
        .unwrap_or(Err(Cause::TimedOut));

    result.map_err(|cause| {
        let cause = match cause {
            Cause::TimedOut | Cause::Connect(ConnectError::TimedOut(_))
                if track.is_looking_up() =>
            {
                Cause::Connect(ConnectError::slow_look_up())
            }
            cause => cause,
        };
        if matches!(cause, Cause::TimedOut) {
            // Whatever made this request hang may make the next one on its connection hang.
            pools.abandon(route);
        }
        Failure {
            sent: match cause {
                Cause::Connect(_) => false,
                Cause::TimedOut => !track.is_connecting(),
                _ => true,
            },
            stale: track.is_reused() && matches!(cause, Cause::Broken(_)),
            cause,
        }
    })
}

/// The body; None means that it is longer than `max`.
pub(crate) async fn read(
    mut response: Response,
    max: usize,
) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let announced = response
        .content_length()
        .map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
    if announced > max {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(announced);
    while let Some(data) = response.chunk().await? {
        if bytes.len() + data.len() > max {
            return Ok(None);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Some(bytes))
}

/// Has the body read, and returns its beginning; None means that it is too big.
async fn stream(
    mut response: Response,
    reader: &mut dyn BodyReader,
) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut beginning = Vec::new();
    while let Some(data) = response.chunk().await? {
        let room = BEGINNING.saturating_sub(beginning.len());
        beginning.extend(data.iter().take(room));
        match reader.read(&data) {
            Ok(()) => {}
            Err(Stop::Enough) => break,
            Err(Stop::TooBig) => return Ok(None),
        }
    }
    Ok(Some(beginning))
}

/// The innermost cause, which says most. It never has the URL, which may hold the key.
fn cause_of(error: reqwest::Error, route: &Route) -> Cause {
    if error.is_connect() {
        let (limit, through_proxy) = (route.connect_timeout, route.proxy.is_some());
        return Cause::Connect(ConnectError::read(&error, limit, through_proxy));
    }
    let error = error.without_url();
    let mut innermost: &(dyn StdError + 'static) = &error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    Cause::Broken(match innermost.downcast_ref::<std::io::Error>() {
        Some(io) => io.kind().to_string(),
        None => innermost.to_string(),
    })
}
