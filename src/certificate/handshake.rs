//! TLS handshakes that accept every certificate, so that it can be read and judged afterwards.

use std::io;
use std::net::SocketAddr;

use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use crate::net::unverified_client_config;
use crate::text::{REASON_MAX, clean};

/// Why a handshake gave no certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoCertificate {
    /// Nothing listens there.
    Refused,
    /// A server listens there but does not serve TLS for this name; why, in words.
    NotServed(String),
    /// No answer in time.
    TimedOut,
    /// The address cannot be reached from here; why, in words.
    Unreachable(String),
}

/// The certificate chain that the server at `address` presents for `name`, the server's own first.
pub(super) async fn chain(
    address: SocketAddr,
    name: &ServerName<'static>,
    deadline: Instant,
) -> Result<Vec<CertificateDer<'static>>, NoCertificate> {
    timeout_at(deadline, connect(address, name))
        .await
        .unwrap_or(Err(NoCertificate::TimedOut))
}

async fn connect(
    address: SocketAddr,
    name: &ServerName<'static>,
) -> Result<Vec<CertificateDer<'static>>, NoCertificate> {
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => {
                NoCertificate::Refused
            }
            io::ErrorKind::TimedOut => NoCertificate::TimedOut,
            kind => NoCertificate::Unreachable(kind.to_string()),
        })?;
    let config = unverified_client_config()
        .map_err(|_| NoCertificate::Unreachable("TLS cannot be set up".to_owned()))?;
    let stream = TlsConnector::from(config)
        .connect(name.clone(), stream)
        .await
        .map_err(|error| failure(&error))?;
    let (_, session) = stream.get_ref();
    match session.peer_certificates() {
        Some(chain) if !chain.is_empty() => Ok(chain
            .iter()
            .map(|certificate| certificate.clone().into_owned())
            .collect()),
        _ => Err(NoCertificate::NotServed(
            "it shows no certificate".to_owned(),
        )),
    }
}

pub(super) fn failure(error: &io::Error) -> NoCertificate {
    use rustls::Error as Tls;
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Tls>());
    NoCertificate::NotServed(match tls {
        Some(Tls::AlertReceived(alert)) => format!("it ends the handshake ({alert:?})"),
        Some(Tls::PeerIncompatible(_)) => {
            "it offers neither TLS 1.2 nor TLS 1.3 in a safe form".to_owned()
        }
        Some(Tls::InvalidMessage(_) | Tls::InappropriateMessage { .. }) => {
            "what it answers is not TLS".to_owned()
        }
        Some(Tls::InvalidCertificate(_)) => {
            "it does not prove that the certificate is its own".to_owned()
        }
        Some(other) => clean(&other.to_string(), REASON_MAX),
        None => "it closes the connection".to_owned(),
    })
}
