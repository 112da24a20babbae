//! Checks which certificate is served for a domain.

mod check;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod handshake;
mod parse;
mod report;
mod signatures;
mod verdict;

pub use check::{CertificateOptions, CertificateProber};
pub use report::{CertificateReport, CertificateState};
