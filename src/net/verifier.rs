//! Verifies servers by the likely roots first, and by all of them before one is turned down.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::tls;
use crate::error::Error;

/// A client configuration that trusts the roots of [`tls::trust_roots`]. They are read as far as
/// the certificates of servers make it necessary: reading all of them takes milliseconds.
///
/// # Errors
/// As [`tls::trust_roots`] and [`tls::client_config`].
pub(super) fn trusting_client_config(ca_file: Option<&Path>) -> Result<ClientConfig, Error> {
    let verifier = Verifier {
        likely: of_roots(tls::likely_trust_roots(ca_file)?)?,
        ca_file: ca_file.map(Path::to_path_buf),
        all: OnceLock::new(),
    };
    Ok(tls::builder(&tls::provider())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

#[derive(Debug)]
struct Verifier {
    likely: Arc<WebPkiServerVerifier>,
    ca_file: Option<PathBuf>,
    /// Made when a certificate is none of the likely roots'. `None`: they cannot be read.
    all: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
}

fn of_roots(roots: RootCertStore) -> Result<Arc<WebPkiServerVerifier>, Error> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), tls::provider())
        .build()
        .map_err(|error| Error::config("tls-setup", format!("TLS cannot be set up: {error}.")))
}

impl Verifier {
    fn all(&self) -> Option<&Arc<WebPkiServerVerifier>> {
        let make = || of_roots(tls::trust_roots(self.ca_file.as_deref()).ok()?).ok();
        self.all.get_or_init(make).as_ref()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let by = |verifier: &WebPkiServerVerifier| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        match by(&self.likely) {
            Err(rustls::Error::InvalidCertificate(why)) => match self.all() {
                Some(all) => by(all),
                None => Err(rustls::Error::InvalidCertificate(why)),
            },
            result => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let verifier = &self.likely;
        verifier.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let verifier = &self.likely;
        verifier.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.likely.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests;
