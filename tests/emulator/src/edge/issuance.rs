//! Checks the DNS of added domains and orders their certificates.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::acme::{Acme, Certificate};
use super::lookup::Lookup;
use super::{Domain, Edge, Stage, certificates, lock};
use crate::BoxError;
use crate::state;

const TICK: Duration = Duration::from_millis(100);
/// Milliseconds between two DNS checks.
const DNS_INTERVAL_MS: u64 = 300;
const MAX_ORDERS: usize = 8;
/// Milliseconds after a failed order, times the number of orders so far; at most ten seconds.
const RETRY_AFTER_MS: u64 = 500;

/// Checks all domains that are due, again and again. Never returns.
pub async fn run(edge: Arc<Edge>, acme: Arc<Acme>, lookup: Arc<Lookup>) {
    let slots = Arc::new(Semaphore::new(MAX_ORDERS));
    let busy: Arc<std::sync::Mutex<BTreeSet<String>>> = Arc::default();
    loop {
        for (domain, addition) in due(&edge, &busy) {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
                return;
            };
            let (edge, acme, lookup) = (Arc::clone(&edge), Arc::clone(&acme), Arc::clone(&lookup));
            let busy = Arc::clone(&busy);
            lock(&busy).insert(domain.clone());
            tokio::spawn(async move {
                advance(&edge, &acme, &lookup, &domain, addition).await;
                lock(&busy).remove(&domain);
                drop(slot);
            });
        }
        tokio::time::sleep(TICK).await;
    }
}

/// Follows the list of added domains, and returns those that are due for a check, each with its
/// addition.
fn due(edge: &Edge, busy: &std::sync::Mutex<BTreeSet<String>>) -> Vec<(String, u64)> {
    let added: BTreeSet<String> = {
        let state = state::lock(&edge.state);
        state
            .saved
            .keys
            .values()
            .flat_map(|site| site.domains.names().cloned())
            .collect()
    };
    edge.follow(&added);
    let domains = lock(&edge.domains);
    let now = state::now_ms();
    let busy = lock(busy);
    let waits = |name: &String, domain: &Domain| {
        domain.due_ms <= now && !busy.contains(name) && !edge.certificates.has(name)
    };
    domains
        .iter()
        .filter(|(name, domain)| waits(name, domain))
        .map(|(name, domain)| (name.clone(), domain.addition))
        .collect()
}

/// Checks one domain, and orders its certificate when it points here.
async fn advance(edge: &Edge, acme: &Acme, lookup: &Lookup, name: &str, addition: u64) {
    let wait = |state: Stage, reason: Option<String>, ms: u64| {
        edge.update(name, addition, |domain| {
            domain.state = state;
            domain.reason = reason;
            domain.due_ms = state::now_ms() + ms;
        });
    };
    let addresses = match lookup.addresses(name).await {
        Ok(addresses) => addresses,
        Err(error) => {
            return wait(
                Stage::WaitingDns,
                Some(format!("DNS did not answer: {error}")),
                DNS_INTERVAL_MS,
            );
        }
    };
    let elsewhere: Vec<_> = addresses
        .iter()
        .filter(|address| !edge.addresses.contains(address))
        .collect();
    let reason = match (addresses.is_empty(), elsewhere.first()) {
        (true, _) => Some("it has no address".to_owned()),
        (false, Some(address)) => Some(format!("{address} is not one of the edge's addresses")),
        (false, None) => None,
    };
    edge.update(name, addition, |domain| domain.addresses = addresses);
    if reason.is_some() {
        edge.update(name, addition, |domain| domain.here_since_ms = None);
        return wait(Stage::WaitingDns, reason, DNS_INTERVAL_MS);
    }
    let now = state::now_ms();
    let here_since = edge.update(name, addition, |domain| {
        *domain.here_since_ms.get_or_insert(now)
    });
    let Some(here_since) = here_since else {
        return;
    };
    let (delay, denied, identity) = {
        let settings = lock(&edge.settings);
        (
            settings.delay_ms,
            settings.deny.contains(name),
            settings.caa_identity.clone(),
        )
    };
    if denied {
        return wait(
            Stage::Denied,
            Some("PUT /edge denies it a certificate".to_owned()),
            DNS_INTERVAL_MS,
        );
    }
    if here_since + delay > now {
        return wait(Stage::Delayed, None, here_since + delay - now);
    }
    match lookup.forbidding_caa(name, &identity).await {
        Ok(None) => {}
        Ok(Some(issuers)) => {
            let reason = format!("CAA allows only \"{issuers}\", not {identity}");
            return wait(Stage::Failed, Some(reason), DNS_INTERVAL_MS);
        }
        Err(error) => {
            return wait(
                Stage::Failed,
                Some(format!("CAA did not answer: {error}")),
                DNS_INTERVAL_MS,
            );
        }
    }
    let orders = edge.update(name, addition, |domain| {
        domain.state = Stage::Ordering;
        domain.reason = None;
        domain.orders += 1;
        domain.orders
    });
    let Some(orders) = orders else {
        return;
    };
    let settled = match acme.order(edge, name).await {
        Ok(certificate) => settle(edge, name, addition, &certificate),
        Err(error) => Err(error),
    };
    if let Err(error) = settled {
        let delay_ms = (RETRY_AFTER_MS * u64::from(orders)).min(10_000);
        wait(Stage::Failed, Some(error.to_string()), delay_ms);
    }
}

/// Serves a certificate that was ordered for a domain.
pub(super) fn settle(
    edge: &Edge,
    name: &str,
    addition: u64,
    certificate: &Certificate,
) -> Result<(), BoxError> {
    let Certificate { chain_pem, key_pem } = certificate;
    let not_after = certificates::not_after(chain_pem).ok_or("the certificate has no end")?;
    let serve = |domain: &mut Domain| {
        edge.certificates.add(name, chain_pem, key_pem, not_after)?;
        domain.state = Stage::Valid;
        domain.issued_at_ms = Some(state::now_ms());
        Ok(())
    };
    edge.update(name, addition, serve).unwrap_or(Ok(()))
}
