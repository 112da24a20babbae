//! What the system's own files say: `/etc/hosts` and `/etc/resolv.conf`, in a mount namespace of
//! our own.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;

use closte::api::Config;
use closte::dns::{DnsOptions, DnsProber, DnsState};

use crate::dns::{check_with, codes, options};
use crate::emulator::{client, run};
use crate::support::dns::{DnsServers, HERE_V4, HERE_V6};
use crate::support::fake_dns::{A, AAAA, FakeServer, NS, Reply};
use crate::support::process::Folder;
use crate::support::{block_on, texts};

/// Set where a test runs with files of its own.
const INSIDE: &str = "CLOSTE_TEST_INSIDE";
/// Set by whoever lets these tests be skipped on a system that allows no mounts.
const MAY_SKIP: &str = "CLOSTE_TEST_MAY_SKIP_MOUNTS";

/// Runs the test `name` again with these files in `/etc`; returns whether that is this time.
fn is_inside(name: &str, files: &[(&str, &str)]) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let folder = Folder::new("etc");
    let mut script = String::new();
    for (file, content) in files {
        let path = folder.write(file, content);
        writeln!(
            script,
            "mount --bind {} /etc/{file} || exit",
            path.display()
        )
        .unwrap();
    }
    script += "exec \"$@\"";
    let inside = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&inside.stdout) + String::from_utf8_lossy(&inside.stderr);
    if !said.contains("running 1 test") {
        assert!(
            std::env::var_os(MAY_SKIP).is_some(),
            "{name} needs a mount namespace, which this system does not allow. Run it as root or \
             where user namespaces are allowed, or set {MAY_SKIP}=1 to skip it. {said}"
        );
        // Past the harness, which shows nothing of a test that passes. bin/test shows such lines.
        let line = format!("skip  {name}: no mount namespace\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        return false;
    }
    assert!(
        inside.status.success() && said.contains("1 passed"),
        "{said}"
    );
    false
}

#[test]
fn the_hosts_file_of_this_server_does_not_say_what_is_here() {
    let hosts = "127.0.0.1 localhost\n127.0.1.1 good.test www.good.test\n";
    if !is_inside(
        "system_files::the_hosts_file_of_this_server_does_not_say_what_is_here",
        &[("hosts", hosts)],
    ) {
        return;
    }
    let servers = DnsServers::get();
    let report = check_with("elsewhere.test", &["good.test"], options(servers));
    assert_eq!(codes(&report), ["elsewhere"]);
    let message = &report.problems[0].message;
    assert!(
        message.contains(HERE_V4) && message.contains(HERE_V6) && !message.contains("127.0.1.1"),
        "{message}"
    );
    let report = check_with("www.good.test", &["good.test"], options(servers));
    assert_eq!((report.state, codes(&report)), (DnsState::Here, vec![]));
    // Whoever diagnoses the network sees the same.
    let prober = DnsProber::new(&texts(&["good.test"]), options(servers)).unwrap();
    let report = block_on(prober.check_targets());
    let found: Vec<String> = report.targets["good.test"]
        .addresses
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found, [HERE_V4, HERE_V6]);
    assert_eq!(report.resolvers[&servers.resolver.to_string()], None);
}

/// As systemd-resolved and dnsmasq are.
fn resolver_with_hosts_file(names: &'static [&'static str], address: &'static str) -> FakeServer {
    FakeServer::start(move |question| {
        Some(match (question.kind, question.name.as_str()) {
            (NS, "good.test") => Reply {
                name_server: Some("ns1.good.test"),
                ..Reply::default()
            },
            (A | AAAA, "ns1.good.test") => Reply::addresses(question, &["127.0.0.1"]),
            (A | AAAA, name) if names.contains(&name) => Reply::addresses(question, &[address]),
            _ => Reply::default(),
        })
    })
}

/// What the target is found to have, or why nothing.
fn found(target: &str, options: DnsOptions) -> (Vec<String>, Option<String>) {
    let prober = DnsProber::new(&texts(&[target]), options).unwrap();
    let report = block_on(prober.check_targets());
    let found = &report.targets[target];
    let addresses = found.addresses.iter().map(ToString::to_string).collect();
    (addresses, found.error.clone())
}

#[test]
fn a_resolver_that_reads_the_hosts_file_does_not_say_what_is_here_either() {
    // A public address may be wrong too.
    for address in ["127.0.1.1", "10.0.0.1", "8.8.4.4"] {
        let resolver = resolver_with_hosts_file(&["good.test"], address);
        let options = DnsOptions {
            resolvers: vec![resolver.address.to_string()],
            ..options(DnsServers::get())
        };
        assert_eq!(
            found("good.test", options),
            (texts(&[HERE_V4, HERE_V6]), None),
            "{address}"
        );
    }
}

#[test]
fn a_loopback_address_that_nobody_publishes_is_not_here() {
    let names = &["good.test", "dev.test", "myhost.internal-net.com", "myhost"];
    let resolver = resolver_with_hosts_file(names, "127.0.1.1");
    // Nobody listens at this port: the zone's own name servers cannot be reached.
    let closed = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    for authoritative in [true, false] {
        let options = DnsOptions {
            resolvers: vec![resolver.address.to_string()],
            name_server_port: port,
            authoritative,
            ..DnsOptions::default()
        };
        for name in ["good.test", "myhost.internal-net.com", "myhost"] {
            let (addresses, error) = found(name, options.clone());
            assert_eq!(addresses, texts(&[]), "{name}");
            assert!(error.as_deref() == Some("loopback"), "{name}");
        }
        // Then nobody can know whether a domain is here.
        let report = check_with("good.test", &["myhost.internal-net.com"], options.clone());
        assert_eq!(report.state, DnsState::Unknown, "{report:#?}");
        // Names for tests that no name server has are the resolver's own; localhost is everybody's.
        assert_eq!(
            found("dev.test", options.clone()),
            (texts(&["127.0.1.1"]), None)
        );
        assert_eq!(
            found("network.localhost", options.clone()),
            (texts(&["127.0.0.1", "::1"]), None)
        );
        assert_eq!(found("127.0.1.1", options), (texts(&["127.0.1.1"]), None));
    }
}

#[test]
fn what_can_be_read_of_resolv_conf_is_used() {
    let text = "# written by hand\nsearch corp..local\nnameserver resolver.corp\noptions ndots:x\n\
                nameserver 127.0.0.1 # here\n";
    if !is_inside(
        "system_files::what_can_be_read_of_resolv_conf_is_used",
        &[("resolv.conf", text)],
    ) {
        return;
    }
    let (report, error) = look_around();
    assert!(!report.unnamed_resolver);
    assert_eq!(report.resolvers.len(), 1);
    assert!(report.resolvers.contains_key("127.0.0.1"));
    assert!(
        error.contains("127.0.0.1: cannot be reached") && !error.contains("names no name server"),
        "{error}"
    );
}

#[test]
fn without_a_name_server_in_resolv_conf_the_messages_say_so() {
    if !is_inside(
        "system_files::without_a_name_server_in_resolv_conf_the_messages_say_so",
        &[("resolv.conf", "search corp.example\n")],
    ) {
        return;
    }
    let (report, error) = look_around();
    assert!(report.unnamed_resolver);
    assert!(
        error.contains("/etc/resolv.conf names no name server that can be read"),
        "{error}"
    );
    let report = check_with("good.test", &[HERE_V4], DnsOptions::default());
    assert_eq!(codes(&report), ["no-answer"]);
    let message = &report.problems[0].message;
    assert!(
        message.contains("/etc/resolv.conf on this server names no resolver"),
        "{message}"
    );
}

/// How the system's resolvers are seen, and what a call to Closte says where nobody resolves its
/// name.
fn look_around() -> (closte::dns::TargetsReport, String) {
    let prober = DnsProber::new(&texts(&["good.test"]), DnsOptions::default()).unwrap();
    let report = block_on(prober.check_targets());
    let config = Config {
        base_url: "https://app.closte-somewhere.com/api".to_owned(),
        retries: 0,
        ..Config::default()
    };
    let error = run(client(config).verify()).unwrap_err();
    assert_eq!(error.reason(), "dns", "{error}");
    assert!(!error.to_string().contains("firewall"), "{error}");
    (report, error.to_string())
}
