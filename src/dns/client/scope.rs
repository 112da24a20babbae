//! The servers and the deadline of one check, and what it has in common with others.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::join;
use hickory_resolver::proto::op::Message;
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::time::Instant;

use super::memory::Asked;
use super::nat64;
use super::shared::{Answered, SharedAnswers};
use crate::net::public_address::AddressGuard;
use crate::net::{DnsClient, NoAnswer, Query, addresses_in, by, first_answer};

/// The servers that queries go to, and the deadline for all of them.
#[derive(Clone, Copy)]
pub(in crate::dns) struct Scope<'a> {
    pub client: &'a DnsClient,
    pub shared: &'a SharedAnswers,
    /// What the checks of one probe have of the domain itself.
    pub probe: Option<&'a SharedAnswers>,
    pub resolvers: &'a [SocketAddr],
    pub guard: &'a AddressGuard,
    /// The port of the zone's own name servers.
    pub port: u16,
    pub deadline: Instant,
}

impl Scope<'_> {
    /// What `server` says.
    pub async fn ask(&self, server: SocketAddr, query: &Query) -> Result<Message, NoAnswer> {
        self.client.ask(server, query, self.deadline).await
    }

    /// What a resolver says of the domain itself, which the probe's other check may have asked it.
    pub async fn ask_resolver(&self, server: SocketAddr, query: &Query) -> Answered {
        match self.probe {
            Some(probe) if query.is_usual() => Box::pin(self.ask_once(probe, server, query)).await,
            _ => self.ask(server, query).await.map(Arc::new),
        }
    }

    async fn ask_once(&self, probe: &SharedAnswers, server: SocketAddr, query: &Query) -> Answered {
        let asked = Asked::new(vec![server], query.name.clone(), query.kind);
        let ask = || {
            let (client, query, deadline) = (self.client.clone(), query.clone(), self.deadline);
            async move { client.ask(server, &query, deadline).await }
        };
        self.in_time(probe.get(asked, ask)).await
    }

    /// The first answer that a resolver gives.
    pub async fn resolve(&self, name: &Name, kind: RecordType) -> Result<Message, NoAnswer> {
        let query = Query::recursive(name, kind);
        self.client
            .ask_any(self.resolvers, &query, self.deadline)
            .await
    }

    /// The same of a name that is not the domain's own: other checks may have asked already.
    pub async fn resolve_shared(&self, name: &Name, kind: RecordType) -> Answered {
        let asked = self.asked(name, kind);
        let answer = self.shared.get(asked, || self.resolve_for_all(name, kind));
        self.in_time(answer).await
    }

    /// Somebody else's question may have more time than this check has.
    async fn in_time(&self, answer: impl Future<Output = Answered>) -> Answered {
        let answer = by(self.deadline, answer).await;
        answer.unwrap_or(Err(NoAnswer::TimedOut))
    }

    /// The same of the domain itself: it is asked anew, and other checks may have the answer.
    pub async fn resolve_anew(&self, name: &Name, kind: RecordType) -> Answered {
        let ask = self.resolve_for_all(name, kind);
        self.shared.ask_anew(self.asked(name, kind), ask).await
    }

    /// The same as [`Self::resolve`], which others may go on with.
    fn resolve_for_all(
        &self,
        name: &Name,
        kind: RecordType,
    ) -> impl Future<Output = Result<Message, NoAnswer>> + Send + 'static {
        let (client, resolvers) = (self.client.clone(), self.resolvers.to_vec());
        let (query, deadline) = (Query::recursive(name, kind), self.deadline);
        async move { client.ask_any(&resolvers, &query, deadline).await }
    }

    fn asked(&self, name: &Name, kind: RecordType) -> Arc<Asked> {
        Asked::new(self.resolvers.to_vec(), name.clone(), kind)
    }

    /// Every address of `name`, or why there is none. `Ok` with no address: it has none.
    pub async fn addresses(&self, name: &Name) -> Result<BTreeSet<IpAddr>, NoAnswer> {
        let found = self
            .client
            .addresses(self.resolvers, name, self.deadline)
            .await?;
        Ok(self.without_made_up(found).await)
    }

    /// Of what the resolvers answered, the addresses that are in records.
    pub async fn without_made_up(&self, addresses: BTreeSet<IpAddr>) -> BTreeSet<IpAddr> {
        let (known, is_suspicious) = nat64::without_well_known(&addresses);
        if is_suspicious {
            // Seldom needed, and large.
            Box::pin(self.without_translated(known)).await
        } else {
            known
        }
    }

    async fn without_translated(&self, known: BTreeSet<IpAddr>) -> BTreeSet<IpAddr> {
        let Ok(name) = Name::from_ascii(nat64::KNOWN_NAME) else {
            return known;
        };
        match self.resolve_shared(&name, RecordType::AAAA).await {
            Ok(message) => {
                let records = message.answers.iter();
                let found = records.filter_map(|it| it.data.ip_addr()).collect();
                nat64::without_made_up(&known, &found)
            }
            Err(_) => known,
        }
    }

    /// Addresses of a name that is not the domain's own.
    pub async fn addresses_shared(&self, name: &Name) -> Result<BTreeSet<IpAddr>, NoAnswer> {
        let (v4, v6) = join(
            self.resolve_shared(name, RecordType::A),
            self.resolve_shared(name, RecordType::AAAA),
        )
        .await;
        let found = addresses_in(v4.as_deref(), v6.as_deref())?;
        Ok(self.without_made_up(found).await)
    }

    /// As a resolver gives them, with those that it made up for a network without IPv4.
    pub async fn reachable(&self, name: &Name) -> Result<BTreeSet<IpAddr>, NoAnswer> {
        let (v4, v6) = (
            Query::recursive(name, RecordType::A),
            Query::recursive(name, RecordType::AAAA),
        );
        let (v4, v6) = join(
            first_answer(self.resolvers, |server| self.ask_resolver(server, &v4)),
            first_answer(self.resolvers, |server| self.ask_resolver(server, &v6)),
        )
        .await;
        addresses_in(v4.as_deref(), v6.as_deref())
    }
}
