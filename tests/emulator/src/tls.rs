//! The emulator's own CA, and certificates that are valid or wrong on purpose.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};

use crate::BoxError;

/// A certificate authority that exists in memory only.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub pem: String,
    pub key_pem: String,
}

impl Authority {
    /// Makes a CA. With the key of an earlier run, a client that trusts the old certificate trusts
    /// the new one.
    pub fn new(name: &str, key_pem: Option<&str>) -> Result<Self, BoxError> {
        let key = key_pem.map_or_else(KeyPair::generate, KeyPair::from_pem)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = named(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let pem = params.self_signed(&key)?.pem();
        let key_pem = key.serialize_pem();
        Ok(Self {
            issuer: Issuer::new(params, key),
            pem,
            key_pem,
        })
    }

    /// A certificate for these names, valid from `from` until `until`, relative to now.
    pub fn certificate(
        &self,
        names: &[&str],
        from: Duration,
        until: Duration,
    ) -> Result<Identity, BoxError> {
        let key = KeyPair::generate()?;
        let certificate = leaf(names, from, until)?.signed_by(&key, &self.issuer)?;
        Ok(Identity::new(certificate, &key))
    }
}

/// A self-signed certificate.
pub fn self_signed(names: &[&str]) -> Result<Identity, BoxError> {
    let key = KeyPair::generate()?;
    let certificate = leaf(names, -Duration::DAY, Duration::days(90))?.self_signed(&key)?;
    Ok(Identity::new(certificate, &key))
}

fn leaf(names: &[&str], from: Duration, until: Duration) -> Result<CertificateParams, BoxError> {
    let now = OffsetDateTime::now_utc();
    let mut params =
        CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    params.distinguished_name = named(names.first().copied().unwrap_or("closte-emulator"));
    params.not_before = now + from;
    params.not_after = now + until;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

/// A certificate chain with its private key (PKCS #8).
pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: Vec<u8>,
    pub chain_pem: String,
    pub key_pem: String,
}

impl Identity {
    fn new(certificate: rcgen::Certificate, key: &KeyPair) -> Self {
        Self {
            chain_pem: certificate.pem(),
            key_pem: key.serialize_pem(),
            chain: vec![certificate.into()],
            key: key.serialize_der(),
        }
    }

    /// A server configuration that presents this certificate for every name.
    pub fn server(self, alpn: &[&[u8]]) -> Result<Arc<ServerConfig>, BoxError> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(self.chain, key)?;
        config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
        Ok(Arc::new(config))
    }
}
