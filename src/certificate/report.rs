//! What a certificate check found.

use std::fmt;

/// What is served for a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CertificateState {
    /// A trusted certificate for this name, within its dates.
    Valid,
    /// Nothing answers TLS there, or not for this name.
    Absent,
    /// The chain does not lead to a trusted root.
    Untrusted,
    /// The certificate signed itself.
    SelfSigned,
    /// Its time is over, or has not begun.
    Expired,
    /// It is for other names.
    WrongHost,
    /// It could not be looked at: see the report's `error`.
    Unknown,
}

impl CertificateState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Valid,
        Self::Absent,
        Self::Untrusted,
        Self::SelfSigned,
        Self::Expired,
        Self::WrongHost,
        Self::Unknown,
    ];

    /// The stable word for this state.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Absent => "absent",
            Self::Untrusted => "untrusted",
            Self::SelfSigned => "self-signed",
            Self::Expired => "expired",
            Self::WrongHost => "wrong-host",
            Self::Unknown => "unknown",
        }
    }

    /// The state that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl fmt::Display for CertificateState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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
    /// Unix time from which it holds.
    pub not_before: Option<i64>,
    /// Unix time until which it holds.
    pub not_after: Option<i64>,
    /// Why the state is not `valid`, in words.
    pub error: Option<String>,
}
