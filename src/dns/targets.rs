//! Turns the configured targets, host names or addresses, into the addresses that a domain is
//! expected to have.

use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join, join_all};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::client::cname_chain;
use super::client::scope::Scope;
use super::client::zone;
use super::evidence::ExpectedAddresses;
use super::name::{fqdn, plain};
use crate::domain::{DomainName, ReservedNames};
use crate::error::Error;
use crate::net::{NoAnswer, Query, loopback_of};
use crate::text::{VALUE_MAX, clean};

/// Names are looked up again after this time.
const FRESH_FOR: Duration = Duration::from_secs(60);

/// The configured targets.
#[derive(Debug)]
pub(crate) struct Targets {
    addresses: BTreeSet<IpAddr>,
    names: Vec<Name>,
    found: Mutex<Option<(Instant, Arc<ExpectedAddresses>)>>,
}

/// What a target's name was found to have.
pub(super) type Found = Result<BTreeSet<IpAddr>, NoAnswer>;

impl Targets {
    /// # Errors
    /// `Kind::Config` when one is neither a host name nor an address.
    pub fn new(given: &[String]) -> Result<Self, Error> {
        let (mut addresses, mut names) = (BTreeSet::new(), Vec::new());
        for text in given {
            match parse(text)? {
                Target::Address(address) => {
                    addresses.insert(address);
                }
                Target::Name(name) => names.push(name),
            }
        }
        Ok(Self {
            addresses,
            names,
            found: Mutex::new(None),
        })
    }

    /// Those that are addresses.
    pub(super) fn addresses(&self) -> &BTreeSet<IpAddr> {
        &self.addresses
    }

    /// Those that are names.
    pub(super) fn names(&self) -> &[Name] {
        &self.names
    }

    /// The addresses of all targets. Names that cannot be looked up at the moment are left out.
    pub async fn expected(&self, scope: Scope<'_>, authoritative: bool) -> Arc<ExpectedAddresses> {
        let mut found = self.found.lock().await;
        if let Some((since, expected)) = &*found
            && since.elapsed() < FRESH_FOR
        {
            return Arc::clone(expected);
        }
        let mut expected = ExpectedAddresses {
            addresses: self.addresses.clone(),
            names: self.names.iter().cloned().collect::<HashSet<_>>(),
            complete: true,
        };
        // Seldom needed, and large.
        let looked_up = Box::pin(self.look_up(scope, authoritative)).await;
        expected.complete = looked_up.iter().all(Result::is_ok);
        expected
            .addresses
            .extend(looked_up.into_iter().flatten().flatten());
        let expected = Arc::new(expected);
        if expected.complete {
            *found = Some((Instant::now(), Arc::clone(&expected)));
        }
        expected
    }

    /// What each name has, in order: for checks of domains and for whoever diagnoses them alike.
    pub(super) async fn look_up(&self, scope: Scope<'_>, authoritative: bool) -> Vec<Found> {
        join_all(
            self.names
                .iter()
                .map(|name| addresses_of(name, scope, authoritative)),
        )
        .await
    }
}

/// What others are told of `name`: by the DNS alone, and first of all by the zone's own servers.
/// This server's hosts file says how the server itself gets there, and a resolver on this machine
/// may read it too.
async fn addresses_of(name: &Name, scope: Scope<'_>, authoritative: bool) -> Found {
    if let Some(loopback) = loopback_of(name) {
        return Ok(loopback);
    }
    // Where port 53 is closed to the world, there must be time left for the rest.
    let half = scope.deadline.saturating_duration_since(Instant::now()) / 2;
    let own = Scope {
        deadline: Instant::now() + half,
        ..scope
    };
    let (found, published) = join(scope.addresses(name), async {
        if authoritative {
            published(name, own).await
        } else {
            BTreeSet::new()
        }
    })
    .await;
    if !published.is_empty() {
        return Ok(published);
    }
    let found = found?;
    let elsewhere: BTreeSet<IpAddr> = found
        .iter()
        .copied()
        .filter(|it| !is_loopback(it))
        .collect();
    if elsewhere.len() == found.len() || is_private_to_resolver(name, scope).await {
        Ok(found)
    } else if elsewhere.is_empty() {
        Err(NoAnswer::Loopback)
    } else {
        Ok(elsewhere)
    }
}

fn is_loopback(address: &IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Whether the resolver alone can know the name, as in a network for tests: it is under a domain
/// that the public DNS never has, and nobody is named as its name server.
async fn is_private_to_resolver(name: &Name, scope: Scope<'_>) -> bool {
    let parsed = |reserved| DomainName::parse(&plain(name), reserved);
    parsed(ReservedNames::Refuse).is_err()
        && parsed(ReservedNames::Allow).is_ok()
        && zone::has_no_server(scope, name, &floor_of(name)).await
}

fn floor_of(name: &Name) -> Name {
    DomainName::parse(&plain(name), ReservedNames::Allow)
        .ok()
        .and_then(|domain| fqdn(domain.registrable()))
        .unwrap_or_else(|| name.clone())
}

/// What the zone's own name servers say; nothing where none speaks.
async fn published(name: &Name, scope: Scope<'_>) -> BTreeSet<IpAddr> {
    let servers = zone::zone_servers(scope, name, &floor_of(name), None).await;
    let query = Query {
        recursion: false,
        ..Query::recursive(name, RecordType::A)
    };
    let answers = servers
        .iter()
        .filter_map(|server| server.address.clone().ok())
        .map(|server| cname_chain::ask(scope, server, &query, None));
    join_all(answers)
        .await
        .into_iter()
        .flatten()
        .filter(|chain| chain.authoritative)
        .flat_map(|chain| {
            // What an alias leads to may be from the resolver.
            let is_own = chain.aliases.is_empty();
            let addresses = chain.addresses.into_iter();
            addresses.filter(move |address| is_own || !is_loopback(address))
        })
        .collect()
}

/// One thing that counts as here.
enum Target {
    Address(IpAddr),
    Name(Name),
}

fn parse(text: &str) -> Result<Target, Error> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    match bare.parse() {
        Ok(address) => Ok(Target::Address(address)),
        Err(_) => host_name(text).map(Target::Name),
    }
}

/// A host name, in A-label form, or address that can count as here.
///
/// # Errors
/// `Kind::Config` with the reason `targets` when it is neither.
pub fn parse_target(text: &str) -> Result<String, Error> {
    Ok(match parse(text)? {
        Target::Address(address) => address.to_string(),
        Target::Name(name) => plain(&name),
    })
}

fn host_name(text: &str) -> Result<Name, Error> {
    let refuse = || {
        Error::config(
            "targets",
            format!(
                "\"{}\" is neither a host name nor an address, so nothing can count as being there.",
                clean(text, VALUE_MAX)
            ),
        )
    };
    let ascii = idna::domain_to_ascii_strict(text.trim_end_matches('.')).map_err(|_| refuse())?;
    // No top-level domain is a number: this is an address with a mistake in it.
    let is_number = ascii
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if is_number || ascii.contains('*') {
        return Err(refuse());
    }
    Name::from_ascii(format!("{ascii}.")).map_err(|_| refuse())
}

#[cfg(test)]
mod tests;
