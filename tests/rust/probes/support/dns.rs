//! DNS servers for tests: two authoritative ones (knot) and a validating resolver (unbound).

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::process::Command;
use std::sync::OnceLock;

use super::process::{Folder, Server, wait_until};

/// What counts as here in these zones.
pub const HERE_V4: &str = "203.0.113.10";
pub const HERE_V6: &str = "2001:db8::10";

pub struct DnsServers {
    _first: Server,
    _second: Server,
    _resolver: Server,
    /// The port of the authoritative servers at 127.0.0.1 and 127.0.0.2.
    pub port: u16,
    /// A resolver that validates DNSSEC.
    pub resolver: SocketAddr,
}

impl DnsServers {
    /// The servers, shared by all tests of a process.
    pub fn get() -> &'static Self {
        static SERVERS: OnceLock<DnsServers> = OnceLock::new();
        SERVERS.get_or_init(Self::start)
    }

    /// The first authoritative server, which has every zone.
    pub fn first(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The second authoritative server, which has outdated zones.
    pub fn second(&self) -> SocketAddr {
        (Ipv4Addr::new(127, 0, 0, 2), self.port).into()
    }

    fn start() -> Self {
        let port = free_port();
        let first = knot("127.0.0.1", port, FIRST, &["signed.test", "bogus.test"]);
        let second = knot("127.0.0.2", port, SECOND, &[]);
        for (server, name) in [
            ("127.0.0.1", "signed.test"),
            ("127.0.0.1", "bogus.test"),
            ("127.0.0.2", "good.test"),
        ] {
            wait_until("knot serves", || {
                !dig(
                    server,
                    port,
                    &[name, if name == "good.test" { "SOA" } else { "DNSKEY" }],
                )
                .is_empty()
            });
        }
        let keys = dig("127.0.0.1", port, &["signed.test", "DNSKEY"]);
        let (resolver, address) = unbound(port, &keys);
        wait_until("unbound resolves", || {
            !dig("127.0.0.1", address.port(), &["good.test", "A"]).is_empty()
        });
        Self {
            _first: first,
            _second: second,
            _resolver: resolver,
            port,
            resolver: address,
        }
    }
}

/// A port that is free for UDP and TCP on every loopback address used here.
pub fn free_port() -> u16 {
    loop {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = tcp.local_addr().unwrap().port();
        let rest = [Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 2)]
            .map(|ip| UdpSocket::bind((ip, port)));
        if rest.iter().all(Result::is_ok)
            && TcpListener::bind((Ipv4Addr::new(127, 0, 0, 2), port)).is_ok()
        {
            return port;
        }
    }
}

pub fn dig(server: &str, port: u16, question: &[&str]) -> String {
    let output = Command::new("kdig")
        .arg(format!("@{server}"))
        .args(["-p", &port.to_string(), "+short", "+timeout=1", "+retry=0"])
        .args(question)
        .output()
        .expect("kdig, of the package knot-dnsutils");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if text.contains(";;") {
        String::new()
    } else {
        text
    }
}

/// Zones as one text: a line `$zone name` begins one; each gets an SOA and, unless it has its own,
/// an NS record.
fn knot(address: &str, port: u16, zones: &str, signed: &[&str]) -> Server {
    let folder = Folder::new("knot");
    let mut conf = format!(
        "server:\n  rundir: .\n  listen: {address}@{port}\n  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1\n\
         log:\n  - target: stderr\n    any: warning\ndatabase:\n  storage: db\n\
         policy:\n  - id: quick\n    single-type-signing: on\n    algorithm: ecdsap256sha256\nzone:\n"
    );
    for zone in zones.split("$zone ").skip(1) {
        let (name, records) = zone.split_once('\n').unwrap();
        let mut file =
            format!("$ORIGIN {name}.\n$TTL 60\n@ SOA ns1 hostmaster 1 3600 600 86400 5\n");
        if !records.contains(" NS ") {
            file.push_str("@ NS ns1\nns1 A 127.0.0.1\n");
        }
        for record in records.lines() {
            writeln!(file, "{}", record.trim()).unwrap();
        }
        let path = folder.write(&format!("{name}.zone"), &file);
        writeln!(
            conf,
            "  - domain: {name}\n    file: {}\n    semantic-checks: off",
            path.display()
        )
        .unwrap();
        if signed.contains(&name) {
            conf.push_str(
                "    dnssec-signing: on\n    dnssec-policy: quick\n    zonefile-sync: -1\n",
            );
        }
    }
    std::fs::create_dir(folder.path().join("db")).unwrap();
    folder.write("knot.conf", &conf);
    Server::start(folder, &["knotd", "-c", "knot.conf"])
}

/// `keys`: the right ones of `signed.test`, which are wrong for `bogus.test`.
fn unbound(port: u16, keys: &str) -> (Server, SocketAddr) {
    let folder = Folder::new("unbound");
    let own = free_port();
    let mut conf = format!(
        "server:\n  directory: \".\"\n  chroot: \"\"\n  username: \"\"\n  pidfile: \"\"\n  use-syslog: no\n  logfile: \"\"\n\
         \x20 interface: 127.0.0.1@{own}\n  port: {own}\n  num-threads: 1\n  do-not-query-localhost: no\n  do-ip6: no\n\
         \x20 local-zone: \"test.\" nodefault\n  module-config: \"validator iterator\"\n  root-hints: \"\"\n\
         \x20 cache-max-negative-ttl: 1\n  infra-host-ttl: 1\n  val-log-level: 2\n  minimal-responses: no\n  trust-anchor-signaling: no\n"
    );
    for zone in ["signed.test", "bogus.test"] {
        for key in keys.lines() {
            writeln!(conf, "  trust-anchor: \"{zone}. DNSKEY {key}\"").unwrap();
        }
    }
    writeln!(conf, "remote-control:\n  control-enable: no\nforward-zone:\n  name: \".\"\n  forward-addr: 127.0.0.1@{port}\nstub-zone:\n  name: \"lame.test.\"\n  stub-addr: 127.0.0.2@{port}").unwrap();
    folder.write("unbound.conf", &conf);
    let server = Server::start(folder, &["unbound", "-d", "-c", "unbound.conf"]);
    (server, (Ipv4Addr::LOCALHOST, own).into())
}

const FIRST: &str = include_str!("first.zones");
const SECOND: &str = include_str!("second.zones");
