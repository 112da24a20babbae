//! Which names are added with a domain, which need no alias of their own, and which are never
//! removed. Pure.

use super::{DomainName, ReservedNames};
use crate::string_enum::string_enum;

string_enum! {
    /// When the www name of a domain is added too. The words are those of Ultimate Multisite.
    Www {
        /// With every domain.
        Always => "always",
        /// With registrable domains: with example.com, not with shop.example.com.
        MainOnly => "main_only",
        /// With none.
        Never => "never",
    }
}

string_enum! {
    /// When a subdomain of the network is added.
    Subdomains {
        /// Unless a wildcard that Closte has accepted covers it.
        Auto => "auto",
        /// Always.
        Always => "always",
        /// Never: the network serves them.
        Never => "never",
    }
}

/// What the rules depend on. Names may be given in any spelling.
#[derive(Clone, Debug)]
pub struct RulesOptions {
    /// The domains of every network.
    pub networks: Vec<String>,
    /// When www names are added.
    pub www: Www,
    /// When subdomains of the network are added.
    pub subdomains: Subdomains,
    /// Wildcards that Closte has accepted.
    pub wildcards: Vec<String>,
    /// The id of the Closte application; empty for none.
    pub application: String,
    /// Which names may be sent.
    pub reserved: ReservedNames,
}

/// The rules of one network.
#[derive(Clone, Debug)]
pub struct DomainRules {
    networks: Vec<String>,
    www: Www,
    subdomains: Subdomains,
    wildcards: Vec<DomainName>,
    application: String,
    reserved: ReservedNames,
}

impl DomainRules {
    /// What is no wildcard among `wildcards` covers nothing but itself.
    #[must_use]
    pub fn new(options: &RulesOptions) -> Self {
        let reserved = options.reserved;
        let mut networks: Vec<String> = options
            .networks
            .iter()
            .map(|name| canonical(name, reserved))
            .filter(|name| !name.is_empty())
            .collect();
        networks.sort_unstable();
        networks.dedup();
        Self {
            networks,
            www: options.www,
            subdomains: options.subdomains,
            wildcards: options
                .wildcards
                .iter()
                .filter_map(|name| DomainName::parse(name, reserved).ok())
                .collect(),
            application: options.application.trim().to_ascii_lowercase(),
            reserved,
        }
    }

    /// What is added at Closte for a domain: itself unless the network serves it, and its www name.
    #[must_use]
    pub fn aliases(&self, domain: &str) -> Vec<String> {
        let domain = canonical(domain, self.reserved);
        let www = self.www_of(&domain);
        let own = (!self.is_served(&domain)).then_some(domain);
        own.into_iter().chain(www).collect()
    }

    /// The www name that is added with a domain.
    #[must_use]
    pub fn www(&self, domain: &str) -> Option<String> {
        self.www_of(&canonical(domain, self.reserved))
    }

    /// Whether this is a subdomain of a network that needs no alias of its own.
    #[must_use]
    pub fn is_served_by_network(&self, domain: &str) -> bool {
        self.is_served(&canonical(domain, self.reserved))
    }

    /// Whether this domain is never removed, whatever anyone says: a network's own, or one of the
    /// Closte application's, which has the application's id as a label or at its end.
    #[must_use]
    pub fn is_protected(&self, domain: &str) -> bool {
        let domain = canonical(domain, self.reserved);
        self.networks.binary_search(&domain).is_ok() || self.is_of_application(&domain)
    }

    fn is_of_application(&self, domain: &str) -> bool {
        let id = self.application.as_str();
        let at_its_end = domain
            .strip_suffix(id)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        !id.is_empty() && (at_its_end || domain.split('.').any(|label| label == id))
    }

    fn is_served(&self, domain: &str) -> bool {
        if domain.starts_with("*.") || !self.is_network_subdomain(domain) {
            return false;
        }
        match self.subdomains {
            Subdomains::Always => false,
            Subdomains::Never => true,
            Subdomains::Auto => DomainName::parse(domain, self.reserved).is_ok_and(|name| {
                self.wildcards
                    .iter()
                    .any(|wildcard| wildcard.ascii() != domain && wildcard.covers(&name))
            }),
        }
    }

    fn www_of(&self, domain: &str) -> Option<String> {
        if self.www == Www::Never || domain.starts_with("www.") || self.is_network_subdomain(domain)
        {
            return None;
        }
        let name = DomainName::parse(domain, self.reserved).ok()?;
        if self.www == Www::MainOnly && !name.is_apex() {
            return None;
        }
        let www = name.counterpart()?;
        DomainName::parse(&www, self.reserved).ok()?;
        Some(www)
    }

    /// `www.` of the network's own domain is not a subdomain in this sense, and a network at `www.`
    /// has its subdomains beside it.
    fn is_network_subdomain(&self, domain: &str) -> bool {
        self.networks.iter().any(|network| {
            let base = network.strip_prefix("www.").unwrap_or(network);
            domain
                .strip_suffix(base)
                .is_some_and(|rest| rest.ends_with('.') && rest != "www.")
        })
    }
}

/// The form in which names are compared; what is no host name is compared in lower case.
fn canonical(name: &str, reserved: ReservedNames) -> String {
    DomainName::parse(name, reserved).map_or_else(
        |_| name.trim().to_lowercase(),
        |domain| domain.ascii().to_owned(),
    )
}

#[cfg(test)]
mod tests;
