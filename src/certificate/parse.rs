//! Reads a certificate, also one that browsers cannot read.

use std::net::IpAddr;

use x509_parser::asn1_rs::{Any, FromBer, Tag};
use x509_parser::error::X509Error;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate, X509Name, X509Version};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::text::{LONG_NAME_MAX, clean};

/// Names that a report has at most. Certificates may have hundreds.
const MAX_NAMES: usize = 100;
/// The shortest RSA key that browsers take, in bits.
const SHORTEST_RSA_KEY: usize = 2048;

/// What can be read of a certificate whose form is broken: issuer and dates come early in it.
#[derive(Default)]
pub(super) struct Beginning {
    pub(super) issuer: Option<String>,
    /// From when until when, in Unix time.
    pub(super) validity: Option<(i64, i64)>,
}

/// Reads what comes before the broken part.
pub(super) fn beginning(der: &[u8]) -> Beginning {
    let mut beginning = Beginning::default();
    let Some(mut rest) = content(der).and_then(content) else {
        return beginning;
    };
    // Version (which may be left out), serial number, signature algorithm.
    for tag in [None, Some(Tag::Integer), Some(Tag::Sequence)] {
        match Any::from_ber(rest) {
            Ok((after, any)) if tag.is_none_or(|tag| any.tag() == tag) => {
                if tag.is_some() || any.tag() != Tag::Integer {
                    rest = after;
                }
            }
            _ => return beginning,
        }
    }
    if let Ok((after, name)) = X509Name::from_der(rest) {
        beginning.issuer = issuer(&name);
        rest = after;
    }
    if let Ok((_, validity)) = x509_parser::certificate::Validity::from_der(rest) {
        beginning.validity = Some((
            validity.not_before.timestamp(),
            validity.not_after.timestamp(),
        ));
    }
    beginning
}

/// The content of a sequence, as far as it is there.
fn content(der: &[u8]) -> Option<&[u8]> {
    let (_, any) = Any::from_ber(der).ok()?;
    (any.tag() == Tag::Sequence).then_some(any.data)
}

/// Whether the certificate is signed with its own key. Where that cannot be verified, because
/// nobody takes such keys or signatures any more, its names decide.
pub(super) fn is_self_signed(certificate: &X509Certificate<'_>) -> bool {
    if certificate.issuer().as_raw() != certificate.subject().as_raw() {
        return false;
    }
    match certificate.verify_signature(None) {
        Ok(()) | Err(X509Error::SignatureUnsupportedAlgorithm) => true,
        Err(_) => odd_key(certificate.public_key()).is_some(),
    }
}

/// Why browsers cannot read a certificate that can be read here.
pub(super) fn odd_form(certificate: &X509Certificate<'_>) -> String {
    match certificate.version() {
        X509Version::V3 => "its form is not the one that browsers take".to_owned(),
        X509Version(number) => format!(
            "it is of version {} of X.509, and browsers take version 3 only",
            u64::from(number) + 1
        ),
    }
}

/// Why browsers do not take a key, if so.
pub(super) fn odd_key(key: &SubjectPublicKeyInfo<'_>) -> Option<String> {
    /// Octets of a point on P-521 are more than this.
    const LONGEST_COMMON_POINT: usize = 97;
    let uncommon = || Some("its key is of a kind that browsers do not take".to_owned());
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) if rsa.key_size() < SHORTEST_RSA_KEY => Some(format!(
            "its RSA key of {} bits is too short",
            rsa.key_size()
        )),
        Ok(PublicKey::RSA(_)) => None,
        Ok(PublicKey::EC(point)) if point.data().len() <= LONGEST_COMMON_POINT => None,
        // Ed25519.
        Ok(PublicKey::Unknown(octets)) if octets.len() == 32 => None,
        _ => uncommon(),
    }
}

/// Organization and common name, such as `Let's Encrypt R11`.
pub(super) fn issuer(name: &X509Name<'_>) -> Option<String> {
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

pub(super) fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
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
