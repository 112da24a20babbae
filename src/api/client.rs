//! The calls: one deadline for all attempts. Those that change something are in `change`.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use super::base_url::BaseUrl;
use super::config::{Config, MAX_BODY};
use super::domain_list::{CompactList, DomainList};
use super::errors::{self, Context, Refusal};
use super::key_residue::KeyResidue;
use super::list_reader::{ListReader, Listed};
use super::request::Call;
use super::response::{self, Response};
use super::retry::Attempts;
use crate::api_key::ApiKey;
use crate::domain::ReservedNames;
use crate::error::Error;
use crate::net::http::{HttpResponse, Reading, Route};
use crate::net::{Proxy, close_connections, exchange, parse_name_server};

/// A client bound to one key. Cheap to make and to clone: connections are pooled per process.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    timeout: Duration,
    batch: Option<Batch>,
}

/// Closte's list, and when its reading began.
type ReadList = (Instant, Arc<CompactList>);

/// What the calls of one batch share.
#[derive(Clone)]
struct Batch {
    list: Arc<Mutex<Option<ReadList>>>,
    /// What was read before this says nothing.
    since: Instant,
}

struct Shared {
    key: ApiKey,
    base: BaseUrl,
    route: Route,
    config: Config,
    key_residue: KeyResidue,
}

impl Drop for Shared {
    fn drop(&mut self) {
        if self.key_residue.is_left() {
            close_connections(&self.route);
        }
    }
}

/// What of a list is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The names alone.
    Names,
    /// What the API says about the domains, too.
    Details,
}

impl Client {
    /// A client for the site that `key` belongs to. Opens no connection.
    ///
    /// # Errors
    /// `Kind::Config` when an option cannot be used.
    pub fn new(key: ApiKey, config: Config) -> Result<Self, Error> {
        let base = BaseUrl::parse(&config.base_url)?;
        config.check()?;
        let name_servers = config
            .resolvers
            .iter()
            .map(|text| parse_name_server(text))
            .collect::<Result<Vec<_>, _>>()?;
        let route = Route {
            tls: base.is_tls(),
            ca_file: config.ca_file.clone(),
            connect_timeout: config.connect_timeout,
            name_servers,
            proxy: config.proxy_for(&base)?,
        };
        Ok(Self {
            timeout: config.timeout,
            batch: None,
            shared: Arc::new(Shared {
                key,
                base,
                route,
                config,
                key_residue: KeyResidue::default(),
            }),
        })
    }

    /// The same client with another time limit for each call, for instance what is left of a
    /// budget.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            timeout,
            ..self.clone()
        }
    }

    /// The same client for many calls that share Closte's list, so that taking over thousands of
    /// domains that are there already does not read it thousands of times.
    #[must_use]
    pub fn for_batch(&self) -> Self {
        Self {
            batch: Some(Batch {
                list: Arc::default(),
                since: Instant::now(),
            }),
            ..self.clone()
        }
    }

    /// The same client of a batch for a domain that came to it at `since`. Until then others
    /// called for it, and this batch may have: a list says nothing of it that is older.
    #[must_use]
    pub fn since(&self, since: Instant) -> Self {
        let mut client = self.clone();
        if let Some(batch) = &mut client.batch {
            batch.since = since;
        }
        client
    }

    /// The options it was made with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// The proxy that calls go through.
    #[must_use]
    pub fn proxy(&self) -> Option<&Proxy> {
        self.shared.route.proxy.as_ref()
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
    /// `Kind::Auth`, `Kind::Transient` or `Kind::Protocol`.
    pub async fn verify(&self) -> Result<(), Error> {
        let mut attempts = self.attempts();
        loop {
            let error = match self.ask(Call::Verify, &mut attempts).await {
                Ok(None) => return Ok(()),
                Ok(Some(refusal)) if response::is_about_the_domain(&refusal.text) => return Ok(()),
                Ok(Some(refusal)) => return Err(errors::key_refused(Call::Verify, &refusal)),
                Err(error) => error,
            };
            attempts.failed(error).await?;
        }
    }

    /// Every domain that Closte has for this key's application.
    ///
    /// # Errors
    /// `Kind::Auth`, `Kind::Transient` or `Kind::Protocol`.
    pub async fn domains(&self) -> Result<DomainList, Error> {
        self.compact_list(Keep::Details).await.map(DomainList::from)
    }

    /// As [`Client::domains`], in little memory.
    ///
    /// # Errors
    /// As [`Client::domains`].
    pub async fn compact_list(&self, keep: Keep) -> Result<CompactList, Error> {
        let mut attempts = self.attempts();
        loop {
            match self.read_list(keep, &mut attempts).await {
                Ok(list) => return Ok(list),
                Err(error) => attempts.failed(error).await?,
            }
        }
    }

    /// The names that Closte has, as the batch has read them: for [`Client::since`].
    ///
    /// # Errors
    /// As [`Client::domains`].
    pub async fn shared_list(&self) -> Result<Arc<CompactList>, Error> {
        let mut attempts = self.attempts();
        loop {
            match self.read_shared(None, |_| true, &mut attempts).await {
                Ok(list) => return Ok(list),
                Err(error) => attempts.failed(error).await?,
            }
        }
    }

    /// The list that the batch has read, where its reading began after `since` (if there is one)
    /// and after the domain came to the batch, and it `is_enough`; else what it is now.
    pub(super) async fn read_shared(
        &self,
        since: Option<Instant>,
        is_enough: impl Fn(&CompactList) -> bool,
        attempts: &mut Attempts,
    ) -> Result<Arc<CompactList>, Error> {
        let Some(batch) = &self.batch else {
            return self.list(attempts).await.map(Arc::new);
        };
        // One reads, the others wait for what it finds; at the deadline each finds out for itself.
        let Ok(mut shared) = timeout_at(attempts.deadline(), batch.list.lock()).await else {
            return self.list(attempts).await.map(Arc::new);
        };
        if let Some((begun, list)) = &*shared
            && Some(*begun) >= since
            && *begun >= batch.since
            && is_enough(list)
        {
            return Ok(Arc::clone(list));
        }
        let begun = Instant::now();
        let list = Arc::new(self.list(attempts).await?);
        *shared = Some((begun, Arc::clone(&list)));
        Ok(list)
    }

    /// The names that Closte has.
    async fn list(&self, attempts: &mut Attempts) -> Result<CompactList, Error> {
        self.read_list(Keep::Names, attempts).await
    }

    async fn read_list(&self, keep: Keep, attempts: &mut Attempts) -> Result<CompactList, Error> {
        let context = self.context();
        let mut reader = ListReader::new(&self.shared.key, keep == Keep::Details);
        let reading = Reading::Stream(&mut reader, MAX_BODY);
        let http = self.send(Call::List, reading, attempts).await?;
        match context.read_list(&http, reader)? {
            Listed::Domains(list) => Ok(list),
            Listed::Failure(text) => {
                let status = http.status;
                Err(errors::key_refused(Call::List, &Refusal { text, status }))
            }
        }
    }

    /// None means success.
    pub(super) async fn ask(
        &self,
        call: Call<'_>,
        attempts: &mut Attempts,
    ) -> Result<Option<Refusal>, Error> {
        let http = self.send(call, Reading::Whole(MAX_BODY), attempts).await?;
        Ok(match self.context().read(call, &http)? {
            Response::Success => None,
            Response::Failure(text) => Some(Refusal {
                text,
                status: http.status,
            }),
        })
    }

    async fn send(
        &self,
        call: Call<'_>,
        reading: Reading<'_>,
        attempts: &mut Attempts,
    ) -> Result<HttpResponse, Error> {
        let Shared {
            key, base, route, ..
        } = &*self.shared;
        let request = call.request(base, key);
        let result = exchange(route, request, attempts.deadline(), reading).await;
        if matches!(call, Call::List) {
            self.shared.key_residue.list(result.as_ref().ok());
        } else if self.batch.is_none() {
            // Calls of a batch may each have a connection: no later one is over all of them.
            self.shared.key_residue.other_call();
        }
        result.map_err(|failure| {
            attempts.expect(failure.retry_hint);
            self.context().no_response(call, &failure)
        })
    }

    pub(super) fn attempts(&self) -> Attempts {
        Attempts::new(self.shared.config.retries, self.timeout)
    }

    fn context(&self) -> Context<'_> {
        Context {
            base: &self.shared.base,
            key: &self.shared.key,
            timeout: self.timeout,
            proxy: self.proxy(),
        }
    }
}
