//! TLS that accepts every certificate, so that a wrong one can be shown. Only for probes: nothing
//! secret may be sent with it.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::{CipherSuite, ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::tls;
use crate::error::Error;

/// Offered besides what can be verified, last: a server whose key allows nothing else shows its
/// certificate only then.
const ALSO_OFFERED: [SignatureScheme; 4] = [
    SignatureScheme::ECDSA_NISTP521_SHA512,
    SignatureScheme::ED448,
    SignatureScheme::RSA_PKCS1_SHA1,
    SignatureScheme::ECDSA_SHA1_Legacy,
];

/// What a server has shown in a handshake, whether or not this came to its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    /// The certificates, the server's own first.
    pub(crate) chain: Vec<CertificateDer<'static>>,
    /// The server has proven that it has the private key. Not so where that cannot be verified.
    pub(crate) key_proven: bool,
}

/// Keeps what the server of one connection shows in its handshake.
#[derive(Debug)]
pub(crate) struct HandshakeRecorder {
    provider: Arc<CryptoProvider>,
    shown: Mutex<Shown>,
}

/// A client configuration for one connection, and what keeps what the server shows.
///
/// # Errors
/// As [`tls::builder`].
pub(crate) fn unverified_client_config() -> Result<(ClientConfig, Arc<HandshakeRecorder>), Error> {
    let mut config = common_config()?;
    let recorder = HandshakeRecorder::new(config.crypto_provider());
    let verifier = Arc::clone(&recorder) as Arc<dyn ServerCertVerifier>;
    config.dangerous().set_certificate_verifier(verifier);
    Ok((config, recorder))
}

/// What the connections of a process have in common: making it takes longer than copying it.
fn common_config() -> Result<ClientConfig, Error> {
    static COMMON: Mutex<Option<ClientConfig>> = Mutex::new(None);
    // A process that was forked while another thread was in here never gets the lock.
    let mut common = COMMON.try_lock().ok();
    if let Some(made) = common.as_deref().and_then(Option::as_ref) {
        return Ok(made.clone());
    }
    let provider = Arc::new(cheapest_first(&tls::provider()));
    let mut config = tls::builder(&provider)?
        .dangerous()
        .with_custom_certificate_verifier(HandshakeRecorder::new(&provider))
        .with_no_client_auth();
    // A session that is taken up again shows no certificate.
    config.resumption = Resumption::disabled();
    if let Some(common) = common.as_deref_mut() {
        *common = Some(config.clone());
    }
    Ok(config)
}

/// The same, of TLS 1.3 what hashes with SHA-384 last: most processors have instructions for
/// SHA-256 and none for it, and nothing secret is sent. With TLS 1.2 a server chooses between its
/// certificates by this order, so that one stays as it is.
fn cheapest_first(provider: &CryptoProvider) -> CryptoProvider {
    let mut provider = provider.clone();
    provider
        .cipher_suites
        .sort_by_key(|suite| suite.suite() == CipherSuite::TLS13_AES_256_GCM_SHA384);
    provider
}

impl HandshakeRecorder {
    fn new(provider: &Arc<CryptoProvider>) -> Arc<Self> {
        Arc::new(Self {
            provider: Arc::clone(provider),
            shown: Mutex::default(),
        })
    }

    /// What the server has shown so far.
    pub(crate) fn shown(&self) -> Shown {
        self.with(|shown| shown.clone())
    }

    fn with<T>(&self, what: impl FnOnce(&mut Shown) -> T) -> T {
        what(&mut self.shown.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A signature that cannot be verified ends no handshake: the certificate may be one that only
    /// others can read.
    fn note(
        &self,
        verified: &Result<HandshakeSignatureValid, rustls::Error>,
    ) -> HandshakeSignatureValid {
        self.with(|shown| shown.key_proven = verified.is_ok());
        HandshakeSignatureValid::assertion()
    }
}

impl ServerCertVerifier for HandshakeRecorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let chain = std::iter::once(end_entity).chain(intermediates);
        let chain = chain.map(|one| one.clone().into_owned()).collect();
        self.with(|shown| {
            *shown = Shown {
                chain,
                key_proven: false,
            };
        });
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        Ok(self.note(&verify_tls12_signature(
            message,
            certificate,
            signature,
            algorithms,
        )))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        Ok(self.note(&verify_tls13_signature(
            message,
            certificate,
            signature,
            algorithms,
        )))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        let mut schemes = algorithms.supported_schemes();
        schemes.extend(ALSO_OFFERED);
        schemes
    }
}

#[cfg(test)]
mod tests;
