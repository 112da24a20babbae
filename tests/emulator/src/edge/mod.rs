//! Closte's edge: a certificate for every added domain that points here, and a server that shows it.

mod acme;
mod certificates;
mod front;
mod issue;
mod lookup;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::gate::Gate;
use crate::tls::{Authority, Failure};
use crate::world::Shared;

use acme::Acme;
use certificates::Shown;
pub use front::check_upstream;
pub use lookup::Lookup;

/// What the edge needs to know to start.
#[derive(Clone)]
pub struct Options {
    pub listen: SocketAddr,
    pub http_listen: SocketAddr,
    /// What counts as here.
    pub addresses: Vec<IpAddr>,
}

/// Where the edge asks and orders; comes later than its listeners where it starts the ACME server itself.
#[derive(Clone)]
pub struct Issuer {
    pub directory: String,
    /// PEM file with the root of the ACME server's own HTTPS.
    pub ca: PathBuf,
    pub dns: SocketAddr,
    /// Management URL of pebble-challtestsrv, for DNS-01.
    pub challtestsrv: Option<String>,
}

/// What `PUT /edge` changes; what is left out stays.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    delay_ms: Option<u64>,
    deny: Option<BTreeSet<String>>,
    serve: Option<BTreeMap<String, Serve>>,
    /// Empty for none.
    upstream: Option<String>,
    answers: Option<BTreeMap<String, String>>,
    caa_identity: Option<String>,
}

/// How the edge behaves.
#[derive(Clone, Serialize)]
pub struct Settings {
    /// Milliseconds from when a domain first points here to the order.
    delay_ms: u64,
    /// Domains that get no certificate.
    deny: BTreeSet<String>,
    /// What is shown in place of the certificate that was issued.
    serve: BTreeMap<String, Serve>,
    /// Where requests for sites go, as `http://host:port`.
    upstream: Option<String>,
    /// Path to text that is answered for any host, before `upstream`.
    answers: BTreeMap<String, String>,
    /// What a CAA record must allow (RFC 8659).
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

/// What a domain is served with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Serve {
    /// What was issued.
    Valid,
    Expired,
    /// Of the emulator's CA, good for ten more days.
    Ending,
    SelfSigned,
    /// Of the emulator's CA, for another name.
    Foreign,
    /// For the right name, of a CA that nobody trusts.
    Untrusted,
    /// No certificate: the handshake is refused.
    None,
}

/// How far a domain's certificate is.
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
    state: Stage,
    /// Why it is not further, in words.
    reason: Option<String>,
    addresses: Vec<IpAddr>,
    orders: u32,
    /// Unix time in milliseconds since when it points here.
    here_since_ms: Option<u64>,
    issued_at_ms: Option<u64>,
    #[serde(skip)]
    due_ms: u64,
}

impl Domain {
    const fn new() -> Self {
        Self {
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

/// The edge as it runs.
pub struct Edge {
    world: Shared,
    pub addresses: Vec<IpAddr>,
    authority: Authority,
    settings: Mutex<Settings>,
    first_upstream: Option<String>,
    domains: Mutex<BTreeMap<String, Domain>>,
    /// Token to key authorization (RFC 8555, 8.3).
    tokens: Mutex<BTreeMap<String, String>>,
    shown: Arc<Shown>,
    listening: Mutex<Vec<Gate>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Edge {
    /// Listens for TLS and HTTP; issues nothing before [`Edge::issue_with`].
    pub fn listen(
        world: &Shared,
        options: &Options,
        authority: Authority,
        upstream: Option<String>,
    ) -> Result<Arc<Self>, Failure> {
        let settings = Settings {
            upstream: upstream.clone(),
            ..Settings::default()
        };
        let edge = Arc::new(Self {
            world: Arc::clone(world),
            addresses: options.addresses.clone(),
            authority,
            settings: Mutex::new(settings),
            first_upstream: upstream,
            domains: Mutex::default(),
            tokens: Mutex::default(),
            shown: Arc::default(),
            listening: Mutex::default(),
        });
        let gates = front::listen(&edge, options)?;
        *lock(&edge.listening) = gates;
        Ok(edge)
    }

    /// Where it listens: TLS, then HTTP.
    pub fn ports(&self) -> (SocketAddr, SocketAddr) {
        let none = SocketAddr::from(([127, 0, 0, 1], 0));
        let gates = lock(&self.listening);
        let at = |n: usize| gates.get(n).map_or(none, |gate| gate.address);
        (at(0), at(1))
    }

    /// Starts to look after the domains that are added.
    pub fn issue_with(self: &Arc<Self>, issuer: Issuer) -> Result<(), Failure> {
        let lookup = Lookup::new(issuer.dns)?;
        tokio::spawn(issue::run(
            Arc::clone(self),
            Arc::new(Acme::new(issuer)),
            Arc::new(lookup),
        ));
        Ok(())
    }

    /// For `GET /edge`.
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
                    value.insert("not_after".to_owned(), json!(self.shown.not_after(name)));
                }
                (name.clone(), value)
            })
            .collect();
        json!({
            "tls": tls, "http": http, "addresses": self.addresses, "settings": settings, "domains": domains,
        })
    }

    /// Whether a domain is in this state, as `GET /edge` writes it.
    pub fn is(&self, domain: &str, state: &str) -> bool {
        let domains = lock(&self.domains);
        domains
            .get(domain)
            .is_some_and(|domain| json!(domain.state) == state)
    }

    /// For `PUT /edge`.
    pub fn change(&self, change: Change) -> Result<(), Failure> {
        let mut settings = lock(&self.settings);
        if let Some(serve) = change.serve {
            let mut instead = Vec::new();
            for (domain, serve) in &serve {
                instead.extend(
                    certificates::instead(&self.authority, domain, *serve)?
                        .map(|it| (domain.clone(), it)),
                );
            }
            self.shown.set_instead(instead);
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
        // Those that wait look at the new settings at once.
        lock(&self.domains)
            .values_mut()
            .for_each(|domain| domain.due_ms = 0);
        Ok(())
    }

    /// As it was started, with no certificate.
    pub fn reset(&self) {
        *lock(&self.settings) = Settings {
            upstream: self.first_upstream.clone(),
            ..Settings::default()
        };
        lock(&self.domains).clear();
        self.shown.clear();
    }
}
