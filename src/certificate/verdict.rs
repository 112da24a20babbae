//! Judges a certificate chain. Pure: roots, time and what is known of signatures are arguments.

use std::time::Duration;

use rustls::client::verify_server_name;
use rustls::server::ParsedCertificate;
use rustls_pki_types::{CertificateDer, ServerName, SignatureVerificationAlgorithm, UnixTime};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::parse;
use super::report::{CertificateReport, CertificateState};
use super::signatures::GoodSignatures;
use crate::net::TrustRoots;
use crate::text::{LONG_NAME_MAX, clean};

/// The report on `chain`, which a server presented for `host` at `now` (Unix time).
pub(super) fn judge(
    chain: &[CertificateDer<'_>],
    host: &ServerName<'_>,
    roots: &TrustRoots,
    good: &GoodSignatures,
    now: i64,
) -> CertificateReport {
    let mut report = CertificateReport::without(
        CertificateState::Unknown,
        "no-certificate",
        "The server shows no certificate.",
    );
    let Some((own, others)) = chain.split_first() else {
        return report;
    };
    let Ok((_, parsed)) = X509Certificate::from_der(own) else {
        return unreadable(own, now, report);
    };
    let (not_before, not_after) = (
        parsed.validity().not_before.timestamp(),
        parsed.validity().not_after.timestamp(),
    );
    report.issuer = parse::issuer(parsed.issuer());
    report.names = parse::names(&parsed);
    report.not_before = Some(not_before);
    report.not_after = Some(not_after);

    // The chain is verified for a time at which the certificate is valid, so that an expired one is
    // not called untrusted.
    let within = now.clamp(not_before, not_after.max(not_before));
    let entity = ParsedCertificate::try_from(own);
    let provider = rustls::crypto::ring::default_provider();
    let algorithms = provider.signature_verification_algorithms.all.iter();
    let signed_part = parsed.tbs_certificate.as_ref();
    let algorithms: Vec<_> = algorithms
        .map(|algorithm| good.knowing(signed_part, *algorithm))
        .collect();
    let algorithms: Vec<_> = algorithms
        .iter()
        .map(|algorithm| algorithm as &dyn SignatureVerificationAlgorithm)
        .collect();
    let trusted = entity
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|entity| roots.verify(entity, others, unix(within), &algorithms));
    let named = entity
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|entity| verify_server_name(entity, host));
    let odd_form = entity.is_err().then(|| parse::odd_form(&parsed));
    let odd = odd_form.or_else(|| parse::odd_key(parsed.public_key()));
    let out_of_date = out_of_date(now, not_before, not_after);

    let untrusted = CertificateState::Untrusted;
    let (state, reason, error) = match (trusted, named) {
        (Err(_), _) if parse::is_self_signed(&parsed) => (
            CertificateState::SelfSigned,
            "self-signed",
            with_more(
                "The certificate is self-signed.",
                out_of_date.map(|(_, sentence)| sentence),
                odd,
            ),
        ),
        _ if entity.is_err() => match out_of_date {
            Some((reason, error)) => (
                CertificateState::Expired,
                reason,
                with_more(&error, None, odd),
            ),
            None => (untrusted, "odd-form", not_taken(odd)),
        },
        (_, Err(_)) if report.names.is_empty() => (
            CertificateState::WrongHost,
            "no-names",
            "The certificate names no host (subjectAltName).".to_owned(),
        ),
        (_, Err(_)) => (
            CertificateState::WrongHost,
            "other-names",
            "The certificate is for other names.".to_owned(),
        ),
        (trusted, Ok(())) => match (out_of_date, trusted, &odd) {
            (Some((reason, error)), _, _) => (CertificateState::Expired, reason, error),
            (None, Err(error), _) => {
                let (reason, why) = why_untrusted(&error, report.issuer.as_deref());
                if reason == "chain-untrusted" {
                    report.detail = Some(clean(&error.to_string(), LONG_NAME_MAX));
                }
                (untrusted, reason, why)
            }
            (None, Ok(()), Some(_)) => (untrusted, "odd-form", not_taken(odd)),
            (None, Ok(()), None) => {
                report.state = CertificateState::Valid;
                (report.error, report.reason) = (None, None);
                return report;
            }
        },
    };
    report.state = state;
    report.reason = Some(reason);
    report.error = Some(error);
    report
}

/// The report on a certificate whose form is broken: it is there all the same.
fn unreadable(der: &[u8], now: i64, mut report: CertificateReport) -> CertificateReport {
    let beginning = parse::beginning(der);
    report.issuer = beginning.issuer;
    let mut more = None;
    if let Some((not_before, not_after)) = beginning.validity {
        (report.not_before, report.not_after) = (Some(not_before), Some(not_after));
        more = out_of_date(now, not_before, not_after).map(|(_, sentence)| sentence);
    }
    report.state = CertificateState::Untrusted;
    report.reason = Some("unreadable");
    report.error = Some(with_more(
        "The certificate cannot be read: its form is broken.",
        more,
        None,
    ));
    report
}

/// A word and a sentence.
fn out_of_date(now: i64, not_before: i64, not_after: i64) -> Option<(&'static str, String)> {
    if now > not_after {
        Some((
            "expired",
            format!("The certificate expired {}.", ago(now - not_after)),
        ))
    } else if now < not_before {
        Some((
            "not-yet",
            "The certificate is not valid yet. Check the clock of this server.".to_owned(),
        ))
    } else {
        None
    }
}

fn not_taken(why: Option<String>) -> String {
    let why = why.unwrap_or_else(|| "its form is broken".to_owned());
    format!("Browsers do not accept the certificate: {why}.")
}

/// An error with what else is wrong: another sentence, and a clause about “it”.
fn with_more(error: &str, sentence: Option<String>, clause: Option<String>) -> String {
    let clause = clause.map(|clause| format!("Besides, {clause}."));
    let mut whole = error.to_owned();
    for more in [sentence, clause].into_iter().flatten() {
        whole.push(' ');
        whole.push_str(&more);
    }
    whole
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

/// A word and a sentence.
fn why_untrusted(error: &rustls::Error, issuer: Option<&str>) -> (&'static str, String) {
    use rustls::{CertificateError as Why, Error};
    let issuer = issuer.unwrap_or("an unknown issuer");
    match error {
        Error::InvalidCertificate(Why::UnknownIssuer) => (
            "unknown-issuer",
            format!(
                "The certificate is by {issuer}, whom this system does not trust, or the server does not send the \
                 intermediate certificates."
            ),
        ),
        Error::InvalidCertificate(Why::Expired | Why::ExpiredContext { .. }) => (
            "chain-expired",
            format!("A certificate in the chain of {issuer} has expired."),
        ),
        Error::InvalidCertificate(Why::BadSignature) => (
            "chain-broken",
            "The signatures of the chain are not valid.".to_owned(),
        ),
        Error::InvalidCertificate(Why::BadEncoding) => (
            "chain-unreadable",
            "A certificate in the chain cannot be read.".to_owned(),
        ),
        Error::InvalidCertificate(
            Why::UnsupportedSignatureAlgorithmContext { .. }
            | Why::UnsupportedSignatureAlgorithmForPublicKeyContext { .. },
        ) => (
            "weak-signature",
            format!(
                "A signature in the chain of {issuer} is of a kind that browsers no longer accept, such as SHA-1."
            ),
        ),
        Error::InvalidCertificate(Why::UnhandledCriticalExtension) => (
            "unknown-extension",
            "A critical extension of the certificate is not known.".to_owned(),
        ),
        Error::InvalidCertificate(Why::InvalidPurpose | Why::InvalidPurposeContext { .. }) => (
            "wrong-purpose",
            "The certificate is not meant for servers.".to_owned(),
        ),
        other => (
            "chain-untrusted",
            clean(
                &format!("The chain is not trusted: {other}."),
                LONG_NAME_MAX,
            ),
        ),
    }
}
