//! Why a connection could not be made, from reqwest's errors.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use crate::net::resolver::ResolveError;

/// Why a connection could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ConnectError {
    /// The host name has no address.
    NameNotFound,
    /// No name server gave an answer; why, in words.
    NameNotResolved(String),
    /// Nothing accepts connections there.
    Refused,
    /// The connection failed in another way, in words.
    Failed(String),
    /// It took longer than allowed.
    TimedOut(Duration),
    /// The TLS handshake failed, in words.
    Tls(String),
}

impl ConnectError {
    /// The time for connecting was over before the name was looked up.
    pub(super) fn slow_look_up() -> Self {
        Self::NameNotResolved("no answer in time".to_owned())
    }

    /// Reads an error of reqwest's; `limit` is the time that a connection may take.
    pub(super) fn read(error: &reqwest::Error, limit: Duration) -> Self {
        // The pool wraps the connector's error, reqwest wraps the pool's.
        let connector = error.source().and_then(StdError::source);
        let mut last = String::new();
        for link in std::iter::successors(connector, cause) {
            if let Some(resolve) = link.downcast_ref::<ResolveError>() {
                return match resolve {
                    ResolveError::NotFound => Self::NameNotFound,
                    ResolveError::NoAnswer(why) => Self::NameNotResolved(why.clone()),
                };
            }
            last = link.to_string();
        }
        if error.is_timeout() {
            return Self::TimedOut(limit);
        }
        // Errors of TCP are wrapped in words, those of a handshake are not.
        if let Some(handshake) = connector.and_then(|it| it.downcast_ref::<io::Error>()) {
            return Self::Tls(describe_handshake(handshake));
        }
        let tcp = std::iter::successors(connector, cause)
            .find_map(|link| link.downcast_ref::<io::Error>());
        match tcp.map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => Self::Refused,
            Some(kind) => Self::Failed(kind.to_string()),
            None => Self::Failed(last),
        }
    }
}

fn cause<'a>(error: &&'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let error: &'a (dyn StdError + 'static) = *error;
    error.source()
}

/// Why a handshake failed, in words for people where it is the certificate.
fn describe_handshake(error: &io::Error) -> String {
    let mut error = error;
    loop {
        let Some(inner) = error.get_ref() else {
            return error.kind().to_string();
        };
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return describe_tls(tls);
        }
        let Some(nested) = inner.downcast_ref::<io::Error>() else {
            return inner.to_string();
        };
        error = nested;
    }
}

fn describe_tls(error: &rustls::Error) -> String {
    use rustls::CertificateError as Certificate;
    let why = match error {
        rustls::Error::InvalidCertificate(why) => why,
        rustls::Error::AlertReceived(alert) => return format!("it answered with {alert:?}"),
        other => return other.to_string(),
    };
    match why {
        Certificate::Expired | Certificate::ExpiredContext { .. } => "its certificate has expired",
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
            "its certificate is not valid yet"
        }
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
            "its certificate is for another name"
        }
        Certificate::UnknownIssuer => "its certificate is from an unknown authority",
        Certificate::Revoked => "its certificate has been revoked",
        _ => "its certificate cannot be verified",
    }
    .to_owned()
}
