//! Proof that somebody may change a domain's DNS: a TXT record with a value that only they were
//! told, under a label that nothing else uses (RFC 8552 has the underscore).

use futures_util::future::{join, join_all};
use hickory_resolver::proto::op::Message;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use tokio::time::Instant;

use super::check::DnsProber;
use super::client::scope::Scope;
use super::client::zone::zone_servers;
use super::name::fqdn;
use crate::domain::DomainName;
use crate::net::{NoAnswer, Query};

/// What the record's name begins with.
const LABEL: &str = "_closte-sync";

/// What was found at the record's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnershipReport {
    /// Where the record has to be: `_closte-sync.shop.example.com`; of a wildcard, without `*.`.
    pub name: String,
    /// A name server has the value there.
    pub is_proven: bool,
    /// Why nobody could say, where nobody could.
    pub error: Option<String>,
}

impl DnsProber {
    /// Looks for a TXT record with `value`. The zone's own name servers count beside the resolvers,
    /// which may remember that it was not there yet. Takes no longer than the options' `timeout`.
    pub async fn find_ownership(&self, domain: &DomainName, value: &str) -> OwnershipReport {
        let report = |is_proven, error: Option<NoAnswer>| OwnershipReport {
            name: record_name(domain),
            is_proven,
            error: error.map(|error| error.word()),
        };
        let names = (
            fqdn(&record_name(domain)),
            fqdn(domain.host()),
            fqdn(domain.registrable()),
        );
        // No name that long can have a record before it.
        let (Some(name), Some(above), Some(floor)) = names else {
            return report(false, None);
        };
        let deadline = Instant::now() + self.timeout();
        let resolvers = self.resolvers();
        let guard = self.name_server_guard(&resolvers.servers);
        let scope = self.scope(&resolvers.servers, &guard, deadline);
        let (resolved, own) = join(scope.resolve(&name, RecordType::TXT), async {
            if self.asks_name_servers() {
                ask_zone(scope, &name, &above, &floor).await
            } else {
                Vec::new()
            }
        })
        .await;
        let mut answers = vec![resolved];
        answers.extend(own);
        let is_proven = answers.iter().flatten().any(|it| has_text(it, value));
        let is_answered = answers.iter().any(Result::is_ok);
        let error = answers.into_iter().find_map(Result::err);
        report(is_proven, error.filter(|_| !is_answered))
    }
}

/// Where the record has to be.
fn record_name(domain: &DomainName) -> String {
    format!("{LABEL}.{}", domain.host())
}

async fn ask_zone(
    scope: Scope<'_>,
    name: &Name,
    above: &Name,
    floor: &Name,
) -> Vec<Result<Message, NoAnswer>> {
    let servers = zone_servers(scope, above, floor, None).await;
    let query = Query {
        recursion: false,
        ..Query::recursive(name, RecordType::TXT)
    };
    let addresses = servers.iter().filter_map(|it| it.address.as_ref().ok());
    join_all(addresses.map(|address| scope.ask(*address, &query))).await
}

/// A text may be in several strings, which are one (RFC 7208, section 3.3).
fn has_text(message: &Message, value: &str) -> bool {
    message.answers.iter().any(|record| match &record.data {
        RData::TXT(text) => text.txt_data.concat() == value.as_bytes(),
        _ => false,
    })
}
