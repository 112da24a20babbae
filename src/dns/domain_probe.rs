//! A probe of a domain: the checks of its DNS and of its certificate, at the same time.

use super::client::shared::SharedAnswers;
use super::name::probed_host;
use crate::domain::DomainName;

/// What the checks of one probe have in common: whoever of them is first asks a resolver for the
/// domain's addresses, and the other takes the same answer. One that failed is not taken over.
#[derive(Debug)]
pub(crate) struct DomainProbe {
    host: String,
    pub(super) answers: SharedAnswers,
}

impl DomainProbe {
    pub(crate) fn new(domain: &DomainName) -> Self {
        Self {
            host: probed_host(domain),
            answers: SharedAnswers::default(),
        }
    }

    /// The name that both checks ask for: of a wildcard, a random one that it covers.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }
}
