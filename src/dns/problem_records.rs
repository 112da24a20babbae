//! What the sentences about a domain's DNS are made of: its names and addresses, and the records to
//! set and to delete.

use std::fmt::Display;
use std::net::IpAddr;

use super::evidence::{Evidence, ServerAnswer};
use super::name::plain;
use super::problem_codes::{MOST_LISTED, Problem, RecordAction, RecordChange};

/// Longest list in a message.
const MOST_NAMED: usize = 4;

pub(super) struct Writer<'a> {
    pub evidence: &'a Evidence<'a>,
}

pub(super) fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [most @ .., last] if items.len() <= MOST_NAMED => format!("{} and {last}", most.join(", ")),
        _ => format!(
            "{} and {} more",
            items
                .iter()
                .take(MOST_NAMED)
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
            items.len() - MOST_NAMED
        ),
    }
}

pub(super) const fn record_type(address: &IpAddr) -> &'static str {
    if address.is_ipv4() { "A" } else { "AAAA" }
}

impl Writer<'_> {
    pub fn domain(&self) -> &str {
        self.evidence.domain
    }

    pub fn is_ours(&self, address: &IpAddr) -> bool {
        self.evidence.expected.addresses.contains(address) || self.evidence.proven.contains(address)
    }

    /// `an A record with 192.0.2.1`.
    pub fn right_records(&self) -> String {
        let (v4, v6): (Vec<&IpAddr>, Vec<&IpAddr>) = self
            .evidence
            .expected
            .addresses
            .iter()
            .partition(|address| address.is_ipv4());
        match (v4.is_empty(), v6.is_empty()) {
            (false, false) => format!(
                "an A record with {} (and, if you like, an AAAA record with {})",
                list(v4),
                list(v6)
            ),
            (false, true) => format!("an A record with {}", list(v4)),
            (true, false) => format!("an AAAA record with {}", list(v6)),
            (true, true) => "a record with the address of your network".to_owned(),
        }
    }

    /// A problem with the domain, which every sentence names.
    pub fn problem(&self, code: &str, message: String) -> Problem {
        Problem::new(code, message).text("domain", self.domain())
    }

    pub fn change(
        &self,
        action: RecordAction,
        record_type: &str,
        value: &dyn Display,
    ) -> RecordChange {
        RecordChange {
            action,
            record_type: record_type.to_owned(),
            name: self.evidence.name.to_owned(),
            value: value.to_string(),
        }
    }

    /// The records that lead here: an alias of what counts as here, where that has a name and the
    /// domain may be an alias, else its addresses.
    pub fn records_to_set(&self) -> Vec<RecordChange> {
        let expected = self.evidence.expected;
        if !self.evidence.apex
            && let Some(name) = expected.names.iter().map(plain).min()
        {
            return vec![self.change(RecordAction::Set, "CNAME", &name)];
        }
        expected
            .addresses
            .iter()
            .map(|address| self.change(RecordAction::Set, record_type(address), &address))
            .collect()
    }

    pub fn records_to_delete<'b>(
        &self,
        addresses: impl IntoIterator<Item = &'b IpAddr>,
    ) -> Vec<RecordChange> {
        addresses
            .into_iter()
            .take(MOST_LISTED)
            .map(|address| self.change(RecordAction::Delete, record_type(address), &address))
            .collect()
    }

    /// The name that the domain itself is an alias of, as somebody said.
    pub fn alias(&self) -> Option<String> {
        self.evidence
            .servers
            .iter()
            .filter_map(ServerAnswer::chain)
            .find_map(|chain| chain.aliases.first())
            .map(plain)
    }

    /// What leads here instead of an alias or of `addresses`, where the domain has these itself.
    /// What is set takes the place of what is there, but for records of another type.
    pub fn records_instead_of(&self, addresses: &[IpAddr]) -> Vec<RecordChange> {
        let set = self.records_to_set();
        let is_set = |record_type: &str| set.iter().any(|change| change.record_type == record_type);
        let mut records = match self.alias() {
            _ if set.is_empty() => Vec::new(),
            Some(_) if is_set("CNAME") => Vec::new(),
            Some(target) => vec![self.change(RecordAction::Delete, "CNAME", &target)],
            None => self.records_to_delete(
                addresses
                    .iter()
                    .filter(|address| !is_set(record_type(address))),
            ),
        };
        records.extend(set);
        records
    }

    /// The servers that refuse the domain because of its DNSSEC signatures.
    pub fn strict(&self) -> impl Iterator<Item = &String> {
        self.evidence
            .servers
            .iter()
            .filter(|server| server.unverified.is_some())
            .map(|server| &server.label)
    }

    pub fn unknown_addresses(&self) -> Vec<IpAddr> {
        let mut unknown_addresses: Vec<IpAddr> = self
            .evidence
            .servers
            .iter()
            .filter_map(ServerAnswer::chain)
            .flat_map(|chain| chain.addresses.iter().copied())
            .filter(|address| !self.is_ours(address))
            .collect();
        unknown_addresses.sort_unstable();
        unknown_addresses.dedup();
        unknown_addresses
    }

    /// Without `addresses`, which are records of the domain itself unless it is an alias.
    pub fn records_without(&self, addresses: &[&IpAddr]) -> Vec<RecordChange> {
        if self.alias().is_some() {
            self.records_instead_of(&[])
        } else {
            self.records_to_delete(addresses.iter().copied())
        }
    }
}
