//! The result of a certificate check.

use std::net::SocketAddr;

use crate::string_enum::string_enum;

string_enum! {
    /// The verdict on the certificate that is served for a domain.
    CertificateState {
        /// A trusted certificate for this name, within its dates.
        Valid => "valid",
        /// Nothing answers TLS there, or not for this name.
        Absent => "absent",
        /// The chain does not lead to a trusted root, or browsers do not take the certificate.
        Untrusted => "untrusted",
        /// The certificate is self-signed.
        SelfSigned => "self-signed",
        /// It has expired, or is not valid yet.
        Expired => "expired",
        /// It is for other names.
        WrongHost => "wrong-host",
        /// It could not be read: see the report's `error`.
        Unknown => "unknown",
    }
}

/// The certificate that is served for a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateReport {
    /// The verdict.
    pub state: CertificateState,
    /// Who issued it, as the certificate says.
    pub issuer: Option<String>,
    /// Its subjectAltName DNS names and addresses.
    pub names: Vec<String>,
    /// Unix time from which it is valid.
    pub not_before: Option<i64>,
    /// Unix time until which it is valid.
    pub not_after: Option<i64>,
    /// Why the state is not `valid`, in words.
    pub error: Option<String>,
    /// The same as a stable word.
    pub reason: Option<&'static str>,
    /// The address and port that this is about, where there is one.
    pub place: Option<String>,
    /// What the reason is about: addresses, or a technical text.
    pub detail: Option<String>,
}

impl CertificateReport {
    /// Nothing is known but why.
    #[must_use]
    pub fn without(
        state: CertificateState,
        reason: &'static str,
        error: impl Into<String>,
    ) -> Self {
        Self {
            state,
            issuer: None,
            names: Vec::new(),
            not_before: None,
            not_after: None,
            error: Some(error.into()),
            reason: Some(reason),
            place: None,
            detail: None,
        }
    }

    /// The same, at an address and port.
    #[must_use]
    pub fn at(mut self, place: SocketAddr) -> Self {
        self.place = Some(place.to_string());
        self
    }

    /// The same, with what the reason is about.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}
