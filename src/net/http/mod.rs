//! One request and its response over the pool, within a deadline.

mod body;
mod connect_error;
mod connection_gate;
mod connector;
mod pool;

use std::error::Error as StdError;
use std::sync::Arc;

use http::{HeaderMap, Method, StatusCode, Version};
pub(crate) use reqwest::Url;
use reqwest::{Body, Response};
use tokio::time::{Instant, timeout_at};

use self::body::TrackedBody;
use self::connect_error::cause;
pub(crate) use self::connect_error::{ConnectError, ProxyFault};
use self::connector::{REQUEST, Track};
pub use self::pool::Counters;
pub(super) use self::pool::Pools;
pub(crate) use self::pool::{MOST_IN_FLIGHT, Route};
use crate::error::Error;

/// How much of a body that is read as it arrives is kept, to describe one that is something else.
const BEGINNING: usize = 16 * 1024;

/// A request.
pub(crate) struct HttpRequest {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

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
    /// The server may have had the request, and begun to process it.
    pub(crate) sent: bool,
    /// Whether the next attempt is made at once.
    pub(crate) retry_hint: RetryHint,
}

/// Whether the same request may be expected to do better at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryHint {
    /// Not more than later.
    Later,
    /// A pooled connection broke, most likely because the server had closed it meanwhile.
    StaleConnection,
    /// The server did not begin with it, because it ends the connection after so many requests, or
    /// nothing of it had left when the connection was closed.
    NotBegun {
        /// It answers others, and will answer this one: it was only too late for its connection.
        answers_others: bool,
    },
}

/// How a server turns a request away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TurnedAway {
    /// It ends the connection, as it does after so many requests, or restarts.
    Ending,
    /// It refuses this one stream. It may have too much to do.
    Refused,
    /// It ends the connection because of an error.
    Failing,
}

pub(crate) enum Cause {
    /// The connection cannot be set up as configured.
    Setup(Error),
    /// There is no connection.
    Connect(ConnectError),
    /// The connection broke; why, in words.
    Broken(String),
    /// The server turned the request away before it began with it.
    TurnedAway {
        /// How, in words.
        why: String,
        /// How.
        how: TurnedAway,
    },
    /// The deadline passed.
    TimedOut,
    /// The deadline passed before there was a connection.
    TimedOutConnecting,
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
            retry_hint: RetryHint::Later,
        }
    }
}

/// Sends `request` and reads the response.
pub(super) async fn exchange(
    pools: &Pools,
    route: &Route,
    request: HttpRequest,
    deadline: Instant,
    reading: Reading<'_>,
) -> Result<HttpResponse, Failure> {
    let pooled = pools.client(route).map_err(Failure::setup)?;
    let track = Arc::new(Track::default());
    let has_body = !request.body.is_empty();
    let request = {
        let mut built = reqwest::Request::new(request.method, request.url);
        *built.headers_mut() = request.headers;
        *built.body_mut() = has_body.then(|| Body::wrap(TrackedBody::new(request.body, &track)));
        built
    };
    pools.count_call();
    let answers_before = pools.answers();

    let exchange = REQUEST.scope(Arc::clone(&track), async {
        let cause_of = |error| cause_of(error, route);
        let mut response = pooled.client.execute(request).await.map_err(|error| {
            // Once there is a response, the request has been processed, whatever is said then.
            match turned_away(&error) {
                Some(how) => Cause::TurnedAway {
                    why: innermost(error),
                    how,
                },
                None => cause_of(error),
            }
        })?;
        pools.count_answer();
        let (status, version) = (response.status(), response.version());
        let headers = std::mem::take(response.headers_mut());
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
            Cause::TimedOut if track.is_connecting() => Cause::TimedOutConnecting,
            cause => cause,
        };
        let is_distrusted = matches!(cause, Cause::Connect(ConnectError::Untrusted(_)));
        if is_distrusted || matches!(cause, Cause::TimedOut | Cause::TimedOutConnecting) {
            // Whatever made this request hang may make the next one on its connection hang; and a
            // pool has the trust roots that there were when it was made.
            pools.abandon(route);
        }
        let sent = match cause {
            Cause::Connect(_) | Cause::TimedOutConnecting | Cause::TurnedAway { .. } => false,
            _ => !has_body || track.is_body_taken(),
        };
        let refused = RetryHint::NotBegun {
            answers_others: false,
        };
        let not_begun = RetryHint::NotBegun {
            answers_others: pools.answers() != answers_before,
        };
        let retry_hint = match cause {
            Cause::TurnedAway { how, .. } => match how {
                TurnedAway::Ending => not_begun,
                TurnedAway::Refused => refused,
                TurnedAway::Failing => RetryHint::Later,
            },
            Cause::Connect(_) if track.is_superseded() => not_begun,
            Cause::Broken(_) if !sent => not_begun,
            Cause::Broken(_) if track.is_reused() => RetryHint::StaleConnection,
            _ => RetryHint::Later,
        };
        Failure {
            cause,
            sent,
            retry_hint,
        }
    })
}

/// Whether the server has said that it did not process a request and will not: its stream is above
/// the last one that a GOAWAY names (RFC 9113, section 6.8), or was refused (section 8.7). The
/// streams that a GOAWAY leaves open never fail with it: h2 ends those above alone.
fn turned_away(error: &reqwest::Error) -> Option<TurnedAway> {
    let mut links = std::iter::successors(error.source(), cause);
    let error = links.find_map(|link| link.downcast_ref::<h2::Error>())?;
    match error.reason()? {
        _ if !error.is_remote() => None,
        h2::Reason::REFUSED_STREAM if error.is_reset() => Some(TurnedAway::Refused),
        h2::Reason::NO_ERROR if error.is_go_away() => Some(TurnedAway::Ending),
        _ if error.is_go_away() => Some(TurnedAway::Failing),
        _ => None,
    }
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

/// Why there is no response.
fn cause_of(error: reqwest::Error, route: &Route) -> Cause {
    if error.is_connect() {
        let (limit, through_proxy) = (route.connect_timeout, route.proxy.is_some());
        return Cause::Connect(ConnectError::read(&error, limit, through_proxy));
    }
    Cause::Broken(innermost(error))
}

/// The innermost cause, which says most. It never has the URL, which may hold the key.
fn innermost(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut innermost: &(dyn StdError + 'static) = &error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    match innermost.downcast_ref::<std::io::Error>() {
        Some(io) => io.kind().to_string(),
        None => innermost.to_string(),
    }
}
