//! The errors of calls: their kind, and a message that says what to do.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};

use super::base_url::BaseUrl;
use super::config::MAX_BODY;
use super::list_reader::{ListReader, Listed, MAX_LIST};
use super::request::Call;
use super::response::{self, Response};
use crate::api_key::ApiKey;
use crate::domain::DomainName;
use crate::error::{Error, Kind};
use crate::net::Proxy;
use crate::net::http::{Cause, ConnectError, Failure, HttpResponse, ProxyFault};
use crate::text::{REASON_MAX, clean};

/// Closte's refusal of a call.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The reason in Closte's words, cleaned.
    pub(super) text: String,
    pub(super) status: StatusCode,
}

/// The server and the key of a call, for messages.
pub(super) struct Context<'a> {
    pub(super) base: &'a BaseUrl,
    pub(super) key: &'a ApiKey,
    pub(super) timeout: Duration,
    pub(super) proxy: Option<&'a Proxy>,
}

impl Context<'_> {
    /// The error for a call that had no response.
    pub(super) fn no_response(&self, call: Call<'_>, failure: &Failure) -> Error {
        let host = self.base.authority();
        let (reason, why, hint) = match &failure.cause {
            Cause::Setup(why) => return why.clone(),
            Cause::TooBig(status) => {
                let why = match call {
                    Call::List => format!("the list of {host} takes more than {MAX_LIST} bytes"),
                    _ => format!("the answer of {host} is longer than {MAX_BODY} bytes"),
                };
                return error(
                    Kind::Protocol,
                    call,
                    "answer-too-big",
                    &why,
                    "Check closte.base_url.",
                )
                .with_status(Some(status.as_u16()))
                .with_may_have_landed(call.changes_something());
            }
            Cause::TimedOut => (
                "timeout",
                format!("{host} did not answer within {}", in_words(self.timeout)),
                AGAIN,
            ),
            Cause::TimedOutConnecting => self.no_connection(&ConnectError::TimedOut(self.timeout)),
            Cause::TurnedAway { why, .. } => (
                "connection-broken",
                format!(
                    "{host} turned it away before it began with it ({})",
                    self.library_text(why)
                ),
                AGAIN,
            ),
            Cause::Broken(why) => (
                "connection-broken",
                format!(
                    "the connection to {host} broke before the answer was complete ({})",
                    self.library_text(why)
                ),
                AGAIN,
            ),
            Cause::Connect(why) => self.no_connection(why),
        };
        let may_have_landed = failure.sent && call.changes_something();
        let hint = if may_have_landed { UNKNOWN } else { hint };
        error(Kind::Transient, call, reason, &why, hint).with_may_have_landed(may_have_landed)
    }

    /// The server, and the proxy on the way to it.
    fn way(&self) -> String {
        let host = self.base.authority();
        match self.proxy {
            Some(proxy) => format!("{host} through the proxy {}", proxy.as_str()),
            None => host.to_owned(),
        }
    }

    /// What is wrong with the proxy: nothing reached the server.
    fn no_proxy(&self, fault: &ProxyFault) -> (&'static str, String, &'static str) {
        let host = self.base.authority();
        let proxy = self.proxy.map_or("", Proxy::as_str);
        match fault {
            ProxyFault::AuthenticationRequired => (
                "proxy-authentication",
                format!(
                    "the proxy {proxy} requires a user name and password, or does not accept those that are set"
                ),
                "Check WP_PROXY_USERNAME and WP_PROXY_PASSWORD, or HTTPS_PROXY. Closte was not reached.",
            ),
            ProxyFault::Refused(why) => (
                "proxy-refused",
                format!(
                    "the proxy {proxy} makes no connection to {host} ({})",
                    self.library_text(why)
                ),
                "Have the proxy allow it, or name the host in NO_PROXY or WP_PROXY_BYPASS_HOSTS. Closte was not reached.",
            ),
            ProxyFault::Unreachable(error) => {
                let why = match &**error {
                    ConnectError::NameNotFound => "its name has no address".to_owned(),
                    ConnectError::NameNotResolved(why) => {
                        format!(
                            "no name server gave its address: {}",
                            self.library_text(why)
                        )
                    }
                    ConnectError::Refused => "it refused the connection".to_owned(),
                    ConnectError::TimedOut(after) => format!("nothing within {}", in_words(*after)),
                    ConnectError::Failed(why)
                    | ConnectError::Tls(why)
                    | ConnectError::Untrusted(why) => self.library_text(why),
                    ConnectError::Proxy(_) => "it does not answer as a proxy".to_owned(),
                };
                (
                    "proxy",
                    format!("the proxy {proxy} cannot be connected to ({why})"),
                    "Check WP_PROXY_HOST and WP_PROXY_PORT, or HTTPS_PROXY. Closte was not reached.",
                )
            }
        }
    }

    fn no_connection(&self, error: &ConnectError) -> (&'static str, String, &'static str) {
        let host = self.way();
        match error {
            ConnectError::Proxy(fault) => self.no_proxy(fault),
            ConnectError::NameNotFound => (
                "dns",
                format!("the name {host} has no address"),
                "Check closte.base_url and this server's DNS.",
            ),
            ConnectError::NameNotResolved(why) => (
                "dns",
                format!(
                    "no name server gave an address for {host} ({})",
                    self.library_text(why)
                ),
                "Check this server's DNS: /etc/resolv.conf, or closte.resolvers.",
            ),
            ConnectError::Refused => (
                "connect",
                format!("{host} refused the connection"),
                "Check closte.base_url; a firewall may be in the way.",
            ),
            ConnectError::Failed(why) => (
                "connect",
                format!(
                    "no connection to {host} came about ({})",
                    self.library_text(why)
                ),
                FIREWALL,
            ),
            ConnectError::TimedOut(after) => (
                "connect-timeout",
                format!(
                    "no connection to {host} came about within {}",
                    in_words(*after)
                ),
                FIREWALL,
            ),
            ConnectError::Tls(why) | ConnectError::Untrusted(why) => (
                "tls",
                format!(
                    "the TLS handshake with {host} failed ({})",
                    self.library_text(why)
                ),
                "Check this server's clock and its CA certificates; a private authority belongs in \
                 closte.ca_file.",
            ),
        }
    }

    /// Reads a response. A refusal is [`Response::Failure`], not an error: what it means depends on
    /// the call.
    pub(super) fn read(&self, call: Call<'_>, http: &HttpResponse) -> Result<Response, Error> {
        let status = http.status;
        match (status.as_u16(), response::read(&http.body, self.key)) {
            (401 | 403, Some(Response::Failure(text))) => {
                let text = if text.is_empty() {
                    format!("HTTP status {}", status.as_u16())
                } else {
                    text
                };
                Err(key_refused(call, &Refusal { text, status }))
            }
            // Only the API's own JSON speaks of the key: other bodies came from in between.
            (401 | 403 | 511, None) => Err(self.blocked(call, http)),
            (408 | 425 | 429 | 500..=599, response) => Err(self.temporary(call, http, response)),
            (200..=299, Some(response)) => Ok(response),
            (400..=499, Some(Response::Failure(text))) => Ok(Response::Failure(text)),
            _ => Err(self.unexpected(call, http)),
        }
    }

    /// Reads the response to [`Call::List`], of which `reader` has had the body if it is a success.
    pub(super) fn read_list(
        &self,
        http: &HttpResponse,
        reader: ListReader<'_>,
    ) -> Result<Listed, Error> {
        if http.status.is_success() {
            return reader
                .finish()
                .ok_or_else(|| self.unexpected(Call::List, http));
        }
        match self.read(Call::List, http)? {
            Response::Failure(text) => Ok(Listed::Failure(text)),
            Response::Success => Err(self.unexpected(Call::List, http)),
        }
    }

    fn temporary(&self, call: Call<'_>, http: &HttpResponse, response: Option<Response>) -> Error {
        let status = http.status;
        let host = self.base.authority();
        let retry_after = retry_after(&http.headers, SystemTime::now());
        let (reason, mut why) = match status.as_u16() {
            429 => ("rate-limited", format!("{host} asks for fewer calls")),
            408 => ("request-timeout", format!("{host} gave up waiting")),
            425 => ("too-early", format!("{host} was not ready for it")),
            503 => ("unavailable", format!("{host} is not available for now")),
            _ => ("server-error", format!("{host} had an internal error")),
        };
        why = format!("{why} (HTTP {})", status.as_u16());
        if let Some(Response::Failure(text)) =
            response.filter(|response| *response != Response::Failure(String::new()))
        {
            why = format!("{why}: “{text}”");
        }
        // 501 and 503 come before anything is done; other server errors may come after.
        let may_have_landed = status.is_server_error()
            && !matches!(status.as_u16(), 501 | 503)
            && call.changes_something();
        let mut hint = if may_have_landed { UNKNOWN } else { AGAIN }.to_owned();
        if let Some(after) = retry_after.filter(|after| !after.is_zero()) {
            hint = format!("It asks to wait {}. {hint}", in_words(after));
        }
        error(Kind::Transient, call, reason, &why, &hint)
            .with_status(Some(status.as_u16()))
            .with_retry_after(retry_after)
            .with_may_have_landed(may_have_landed)
    }

    /// A firewall or the like answered in Closte's place, before the call got there. That passes as
    /// an outage does.
    fn blocked(&self, call: Call<'_>, http: &HttpResponse) -> Error {
        let host = self.base.authority();
        let body = response::describe(&http.body, self.key);
        let why = format!(
            "something in between, not Closte, answered for {host}: {body} (HTTP {})",
            http.status.as_u16()
        );
        error(Kind::Transient, call, "blocked", &why, IN_BETWEEN)
            .with_status(Some(http.status.as_u16()))
            .with_retry_after(retry_after(&http.headers, SystemTime::now()))
    }

    /// A response that is not what the API promises.
    pub(super) fn unexpected(&self, call: Call<'_>, http: &HttpResponse) -> Error {
        let host = self.base.authority();
        let status = http.status;
        let (reason, why, landed, hint) = if status.is_redirection() {
            let why = format!(
                "{host} answered with a redirect (HTTP {}), which is not followed so that the key \
                 goes nowhere else",
                status.as_u16()
            );
            ("redirect", why, false, OTHER_SERVER)
        } else {
            let body = response::describe(&http.body, self.key);
            let why = format!(
                "{host} answered with {body} (HTTP {}) instead of what Closte's API answers",
                status.as_u16()
            );
            let hint = if response::is_web_page(&http.body) {
                OTHER_SERVER
            } else {
                "Check closte.base_url; if it is right, Closte may be under maintenance."
            };
            ("bad-answer", why, status.is_success(), hint)
        };
        error(Kind::Protocol, call, reason, &why, hint)
            .with_status(Some(status.as_u16()))
            .with_may_have_landed(landed && call.changes_something())
    }

    /// Cleans the text of a library, which may quote what the server sent.
    fn library_text(&self, text: &str) -> String {
        clean(&response::redacted(text, self.key), REASON_MAX)
    }
}

/// The error for a refused key.
pub(super) fn key_refused(call: Call<'_>, refusal: &Refusal) -> Error {
    let why = format!("Closte did not accept the API key{}", quoted(&refusal.text));
    let hint = "Check that it is the key of this network's application at Closte.";
    error(Kind::Auth, call, "key-refused", &why, hint).with_status(Some(refusal.status.as_u16()))
}

/// The error for a call that Closte understood and refused.
pub(super) fn refused(call: Call<'_>, refusal: &Refusal) -> Error {
    let why = format!("Closte refused it{}", quoted(&refusal.text));
    let hint = "Check the domain at Closte, or ask Closte's support.";
    error(Kind::Rejected, call, "refused", &why, hint).with_status(Some(refusal.status.as_u16()))
}

/// The error for a refused change when the list, which would show the reason, could not be read.
pub(super) fn unclear_refusal(call: Call<'_>, refusal: &Refusal, list: &Error) -> Error {
    let why = format!(
        "Closte refused it{}. The list could not be read, so it is not known whether the change is already in place",
        quoted(&refusal.text)
    );
    list.clone()
        .about(call.domain().map(DomainName::ascii))
        .with_message(|message| format!("{} failed: {why}. {message}", call.attempt()))
}

/// The error for a change whose earlier attempt may have taken effect, when the list could not be
/// read.
pub(super) fn unclear_before(call: Call<'_>, list: &Error) -> Error {
    list.clone()
        .about(call.domain().map(DomainName::ascii))
        .with_message(|message| {
            format!(
                "{} failed: it is not known whether an earlier attempt succeeded. {message}",
                call.attempt()
            )
        })
}

fn error(kind: Kind, call: Call<'_>, reason: &'static str, why: &str, hint: &str) -> Error {
    let message = format!("{} failed: {why}. {hint}", call.attempt());
    Error::new(kind, reason, message).about(call.domain().map(DomainName::ascii))
}

const AGAIN: &str = "It is worth trying again.";

const UNKNOWN: &str = "It may have been done all the same; trying again is safe.";

const FIREWALL: &str = "Check that this server may connect to it; a firewall may be in the way.";

const IN_BETWEEN: &str = "It says nothing about the key. Have the firewall, proxy or login page of this server's \
     network let calls to Closte pass; if there is none, ask Closte's support whether it blocks \
     this server's address.";

const OTHER_SERVER: &str = "Check closte.base_url; if it is right, a firewall, a proxy or a login page may have answered \
     in Closte's place, or Closte may be under maintenance.";

fn quoted(text: &str) -> String {
    if text.is_empty() {
        " and gave no reason".to_owned()
    } else {
        format!(": “{text}”")
    }
}

fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds > 86_400.0 {
        "more than a day".to_owned()
    } else if seconds >= 10.0 {
        format!("{seconds:.0} s")
    } else {
        let text = format!("{seconds:.2}");
        format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). Some servers send fractions of
/// a second.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    if let Some((whole, part)) = text.split_once('.')
        && [whole, part]
            .iter()
            .all(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    {
        return text
            .parse()
            .ok()
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests;
