//! Looks for CAA records that keep the issuer from issuing a certificate (RFC 8659).

use futures_util::future::join_all;
use hickory_resolver::proto::op::Message;
use hickory_resolver::proto::rr::rdata::CAA;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use super::client::scope::Scope;
use super::name::plain;
use crate::text::{NAME_MAX, clean};

/// The records that forbid the issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Forbidden {
    /// Where they are.
    pub at: String,
    /// Whom they allow instead.
    pub allowed: Vec<String>,
    /// The tag that the issuer would have to be added with.
    pub tag: &'static str,
    /// A critical property that issuers may not know.
    pub unknown: Option<String>,
}

/// The CAA records of an answer, whoever owns them.
pub(super) fn records(message: &Message) -> Vec<&CAA> {
    message
        .answers
        .iter()
        .filter_map(|record| match &record.data {
            RData::CAA(caa) => Some(caa),
            _ => None,
        })
        .collect()
}

/// Asks at `name` and at each name above it at once; the lowest that has CAA records counts.
/// `None`: nothing forbids it, or it is not known.
pub(super) async fn forbidden(
    scope: Scope<'_>,
    name: &Name,
    wildcard: bool,
    issuer: &str,
) -> Option<Forbidden> {
    let mut names = Vec::new();
    let mut current = name.clone();
    while !current.is_root() {
        names.push(current.clone());
        current = current.base_name();
    }
    let answers = join_all(
        names
            .iter()
            .map(|name| scope.resolve(name, RecordType::CAA)),
    )
    .await;
    for (name, answer) in names.iter().zip(answers) {
        // Nobody knows what is here, so what is above does not count.
        let message = answer.ok()?;
        // An alias is followed, so that its target's records count: the owner is not compared.
        let records = records(&message);
        if !records.is_empty() {
            return judge(&plain(name), &records, wildcard, issuer);
        }
    }
    None
}

pub(super) fn judge(at: &str, records: &[&CAA], wildcard: bool, issuer: &str) -> Option<Forbidden> {
    let tagged = |tag: &str| -> Vec<&CAA> {
        records
            .iter()
            .filter(|record| record.tag.eq_ignore_ascii_case(tag))
            .copied()
            .collect()
    };
    let unknown = records
        .iter()
        .find(|record| {
            let known = [
                "issue",
                "issuewild",
                "iodef",
                "contactemail",
                "contactphone",
                "issuevmc",
                "issuemail",
            ];
            record.issuer_critical && !known.iter().any(|tag| record.tag.eq_ignore_ascii_case(tag))
        })
        .map(|record| record.tag.clone());
    let (issue, issuewild) = (tagged("issue"), tagged("issuewild"));
    let (tag, relevant) = if wildcard && !issuewild.is_empty() {
        ("issuewild", issuewild)
    } else {
        ("issue", issue)
    };
    let allowed: Vec<String> = relevant
        .iter()
        .map(|record| issuer_of(&record.value))
        .collect();
    let permitted =
        allowed.is_empty() || allowed.iter().any(|name| name.eq_ignore_ascii_case(issuer));
    if permitted && unknown.is_none() {
        return None;
    }
    let mut allowed: Vec<String> = allowed
        .into_iter()
        .filter(|name| !name.is_empty())
        .collect();
    allowed.sort();
    allowed.dedup();
    Some(Forbidden {
        at: at.to_owned(),
        allowed,
        tag,
        unknown,
    })
}

/// `letsencrypt.org` of `letsencrypt.org; validationmethods=dns-01`; empty where nobody is named.
fn issuer_of(value: &[u8]) -> String {
    let value = String::from_utf8_lossy(value);
    let name = value.split(';').next().unwrap_or_default();
    clean(name.trim_matches([' ', '\t', '.']), NAME_MAX)
}

#[cfg(test)]
mod tests;
