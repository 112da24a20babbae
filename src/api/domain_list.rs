//! The list of domains that Closte has.

use serde_json::{Map, Value};

use crate::domain::DomainName;

/// A domain that Closte has for this key's site.
#[derive(Debug, Clone, PartialEq)]
pub struct RemoteDomain {
    /// In A-label form, with its `*.` if it has one.
    pub domain: String,
    /// Whether it is a wildcard.
    pub wildcard: bool,
    /// What else the API says about it.
    pub details: Map<String, Value>,
    /// The entry named the domain without `*.`, and a flag made it a wildcard.
    pub(super) by_flag: bool,
}

/// Every domain that Closte has for this key's site.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DomainList {
    /// The readable entries, in the order of the response, without duplicates.
    pub domains: Vec<RemoteDomain>,
    /// How many entries could not be read.
    pub skipped: usize,
}

impl DomainList {
    /// Whether `domain` is among them.
    #[must_use]
    pub fn contains(&self, domain: &DomainName) -> bool {
        self.domains.iter().any(|entry| {
            entry.domain == domain.ascii()
                // A flag beside a bare name may mean the name as well.
                || (entry.by_flag && entry.domain.strip_prefix("*.") == Some(domain.ascii()))
        })
    }

    /// Whether `domain` is not among them. False for a list of which nothing could be read.
    #[must_use]
    pub fn lacks(&self, domain: &DomainName) -> bool {
        let unreadable = self.domains.is_empty() && self.skipped > 0;
        !unreadable && !self.contains(domain)
    }
}
