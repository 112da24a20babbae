//! The options of a client, and their checks.

use std::path::PathBuf;
use std::time::Duration;

use super::base_url::BaseUrl;
use crate::domain::ReservedNames;
use crate::error::Error;
use crate::net::http::MOST_IN_FLIGHT;
use crate::net::{Proxy, ProxySetting, check_ca_file};

/// Where Closte's API is.
pub const DEFAULT_BASE_URL: &str = "https://app.closte.com/api/client";

/// Longest response that is read, in bytes.
pub(super) const MAX_BODY: usize = 1024 * 1024;

/// The options of a [`Client`](super::Client).
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The API's address: `https`, or `http` on a loopback address.
    pub base_url: String,
    /// What one call may take with all its retries; more than 0, at most an hour. Default 10 s.
    pub timeout: Duration,
    /// What name resolution, TCP and TLS handshake may take together; more than 0, at most an
    /// hour. Default 5 s.
    pub connect_timeout: Duration,
    /// Further attempts after a transient failure, 0 to 100. Default 2.
    pub retries: u32,
    /// Calls at a time in a batch, 1 to 256. Default 8.
    pub max_in_flight: usize,
    /// PEM file with roots to trust in addition to the system's.
    pub ca_file: Option<PathBuf>,
    /// Name servers to ask, each `ip`, `ip:port` or `[ip6]:port`; none means the system's.
    pub resolvers: Vec<String>,
    /// The proxy for calls over TLS; none by default. Calls in plain text, which go to loopback
    /// addresses alone, never use one.
    pub proxy: Option<ProxySetting>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
            retries: 2,
            max_in_flight: 8,
            ca_file: None,
            resolvers: Vec::new(),
            proxy: None,
        }
    }
}

impl Config {
    /// Refuses values outside of what the fields say, and a CA file that cannot be used.
    pub(super) fn check(&self) -> Result<(), Error> {
        let hour = Duration::from_secs(3600);
        let bad = |what: &str| Err(Error::config("bad-option", what));
        if self.timeout.is_zero() || self.timeout > hour {
            return bad("The option timeout must be more than 0 and at most 3600 seconds.");
        }
        if self.connect_timeout.is_zero() || self.connect_timeout > hour {
            return bad("The option connect_timeout must be more than 0 and at most 3600 seconds.");
        }
        if self.retries > 100 {
            return bad("The option retries must be from 0 to 100.");
        }
        if !(1..=MOST_IN_FLIGHT).contains(&self.max_in_flight) {
            return bad("The option max_in_flight must be from 1 to 256.");
        }
        if let Some(path) = &self.ca_file {
            check_ca_file(path)?;
        }
        Ok(())
    }

    /// The proxy that calls go through; `None` without one, and where the base URL needs none.
    ///
    /// # Errors
    /// `Kind::Config` when the base URL or the proxy cannot be used.
    pub fn proxy_in_use(&self) -> Result<Option<Proxy>, Error> {
        self.proxy_for(&BaseUrl::parse(&self.base_url)?)
    }

    /// As [`Config::proxy_in_use`], for the base URL as it was read.
    pub(super) fn proxy_for(&self, base: &BaseUrl) -> Result<Option<Proxy>, Error> {
        match &self.proxy {
            Some(proxy) if base.is_tls() => proxy.for_host(base.host(), base.port()),
            _ => Ok(None),
        }
    }

    /// Which names may be sent: `.test` and `.example` only to a loopback address.
    #[must_use]
    pub fn reserved_names(&self) -> ReservedNames {
        reserved_names(&self.base_url)
    }
}

/// Which names may be sent to the API at `base_url`: `.test` and `.example` only to a loopback
/// address. A URL that cannot be used allows nothing.
#[must_use]
pub fn reserved_names(base_url: &str) -> ReservedNames {
    match BaseUrl::parse(base_url) {
        Ok(url) if url.is_loopback() => ReservedNames::Allow,
        _ => ReservedNames::Refuse,
    }
}
