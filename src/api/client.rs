//! The calls: one deadline over all attempts, and goals that are reached however often one asks.

use super::errors::{self, Context, Refusal};
use super::request::Call;
use super::response::{self, Said};
use super::retry::Attempts;
use super::{BaseUrl, Config, DomainList, MAX_BODY, Outcome};
use crate::api_key::ApiKey;
use crate::domain::{DomainName, ReservedNames};
use crate::error::{Error, Kind};
use crate::net::http::{Answer, Route};
use crate::net::{exchange, parse_name_server};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

/// A client bound to one key. Cheap to make and to clone: connections are pooled per process.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    timeout: Duration,
    recent: Option<Arc<Mutex<RecentList>>>,
}

/// The list that calls of one batch share.
#[derive(Default)]
struct RecentList(Option<(Instant, DomainList)>);

/// How long a batch goes by one reading of the list.
const RECENT: Duration = Duration::from_secs(10);

struct Shared {
    key: ApiKey,
    base: BaseUrl,
    route: Route,
    config: Config,
}

/// What a call is to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goal {
    Present,
    Absent,
}

impl Goal {
    fn is_reached(self, list: &DomainList, domain: &DomainName) -> bool {
        match self {
            Self::Present => list.contains(domain),
            Self::Absent => list.lacks(domain),
        }
    }

    const fn done(self) -> Outcome {
        match self {
            Self::Present => Outcome::Added,
            Self::Absent => Outcome::Removed,
        }
    }

    const fn was_so(self) -> Outcome {
        match self {
            Self::Present => Outcome::AlreadyThere,
            Self::Absent => Outcome::AlreadyGone,
        }
    }
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
        };
        Ok(Self {
            timeout: config.timeout,
            recent: None,
            shared: Arc::new(Shared {
                key,
                base,
                route,
                config,
            }),
        })
    }

    /// The same client with another time limit for each call, for instance what is left of a budget.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            timeout,
            ..self.clone()
        }
    }

    /// The same client for many calls about domains of which each comes up once. Refusals are looked
    /// up in one list for 10 s, so that taking over thousands of domains that are there already does
    /// not read it thousands of times.
    #[must_use]
    pub fn for_batch(&self) -> Self {
        Self {
            recent: Some(Arc::default()),
            ..self.clone()
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

    /// Makes sure that Closte has `domain`.
    ///
    /// # Errors
    /// `Kind::Auth`, `Kind::Rejected`, `Kind::Transient` or `Kind::Protocol`.
    pub async fn add_domain(&self, domain: &DomainName) -> Result<Outcome, Error> {
        self.ensure(Goal::Present, domain).await
    }

    /// Makes sure that Closte does not have `domain`.
    ///
    /// # Errors
    /// As [`Client::add_domain`].
    pub async fn remove_domain(&self, domain: &DomainName) -> Result<Outcome, Error> {
        self.ensure(Goal::Absent, domain).await
    }

    /// Every domain that Closte has for this key's site.
    ///
    /// # Errors
    /// `Kind::Auth`, `Kind::Transient` or `Kind::Protocol`.
    pub async fn domains(&self) -> Result<DomainList, Error> {
        let mut attempts = self.attempts();
        loop {
            match self.list(&mut attempts).await {
                Ok(list) => return Ok(list),
                Err(error) => attempts.failed(error).await?,
            }
        }
    }

    async fn ensure(&self, goal: Goal, domain: &DomainName) -> Result<Outcome, Error> {
        let mut may_have_landed = false;
        let mut attempts = self.attempts();
        loop {
            match self
                .change(goal, domain, &mut may_have_landed, &mut attempts)
                .await
            {
                Ok(outcome) => return Ok(outcome),
                Err(error) if may_have_landed => {
                    attempts.failed(error.with_may_have_landed(true)).await?;
                }
                Err(error) => attempts.failed(error).await?,
            }
        }
    }

    /// One attempt; `may_have_landed`: one before it may have had its effect. Whether a refusal means "it is so already" is read from the list, not its text.
    async fn change(
        &self,
        goal: Goal,
        domain: &DomainName,
        may_have_landed: &mut bool,
        attempts: &mut Attempts,
    ) -> Result<Outcome, Error> {
        let call = match goal {
            Goal::Present => Call::Add(domain),
            Goal::Absent => Call::Remove(domain),
        };
        if *may_have_landed {
            let list = self.list(attempts).await;
            let list = list.map_err(|error| errors::unclear_before(call, &error))?;
            if goal.is_reached(&list, domain) {
                return Ok(goal.done());
            }
        }
        let refusal = match self.ask(call, attempts).await {
            Ok(None) => return Ok(goal.done()),
            Ok(Some(refusal)) => refusal,
            Err(error) => {
                if error.may_have_landed() {
                    *may_have_landed = true;
                }
                return Err(error);
            }
        };
        match self.is_reached(goal, domain, attempts).await {
            Ok(true) if *may_have_landed => Ok(goal.done()),
            Ok(true) => Ok(goal.was_so()),
            Ok(false) => {
                *may_have_landed = false;
                Err(errors::refused(call, &refusal))
            }
            // Nothing but a key can be wrong with a list.
            Err(error) if error.kind() == Kind::Auth => {
                if response::is_about_the_domain(&refusal.text) {
                    Err(errors::refused(call, &refusal))
                } else {
                    Err(errors::key_refused(call, &refusal))
                }
            }
            Err(error) => Err(errors::unclear_refusal(call, &refusal, &error)),
        }
    }

    /// Whether a goal is reached though the call for it was refused.
    async fn is_reached(
        &self,
        goal: Goal,
        domain: &DomainName,
        attempts: &mut Attempts,
    ) -> Result<bool, Error> {
        let Some(recent) = &self.recent else {
            return Ok(goal.is_reached(&self.list(attempts).await?, domain));
        };
        // One reads, the others wait for what it finds; at the deadline each finds out for itself.
        let Ok(mut recent) = timeout_at(attempts.deadline(), recent.lock()).await else {
            return Ok(goal.is_reached(&self.list(attempts).await?, domain));
        };
        if let Some((read_at, list)) = &recent.0
            && read_at.elapsed() < RECENT
            && goal.is_reached(list, domain)
        {
            return Ok(true);
        }
        let list = self.list(attempts).await?;
        let reached = goal.is_reached(&list, domain);
        recent.0 = Some((Instant::now(), list));
        Ok(reached)
    }

    async fn list(&self, attempts: &mut Attempts) -> Result<DomainList, Error> {
        let context = self.context();
        let answer = self.send(Call::List, attempts).await?;
        match context.read(Call::List, &answer)? {
            Said::Yes(fields) => response::domain_list(&fields, &self.shared.key)
                .ok_or_else(|| context.odd(Call::List, &answer)),
            Said::No(text) => {
                let status = answer.status;
                Err(errors::key_refused(Call::List, &Refusal { text, status }))
            }
        }
    }

    /// None means that Closte said yes.
    async fn ask(&self, call: Call<'_>, attempts: &mut Attempts) -> Result<Option<Refusal>, Error> {
        let answer = self.send(call, attempts).await?;
        Ok(match self.context().read(call, &answer)? {
            Said::Yes(_) => None,
            Said::No(text) => Some(Refusal {
                text,
                status: answer.status,
            }),
        })
    }

    async fn send(&self, call: Call<'_>, attempts: &mut Attempts) -> Result<Answer, Error> {
        let Shared {
            key, base, route, ..
        } = &*self.shared;
        let request = call.request(base, key)?;
        exchange(route, request, attempts.deadline(), MAX_BODY)
            .await
            .map_err(|failure| self.context().no_answer(call, &failure))
    }

    fn attempts(&self) -> Attempts {
        Attempts::new(self.shared.config.retries, self.timeout)
    }

    fn context(&self) -> Context<'_> {
        Context {
            base: &self.shared.base,
            key: &self.shared.key,
            timeout: self.timeout,
        }
    }
}
