//! TLS handshakes that accept every certificate, so that it can be read and judged afterwards.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use crate::net::{Shown, unverified_client_config};
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

/// What a server has shown.
pub(super) struct Presented {
    /// Its certificates, its own first; at least one.
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: KeyProof,
}

/// Whether a server has the private key of its certificate.
pub(super) enum KeyProof {
    /// It has proven that.
    Proven,
    /// Its signature cannot be verified.
    Unverified,
    /// The handshake failed before.
    Failed(NoCertificate),
}

/// What the server at `address` shows for `name`. A handshake that fails after the certificates
/// have been shown is no failure here.
pub(super) async fn fetch(
    address: SocketAddr,
    name: &ServerName<'static>,
    deadline: Instant,
) -> Result<Presented, NoCertificate> {
    let (config, recorder) = unverified_client_config()
        .map_err(|_| NoCertificate::Unreachable("TLS cannot be set up".to_owned()))?;
    let end = timeout_at(deadline, connect(address, name, config))
        .await
        .unwrap_or(Err(NoCertificate::TimedOut));
    let Shown { chain, key_proven } = recorder.shown();
    let key = match end {
        Err(failure) if chain.is_empty() => return Err(failure),
        Ok(()) if chain.is_empty() => {
            return Err(NoCertificate::NotServed(
                "it shows no certificate".to_owned(),
            ));
        }
        _ if key_proven => KeyProof::Proven,
        Ok(()) => KeyProof::Unverified,
        Err(failure) => KeyProof::Failed(failure),
    };
    Ok(Presented { chain, key })
}

async fn connect(
    address: SocketAddr,
    name: &ServerName<'static>,
    config: ClientConfig,
) -> Result<(), NoCertificate> {
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => {
                NoCertificate::Refused
            }
            io::ErrorKind::TimedOut => NoCertificate::TimedOut,
            kind => NoCertificate::Unreachable(kind.to_string()),
        })?;
    let connector = TlsConnector::from(Arc::new(config));
    let handshake = connector.connect(name.clone(), stream).await;
    handshake.map(drop).map_err(|error| failure(&error))
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
        Some(other) => clean(&other.to_string(), REASON_MAX),
        None => "it closes the connection".to_owned(),
    })
}
