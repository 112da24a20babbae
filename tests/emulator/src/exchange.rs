//! Answers one request of the client API: reads it, draws a fault, makes the call, writes the
//! journal.

mod body;

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_LENGTH, LOCATION, RETRY_AFTER};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};

use self::body::{Drip, ResponseBody};
use crate::call::{self, Effect, Response};
use crate::fault::{Fault, Kind, RequestInfo};
use crate::journal::Entry;
use crate::net::Connection;
use crate::request::{self, Request};
use crate::state::{self, Shared, State};

const BODY_LIMIT: usize = 1 << 20;
const JOURNALED_ANSWER: usize = 4096;

/// How a response's body is sent.
enum Delivery {
    Complete,
    /// Half of the body, then the connection breaks.
    Cut,
    /// The body again and again, without an end.
    Endless,
    /// The body in pieces of so many bytes, with so much time between two.
    Drip(usize, Duration),
    /// The whole body, then the connection is closed.
    Close,
}

/// What the client gets.
enum Reply {
    Response(Response, Delivery),
    Reset,
    Hang,
    /// The stream is refused; over HTTP/1.1 the connection is closed.
    Refuse,
}

/// Answers one request of the client API.
pub async fn handle(
    state: Shared,
    connection: Arc<Connection>,
    request: http::Request<Incoming>,
) -> Result<http::Response<ResponseBody>, h2::Error> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => {
            return Ok(respond(
                Response::html(413, "413 - Request Entity Too Large"),
                &Delivery::Close,
            ));
        }
    };
    let request = Request::read(&parts, &body);
    let (delay, reply) = decide(&mut state::lock(&state), &connection, &request);
    // A timer that is over already ends with the next tick, a millisecond later.
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match reply {
        Reply::Response(response, delivery) => {
            if matches!(delivery, Delivery::Close) {
                connection.finish();
            }
            Ok(respond(response, &delivery))
        }
        Reply::Reset => {
            connection.reset();
            std::future::pending().await
        }
        Reply::Hang => std::future::pending().await,
        Reply::Refuse => Err(h2::Reason::REFUSED_STREAM.into()),
    }
}

/// Draws a fault, makes the call, and adds a journal entry.
fn decide(state: &mut State, connection: &Connection, request: &Request) -> (Duration, Reply) {
    let key = request.param("apikey").unwrap_or_default().to_owned();
    let key_name = state.key_name(&key);
    let decision = state.faults.decide(&RequestInfo {
        path: &request.path,
        key: &key_name,
        domain: request.param("domain").unwrap_or_default(),
    });
    let fault = decision.fault;
    let (real, effect) = if fault.as_ref().is_none_or(Fault::takes_effect) {
        run(state, request, &key)
    } else {
        (
            Response::json(200, &serde_json::json!({"success": true})),
            Effect::None,
        )
    };
    let real = match (effect, request.param("domain").and_then(request::domain_of)) {
        (Effect::Added | Effect::Removed, Some(domain)) => {
            let recorded = state.record_change(&key, &domain, effect == Effect::Added);
            or_write_error(recorded, real)
        }
        _ => real,
    };
    let reply = match &fault {
        None => Reply::Response(real, Delivery::Complete),
        Some(fault) => apply_fault(fault, real, &key, request),
    };
    let fault_name = fault.map(|fault| fault.kind.to_string());
    let fault_name =
        fault_name.or_else(|| (decision.delay_ms > 0).then(|| Kind::Latency.to_string()));
    let entry = entry(
        state,
        connection,
        request,
        (&key, key_name),
        fault_name,
        effect,
        &reply,
    );
    if let Err(error) = state.journal.add(entry) {
        crate::complain(&format!("cannot write the journal: {error}"));
    }
    (Duration::from_millis(decision.delay_ms), reply)
}

fn run(state: &mut State, request: &Request, key: &str) -> (Response, Effect) {
    if let Some(response) = call::wrong_path_or_method(request) {
        return (response, Effect::None);
    }
    match state.saved.keys.get_mut(key) {
        Some(site) => {
            let tasks = site.tasks.len();
            let (response, effect) =
                call::perform(site, &state.saved.settings, request, state::now_ms());
            if site.tasks.len() == tasks {
                return (response, effect);
            }
            (or_write_error(state.save(), response), effect)
        }
        None => (call::bad_key(&state.saved.settings), Effect::None),
    }
}

/// The response, or an error page when the state could not be saved.
fn or_write_error(saved: std::io::Result<()>, response: Response) -> Response {
    match saved {
        Ok(()) => response,
        Err(error) => {
            crate::complain(&format!("cannot write the state file: {error}"));
            Response::html(500, "The emulator cannot write its state file")
        }
    }
}

/// Changes the real response as the fault says.
fn apply_fault(fault: &Fault, real: Response, key: &str, request: &Request) -> Reply {
    let text = |standard: &str| {
        fault
            .text
            .as_deref()
            .unwrap_or(standard)
            .replace("<key>", key)
    };
    let mut delivery = Delivery::Complete;
    let mut response = match fault.kind {
        Kind::ResetBefore | Kind::ResetAfter => return Reply::Reset,
        Kind::Hang | Kind::HangAfter => return Reply::Hang,
        Kind::RefusedStream => return Reply::Refuse,
        // The API's own word on a key. A web page with these is a challenge.
        Kind::Status(status @ (401 | 403)) if fault.text.is_none() => Response {
            status,
            ..Response::rejection("Invalid API key")
        },
        Kind::Status(status) => page(status, fault.text.is_some().then(|| text(""))),
        Kind::Html => page(
            200,
            Some(text(
                "<!DOCTYPE html>\n<html><body>We'll be back soon</body></html>\n",
            )),
        ),
        Kind::Challenge => page(
            403,
            Some(text(
                "<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head>\
                 <body>Checking your browser</body></html>\n",
            )),
        ),
        Kind::CutJson => {
            let half = real.body.len().div_ceil(2);
            Response {
                body: real.body.chars().take(half).collect(),
                ..real
            }
        }
        Kind::CutBody => {
            delivery = Delivery::Cut;
            real
        }
        Kind::Oversized => {
            let fill = fault.bytes.unwrap_or(2 << 20).saturating_sub(30);
            let body = format!(r#"{{"success":true,"filler":"{}"}}"#, "x".repeat(fill));
            Response { body, ..real }
        }
        Kind::Endless => {
            delivery = Delivery::Endless;
            real
        }
        Kind::Drip => {
            let pause = Duration::from_millis(fault.ms.unwrap_or(100));
            delivery = Delivery::Drip(fault.bytes.unwrap_or(64).max(1), pause);
            real
        }
        Kind::Reject => Response::rejection(&text("The request was rejected")),
        Kind::EchoKey => Response::rejection(&text("Access denied for apikey=<key>")),
        Kind::Redirect => {
            let location = format!("{}/redirected?{}", request::BASE, request.query);
            let location = fault.location.clone().unwrap_or(location);
            Response::html(302, "Object moved").with(LOCATION, location)
        }
        Kind::Close => {
            delivery = Delivery::Close;
            real
        }
        Kind::Empty => Response {
            body: String::new(),
            ..real
        },
        // TLS faults and GOAWAY apply to the connection, and latency is in the delay.
        _ => real,
    };
    if let Some(status) = fault.status {
        response.status = status;
    }
    if let Some(value) = &fault.retry_after {
        response = response.with(RETRY_AFTER, value.to_string());
    }
    if let Some(seconds) = fault.retry_after_date {
        let now = i64::try_from(state::now_ms() / 1000).unwrap_or(0);
        response = response.with(RETRY_AFTER, http_date(now + seconds));
    }
    Reply::Response(response, delivery)
}

fn page(status: u16, text: Option<String>) -> Response {
    let reason = http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    let mut response = Response::html(status, &format!("{status} {}", reason.unwrap_or_default()));
    if let Some(text) = text {
        if text.starts_with(['{', '[']) {
            response = Response::json(status, &serde_json::Value::Null);
        }
        response.body = text;
    }
    response
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
    state: &State,
    connection: &Connection,
    request: &Request,
    (key, key_name): (&str, String),
    fault: Option<String>,
    effect: Effect,
    reply: &Reply,
) -> Entry {
    let hide = |text: &str| {
        let keys = state.saved.keys.keys().map(String::as_str);
        request::redact(text, keys.chain(std::iter::once(key)))
    };
    let (status, answer) = match reply {
        Reply::Response(response, _) => {
            let start: String = response.body.chars().take(JOURNALED_ANSWER).collect();
            (Some(response.status), Some(hide(&start)))
        }
        Reply::Reset | Reply::Hang | Reply::Refuse => (None, None),
    };
    Entry {
        n: 0,
        time_ms: state::now_ms(),
        connection: connection.id,
        tls: connection.tls,
        http_version: Some(request.http_version.to_owned()),
        method: Some(request.method.clone()),
        via: request.via.clone(),
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

fn respond(answer: Response, delivery: &Delivery) -> http::Response<ResponseBody> {
    let mut response = http::Response::new(ResponseBody::Done);
    *response.status_mut() = http::StatusCode::from_u16(answer.status).unwrap_or_default();
    for (name, value) in answer.headers {
        // A header that cannot be sent is the test's mistake: it is left out.
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    let bytes = Bytes::from(answer.body);
    *response.body_mut() = match delivery {
        Delivery::Complete | Delivery::Close => ResponseBody::Whole(bytes),
        Delivery::Endless => ResponseBody::Endless(bytes),
        Delivery::Drip(size, pause) => ResponseBody::Drip(Drip::new(bytes, *size, *pause)),
        Delivery::Cut => {
            response
                .headers_mut()
                .insert(CONTENT_LENGTH, bytes.len().into());
            ResponseBody::Cut(bytes.slice(..bytes.len() / 2))
        }
    };
    response
}

#[cfg(test)]
mod tests;
