//! What counts as here: host names or addresses.

use std::collections::{BTreeSet, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use futures_util::future::join_all;
use hickory_resolver::Hosts;
use hickory_resolver::proto::op::Query;
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::verdict::Here;
use super::zone::Scope;
use crate::error::Error;

/// Names are looked up again after this long.
const FRESH_FOR: Duration = Duration::from_secs(60);

/// What counts as here, as it was named.
#[derive(Debug)]
pub(crate) struct Targets {
    addresses: BTreeSet<IpAddr>,
    names: Vec<Name>,
    found: Mutex<Option<(Instant, Here)>>,
}

impl Targets {
    /// # Errors
    /// [`Error::Config`] when one is neither a host name nor an address.
    pub fn new(given: &[String]) -> Result<Self, Error> {
        let (mut addresses, mut names) = (BTreeSet::new(), Vec::new());
        for text in given {
            let text = text.trim();
            let bare = text
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
                .unwrap_or(text);
            if let Ok(address) = bare.parse() {
                addresses.insert(address);
            } else {
                names.push(host_name(text)?);
            }
        }
        Ok(Self {
            addresses,
            names,
            found: Mutex::new(None),
        })
    }

    /// With the names looked up. One that nobody can look up at the moment is left out.
    pub async fn here(&self, scope: Scope<'_>) -> Here {
        let mut found = self.found.lock().await;
        if let Some((since, here)) = &*found
            && since.elapsed() < FRESH_FOR
        {
            return here.clone();
        }
        let mut here = Here {
            addresses: self.addresses.clone(),
            names: self.names.iter().cloned().collect::<HashSet<_>>(),
            complete: true,
        };
        let hosts = if self.names.is_empty() {
            None
        } else {
            Hosts::from_system().ok()
        };
        let looked_up =
            join_all(
                self.names
                    .iter()
                    .map(async |name| match local(hosts.as_ref(), name) {
                        Some(addresses) => Ok(addresses),
                        None => scope.addresses(name).await,
                    }),
            )
            .await;
        here.complete = looked_up.iter().all(Result::is_ok);
        here.addresses
            .extend(looked_up.into_iter().flatten().flatten());
        if here.complete {
            *found = Some((Instant::now(), here.clone()));
        }
        here
    }
}

/// From the hosts file; `localhost` and what is under it is always loopback (RFC 6761).
fn local(hosts: Option<&Hosts>, name: &Name) -> Option<BTreeSet<IpAddr>> {
    if name
        .iter()
        .next_back()
        .is_some_and(|label| label.eq_ignore_ascii_case(b"localhost"))
    {
        return Some(BTreeSet::from([
            Ipv4Addr::LOCALHOST.into(),
            Ipv6Addr::LOCALHOST.into(),
        ]));
    }
    let addresses: BTreeSet<IpAddr> = [RecordType::A, RecordType::AAAA]
        .into_iter()
        .filter_map(|kind| hosts?.lookup_static_host(&Query::query(name.clone(), kind)))
        .flat_map(|lookup| {
            lookup
                .answers()
                .iter()
                .filter_map(|record| record.data.ip_addr())
                .collect::<Vec<_>>()
        })
        .collect();
    (!addresses.is_empty()).then_some(addresses)
}

fn host_name(text: &str) -> Result<Name, Error> {
    let refuse = || {
        Error::config(
            "targets",
            format!(
                "\"{}\" is neither a host name nor an address, so nothing can count as being there.",
                crate::error::clean(text, 60)
            ),
        )
    };
    let ascii = idna::domain_to_ascii_strict(text.trim_end_matches('.')).map_err(|_| refuse())?;
    if ascii.is_empty() || ascii.contains('*') {
        return Err(refuse());
    }
    Name::from_ascii(format!("{ascii}.")).map_err(|_| refuse())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_and_addresses() {
        let given = [
            "192.0.2.1",
            "[2001:db8::1]",
            "2001:db8::1",
            "Bücher.de.",
            "network.localhost",
        ];
        let targets = Targets::new(&given.map(str::to_owned)).unwrap();
        assert_eq!(targets.addresses.len(), 2);
        let names: Vec<String> = targets.names.iter().map(Name::to_ascii).collect();
        assert_eq!(names, ["xn--bcher-kva.de.", "network.localhost."]);
        for bad in ["", "a b", "http://a.com", "*.a.com", "a..com"] {
            assert!(Targets::new(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }

    #[test]
    fn localhost_is_loopback() {
        let name = Name::from_ascii("network.localhost.").unwrap();
        assert_eq!(local(None, &name).unwrap().len(), 2);
        assert_eq!(local(None, &Name::from_ascii("a.com.").unwrap()), None);
    }
}
