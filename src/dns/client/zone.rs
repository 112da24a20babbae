//! Finds the authoritative name servers of the zone that a name is in.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use futures_util::future::join_all;
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};

use super::scope::Scope;
use crate::dns::name::plain;
use crate::net::{NoAnswer, Query};

/// Zones have between two and about six name servers; more need not be asked.
const MOST_SERVERS: usize = 6;

/// One name server of a zone.
#[derive(Clone, Debug)]
pub(in crate::dns) struct ZoneServer {
    pub name: Name,
    /// Where to ask it, or why it cannot be asked.
    pub address: Result<SocketAddr, ServerFault>,
}

/// Why a name server cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dns) enum ServerFault {
    /// Its name has no address at all.
    NoAddress,
    /// Its address is not known, or must not be asked.
    Unknown(NoAnswer),
}

impl ZoneServer {
    /// `ns1.example.com (192.0.2.1)`.
    pub fn label(&self) -> String {
        let name = plain(&self.name);
        match &self.address {
            Ok(address) => format!("{name} ({})", address.ip()),
            Err(_) => name,
        }
    }
}

/// A name server, with the addresses that came along with its name.
pub(in crate::dns) type Named = (Name, BTreeSet<IpAddr>);

/// The name servers of `zone` that `records` names, in order.
pub(in crate::dns) fn servers_of(records: &[Record], message: &Message, zone: &Name) -> Vec<Named> {
    let names: BTreeSet<Name> = records
        .iter()
        .filter(|record| record.name == *zone)
        .filter_map(|record| match &record.data {
            RData::NS(server) => Some(server.0.to_lowercase()),
            _ => None,
        })
        .collect();
    names
        .into_iter()
        .map(|name| {
            let glue = message
                .additionals
                .iter()
                .filter(|record| record.name == name);
            let addresses = glue.filter_map(|record| record.data.ip_addr()).collect();
            (name, addresses)
        })
        .collect()
}

/// The zone that a name is in, if it is not the name itself: a name that has nothing of what was
/// asked for answers with its SOA record. Not where it is an alias: that is its target's.
fn zone_in(answer: &Message, name: &Name) -> Option<Name> {
    if !answer.answers.is_empty() {
        return None;
    }
    answer
        .authorities
        .iter()
        .filter(|record| record.record_type() == RecordType::SOA)
        .map(|record| &record.name)
        .find(|zone| zone.zone_of(name) && *zone != name)
        .cloned()
}

/// The servers of the zone that holds `name`. `floor`: the registrable domain; above it the servers
/// are the registry's, which say nothing of use. `zone`: where to begin, instead of at the name.
async fn named_servers(
    scope: Scope<'_>,
    name: &Name,
    floor: &Name,
    zone: Option<Name>,
) -> Result<Vec<Named>, NoAnswer> {
    let mut current = zone.unwrap_or_else(|| name.clone());
    while floor.zone_of(&current) {
        let message = if current == *name {
            scope.resolve_anew(&current, RecordType::NS).await?
        } else {
            scope.resolve_shared(&current, RecordType::NS).await?
        };
        let servers = servers_of(&message.answers, &message, &current);
        if !servers.is_empty() {
            return Ok(servers);
        }
        current = zone_in(&message, &current).unwrap_or_else(|| current.base_name());
    }
    Ok(Vec::new())
}

/// Whether the resolvers know of no name server for `name`; not where they could not say.
pub(in crate::dns) async fn has_no_server(scope: Scope<'_>, name: &Name, floor: &Name) -> bool {
    match named_servers(scope, name, floor, None).await {
        Ok(named) => named.is_empty(),
        // It has records of its own, and does not know what a zone is.
        Err(error) => error == NoAnswer::Declined(ResponseCode::NotImp),
    }
}

/// As the parent zone names them: the way that is left when the servers themselves do not work.
async fn delegated_servers(scope: Scope<'_>, zone: &Name) -> Result<Vec<Named>, NoAnswer> {
    let parent = zone.base_name();
    let message = scope.resolve(&parent, RecordType::NS).await?;
    let mut failure = NoAnswer::TimedOut;
    for registry in servers_of(&message.answers, &message, &parent)
        .into_iter()
        .take(2)
    {
        let Ok(address) = locate(scope, registry).await.address else {
            continue;
        };
        let query = Query {
            recursion: false,
            ..Query::recursive(zone, RecordType::NS)
        };
        match scope.ask(address, &query).await {
            Ok(message) => {
                let mut servers = servers_of(&message.authorities, &message, zone);
                servers.extend(servers_of(&message.answers, &message, zone));
                return Ok(servers);
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

async fn locate(scope: Scope<'_>, (name, mut addresses): Named) -> ZoneServer {
    let mut fault = ServerFault::NoAddress;
    if addresses.is_empty() {
        match scope.addresses_shared(&name).await {
            Ok(found) => addresses = found,
            Err(error) => fault = ServerFault::Unknown(error),
        }
    }
    // IPv4 sorts first, and is what this host surely has.
    let allowed = addresses
        .into_iter()
        .find(|address| match scope.guard.permits(*address) {
            Ok(()) => true,
            Err(kind) => {
                fault = ServerFault::Unknown(NoAnswer::OutOfBounds(kind));
                false
            }
        });
    ZoneServer {
        name,
        address: allowed
            .map(|address| SocketAddr::new(address, scope.port))
            .ok_or(fault),
    }
}

/// The name servers of the zone that `name` is in; `floor` is its registrable domain. `answer`: of
/// the resolvers, to any question about the name, which saves one where it names the zone.
pub(in crate::dns) async fn zone_servers(
    scope: Scope<'_>,
    name: &Name,
    floor: &Name,
    answer: Option<&Message>,
) -> Vec<ZoneServer> {
    let zone = answer.and_then(|answer| zone_in(answer, name));
    let is_hint = zone.is_some();
    let mut named = named_servers(scope, name, floor, zone).await;
    // A server may have named a zone that is none.
    if is_hint && named.as_ref().is_ok_and(Vec::is_empty) {
        named = named_servers(scope, name, floor, None).await;
    }
    let named = match named {
        Ok(named) => named,
        Err(error) if error.is_lame() => delegated_servers(scope, floor).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    join_all(
        named
            .into_iter()
            .take(MOST_SERVERS)
            .map(|named| locate(scope, named)),
    )
    .await
}
