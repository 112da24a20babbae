//! Judges a certificate chain. Pure: roots and time are arguments.

use std::net::IpAddr;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::server::ParsedCertificate;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate, X509Name};

use super::report::{CertificateReport, CertificateState};
use crate::text::{LONG_NAME_MAX, clean};

/// Names that a report has at most. Certificates may have hundreds.
const MAX_NAMES: usize = 100;

/// The report on `chain`, which a server presented for `host` at `now` (Unix time).
pub(super) fn judge(
    chain: &[CertificateDer<'_>],
    host: &ServerName<'_>,
    roots: &RootCertStore,
    now: i64,
) -> CertificateReport {
    let mut report = CertificateReport {
        state: CertificateState::Unknown,
        issuer: None,
        names: Vec::new(),
        not_before: None,
        not_after: None,
        error: None,
    };
    let Some((own, others)) = chain.split_first() else {
        report.error = Some("The server shows no certificate.".to_owned());
        return report;
    };
    let Ok((_, parsed)) = X509Certificate::from_der(own) else {
        report.state = CertificateState::Untrusted;
        report.error = Some("The certificate cannot be read.".to_owned());
        return report;
    };
    let (not_before, not_after) = (
        parsed.validity().not_before.timestamp(),
        parsed.validity().not_after.timestamp(),
    );
    report.issuer = issuer(parsed.issuer());
    report.names = names(&parsed);
    report.not_before = Some(not_before);
    report.not_after = Some(not_after);

    // The chain is verified for a time at which the certificate is valid, so that an expired one is
    // not called untrusted.
    let within = now.clamp(not_before, not_after.max(not_before));
    let entity = ParsedCertificate::try_from(own);
    let trusted = entity.as_ref().map_err(Clone::clone).and_then(|entity| {
        verify_server_cert_signed_by_trust_anchor(
            entity,
            roots,
            others,
            unix(within),
            rustls::crypto::ring::default_provider()
                .signature_verification_algorithms
                .all,
        )
    });
    let named = entity
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|entity| verify_server_name(entity, host));

    let self_signed = parsed.issuer().as_raw() == parsed.subject().as_raw()
        && parsed.verify_signature(None).is_ok();
    let (state, error) = match (trusted, named) {
        (Err(_), _) if self_signed => (CertificateState::SelfSigned, "The certificate is signed by itself.".to_owned()),
        (_, Err(_)) => (
            CertificateState::WrongHost,
            "The certificate is for other names.".to_owned(),
        ),
        _ if now > not_after => (
            CertificateState::Expired,
            format!("The certificate ended {}.", ago(now - not_after)),
        ),
        _ if now < not_before => (
            CertificateState::Expired,
            "The certificate does not hold yet: its time begins later. Check the clock of this server.".to_owned(),
        ),
        (Err(error), Ok(())) => (CertificateState::Untrusted, why_untrusted(&error, report.issuer.as_deref())),
        (Ok(()), Ok(())) => {
            report.state = CertificateState::Valid;
            return report;
        }
    };
    report.state = state;
    report.error = Some(error);
    report
}

fn unix(seconds: i64) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

fn ago(seconds: i64) -> String {
    match seconds / 86_400 {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

fn why_untrusted(error: &rustls::Error, issuer: Option<&str>) -> String {
    use rustls::{CertificateError as Why, Error};
    let issuer = issuer.unwrap_or("an unknown issuer");
    match error {
        Error::InvalidCertificate(Why::UnknownIssuer) => format!(
            "The certificate is by {issuer}, whom this system does not trust, or the server does not send the \
             intermediate certificates."
        ),
        Error::InvalidCertificate(Why::Expired | Why::ExpiredContext { .. }) => {
            format!("A certificate in the chain of {issuer} is out of date.")
        }
        Error::InvalidCertificate(Why::BadSignature) => {
            "The chain of signatures is broken.".to_owned()
        }
        Error::InvalidCertificate(Why::BadEncoding) => "The certificate cannot be read.".to_owned(),
        other => clean(
            &format!("The chain is not trusted: {other}."),
            LONG_NAME_MAX,
        ),
    }
}

/// Organization and common name, such as `Let's Encrypt R11`.
fn issuer(name: &X509Name<'_>) -> Option<String> {
    let first = |mut parts: Vec<&str>| (!parts.is_empty()).then(|| parts.remove(0).to_owned());
    let organization = first(
        name.iter_organization()
            .filter_map(|part| part.as_str().ok())
            .collect(),
    );
    let common_name = first(
        name.iter_common_name()
            .filter_map(|part| part.as_str().ok())
            .collect(),
    );
    let whole = match (organization, common_name) {
        (Some(organization), Some(common_name)) if !common_name.contains(&organization) => {
            format!("{organization} {common_name}")
        }
        (_, Some(name)) | (Some(name), None) => name,
        (None, None) => name.to_string(),
    };
    let whole = clean(&whole, LONG_NAME_MAX);
    (!whole.is_empty()).then_some(whole)
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let names = extension
        .value
        .general_names
        .iter()
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(clean(&name.to_ascii_lowercase(), 255)),
            GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
            _ => None,
        });
    names.take(MAX_NAMES).collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes)
        .map(IpAddr::from)
        .or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}
