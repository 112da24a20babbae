//! A door for `tests/fuzz` to what is made of DNS messages once they are there. No part of the API.

use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;

use hickory_resolver::proto::op::Message;
use hickory_resolver::proto::rr::Name;

use super::caa;
use super::client::cname_chain;
use super::client::zone::servers_of;
use super::evidence::{Evidence, ExpectedAddresses, ServerAnswer};
use super::name::{fqdn, plain};
use super::report::DnsReport;
use super::verdict;
use crate::domain::DomainName;
use crate::net::{NoAnswer, telling};

/// One server's answer.
#[derive(Debug)]
pub struct Reply<'a> {
    /// The message as it came.
    pub bytes: &'a [u8],
    /// The server is one of the zone's own.
    pub authoritative: bool,
    /// It is what the server says without looking at signatures.
    pub unverified: bool,
}

/// What counts as here, and how the replies are judged.
#[derive(Debug)]
pub struct Settings<'a> {
    /// Addresses that are here.
    pub expected: BTreeSet<IpAddr>,
    /// A name whose aliases are here.
    pub alias: &'a DomainName,
    /// Whether `expected` is all there is.
    pub complete: bool,
    /// Who must be allowed to issue certificates.
    pub issuer: &'a str,
    /// Addresses of others through which a request arrived here.
    pub proven: BTreeSet<IpAddr>,
}

/// The report on `domain` when the servers answer `replies`; `None` of a name that cannot be asked
/// for.
#[must_use]
pub fn report(
    domain: &DomainName,
    settings: &Settings<'_>,
    replies: &[Reply<'_>],
) -> Option<DnsReport> {
    let name = fqdn(domain.host())?;
    let expected = ExpectedAddresses {
        addresses: settings.expected.clone(),
        names: fqdn(settings.alias.host())
            .into_iter()
            .collect::<HashSet<_>>(),
        complete: settings.complete,
    };
    let mut evidence = Evidence {
        domain: domain.unicode(),
        name: domain.ascii(),
        apex: domain.is_apex(),
        wildcard: domain.is_wildcard(),
        expected: &expected,
        servers: Vec::new(),
        caa: None,
        issuer: settings.issuer,
        proven: settings.proven.clone(),
        undecided: BTreeSet::new(),
        proof_tried: !settings.proven.is_empty(),
        unnamed_resolver: false,
    };
    for (index, reply) in replies.iter().enumerate() {
        let message = read(reply.bytes);
        if let Ok(message) = &message {
            let records = caa::records(message);
            if !records.is_empty() {
                let at = plain(&name);
                evidence.caa = caa::judge(&at, &records, domain.is_wildcard(), settings.issuer);
            }
        }
        evidence.servers.push(server(index, reply, message, &name));
    }
    Some(verdict::report(&evidence))
}

fn server(
    index: usize,
    reply: &Reply<'_>,
    message: Result<Message, NoAnswer>,
    name: &Name,
) -> ServerAnswer {
    let servers = message.as_ref().map_or_else(
        |_| Vec::new(),
        |message| {
            let mut servers = servers_of(&message.answers, message, name);
            servers.extend(servers_of(&message.authorities, message, name));
            servers
        },
    );
    let label = match servers.first() {
        Some((server, _)) if reply.authoritative => format!("{} ({index})", plain(server)),
        _ => format!("192.0.2.{index}"),
    };
    let answer = message.map(|message| {
        let (chain, open) = cname_chain::follow(&message, name);
        debug_assert!(
            !open || chain.end == cname_chain::End::NoAddress,
            "only a chain without an end is followed up"
        );
        chain
    });
    let lame = reply.authoritative
        && match &answer {
            Ok(chain) => !chain.authoritative,
            Err(error) => error.is_lame(),
        };
    match answer {
        Ok(chain) if reply.unverified => ServerAnswer {
            label,
            authoritative: reply.authoritative,
            answer: Err(NoAnswer::ServerFailure),
            unverified: Some(chain),
            lame: false,
            relayed: None,
        },
        answer => ServerAnswer {
            label,
            authoritative: reply.authoritative,
            answer,
            unverified: None,
            lame,
            relayed: None,
        },
    }
}

/// The message, whatever its id and question: an honest server answers what was asked.
fn read(bytes: &[u8]) -> Result<Message, NoAnswer> {
    telling(Message::from_vec(bytes).map_err(|_| NoAnswer::Garbled)?)
}
