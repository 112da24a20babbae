//! The problems of a domain's DNS, in words for the owner of the site: what is wrong and what to
//! do.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::client::cname_chain::{CnameChain, End};
use super::evidence::{ServerAnswer, state_of};
use super::name::plain;
use super::problem_codes::{Problem, Severity};
use super::problem_records::{Writer, list};
use super::report::DnsState;

impl Writer<'_> {
    pub fn bogus(&self) -> Problem {
        self.problem(
            "dnssec-bogus",
            format!(
                "The DNSSEC signatures of {} are not valid, so {} and all others that check them refuse it, and no \
                 certificate can be issued. At your registrar, remove the DS record or replace it by the one that \
                 your DNS provider shows; or have the provider sign the zone again.",
                self.domain(),
                list(self.strict())
            ),
        )
        .list("servers", self.strict())
    }

    pub fn missing(&self, chain: &CnameChain) -> Problem {
        let domain = self.domain();
        let target = chain.aliases.last().map(plain);
        match (chain.end, target) {
            (End::Loop, _) => self.problem(
                "cname-loop",
                format!(
                    "The CNAME records of {domain} lead in a circle ({}). At your DNS provider, replace the CNAME of \
                     {domain} by {}.",
                    list(chain.aliases.iter().map(plain)),
                    self.right_records()
                ),
            )
            .list("cnames", chain.aliases.iter().map(plain))
            .records(self.records_instead_of(&[])),
            (end, Some(target)) => self.problem(
                "cname-dead",
                format!(
                    "{domain} is an alias (CNAME) of {target}, which {}. At your DNS provider, correct the CNAME, or \
                     replace it by {}.",
                    if end == End::NoName {
                        "does not exist"
                    } else {
                        "has no address"
                    },
                    self.right_records()
                ),
            )
            .text("target", &target)
            .records(self.records_instead_of(&[])),
            (End::NoName, None) if self.evidence.wildcard => self.problem(
                "nxdomain",
                format!(
                    "There is no wildcard record {domain} in the DNS. At your DNS provider, add {} for the name * of \
                     this domain.",
                    self.right_records()
                ),
            )
            .records(self.records_to_set()),
            (End::NoName, None) => self.problem(
                "nxdomain",
                format!(
                    "{domain} does not exist in the DNS. Check that the domain is registered and spelt right, then \
                     add {} at your DNS provider.",
                    self.right_records()
                ),
            )
            .records(self.records_to_set()),
            (_, None) => self.problem(
                "no-address",
                format!(
                    "{domain} exists but has no address. At your DNS provider, add {}.",
                    self.right_records()
                ),
            )
            .records(self.records_to_set()),
        }
    }

    pub fn elsewhere(&self) -> Problem {
        self.problem(
            "elsewhere",
            format!(
                "{} points to {}, which is not this network. At your DNS provider, set {} instead.",
                self.domain(),
                list(self.unknown_addresses()),
                self.right_records()
            ),
        )
        .list("addresses", self.unknown_addresses())
        .records(self.records_instead_of(&self.unknown_addresses()))
    }

    /// Some of the addresses in `chain` are ours and some are not.
    pub fn mixed(&self, chain: &CnameChain) -> Problem {
        let (ours, theirs): (Vec<&IpAddr>, Vec<&IpAddr>) = chain
            .addresses
            .iter()
            .partition(|address| self.is_ours(address));
        let domain = self.domain();
        if ours.iter().all(|address| address.is_ipv4())
            && theirs.iter().all(|address| address.is_ipv6())
        {
            let right: Vec<&IpAddr> = self
                .evidence
                .expected
                .addresses
                .iter()
                .filter(|address| address.is_ipv6())
                .collect();
            let instead = if right.is_empty() {
                String::new()
            } else {
                format!(", or set it to {}", list(right))
            };
            return self.problem(
                "stale-aaaa",
                format!(
                    "The A record of {domain} is right, but its AAAA record still leads elsewhere, to {}: visitors with \
                     IPv6 and the issuer of certificates go there. At your DNS provider, delete the AAAA \
                     record{instead}.",
                    list(&theirs)
                ),
            )
            .list("addresses", &theirs)
            .records(self.records_without(&theirs));
        }
        self.problem(
            "mixed-addresses",
            format!(
                "{domain} points here ({}) and elsewhere ({}) at the same time, so that some visitors, and perhaps the \
                 issuer of certificates, go elsewhere. At your DNS provider, delete the records with {}.",
                list(&ours),
                list(&theirs),
                list(&theirs)
            ),
        )
        .list("here", &ours)
        .list("addresses", &theirs)
        .records(self.records_without(&theirs))
    }

    pub fn propagation(&self) -> Problem {
        let mut opinions: BTreeMap<&str, (Vec<&str>, Vec<IpAddr>)> = BTreeMap::new();
        let mut authoritative_states = Vec::new();
        for server in &self.evidence.servers {
            let Some(chain) = server.chain() else {
                continue;
            };
            let state = state_of(chain, self.evidence.expected, &self.evidence.proven);
            let opinion = opinions.entry(state.as_str()).or_default();
            opinion.0.push(&server.label);
            opinion.1.extend(
                chain
                    .addresses
                    .iter()
                    .filter(|address| !self.is_ours(address)),
            );
            if server.authoritative {
                authoritative_states.push(state);
            }
        }
        let sayings: Vec<String> = [
            DnsState::Here,
            DnsState::Partial,
            DnsState::Elsewhere,
            DnsState::Missing,
        ]
        .iter()
        .filter_map(|state| {
            let (who, mut where_to) = opinions.remove(state.as_str())?;
            where_to.sort_unstable();
            where_to.dedup();
            let what = match state {
                DnsState::Here => "here".to_owned(),
                DnsState::Missing => "no address".to_owned(),
                DnsState::Partial => format!("here and {}", list(where_to)),
                _ => list(where_to),
            };
            Some(format!("{what} (according to {})", list(who)))
        })
        .collect();
        authoritative_states.dedup();
        let advice = match authoritative_states.as_slice() {
            [DnsState::Here] => {
                "Its own name servers are right already: the rest follows by itself when the old records expire, \
                 usually within hours."
            }
            [_, _, ..] => {
                "Its own name servers do not agree: if that does not pass in a few hours, ask your DNS provider, or \
                 remove name servers of a former provider at your registrar."
            }
            _ => {
                "If you changed it lately, wait until the old records expire, usually within hours; if not, correct \
                 the record at your DNS provider."
            }
        };
        self.problem(
            "partial-propagation",
            format!(
                "Not everyone gets the same answer for {}: {}. {advice}",
                self.domain(),
                sayings.join("; ")
            ),
        )
        .list("answers", &sayings)
    }

    pub fn proxied(&self) -> Problem {
        let unknown_addresses = self.unknown_addresses();
        let service = unknown_addresses
            .iter()
            .find_map(|address| super::proxies::proxy_of(*address))
            .unwrap_or("a proxy");
        let outcome = if self.evidence.proof_tried {
            "requests for it do not arrive here. At the proxy, set this network as the origin server, or switch the \
             proxy off for this record (\"DNS only\")"
        } else {
            "it cannot be seen whether requests for it arrive here. If they do not, set this network as the proxy's \
             origin server, or switch the proxy off for this record (\"DNS only\")"
        };
        self.problem(
            "proxied",
            format!(
                "{} is behind {service} ({}), and {outcome}. The right record would be {}.",
                self.domain(),
                list(&unknown_addresses),
                self.right_records()
            ),
        )
        .text("service", service)
        .list("addresses", unknown_addresses)
    }

    pub fn lame(&self, lame: &[&ServerAnswer], all: bool) -> Problem {
        let effect = if all {
            "so that nobody can look it up"
        } else {
            "so that look-ups are slow or fail at times"
        };
        self.problem(
            "lame-delegation",
            format!(
                "{} named as name server of {} but not serving it, {effect}. At your registrar, remove wrong name \
                 servers, or add the domain at the DNS provider that they belong to.",
                match lame {
                    [one] => format!("{} is", one.label),
                    many => format!("{} are", list(many.iter().map(|server| &server.label))),
                },
                self.domain()
            ),
        )
        .list("servers", lame.iter().map(|server| &server.label))
        .severity(if all { Severity::Blocks } else { Severity::Note })
    }

    pub fn no_answer(&self) -> Problem {
        let servers = &self.evidence.servers;
        if servers.iter().any(|server| server.chain().is_some()) {
            return self.problem(
                "no-answer",
                format!(
                    "{} points to {}, but what counts as here has no known address at the moment, so nobody can say \
                     whether that is right. Check the targets in the settings, and that their names can be looked up.",
                    self.domain(),
                    list(self.unknown_addresses())
                ),
            )
            .list("addresses", self.unknown_addresses());
        }
        let (asked, what): (Vec<&str>, Vec<String>) = servers
            .iter()
            .filter_map(|server| {
                Some((
                    server.label.as_str(),
                    server.answer.as_ref().err()?.to_string(),
                ))
            })
            .unzip();
        let reasons: std::collections::BTreeSet<String> = what.into_iter().collect();
        if self.evidence.unnamed_resolver {
            return self
                .problem(
                    "no-answer",
                    format!(
                        "{} cannot be looked up: /etc/resolv.conf of this server names no resolver that can be read, and \
                         {} did not help ({}). Correct that file, or name resolvers in the settings.",
                        self.domain(),
                        list(&asked),
                        list(&reasons)
                    ),
                )
                .list("servers", &asked)
                .list("reasons", &reasons);
        }
        self.problem(
            "no-answer",
            format!(
                "Nobody could say where {} points: {} ({}). This says nothing about the domain and is tried again by \
                 itself. If it stays, check the server's name resolution and the resolvers in the settings.",
                self.domain(),
                list(&asked),
                list(&reasons)
            ),
        )
        .list("servers", &asked)
        .list("reasons", &reasons)
    }
}
