//! Faults on demand: which request gets which fault, by number or by a seeded random generator.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Kind {
    /// The call takes effect at once, the response comes `ms` later.
    Latency,
    /// A response with this HTTP status.
    Status(u16),
    /// An HTML page with status 200.
    Html,
    /// A firewall's HTML page with status 403.
    Challenge,
    /// The first half of the real response, as a complete HTTP message.
    CutJson,
    /// The real response with its full length announced; the connection is closed half-way.
    CutBody,
    /// A JSON response of `bytes` bytes (2 MiB).
    Oversized,
    /// A chunked response that never ends.
    Endless,
    /// The real response in pieces of `bytes` bytes (64), with `ms` (100) between two.
    Drip,
    /// TCP reset; the call had no effect.
    ResetBefore,
    /// TCP reset; the call took effect.
    ResetAfter,
    /// No response ever; the call had no effect.
    Hang,
    /// No response ever; the call took effect.
    HangAfter,
    /// `{"success": false, "error": <text>}`.
    Reject,
    /// A rejection whose text contains the key.
    EchoKey,
    /// A redirect to `location`.
    Redirect,
    /// The real response, then the connection is closed.
    Close,
    /// A response with an empty body.
    Empty,
    /// HTTP/2: the stream is refused with `REFUSED_STREAM`; the call had no effect.
    RefusedStream,
    /// HTTP/2: the request is answered, and is the last one that its connection takes (GOAWAY).
    GoAway,
    /// TLS: an alert instead of the `ServerHello`.
    TlsHandshake,
    /// TLS: no response to the `ClientHello`.
    TlsHang,
    /// TLS: an expired certificate.
    TlsExpired,
    /// TLS: a certificate for another name.
    TlsWrongHost,
    /// TLS: a self-signed certificate.
    TlsSelfSigned,
}

const NAMES: &[(Kind, &str)] = &[
    (Kind::Latency, "latency"),
    (Kind::Html, "html"),
    (Kind::Challenge, "challenge"),
    (Kind::CutJson, "cut-json"),
    (Kind::CutBody, "cut-body"),
    (Kind::Oversized, "oversized"),
    (Kind::Endless, "endless"),
    (Kind::Drip, "drip"),
    (Kind::ResetBefore, "reset-before"),
    (Kind::ResetAfter, "reset-after"),
    (Kind::Hang, "hang"),
    (Kind::HangAfter, "hang-after"),
    (Kind::Reject, "reject"),
    (Kind::EchoKey, "echo-key"),
    (Kind::Redirect, "redirect"),
    (Kind::Close, "close"),
    (Kind::Empty, "empty"),
    (Kind::RefusedStream, "refused-stream"),
    (Kind::GoAway, "goaway"),
    (Kind::TlsHandshake, "tls-handshake"),
    (Kind::TlsHang, "tls-hang"),
    (Kind::TlsExpired, "tls-expired"),
    (Kind::TlsWrongHost, "tls-wrong-host"),
    (Kind::TlsSelfSigned, "tls-self-signed"),
];

impl Kind {
    /// Whether it applies to a TLS connection, before there is a request.
    pub fn is_tls(self) -> bool {
        matches!(
            self,
            Self::TlsHandshake
                | Self::TlsHang
                | Self::TlsExpired
                | Self::TlsWrongHost
                | Self::TlsSelfSigned
        )
    }

    /// Whether the call takes effect, unless the fault says otherwise.
    fn takes_effect(self) -> bool {
        matches!(
            self,
            Self::Latency
                | Self::CutJson
                | Self::CutBody
                | Self::Oversized
                | Self::Endless
                | Self::Drip
                | Self::ResetAfter
                | Self::HangAfter
                | Self::Close
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Status(status) = self {
            return write!(f, "{status}");
        }
        let name = NAMES.iter().find(|(kind, _)| kind == self);
        f.write_str(name.map_or("?", |(_, name)| name))
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((kind, _)) = NAMES.iter().find(|(_, name)| *name == text) {
            return Ok(*kind);
        }
        match text.parse() {
            Ok(status) if (200..=599).contains(&status) => Ok(Self::Status(status)),
            _ => {
                let names: Vec<_> = NAMES.iter().map(|(_, name)| *name).collect();
                Err(format!(
                    "no fault is called {text:?}: use an HTTP status from 200 to 599 or one of {}",
                    names.join(", ")
                ))
            }
        }
    }
}

impl TryFrom<String> for Kind {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Kind> for String {
    fn from(kind: Kind) -> Self {
        kind.to_string()
    }
}

/// A fault as a test sets it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    pub kind: Kind,
    /// Only this call, such as `/adddomainalias`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only this key, by its name in the journal, such as `key1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Only requests with this `domain` parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Which of the matching requests, from 1, counted since the fault was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<Vec<u64>>,
    /// The probability, 0 to 1, that the fault applies to a matching request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Applies at most this often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Milliseconds that the response is delayed, with any kind; between pieces of one that drips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// The `Retry-After` header as it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Text>,
    /// A `Retry-After` date this many seconds after the response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_date: Option<i64>,
    /// HTTP status instead of the kind's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The rejection's text, or the body of an error page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Target of a redirect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Size of an oversized response, or of a piece of one that drips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<usize>,
    /// Whether the call takes effect; each kind has its own default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<bool>,
    /// How many requests matched so far.
    #[serde(default, skip_deserializing)]
    pub seen: u64,
    /// How many of them it applied to.
    #[serde(default, skip_deserializing)]
    pub fired: u64,
}

/// A text that a test may also write as a number.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Text {
    Text(String),
    Number(u64),
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

impl Fault {
    /// Whether the call takes effect although the fault applies.
    pub fn takes_effect(&self) -> bool {
        self.after.unwrap_or_else(|| self.kind.takes_effect())
    }

    fn matches(&self, request: &RequestInfo) -> bool {
        let is = |wanted: &Option<String>, got: &str| wanted.as_deref().is_none_or(|w| w == got);
        is(&self.path, request.path)
            && is(&self.key, request.key)
            && is(&self.domain, request.domain)
    }

    /// Counts a matching request, and returns whether the fault applies to it.
    fn fires(&mut self, random: &mut fastrand::Rng) -> bool {
        self.seen += 1;
        let chosen = self.nth.as_ref().is_none_or(|nth| nth.contains(&self.seen))
            && self.rate.is_none_or(|rate| random.f64() < rate)
            && self.times.is_none_or(|times| self.fired < times);
        if chosen {
            self.fired += 1;
        }
        chosen
    }
}

/// What a fault is matched against.
pub struct RequestInfo<'a> {
    pub path: &'a str,
    pub key: &'a str,
    pub domain: &'a str,
}

/// The faults that are set, and the random that rates are drawn from.
pub struct Faults {
    pub list: Vec<Fault>,
    pub random: fastrand::Rng,
}

/// What happens to one request.
#[derive(Default)]
pub struct Decision {
    pub delay_ms: u64,
    pub fault: Option<Fault>,
}

impl Faults {
    pub fn new(seed: u64) -> Self {
        Self {
            list: Vec::new(),
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// Every matching fault counts the request. Delays add up; of the others, the first that
    /// applies wins.
    pub fn decide(&mut self, request: &RequestInfo) -> Decision {
        let mut decision = Decision::default();
        for fault in &mut self.list {
            let is_of_request = !fault.kind.is_tls() && fault.kind != Kind::GoAway;
            if !is_of_request || !fault.matches(request) || !fault.fires(&mut self.random) {
                continue;
            }
            if fault.kind == Kind::Latency {
                decision.delay_ms += fault.ms.unwrap_or(1000);
            } else if decision.fault.is_none() {
                if fault.kind != Kind::Drip {
                    decision.delay_ms += fault.ms.unwrap_or(0);
                }
                decision.fault = Some(fault.clone());
            }
        }
        decision
    }

    /// Whether a request of an HTTP/2 connection is the last one that it takes.
    pub fn decide_stream(&mut self) -> bool {
        let mut is_last = false;
        for fault in &mut self.list {
            is_last |= fault.kind == Kind::GoAway && fault.fires(&mut self.random);
        }
        is_last
    }

    /// The same as [`Faults::decide`] for a TLS connection that was just accepted.
    pub fn decide_connection(&mut self) -> Option<Kind> {
        let mut struck = None;
        for fault in &mut self.list {
            if fault.kind.is_tls() && fault.fires(&mut self.random) {
                struck = struck.or(Some(fault.kind));
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests;
