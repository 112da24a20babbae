//! Looks after every added domain until it has its certificate.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::acme::Acme;
use super::lookup::Lookup;
use super::{Domain, Edge, Stage, certificates, lock};
use crate::tls::Failure;
use crate::world;

const TICK: Duration = Duration::from_millis(100);
/// How long until DNS is asked again.
const DNS_EVERY_MS: u64 = 300;
const ORDERS_AT_ONCE: usize = 8;
/// After a failed order, times the number of orders so far, up to ten seconds.
const AGAIN_AFTER_MS: u64 = 500;

/// Never ends.
pub async fn run(edge: Arc<Edge>, acme: Arc<Acme>, lookup: Arc<Lookup>) {
    let slots = Arc::new(Semaphore::new(ORDERS_AT_ONCE));
    let busy: Arc<std::sync::Mutex<BTreeSet<String>>> = Arc::default();
    loop {
        for domain in due(&edge, &busy) {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
                return;
            };
            let (edge, acme, lookup) = (Arc::clone(&edge), Arc::clone(&acme), Arc::clone(&lookup));
            let busy = Arc::clone(&busy);
            lock(&busy).insert(domain.clone());
            tokio::spawn(async move {
                advance(&edge, &acme, &lookup, &domain).await;
                lock(&busy).remove(&domain);
                drop(slot);
            });
        }
        tokio::time::sleep(TICK).await;
    }
}

/// Takes up what was added, forgets what was removed, and says what is to be looked at now.
fn due(edge: &Edge, busy: &std::sync::Mutex<BTreeSet<String>>) -> Vec<String> {
    let added: BTreeSet<String> = {
        let world = world::lock(&edge.world);
        world
            .state
            .keys
            .values()
            .flat_map(|site| site.domains.names().cloned())
            .collect()
    };
    edge.shown.retain(|domain| added.contains(domain));
    let mut domains = lock(&edge.domains);
    domains.retain(|domain, _| added.contains(domain));
    for domain in added {
        domains.entry(domain).or_insert_with(Domain::new);
    }
    let now = world::now_ms();
    let busy = lock(busy);
    let waits = |name: &String, domain: &Domain| {
        domain.due_ms <= now && !busy.contains(name) && !edge.shown.has(name)
    };
    domains
        .iter()
        .filter(|(name, domain)| waits(name, domain))
        .map(|(name, _)| name.clone())
        .collect()
}

/// One look at one domain.
async fn advance(edge: &Edge, acme: &Acme, lookup: &Lookup, name: &str) {
    let update = |change: &mut dyn FnMut(&mut Domain)| {
        if let Some(domain) = lock(&edge.domains).get_mut(name) {
            change(domain);
        }
    };
    let wait = |state: Stage, reason: Option<String>, ms: u64| {
        update(&mut |domain| {
            domain.state = state;
            domain.reason.clone_from(&reason);
            domain.due_ms = world::now_ms() + ms;
        });
    };
    let addresses = match lookup.addresses(name).await {
        Ok(addresses) => addresses,
        Err(error) => {
            return wait(
                Stage::WaitingDns,
                Some(format!("DNS did not answer: {error}")),
                DNS_EVERY_MS,
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
    update(&mut |domain| domain.addresses.clone_from(&addresses));
    if reason.is_some() {
        update(&mut |domain| domain.here_since_ms = None);
        return wait(Stage::WaitingDns, reason, DNS_EVERY_MS);
    }
    let now = world::now_ms();
    let mut here_since = now;
    update(&mut |domain| here_since = *domain.here_since_ms.get_or_insert(now));
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
            DNS_EVERY_MS,
        );
    }
    if here_since + delay > now {
        return wait(Stage::Delayed, None, here_since + delay - now);
    }
    match lookup.forbidding_caa(name, &identity).await {
        Ok(None) => {}
        Ok(Some(issuers)) => {
            let reason = format!("CAA allows only \"{issuers}\", not {identity}");
            return wait(Stage::Failed, Some(reason), DNS_EVERY_MS);
        }
        Err(error) => {
            return wait(
                Stage::Failed,
                Some(format!("CAA did not answer: {error}")),
                DNS_EVERY_MS,
            );
        }
    }
    let mut orders = 0;
    update(&mut |domain| {
        domain.state = Stage::Ordering;
        domain.reason = None;
        domain.orders += 1;
        orders = domain.orders;
    });
    match order(edge, acme, name).await {
        Ok(()) => update(&mut |domain| {
            domain.state = Stage::Valid;
            domain.issued_at_ms = Some(world::now_ms());
        }),
        Err(error) => {
            let again = (AGAIN_AFTER_MS * u64::from(orders)).min(10_000);
            wait(Stage::Failed, Some(error.to_string()), again);
        }
    }
}

async fn order(edge: &Edge, acme: &Acme, name: &str) -> Result<(), Failure> {
    let certificate = acme.order(edge, name).await?;
    let not_after =
        certificates::not_after(&certificate.chain_pem).ok_or("the certificate has no end")?;
    edge.shown.add(
        name,
        &certificate.chain_pem,
        &certificate.key_pem,
        not_after,
    )
}
