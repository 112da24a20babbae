//! Faults on demand: which request gets which, by number or by seeded chance.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Kind {
    /// The effect happens at once, the answer comes `ms` later.
    Latency,
    /// Answers with this HTTP status.
    Status(u16),
    /// An HTML page with status 200.
    Html,
    /// The real answer, cut in the middle, as a whole HTTP message.
    CutJson,
    /// The real answer announced in full, and the connection closed half-way.
    CutBody,
    /// A JSON answer of `bytes` bytes (2 MiB).
    Oversized,
    /// A chunked answer that never ends.
    Endless,
    /// TCP reset; nothing was done.
    ResetBefore,
    /// TCP reset; what was asked for was done.
    ResetAfter,
    /// Takes the request and never answers; nothing was done.
    Hang,
    /// Takes the request and never answers; what was asked for was done.
    HangAfter,
    /// `{"success": false, "error": <text>}`.
    Reject,
    /// A rejection whose text has the key in it.
    EchoKey,
    /// A redirect to `location`.
    Redirect,
    /// The right answer, then the connection is closed.
    Close,
    /// An answer with an empty body.
    Empty,
    /// TLS: an alert in place of the server's hello.
    TlsHandshake,
    /// TLS: the hello is taken and never answered.
    TlsHang,
    /// TLS: a certificate that has ended.
    TlsExpired,
    /// TLS: a certificate for another name.
    TlsWrongHost,
    /// TLS: a certificate that no root has signed.
    TlsSelfSigned,
}

const NAMES: &[(Kind, &str)] = &[
    (Kind::Latency, "latency"),
    (Kind::Html, "html"),
    (Kind::CutJson, "cut-json"),
    (Kind::CutBody, "cut-body"),
    (Kind::Oversized, "oversized"),
    (Kind::Endless, "endless"),
    (Kind::ResetBefore, "reset-before"),
    (Kind::ResetAfter, "reset-after"),
    (Kind::Hang, "hang"),
    (Kind::HangAfter, "hang-after"),
    (Kind::Reject, "reject"),
    (Kind::EchoKey, "echo-key"),
    (Kind::Redirect, "redirect"),
    (Kind::Close, "close"),
    (Kind::Empty, "empty"),
    (Kind::TlsHandshake, "tls-handshake"),
    (Kind::TlsHang, "tls-hang"),
    (Kind::TlsExpired, "tls-expired"),
    (Kind::TlsWrongHost, "tls-wrong-host"),
    (Kind::TlsSelfSigned, "tls-self-signed"),
];

impl Kind {
    /// Whether it strikes a TLS connection, before there is a request.
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

    /// Whether what was asked for is done all the same, unless the fault says otherwise.
    fn lands(self) -> bool {
        matches!(
            self,
            Self::Latency
                | Self::CutJson
                | Self::CutBody
                | Self::Oversized
                | Self::Endless
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

/// One fault as a test sets it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    pub kind: Kind,
    /// Only this call, as `/adddomainalias`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only this key, by its journal name, as `key1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Only requests with this `domain` parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Which of the matching requests, from 1, counted since the fault was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<Vec<u64>>,
    /// The chance, 0 to 1, that a matching request is struck.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Strikes at most this often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Milliseconds that the answer (with any kind) is held back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// The `Retry-After` header as it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Text>,
    /// A `Retry-After` date this many seconds from the moment of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_date: Option<i64>,
    /// Answers with this HTTP status in place of the kind's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The rejection's text, or the body of an error page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where a redirect leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The size of an oversized answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<usize>,
    /// Whether what was asked for is done; each kind has its own default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<bool>,
    /// How many requests matched so far.
    #[serde(default, skip_deserializing)]
    pub seen: u64,
    /// How many of them were struck.
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
    /// Whether the effect of a struck request is there.
    pub fn lands(&self) -> bool {
        self.after.unwrap_or_else(|| self.kind.lands())
    }

    fn matches(&self, request: &Traits) -> bool {
        let is = |wanted: &Option<String>, got: &str| wanted.as_deref().is_none_or(|w| w == got);
        is(&self.path, request.path)
            && is(&self.key, request.key)
            && is(&self.domain, request.domain)
    }

    /// Counts a matching request and says whether it is struck.
    fn strike(&mut self, chance: &mut fastrand::Rng) -> bool {
        self.seen += 1;
        let chosen = self.nth.as_ref().is_none_or(|nth| nth.contains(&self.seen))
            && self.rate.is_none_or(|rate| chance.f64() < rate)
            && self.times.is_none_or(|times| self.fired < times);
        if chosen {
            self.fired += 1;
        }
        chosen
    }
}

/// What a fault may look at.
pub struct Traits<'a> {
    pub path: &'a str,
    pub key: &'a str,
    pub domain: &'a str,
}

/// The faults that are set, and the chance that rates are drawn from.
pub struct Faults {
    pub list: Vec<Fault>,
    pub chance: fastrand::Rng,
}

/// What is to happen to one request.
#[derive(Default)]
pub struct Verdict {
    pub delay_ms: u64,
    pub fault: Option<Fault>,
}

impl Faults {
    pub fn new(seed: u64) -> Self {
        Self {
            list: Vec::new(),
            chance: fastrand::Rng::with_seed(seed),
        }
    }

    /// Every matching fault counts the request; delays add up; of the rest, the first that strikes wins.
    pub fn judge(&mut self, request: &Traits) -> Verdict {
        let mut verdict = Verdict::default();
        for fault in &mut self.list {
            if fault.kind.is_tls() || !fault.matches(request) || !fault.strike(&mut self.chance) {
                continue;
            }
            if fault.kind == Kind::Latency {
                verdict.delay_ms += fault.ms.unwrap_or(1000);
            } else if verdict.fault.is_none() {
                verdict.delay_ms += fault.ms.unwrap_or(0);
                verdict.fault = Some(fault.clone());
            }
        }
        verdict
    }

    /// The same for a TLS connection that was just accepted.
    pub fn judge_connection(&mut self) -> Option<Kind> {
        let mut struck = None;
        for fault in &mut self.list {
            if fault.kind.is_tls() && fault.strike(&mut self.chance) {
                struck = struck.or(Some(fault.kind));
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(json: &str) -> Fault {
        serde_json::from_str(json).unwrap()
    }

    fn struck(faults: &mut Faults, path: &str, times: usize) -> Vec<bool> {
        let request = Traits {
            path,
            key: "key1",
            domain: "",
        };
        (0..times)
            .map(|_| faults.judge(&request).fault.is_some())
            .collect()
    }

    #[test]
    fn nth_counts_only_the_requests_that_match() {
        let mut faults = Faults::new(1);
        faults.list = vec![fault(
            r#"{"kind":"500","path":"/adddomainalias","nth":[2]}"#,
        )];
        assert_eq!(struck(&mut faults, "/getdomains", 3), [false; 3]);
        assert_eq!(
            struck(&mut faults, "/adddomainalias", 3),
            [false, true, false]
        );
    }

    #[test]
    fn a_rate_is_the_same_for_the_same_seed() {
        let run = |seed| {
            let mut faults = Faults::new(seed);
            faults.list = vec![fault(r#"{"kind":"html","rate":0.3}"#)];
            struck(&mut faults, "/", 1000)
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let hits = run(7).iter().filter(|hit| **hit).count();
        assert!((230..370).contains(&hits), "{hits}");
    }

    #[test]
    fn times_ends_a_fault() {
        let mut faults = Faults::new(1);
        faults.list = vec![fault(r#"{"kind":"reject","times":2}"#)];
        assert_eq!(struck(&mut faults, "/", 4), [true, true, false, false]);
    }

    #[test]
    fn an_unknown_kind_or_field_is_refused_with_the_names() {
        let error = serde_json::from_str::<Fault>(r#"{"kind":"explode"}"#).unwrap_err();
        assert!(error.to_string().contains("reset-after"), "{error}");
        assert!(serde_json::from_str::<Fault>(r#"{"kind":"500","nht":[1]}"#).is_err());
    }

    #[test]
    fn latency_adds_to_another_fault() {
        let mut faults = Faults::new(1);
        faults.list = vec![
            fault(r#"{"kind":"latency","ms":40}"#),
            fault(r#"{"kind":"500","ms":2}"#),
        ];
        let verdict = faults.judge(&Traits {
            path: "/",
            key: "key1",
            domain: "",
        });
        assert_eq!(verdict.delay_ms, 42);
        assert_eq!(verdict.fault.map(|f| f.kind), Some(Kind::Status(500)));
    }
}
