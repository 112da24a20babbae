//! Which certificate is served for a domain.

mod report;

pub use report::{CertificateReport, CertificateState};
