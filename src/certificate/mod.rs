//! Checks which certificate is served for a domain.

mod check;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod handshake;
mod judge;
mod reading;
mod report;
mod signatures;

pub use check::{CertificateOptions, CertificateProber};
pub use report::{CertificateReport, CertificateState};
