//! What counts as here, as the checks of domains see it, and whether this server can look up names
//! at all: for whoever diagnoses the network rather than a domain.

use std::collections::BTreeMap;
use std::net::IpAddr;

use futures_util::future::{join_all, join3};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::time::Instant;

use super::check::DnsProber;
use super::name::plain;
use super::servers::label;
use crate::domain::{DomainName, ReservedNames};
use crate::net::Query;

/// What one target was found to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetReport {
    /// Its addresses, sorted.
    pub addresses: Vec<IpAddr>,
    /// Why it has none, where it has none.
    pub error: Option<String>,
}

/// What counts as here, and how names are looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetsReport {
    /// By target, in the form that [`super::parse_target`] gives.
    pub targets: BTreeMap<String, TargetReport>,
    /// By resolver: why no answer came from it, if none came. One that fails on a name is there.
    pub resolvers: BTreeMap<String, Option<String>>,
    /// Nobody named a resolver: the one on this machine was asked.
    pub unnamed_resolver: bool,
    /// Somebody else answers for the name servers of the first name among the targets.
    pub intercepted: bool,
}

impl DnsProber {
    /// Looks the targets up in the way in which a check of a domain does. Takes no longer than the
    /// options' `timeout`.
    pub async fn check_targets(&self) -> TargetsReport {
        let deadline = Instant::now() + self.timeout();
        let resolvers = self.resolvers();
        let guard = self.name_server_guard(&resolvers.servers);
        let scope = self.scope(&resolvers.servers, &guard, deadline);
        let names = self.targets().names();
        let query = names.first().map_or_else(
            || Query::recursive(&Name::root(), RecordType::NS),
            |name| Query::recursive(name, RecordType::A),
        );
        let (found, answers, intercepted) = join3(
            self.targets().look_up(scope, self.asks_name_servers()),
            join_all(
                resolvers
                    .servers
                    .iter()
                    .map(|server| scope.ask(*server, &query)),
            ),
            self.is_intercepted(names.first()),
        )
        .await;
        let mut targets: BTreeMap<String, TargetReport> = names
            .iter()
            .zip(found)
            .map(|(name, found)| {
                let (addresses, error) = match found {
                    Ok(found) if found.is_empty() => (Vec::new(), Some("no-address".to_owned())),
                    Ok(found) => (found.into_iter().collect(), None),
                    Err(error) => (Vec::new(), Some(error.word())),
                };
                (plain(name), TargetReport { addresses, error })
            })
            .collect();
        targets.extend(self.targets().addresses().iter().map(|address| {
            let report = TargetReport {
                addresses: vec![*address],
                error: None,
            };
            (address.to_string(), report)
        }));
        TargetsReport {
            targets,
            resolvers: resolvers
                .servers
                .iter()
                .zip(answers)
                .map(|(server, answer)| {
                    let silence = answer.err().filter(|error| !error.is_lame());
                    (label(*server), silence.map(|error| error.word()))
                })
                .collect(),
            unnamed_resolver: resolvers.is_fallback,
            intercepted,
        }
    }

    async fn is_intercepted(&self, name: Option<&Name>) -> bool {
        let domain =
            name.and_then(|name| DomainName::parse(&plain(name), ReservedNames::Allow).ok());
        match domain {
            Some(domain) => self.check(&domain).await.intercepted,
            None => false,
        }
    }
}
