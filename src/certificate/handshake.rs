//! TLS handshakes that accept every certificate, so that it can be read and judged afterwards.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

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

/// Accepts every certificate, but verifies that the server has its private key. A wrong certificate can so be shown.
#[derive(Debug)]
struct NoVerification(Arc<CryptoProvider>);

impl ServerCertVerifier for NoVerification {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

pub(super) fn config() -> Option<Arc<ClientConfig>> {
    static CONFIG: OnceCell<Arc<ClientConfig>> = OnceCell::new();
    let config = CONFIG.get_or_try_init(|| {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(NoVerification(provider)))
            .with_no_client_auth();
        // A resumed session has no certificate.
        config.resumption = rustls::client::Resumption::disabled();
        Ok::<_, rustls::Error>(Arc::new(config))
    });
    config.ok().cloned()
}

fn connector() -> Option<TlsConnector> {
    config().map(TlsConnector::from)
}

/// Starts TLS without verifying the certificate.
pub(crate) async fn connect_unverified(
    stream: TcpStream,
    host: &str,
) -> Option<TlsStream<TcpStream>> {
    let name = ServerName::try_from(host.to_owned()).ok()?;
    connector()?.connect(name, stream).await.ok()
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
    let connector =
        connector().ok_or_else(|| NoCertificate::Unreachable("TLS cannot be set up".to_owned()))?;
    let stream = connector
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
