use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, NameConstraints, date_time_ymd,
};
use rustls::RootCertStore;
use rustls_pki_types::{CertificateDer, ServerName, alg_id};

use super::*;
use crate::certificate::report::{CertificateReport, CertificateState};
use crate::certificate::verdict::judge;
use crate::net::TrustRoots;

/// Of the intermediate certificates, so that it can be found in them.
const SERIAL: [u8; 8] = [0x42, 0x17, 0x99, 0x03, 0x51, 0x66, 0x70, 0x08];

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Authority {
    fn root() -> Self {
        let (key, params) = (KeyPair::generate().unwrap(), authority("root"));
        Self {
            certificate: params.self_signed(&key).unwrap().der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    fn intermediate(&self, change: impl FnOnce(&mut CertificateParams)) -> Self {
        self.intermediate_of(KeyPair::generate().unwrap(), change)
    }

    fn intermediate_of(&self, key: KeyPair, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = authority("intermediate");
        params.serial_number = Some(SERIAL.to_vec().into());
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Self {
            certificate: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    fn leaf(&self, name: &str) -> CertificateDer<'static> {
        self.leaf_with(name, |_| ())
    }

    fn leaf_with(
        &self,
        name: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> CertificateDer<'static> {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        params.signed_by(&key, &self.issuer).unwrap().der().clone()
    }

    /// The same key again.
    fn key(&self) -> KeyPair {
        KeyPair::from_pem(&self.issuer.key().serialize_pem()).unwrap()
    }

    fn trusted(&self) -> TrustRoots {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        TrustRoots::only(roots)
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

/// 1 January of a year.
fn in_year(year: i32) -> i64 {
    date_time_ymd(year, 1, 1).unix_timestamp()
}

/// A root, and what is known once good chains have been judged.
struct World {
    root: Authority,
    roots: TrustRoots,
    good: GoodSignatures,
}

impl World {
    fn new() -> Self {
        let root = Authority::root();
        Self {
            roots: root.trusted(),
            root,
            good: GoodSignatures::new(),
        }
    }

    fn judge(&self, chain: &[&CertificateDer<'_>], name: &str, year: i32) -> CertificateReport {
        judged(chain, name, &self.roots, &self.good, year)
    }

    /// Accepts a chain: the signatures of its authorities are known from now on.
    fn accept(&self, chain: &[&CertificateDer<'_>], name: &str) {
        let report = self.judge(chain, name, 2026);
        assert_eq!(report.state, CertificateState::Valid, "{report:?}");
        assert_eq!(self.known(), chain.len() - 1);
    }

    /// Refuses a chain, in the words of somebody who knows nothing yet.
    fn refuse(&self, chain: &[&CertificateDer<'_>], name: &str, year: i32) -> CertificateReport {
        let report = self.judge(chain, name, year);
        assert_eq!(report.state, CertificateState::Untrusted, "{report:?}");
        let anew = judged(chain, name, &self.roots, &GoodSignatures::new(), year);
        assert_eq!(report, anew);
        report
    }

    fn known(&self) -> usize {
        self.good.0.lock().unwrap().len()
    }
}

fn judged(
    chain: &[&CertificateDer<'_>],
    name: &str,
    roots: &TrustRoots,
    good: &GoodSignatures,
    year: i32,
) -> CertificateReport {
    let chain: Vec<CertificateDer<'_>> = chain.iter().map(|&one| one.clone()).collect();
    let name = ServerName::try_from(name).unwrap();
    judge(&chain, &name, roots, good, in_year(year))
}

fn changed(certificate: &CertificateDer<'_>, at: usize) -> CertificateDer<'static> {
    let mut der = certificate.to_vec();
    der[at] ^= 1;
    der.into()
}

#[test]
fn an_intermediate_that_has_expired_since_is_refused() {
    let world = World::new();
    let brief = world
        .root
        .intermediate(|params| params.not_after = date_time_ymd(2027, 1, 1));
    let leaf = brief.leaf("a.test");
    world.accept(&[&leaf, &brief.certificate], "a.test");
    let report = world.refuse(&[&leaf, &brief.certificate], "a.test", 2028);
    assert_eq!(report.reason, Some("chain-expired"));
}

#[test]
fn another_name_under_a_constrained_intermediate_is_refused() {
    let world = World::new();
    let limited = world.root.intermediate(|params| {
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName("inside.test".to_owned())],
            excluded_subtrees: Vec::new(),
        });
    });
    let (inside, outside) = (limited.leaf("a.inside.test"), limited.leaf("outside.test"));
    world.accept(&[&inside, &limited.certificate], "a.inside.test");
    world.refuse(&[&outside, &limited.certificate], "outside.test", 2026);
}

#[test]
fn what_is_not_for_servers_is_refused() {
    let world = World::new();
    let purpose =
        |purpose| move |params: &mut CertificateParams| params.extended_key_usages = vec![purpose];
    let servers = world
        .root
        .intermediate(purpose(ExtendedKeyUsagePurpose::ServerAuth));
    let leaf = servers.leaf("a.test");
    world.accept(&[&leaf, &servers.certificate], "a.test");

    let clients = purpose(ExtendedKeyUsagePurpose::ClientAuth);
    let of_clients = servers.leaf_with("a.test", clients.clone());
    let report = world.refuse(&[&of_clients, &servers.certificate], "a.test", 2026);
    assert_eq!(report.reason, Some("wrong-purpose"));

    // The same authority with another certificate.
    let other = world.root.intermediate_of(servers.key(), clients);
    let report = world.refuse(&[&leaf, &other.certificate], "a.test", 2026);
    assert_eq!(report.reason, Some("wrong-purpose"));
}

#[test]
fn a_path_that_is_longer_than_an_authority_allows_is_refused() {
    let world = World::new();
    let last = world
        .root
        .intermediate(|params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
    world.accept(&[&last.leaf("a.test"), &last.certificate], "a.test");
    let below = last.intermediate(|params| {
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, "below the last");
    });
    let leaf = below.leaf("a.test");
    world.refuse(
        &[&leaf, &below.certificate, &last.certificate],
        "a.test",
        2026,
    );
    // Nor is a certificate an authority because it is known.
    let sold = last.intermediate(|params| params.is_ca = IsCa::ExplicitNoCa);
    let leaf = sold.leaf("a.test");
    world.refuse(
        &[&leaf, &sold.certificate, &last.certificate],
        "a.test",
        2026,
    );
}

#[test]
fn a_known_certificate_that_was_changed_is_refused() {
    let world = World::new();
    let between = world.root.intermediate(|_| ());
    let leaf = between.leaf("a.test");
    let der = &between.certificate;
    world.accept(&[&leaf, der], "a.test");
    let serial = der.windows(SERIAL.len()).position(|it| it == SERIAL);
    for at in [serial.unwrap(), der.len() - 1] {
        let report = world.refuse(&[&leaf, &changed(der, at)], "a.test", 2026);
        assert_eq!(report.reason, Some("chain-broken"));
    }
    // Another authority of that name, whose key is not the one that signed.
    let impostor = Authority::root().intermediate(|_| ());
    world.refuse(&[&leaf, &impostor.certificate], "a.test", 2026);
    world.refuse(&[&impostor.leaf("a.test"), der], "a.test", 2026);
}

#[test]
fn the_signature_of_a_servers_own_certificate_is_verified_each_time() {
    let world = World::new();
    let between = world.root.intermediate(|_| ());
    for name in ["a.test", "b.test", "a.test"] {
        let leaf = between.leaf(name);
        world.accept(&[&leaf, &between.certificate], name);
        let broken = changed(&leaf, leaf.len() - 1);
        let report = world.refuse(&[&broken, &between.certificate], name, 2026);
        assert_eq!(report.reason, Some("chain-broken"));
    }
}

#[test]
fn a_chain_to_a_root_that_is_not_trusted_is_refused() {
    let world = World::new();
    let between = world.root.intermediate(|_| ());
    let leaf = between.leaf("a.test");
    let chain = [&leaf, &between.certificate];
    world.accept(&chain, "a.test");
    // It has the same name.
    let other = Authority::root().trusted();
    for (roots, reason) in [
        (other, "chain-broken"),
        (TrustRoots::only(RootCertStore::empty()), "unknown-issuer"),
    ] {
        let report = judged(&chain, "a.test", &roots, &world.good, 2026);
        assert_eq!(report.state, CertificateState::Untrusted);
        assert_eq!(report.reason, Some(reason));
    }
}

/// Takes what begins with `good`; counts.
#[derive(Debug, Default)]
struct Counting(AtomicUsize);

impl SignatureVerificationAlgorithm for Counting {
    fn verify_signature(
        &self,
        _key: &[u8],
        _message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        self.0.fetch_add(1, Ordering::Relaxed);
        if signature.starts_with(b"good") {
            Ok(())
        } else {
            Err(InvalidSignature)
        }
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P256
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA256
    }
}

#[test]
fn one_signature_is_verified_once_and_only_a_good_one_is_kept() {
    let (good, counting) = (GoodSignatures::new(), Counting::default());
    let times = |key: &str, message: &str, signature: &str| {
        let before = counting.0.load(Ordering::Relaxed);
        let [key, message, signature] = [key, message, signature].map(str::as_bytes);
        let knowing = good.knowing(b"own", &counting);
        let first = knowing.verify_signature(key, message, signature);
        let second = knowing.verify_signature(key, message, signature);
        assert_eq!(first.is_ok(), second.is_ok());
        assert_eq!(first.is_ok(), signature.starts_with(b"good"));
        counting.0.load(Ordering::Relaxed) - before
    };
    assert_eq!(times("key", "message", "good"), 1);
    assert_eq!(times("key", "message", "good"), 0);
    assert_eq!(times("key", "other", "good"), 1);
    assert_eq!(times("other", "message", "good"), 1);
    assert_eq!(times("key", "message", "good too"), 1);
    // Where one part ends and the next begins matters.
    assert_eq!(times("keym", "essage", "good"), 1);
    assert_eq!(times("key", "own", "good"), 2);
    assert_eq!(times("key", "message", "bad"), 2);
    let long = "x".repeat(LONGEST);
    assert_eq!(times("key", &long, "good"), 2);
    for number in 0..MOST {
        assert_eq!(times("key", &number.to_string(), "good"), 1);
    }
    assert_eq!(good.0.lock().unwrap().len(), MOST);
    assert_eq!(times("key", "message", "good"), 1);
    assert_eq!(times("key", "5", "good"), 0);
    // Where another thread had the lock when the process was forked, all are verified.
    let held = good.0.lock().unwrap();
    assert_eq!(times("key", "message", "good"), 2);
    drop(held);
}
