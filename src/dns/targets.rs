//! Turns the configured targets, host names or addresses, into the addresses that a domain is
//! expected to have.

use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;
use std::time::Duration;

use futures_util::future::join_all;
use hickory_resolver::Hosts;
use hickory_resolver::proto::rr::Name;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::client::scope::Scope;
use super::evidence::ExpectedAddresses;
use crate::error::Error;
use crate::net::local_addresses;
use crate::text::{VALUE_MAX, clean};

/// Names are looked up again after this time.
const FRESH_FOR: Duration = Duration::from_secs(60);

/// The configured targets.
#[derive(Debug)]
pub(crate) struct Targets {
    addresses: BTreeSet<IpAddr>,
    names: Vec<Name>,
    found: Mutex<Option<(Instant, ExpectedAddresses)>>,
}

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

    /// The addresses of all targets. Names that cannot be looked up at the moment are left out.
    pub async fn expected(&self, scope: Scope<'_>) -> ExpectedAddresses {
        let mut found = self.found.lock().await;
        if let Some((since, expected)) = &*found
            && since.elapsed() < FRESH_FOR
        {
            return expected.clone();
        }
        let mut expected = ExpectedAddresses {
            addresses: self.addresses.clone(),
            names: self.names.iter().cloned().collect::<HashSet<_>>(),
            complete: true,
        };
        let hosts = if self.names.is_empty() {
            Hosts::default()
        } else {
            Hosts::from_system().unwrap_or_default()
        };
        let looked_up =
            join_all(
                self.names
                    .iter()
                    .map(async |name| match local_addresses(&hosts, name) {
                        Some(addresses) => Ok(addresses),
                        None => scope.addresses(name).await,
                    }),
            )
            .await;
        expected.complete = looked_up.iter().all(Result::is_ok);
        expected
            .addresses
            .extend(looked_up.into_iter().flatten().flatten());
        if expected.complete {
            *found = Some((Instant::now(), expected.clone()));
        }
        expected
    }
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
        Target::Name(name) => super::name::plain(&name),
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
