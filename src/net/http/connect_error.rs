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
    /// Its certificate was not accepted, in words.
    Untrusted(String),
    /// The proxy cannot be connected to, or does not connect; in words.
    Proxy(ProxyFault),
}

/// What is wrong with a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProxyFault {
    /// There is no connection to it.
    Unreachable(Box<ConnectError>),
    /// It wants another user name and password, or any.
    AuthenticationRequired,
    /// It makes no connection to the server; why, in words.
    Refused(String),
}

impl ConnectError {
    /// The time for connecting was over before the name was looked up.
    pub(super) fn slow_look_up() -> Self {
        Self::NameNotResolved("no answer in time".to_owned())
    }

    /// Reads an error of reqwest's; `limit` is the time that a connection may take.
    pub(super) fn read(error: &reqwest::Error, limit: Duration, through_proxy: bool) -> Self {
        // The pool wraps the connector's error, reqwest wraps the pool's.
        let connector = error.source().and_then(StdError::source);
        if through_proxy && let Some(fault) = connector.and_then(ProxyFault::read) {
            return Self::Proxy(fault);
        }
        match Self::of_name(connector) {
            Some(unresolved) => unresolved,
            None if error.is_timeout() => Self::TimedOut(limit),
            None => Self::of_connector(connector),
        }
    }

    /// The error of a name that has no address.
    fn of_name(connector: Option<&(dyn StdError + 'static)>) -> Option<Self> {
        let mut links = std::iter::successors(connector, cause);
        let resolve = links.find_map(|link| link.downcast_ref::<ResolveError>())?;
        Some(match resolve {
            ResolveError::NotFound => Self::NameNotFound,
            ResolveError::NoAnswer(why) => Self::NameNotResolved(why.clone()),
        })
    }

    fn of_connector(connector: Option<&(dyn StdError + 'static)>) -> Self {
        if let Some(unresolved) = Self::of_name(connector) {
            return unresolved;
        }
        // Errors of TCP are wrapped in words, those of a handshake are not.
        if let Some(handshake) = connector.and_then(|it| it.downcast_ref::<io::Error>()) {
            return of_handshake(handshake);
        }
        let tcp = std::iter::successors(connector, cause)
            .find_map(|link| link.downcast_ref::<io::Error>());
        match tcp.map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => Self::Refused,
            Some(kind) => Self::Failed(kind.to_string()),
            None => {
                let last = std::iter::successors(connector, cause).last();
                Self::Failed(last.map(ToString::to_string).unwrap_or_default())
            }
        }
    }
}

impl ProxyFault {
    /// Reads the connector's error; `None` for one of the handshake with the server itself, which
    /// the proxy has connected to. The types are not public, so their words tell.
    fn read(connector: &(dyn StdError + 'static)) -> Option<Self> {
        let text = connector.to_string();
        let inner = connector.source();
        if text.contains("proxy authorization required") {
            return Some(Self::AuthenticationRequired);
        }
        if text.contains("failed to create underlying connection") {
            return Some(Self::Unreachable(Box::new(ConnectError::of_connector(
                inner,
            ))));
        }
        if text.starts_with("tunnel error") {
            return Some(Self::Refused(match inner {
                Some(_) => "the connection broke".to_owned(),
                None if text.contains("end of file") => "it closed the connection".to_owned(),
                None => "it answered with another status than 200".to_owned(),
            }));
        }
        if text.contains("resolving for socks proxy") {
            // The server's own name, which such a proxy is not given.
            return None;
        }
        if text.contains("connecting to socks proxy") {
            let last = std::iter::successors(inner, cause).last();
            let is_tcp = std::iter::successors(inner, cause)
                .any(|link| link.is::<io::Error>() || link.is::<ResolveError>());
            return Some(match last {
                Some(_) if is_tcp => Self::Unreachable(Box::new(ConnectError::of_connector(inner))),
                Some(last) if is_about_authentication(&last.to_string()) => {
                    Self::AuthenticationRequired
                }
                // It does not say why.
                Some(last) if last.to_string().contains("underlying connection") => {
                    let why = "no connection came about".to_owned();
                    Self::Unreachable(Box::new(ConnectError::Failed(why)))
                }
                last => Self::Refused(last.map(ToString::to_string).unwrap_or_default()),
            });
        }
        None
    }
}

/// Whether these are hyper-util's words about user names and passwords.
fn is_about_authentication(text: &str) -> bool {
    text.contains("auth") || text.contains("credentials")
}

/// What is behind an error.
pub(super) fn cause<'a>(
    error: &&'a (dyn StdError + 'static),
) -> Option<&'a (dyn StdError + 'static)> {
    let error: &'a (dyn StdError + 'static) = *error;
    error.source()
}

/// Why a handshake failed, in words for people where it is the certificate.
fn of_handshake(error: &io::Error) -> ConnectError {
    let mut error = error;
    loop {
        let Some(inner) = error.get_ref() else {
            return ConnectError::Tls(error.kind().to_string());
        };
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            let why = describe_tls(tls);
            return match tls {
                rustls::Error::InvalidCertificate(_) => ConnectError::Untrusted(why),
                _ => ConnectError::Tls(why),
            };
        }
        let Some(nested) = inner.downcast_ref::<io::Error>() else {
            return ConnectError::Tls(inner.to_string());
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
