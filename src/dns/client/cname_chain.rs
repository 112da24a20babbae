//! Follows a name through its CNAME records to its addresses, as one server answers them.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::join;
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use super::scope::Scope;
use crate::net::{NoAnswer, Query};

/// Longer chains of aliases are given up by resolvers as well.
pub(in crate::dns) const LONGEST_CHAIN: usize = 12;

/// How a chain of aliases ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dns) enum End {
    /// The last name has addresses.
    Addresses,
    /// The last name has none.
    NoAddress,
    /// The last name does not exist.
    NoName,
    /// The chain comes back to a name that it has passed, or never ends.
    Loop,
}

/// A name's CNAME chain and addresses, as one server gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dns) struct CnameChain {
    /// The aliases, in order, without the name itself.
    pub aliases: Vec<Name>,
    pub addresses: BTreeSet<IpAddr>,
    pub end: End,
    /// The server said that it speaks for the zone.
    pub authoritative: bool,
}

/// What `name` is an alias of.
pub(in crate::dns) fn alias_of(message: &Message, name: &Name) -> Option<Name> {
    message
        .answers
        .iter()
        .find_map(|record| match &record.data {
            RData::CNAME(target) if record.name == *name => Some(target.0.to_lowercase()),
            _ => None,
        })
}

/// The chain in `message` from `name` on, and whether the message leaves its last name open.
pub(in crate::dns) fn follow(message: &Message, name: &Name) -> (CnameChain, bool) {
    let mut chain = CnameChain {
        aliases: Vec::new(),
        addresses: BTreeSet::new(),
        end: End::NoAddress,
        authoritative: message.metadata.authoritative,
    };
    let mut current = name.clone();
    loop {
        let mut alias = None;
        for record in message
            .answers
            .iter()
            .filter(|record| record.name == current)
        {
            match &record.data {
                RData::CNAME(target) => alias = Some(target.0.to_lowercase()),
                data => chain.addresses.extend(data.ip_addr()),
            }
        }
        let Some(next) = alias else { break };
        if next == *name || chain.aliases.contains(&next) || chain.aliases.len() >= LONGEST_CHAIN {
            chain.aliases.push(next);
            chain.end = End::Loop;
            return (chain, false);
        }
        chain.aliases.push(next.clone());
        current = next;
    }
    if !chain.addresses.is_empty() {
        chain.end = End::Addresses;
        return (chain, false);
    }
    if message.metadata.response_code == ResponseCode::NXDomain {
        chain.end = End::NoName;
        return (chain, false);
    }
    let says_so = message
        .authorities
        .iter()
        .any(|record| record.record_type() == RecordType::SOA && record.name.zone_of(&current));
    (chain, !says_so)
}

/// Follows `query` to its end. A server without recursion names an alias in another zone and stops
/// there: the rest is asked of the resolvers; what is not below `floor`, once for many domains.
async fn ask_one(
    scope: Scope<'_>,
    server: SocketAddr,
    query: &Query,
    floor: Option<&Name>,
) -> Result<CnameChain, NoAnswer> {
    let message = scope.ask_resolver(server, query).await?;
    let (chain, open) = follow(&message, &query.name);
    drop(message);
    if open && !chain.aliases.is_empty() {
        // Seldom needed, and large.
        Box::pin(go_on(scope, chain, query, floor)).await
    } else {
        Ok(chain)
    }
}

/// Follows a chain that a server left open.
async fn go_on(
    scope: Scope<'_>,
    mut chain: CnameChain,
    query: &Query,
    floor: Option<&Name>,
) -> Result<CnameChain, NoAnswer> {
    let mut open = true;
    while open && let Some(last) = chain.aliases.last().cloned() {
        let message = match floor {
            Some(floor) if !floor.zone_of(&last) => scope.resolve_shared(&last, query.kind).await?,
            _ => {
                let next = Query {
                    recursion: true,
                    name: last.clone(),
                    ..query.clone()
                };
                let (client, resolvers) = (scope.client, scope.resolvers);
                Arc::new(client.ask_any(resolvers, &next, scope.deadline).await?)
            }
        };
        let (rest, rest_is_open) = follow(&message, &last);
        let loops = rest
            .aliases
            .iter()
            .any(|alias| *alias == query.name || chain.aliases.contains(alias));
        open = rest_is_open && !rest.aliases.is_empty();
        chain.aliases.extend(rest.aliases);
        chain.addresses.extend(rest.addresses);
        chain.end = rest.end;
        if loops || chain.aliases.len() > LONGEST_CHAIN {
            chain.end = End::Loop;
            break;
        }
    }
    Ok(chain)
}

/// Both kinds of addresses. One that could not be had is passed over if the other was; where
/// neither gave an address and one could not be had, nothing is known.
pub(in crate::dns) async fn ask(
    scope: Scope<'_>,
    server: SocketAddr,
    query: &Query,
    floor: Option<&Name>,
) -> Result<CnameChain, NoAnswer> {
    let v6 = Query {
        kind: RecordType::AAAA,
        ..query.clone()
    };
    let (v4, v6) = join(
        ask_one(scope, server, query, floor),
        ask_one(scope, server, &v6, floor),
    )
    .await;
    match (v4, v6) {
        (Ok(mut v4), Ok(v6)) => {
            v4.addresses.extend(v6.addresses);
            if v4.aliases.is_empty() {
                v4.aliases = v6.aliases;
            }
            v4.end = match (v4.end, v6.end) {
                (End::Loop, _) | (_, End::Loop) => End::Loop,
                _ if !v4.addresses.is_empty() => End::Addresses,
                (End::NoName, _) | (_, End::NoName) => End::NoName,
                _ => End::NoAddress,
            };
            Ok(v4)
        }
        (Ok(known), Err(error)) | (Err(error), Ok(known)) => {
            if known.end == End::NoAddress {
                Err(error)
            } else {
                Ok(known)
            }
        }
        (Err(error), Err(_)) => Err(error),
    }
}
