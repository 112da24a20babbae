//! One request, from its last byte in to its first byte out.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::{CONTENT_LENGTH, LOCATION, RETRY_AFTER};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};

use crate::call::{self, Answer, Effect};
use crate::fault::{Fault, Kind, Traits};
use crate::journal::Entry;
use crate::net::Connection;
use crate::wire::{self, Request};
use crate::world::{self, Shared, World};

const BODY_LIMIT: usize = 1 << 20;
const JOURNALED_ANSWER: usize = 4096;

/// How an answer's body goes out.
enum Sending {
    Whole,
    /// Half of it, then the connection breaks.
    Cut,
    /// Over and over.
    Endless,
    /// Whole, and the connection is closed.
    Last,
}

/// What the client gets to see.
enum Reaction {
    Answer(Answer, Sending),
    Reset,
    Hang,
}

/// Answers one request of the client API.
pub async fn handle(
    world: Shared,
    connection: Arc<Connection>,
    request: http::Request<Incoming>,
) -> Result<http::Response<Sent>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => {
            return Ok(respond(
                Answer::html(413, "413 - Request Entity Too Large"),
                &Sending::Last,
            ));
        }
    };
    let request = Request::read(&parts, &body);
    let (delay, reaction) = decide(&mut world::lock(&world), &connection, &request);
    tokio::time::sleep(delay).await;
    match reaction {
        Reaction::Answer(answer, sending) => {
            if matches!(sending, Sending::Last) {
                connection.finish();
            }
            Ok(respond(answer, &sending))
        }
        Reaction::Reset => {
            connection.reset();
            std::future::pending().await
        }
        Reaction::Hang => std::future::pending().await,
    }
}

/// Draws the fault, does what is asked for, and writes both down.
fn decide(world: &mut World, connection: &Connection, request: &Request) -> (Duration, Reaction) {
    let key = request.param("apikey").unwrap_or_default().to_owned();
    let key_name = world.key_name(&key);
    let verdict = world.faults.judge(&Traits {
        path: &request.path,
        key: &key_name,
        domain: request.param("domain").unwrap_or_default(),
    });
    let fault = verdict.fault;
    let (real, effect) = if fault.as_ref().is_none_or(Fault::lands) {
        run(world, request, &key)
    } else {
        (
            Answer::json(200, &serde_json::json!({"success": true})),
            Effect::None,
        )
    };
    let real = match (effect, request.param("domain").and_then(wire::domain_of)) {
        (Effect::Added | Effect::Removed, Some(domain)) => {
            let noted = world.note(&key, &domain, effect == Effect::Added);
            kept(noted, real)
        }
        _ => real,
    };
    let reaction = match &fault {
        None => Reaction::Answer(real, Sending::Whole),
        Some(fault) => distort(fault, real, &key, request),
    };
    let struck = fault.map(|fault| fault.kind.to_string());
    let struck = struck.or_else(|| (verdict.delay_ms > 0).then(|| Kind::Latency.to_string()));
    let entry = entry(
        world,
        connection,
        request,
        (&key, key_name),
        struck,
        effect,
        &reaction,
    );
    if let Err(error) = world.journal.add(entry) {
        crate::complain(&format!("cannot write the journal: {error}"));
    }
    (Duration::from_millis(verdict.delay_ms), reaction)
}

fn run(world: &mut World, request: &Request, key: &str) -> (Answer, Effect) {
    if let Some(answer) = call::misdirected(request) {
        return (answer, Effect::None);
    }
    let state = &mut world.state;
    match state.keys.get_mut(key) {
        Some(site) => {
            let tasks = site.tasks.len();
            let (answer, effect) = call::perform(site, &state.settings, request, world::now_ms());
            if site.tasks.len() == tasks {
                return (answer, effect);
            }
            (kept(world.save(), answer), effect)
        }
        None => (call::bad_key(&state.settings), Effect::None),
    }
}

fn kept(outcome: std::io::Result<()>, answer: Answer) -> Answer {
    match outcome {
        Ok(()) => answer,
        Err(error) => {
            crate::complain(&format!("cannot write the state file: {error}"));
            Answer::html(500, "The emulator cannot write its state file")
        }
    }
}

/// What a fault makes of the real answer.
fn distort(fault: &Fault, real: Answer, key: &str, request: &Request) -> Reaction {
    let text = |standard: &str| {
        fault
            .text
            .as_deref()
            .unwrap_or(standard)
            .replace("<key>", key)
    };
    let mut sending = Sending::Whole;
    let mut answer = match fault.kind {
        Kind::ResetBefore | Kind::ResetAfter => return Reaction::Reset,
        Kind::Hang | Kind::HangAfter => return Reaction::Hang,
        Kind::Status(status) => page(status, fault.text.is_some().then(|| text(""))),
        Kind::Html => page(
            200,
            Some(text(
                "<!DOCTYPE html>\n<html><body>We'll be back soon</body></html>\n",
            )),
        ),
        Kind::CutJson => {
            let half = real.body.len().div_ceil(2);
            Answer {
                body: real.body.chars().take(half).collect(),
                ..real
            }
        }
        Kind::CutBody => {
            sending = Sending::Cut;
            real
        }
        Kind::Oversized => {
            let fill = fault.bytes.unwrap_or(2 << 20).saturating_sub(30);
            let body = format!(r#"{{"success":true,"filler":"{}"}}"#, "x".repeat(fill));
            Answer { body, ..real }
        }
        Kind::Endless => {
            sending = Sending::Endless;
            real
        }
        Kind::Reject => Answer::rejection(&text("The request was rejected")),
        Kind::EchoKey => Answer::rejection(&text("Access denied for apikey=<key>")),
        Kind::Redirect => {
            let location = format!("{}/redirected?{}", wire::BASE, request.query);
            let location = fault.location.clone().unwrap_or(location);
            Answer::html(302, "Object moved").with(LOCATION, location)
        }
        Kind::Close => {
            sending = Sending::Last;
            real
        }
        Kind::Empty => Answer {
            body: String::new(),
            ..real
        },
        // Those of TLS struck the connection, latency was added up.
        _ => real,
    };
    if let Some(status) = fault.status {
        answer.status = status;
    }
    if let Some(value) = &fault.retry_after {
        answer = answer.with(RETRY_AFTER, value.to_string());
    }
    if let Some(seconds) = fault.retry_after_date {
        let now = i64::try_from(world::now_ms() / 1000).unwrap_or(0);
        answer = answer.with(RETRY_AFTER, http_date(now + seconds));
    }
    Reaction::Answer(answer, sending)
}

fn page(status: u16, text: Option<String>) -> Answer {
    let reason = http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    let mut answer = Answer::html(status, &format!("{status} {}", reason.unwrap_or_default()));
    if let Some(text) = text {
        if text.starts_with(['{', '[']) {
            answer = Answer::json(status, &serde_json::Value::Null);
        }
        answer.body = text;
    }
    answer
}

/// IMF-fixdate (RFC 9110, 5.6.7).
fn http_date(unix: i64) -> String {
    let Ok(at) = time::OffsetDateTime::from_unix_timestamp(unix) else {
        return String::new();
    };
    let day = at.weekday().to_string();
    let month = at.month().to_string();
    format!(
        "{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
        day.get(..3).unwrap_or_default(),
        at.day(),
        month.get(..3).unwrap_or_default(),
        at.year(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

fn entry(
    world: &World,
    connection: &Connection,
    request: &Request,
    (key, key_name): (&str, String),
    fault: Option<String>,
    effect: Effect,
    reaction: &Reaction,
) -> Entry {
    let hide = |text: &str| {
        let keys = world.state.keys.keys().map(String::as_str);
        wire::redact(text, keys.chain(std::iter::once(key)))
    };
    let (status, answer) = match reaction {
        Reaction::Answer(answer, _) => {
            let start: String = answer.body.chars().take(JOURNALED_ANSWER).collect();
            (Some(answer.status), Some(hide(&start)))
        }
        Reaction::Reset | Reaction::Hang => (None, None),
    };
    Entry {
        n: 0,
        time_ms: world::now_ms(),
        connection: connection.id,
        tls: connection.tls,
        http_version: Some(request.http_version.to_owned()),
        method: Some(request.method.clone()),
        path: request.path.clone(),
        query: hide(&request.query),
        key: key_name,
        params: request.params(),
        param_order: request.param_order(),
        raw_body: hide(&request.body),
        content_type: request.content_type.clone(),
        user_agent: request.user_agent.clone(),
        violations: request.violations(),
        fault,
        status,
        effect,
        answer,
    }
}

fn respond(answer: Answer, sending: &Sending) -> http::Response<Sent> {
    let mut response = http::Response::new(Sent::Done);
    *response.status_mut() = http::StatusCode::from_u16(answer.status).unwrap_or_default();
    for (name, value) in answer.headers {
        // A header that cannot be sent is a test's own mistake; it is left out.
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    let bytes = Bytes::from(answer.body);
    *response.body_mut() = match sending {
        Sending::Whole | Sending::Last => Sent::Whole(bytes),
        Sending::Endless => Sent::Endless(bytes),
        Sending::Cut => {
            response
                .headers_mut()
                .insert(CONTENT_LENGTH, bytes.len().into());
            Sent::Cut(bytes.slice(..bytes.len() / 2))
        }
    };
    response
}

/// A body as it is sent.
pub enum Sent {
    Whole(Bytes),
    Endless(Bytes),
    Cut(Bytes),
    /// What was sent so far is flushed before the connection breaks.
    Flushing,
    Broken,
    Done,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let (next, frame) = match std::mem::replace(&mut *self, Self::Done) {
            Self::Whole(bytes) => (Self::Done, Some(Ok(bytes))),
            Self::Cut(bytes) => (Self::Flushing, Some(Ok(bytes))),
            Self::Flushing => {
                *self = Self::Broken;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Self::Endless(bytes) => (Self::Endless(bytes.clone()), Some(Ok(bytes))),
            Self::Broken => (
                Self::Done,
                Some(Err(std::io::ErrorKind::ConnectionAborted.into())),
            ),
            Self::Done => (Self::Done, None),
        };
        *self = next;
        Poll::Ready(frame.map(|frame| frame.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Done => true,
            Self::Whole(bytes) => bytes.is_empty(),
            _ => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX))
            }
            Self::Done => SizeHint::with_exact(0),
            _ => SizeHint::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_date_is_written_as_http_wants_it() {
        assert_eq!(
            super::http_date(784_111_777),
            "Sun, 06 Nov 1994 08:49:37 GMT"
        );
    }
}
