//! Closte's edge: a TLS server with a certificate for every added domain that points here.

mod acme;
mod certificates;
mod issuance;
mod lookup;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::BoxError;
use crate::listener::Listener;
use crate::state::Shared;
use crate::tls::Authority;

use acme::Acme;
use certificates::CertificateStore;
pub use lookup::Lookup;
pub use server::check_upstream;

/// Where the edge listens, and the addresses that count as its own.
#[derive(Clone)]
pub struct Options {
    pub listen: SocketAddr,
    pub http_listen: SocketAddr,
    /// A domain points here when all of its addresses are among these.
    pub addresses: Vec<IpAddr>,
}

/// The DNS and ACME servers of the edge. The stack starts them after the edge listens.
#[derive(Clone)]
pub struct Issuer {
    pub directory: String,
    /// PEM file with the root of the ACME server's own HTTPS.
    pub ca: PathBuf,
    pub dns: SocketAddr,
    /// Management URL of pebble-challtestsrv, for DNS-01.
    pub challtestsrv: Option<String>,
}

/// Body of `PUT /edge`; omitted fields stay as they are.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    delay_ms: Option<u64>,
    deny: Option<BTreeSet<String>>,
    serve: Option<BTreeMap<String, Serve>>,
    /// Empty for none.
    upstream: Option<String>,
    answers: Option<BTreeMap<String, String>>,
    caa_identity: Option<String>,
}

/// Settings of the edge.
#[derive(Clone, Serialize)]
pub struct Settings {
    /// Milliseconds between the first check that found the domain here and the order.
    delay_ms: u64,
    /// Domains that get no certificate.
    deny: BTreeSet<String>,
    /// What is presented instead of the issued certificate.
    serve: BTreeMap<String, Serve>,
    /// `http://host:port` of the site behind the edge.
    upstream: Option<String>,
    /// Responses by path, for any host; they come before `upstream`.
    answers: BTreeMap<String, String>,
    /// The issuer that CAA records must allow (RFC 8659).
    caa_identity: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            delay_ms: 0,
            deny: BTreeSet::new(),
            serve: BTreeMap::new(),
            upstream: None,
            answers: BTreeMap::new(),
            caa_identity: "letsencrypt.org".to_owned(),
        }
    }
}

/// Which certificate a domain is served with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Serve {
    /// The issued one.
    Valid,
    Expired,
    /// Of the emulator's CA, with ten days left.
    Ending,
    SelfSigned,
    /// Of the emulator's CA, for another name.
    Foreign,
    /// For the right name, of an untrusted CA.
    Untrusted,
    /// No certificate: the handshake is refused.
    None,
}

/// The state of a domain's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Stage {
    WaitingDns,
    Delayed,
    Ordering,
    Valid,
    Denied,
    Failed,
}

/// One added domain.
#[derive(Clone, Debug, Serialize)]
struct Domain {
    /// Which addition this is: a domain that is removed and added again is another one.
    #[serde(skip)]
    addition: u64,
    state: Stage,
    /// Why there is no certificate yet, in words.
    reason: Option<String>,
    addresses: Vec<IpAddr>,
    orders: u32,
    /// Unix time in milliseconds of the first check that found it here.
    here_since_ms: Option<u64>,
    issued_at_ms: Option<u64>,
    #[serde(skip)]
    due_ms: u64,
}

impl Domain {
    const fn new(addition: u64) -> Self {
        Self {
            addition,
            state: Stage::WaitingDns,
            reason: None,
            addresses: Vec::new(),
            orders: 0,
            here_since_ms: None,
            issued_at_ms: None,
            due_ms: 0,
        }
    }
}

/// The running edge.
pub struct Edge {
    state: Shared,
    pub addresses: Vec<IpAddr>,
    authority: Authority,
    settings: Mutex<Settings>,
    command_line_upstream: Option<String>,
    domains: Mutex<BTreeMap<String, Domain>>,
    additions: AtomicU64,
    /// Token to key authorization (RFC 8555, 8.3).
    tokens: Mutex<BTreeMap<String, String>>,
    certificates: Arc<CertificateStore>,
    listening: Mutex<Vec<Listener>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Edge {
    /// Listens for TLS and HTTP. Certificates are issued after [`Edge::issue_with`].
    pub fn listen(
        state: &Shared,
        options: &Options,
        authority: Authority,
        upstream: Option<String>,
    ) -> Result<Arc<Self>, BoxError> {
        let settings = Settings {
            upstream: upstream.clone(),
            ..Settings::default()
        };
        let edge = Arc::new(Self {
            state: Arc::clone(state),
            addresses: options.addresses.clone(),
            authority,
            settings: Mutex::new(settings),
            command_line_upstream: upstream,
            domains: Mutex::default(),
            additions: AtomicU64::default(),
            tokens: Mutex::default(),
            certificates: Arc::default(),
            listening: Mutex::default(),
        });
        let listeners = server::listen(&edge, options)?;
        *lock(&edge.listening) = listeners;
        Ok(edge)
    }

    /// Addresses of the TLS and the HTTP listener.
    pub fn ports(&self) -> (SocketAddr, SocketAddr) {
        let none = SocketAddr::from(([127, 0, 0, 1], 0));
        let listeners = lock(&self.listening);
        let at = |n: usize| listeners.get(n).map_or(none, |listener| listener.address);
        (at(0), at(1))
    }

    /// Starts to issue certificates for added domains.
    pub fn issue_with(self: &Arc<Self>, issuer: Issuer) -> Result<(), BoxError> {
        let lookup = Lookup::new(issuer.dns)?;
        tokio::spawn(issuance::run(
            Arc::clone(self),
            Arc::new(Acme::new(issuer)),
            Arc::new(lookup),
        ));
        Ok(())
    }

    /// The response to `GET /edge`.
    pub fn show(&self) -> Value {
        let (tls, http) = self.ports();
        let settings = lock(&self.settings).clone();
        let domains: BTreeMap<_, _> = lock(&self.domains)
            .iter()
            .map(|(name, domain)| {
                let mut value = json!(domain);
                if let Some(value) = value.as_object_mut() {
                    let serve = settings.serve.get(name).copied().unwrap_or(Serve::Valid);
                    value.insert("serve".to_owned(), json!(serve));
                    value.insert(
                        "not_after".to_owned(),
                        json!(self.certificates.not_after(name)),
                    );
                }
                (name.clone(), value)
            })
            .collect();
        json!({
            "tls": tls, "http": http, "addresses": self.addresses, "settings": settings, "domains": domains,
        })
    }

    /// Whether a domain has this state in `GET /edge`.
    pub fn is(&self, domain: &str, state: &str) -> bool {
        let domains = lock(&self.domains);
        domains
            .get(domain)
            .is_some_and(|domain| json!(domain.state) == state)
    }

    /// Applies a `PUT /edge`.
    pub fn change(&self, change: SettingsChange) -> Result<(), BoxError> {
        let mut settings = lock(&self.settings);
        if let Some(serve) = change.serve {
            let mut overrides = Vec::new();
            for (domain, serve) in &serve {
                overrides.extend(
                    certificates::override_for(&self.authority, domain, *serve)?
                        .map(|it| (domain.clone(), it)),
                );
            }
            self.certificates.set_overrides(overrides);
            settings.serve = serve;
        }
        if let Some(upstream) = change.upstream {
            let upstream = (!upstream.is_empty()).then_some(upstream);
            upstream.as_deref().map_or(Ok(()), check_upstream)?;
            settings.upstream = upstream;
        }
        settings.delay_ms = change.delay_ms.unwrap_or(settings.delay_ms);
        if let Some(deny) = change.deny {
            settings.deny = deny;
        }
        if let Some(answers) = change.answers {
            settings.answers = answers;
        }
        if let Some(identity) = change.caa_identity {
            settings.caa_identity = identity;
        }
        drop(settings);
        // Waiting domains use the new settings at once.
        lock(&self.domains)
            .values_mut()
            .for_each(|domain| domain.due_ms = 0);
        Ok(())
    }

    /// Makes the domains those that are added now. Certificates of all others are gone.
    fn follow(&self, added: &BTreeSet<String>) {
        let mut domains = lock(&self.domains);
        self.certificates.retain(|domain| added.contains(domain));
        domains.retain(|domain, _| added.contains(domain));
        for domain in added {
            domains
                .entry(domain.clone())
                .or_insert_with(|| Domain::new(self.additions.fetch_add(1, Ordering::Relaxed)));
        }
    }

    /// Changes a domain, unless it was removed since, even if it was added again: an order takes
    /// longer than that, and its certificate is not the new domain's.
    fn update<T>(
        &self,
        name: &str,
        addition: u64,
        change: impl FnOnce(&mut Domain) -> T,
    ) -> Option<T> {
        let mut domains = lock(&self.domains);
        let domain = domains.get_mut(name)?;
        (domain.addition == addition).then(|| change(domain))
    }

    /// Back to the start, without certificates.
    pub fn reset(&self) {
        *lock(&self.settings) = Settings {
            upstream: self.command_line_upstream.clone(),
            ..Settings::default()
        };
        lock(&self.domains).clear();
        self.certificates.clear();
    }
}

#[cfg(test)]
mod tests;
