//! What all steps share.

use std::sync::Arc;

use super::observation::Settings;
use crate::certificate::CertificateProber;
use crate::clock::unix_time;
use crate::dns::DnsProber;

/// The settings, the probes and the clock.
#[derive(Debug)]
pub(super) struct Context {
    pub settings: Settings,
    pub dns: Arc<DnsProber>,
    pub certificates: CertificateProber,
    /// Whether Closte may be called.
    pub calls: bool,
    /// Whether a row goes on while its next step is due at once.
    pub follow: bool,
    /// Unix time, instead of the system's clock.
    pub now: Option<i64>,
}

impl Context {
    /// Unix time.
    pub fn now(&self) -> i64 {
        self.now.unwrap_or_else(unix_time)
    }
}
