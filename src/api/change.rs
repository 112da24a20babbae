//! Additions and removals: idempotent, and right even if an earlier attempt took effect unheard.

use tokio::time::Instant;

use super::client::Client;
use super::domain_list::CompactList;
use super::errors;
use super::request::Call;
use super::response;
use super::retry::Attempts;
use crate::domain::DomainName;
use crate::error::{Error, Kind};
use crate::outcome::Outcome;

/// An addition or a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Remove,
}

impl Change {
    const fn call(self, domain: &DomainName) -> Call<'_> {
        match self {
            Self::Add => Call::Add(domain),
            Self::Remove => Call::Remove(domain),
        }
    }

    /// Whether `list` shows the change as done.
    fn is_in_effect(self, list: &CompactList, domain: &DomainName) -> bool {
        match self {
            Self::Add => list.contains(domain),
            Self::Remove => list.lacks(domain),
        }
    }

    /// The outcome when this call made the change.
    const fn made(self) -> Outcome {
        match self {
            Self::Add => Outcome::Added,
            Self::Remove => Outcome::Removed,
        }
    }

    /// The outcome when the change was not necessary.
    const fn unnecessary(self) -> Outcome {
        match self {
            Self::Add => Outcome::AlreadyThere,
            Self::Remove => Outcome::AlreadyGone,
        }
    }
}

impl Client {
    /// Makes sure that Closte has `domain`.
    ///
    /// # Errors
    /// `Kind::Auth`, `Kind::Rejected`, `Kind::Transient` or `Kind::Protocol`.
    pub async fn add_domain(&self, domain: &DomainName) -> Result<Outcome, Error> {
        self.ensure(Change::Add, domain).await
    }

    /// Makes sure that Closte does not have `domain`.
    ///
    /// # Errors
    /// As [`Client::add_domain`].
    pub async fn remove_domain(&self, domain: &DomainName) -> Result<Outcome, Error> {
        self.ensure(Change::Remove, domain).await
    }

    async fn ensure(&self, change: Change, domain: &DomainName) -> Result<Outcome, Error> {
        let mut may_have_landed = None;
        let mut attempts = self.attempts();
        loop {
            match self
                .attempt(change, domain, &mut may_have_landed, &mut attempts)
                .await
            {
                Ok(outcome) => return Ok(outcome),
                Err(error) if may_have_landed.is_some() => {
                    attempts.failed(error.with_may_have_landed(true)).await?;
                }
                Err(error) => attempts.failed(error).await?,
            }
        }
    }

    /// One attempt; `may_have_landed`: when an earlier one ended that may have taken effect.
    /// Whether a refusal means that nothing was to be changed is read from the list, not from its
    /// text.
    async fn attempt(
        &self,
        change: Change,
        domain: &DomainName,
        may_have_landed: &mut Option<Instant>,
        attempts: &mut Attempts,
    ) -> Result<Outcome, Error> {
        let call = change.call(domain);
        if may_have_landed.is_some() {
            let list = self.read_shared(*may_have_landed, |_| true, attempts).await;
            let list = list.map_err(|error| errors::unclear_before(call, &error))?;
            if change.is_in_effect(&list, domain) {
                return Ok(change.made());
            }
        }
        let refusal = match self.ask(call, attempts).await {
            Ok(None) => return Ok(change.made()),
            Ok(Some(refusal)) => refusal,
            Err(error) => {
                if error.may_have_landed() {
                    *may_have_landed = Some(Instant::now());
                }
                return Err(error);
            }
        };
        match self.is_in_effect(change, domain, attempts).await {
            Ok(true) if may_have_landed.is_some() => Ok(change.made()),
            Ok(true) => Ok(change.unnecessary()),
            Ok(false) => {
                *may_have_landed = None;
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

    /// Whether a change is in effect although the call was refused.
    async fn is_in_effect(
        &self,
        change: Change,
        domain: &DomainName,
        attempts: &mut Attempts,
    ) -> Result<bool, Error> {
        // What it is about may have changed after another call's reading.
        let is_enough = |list: &CompactList| change.is_in_effect(list, domain);
        Ok(is_enough(
            &*self.read_shared(None, is_enough, attempts).await?,
        ))
    }
}
