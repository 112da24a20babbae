//! The token that proves that requests for a domain arrive here, also through a proxy.

use std::net::SocketAddr;

use closte::dns::{DnsOptions, DnsProber, DnsReport, DnsState, Proof};

use crate::dns::{codes, options};
use crate::proof_redirects::one_port;
use crate::support::dns::{DnsServers, HERE_V4};
use crate::support::tls::{Identity, serve_paths, serve_plain, serve_web};
use crate::support::{block_on, domain, texts};

pub fn answer(status: &str, more: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\n{more}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn check(name: &str, server: SocketAddr) -> DnsReport {
    check_with(name, server, None)
}

fn check_with(name: &str, server: SocketAddr, script: Option<&str>) -> DnsReport {
    let options = proof_options(server, script);
    let prober = DnsProber::new(&texts(&[HERE_V4]), options).unwrap();
    block_on(prober.check(&domain(name)))
}

pub fn proof_options(server: SocketAddr, script: Option<&str>) -> DnsOptions {
    DnsOptions {
        proof: Some(Proof {
            token: "token123".to_owned(),
            answer: "proven".to_owned(),
            script: script.map(str::to_owned),
        }),
        http_port: server.port(),
        ..options(DnsServers::get())
    }
}

#[test]
fn the_right_answer_proves_arrival() {
    let proxy = serve_plain("127.0.0.2", answer("200 OK", "", "proven"));
    let report = check("proxied.test", proxy);
    assert_eq!(
        (report.state, report.proxied, codes(&report)),
        (DnsState::Here, true, vec![]),
        "{report:#?}"
    );
    let report = check("part.proxied.test", proxy);
    assert_eq!(
        (report.state, report.proxied),
        (DnsState::Here, true),
        "{report:#?}"
    );
    // One address is proven, the other is not to be connected to.
    let report = check("two.proxied.test", proxy);
    assert_eq!(
        (report.state, codes(&report)),
        (DnsState::Partial, vec!["mixed-addresses", "proxied"]),
        "{report:#?}"
    );
}

fn check_reaching(name: &str, server: SocketAddr, reachable: &[String]) -> DnsReport {
    let options = DnsOptions {
        also_reachable: reachable.iter().map(|it| it.parse().unwrap()).collect(),
        ..proof_options(server, None)
    };
    let prober = DnsProber::new(&texts(&[HERE_V4]), options).unwrap();
    block_on(prober.check(&domain(name)))
}

/// There is no connection to a multicast address, as there is none to any IPv6 address from a
/// server that has IPv4 alone.
#[test]
fn an_address_that_this_server_has_no_way_to_is_believed_to_be_as_the_others() {
    let reachable = texts(&["127.0.0.2", "127.0.0.5", "ff02::1"]);
    let proxy = serve_plain("127.0.0.2", answer("200 OK", "", "proven"));
    let report = check_reaching("dual.proxied.test", proxy, &reachable);
    assert_eq!(
        (report.state, report.proxied, codes(&report)),
        (DnsState::Here, true, vec![]),
        "{report:#?}"
    );
    // Another one says no: nobody knows whom this one is with.
    let report = check_reaching("divided.proxied.test", proxy, &reachable);
    assert_eq!(report.state, DnsState::Partial, "{report:#?}");
    // Nothing was tried: nothing is proven.
    let report = check_reaching("far.proxied.test", proxy, &reachable);
    assert_eq!(
        (report.state, report.proxied),
        (DnsState::Elsewhere, false),
        "{report:#?}"
    );
}

#[test]
fn addresses_beyond_those_that_are_tried_are_believed_to_be_as_these() {
    let addresses: Vec<String> = (11..=18).map(|last| format!("127.0.0.{last}")).collect();
    let tried: [&str; 6] = std::array::from_fn(|at| addresses[at].as_str());
    let identity = Identity::self_signed(&["nothing.test"]);
    for (answers, state) in [("proven", DnsState::Here), ("another", DnsState::Partial)] {
        let mut servers = one_port(tried).into_iter().map(|listener| {
            let is_last = listener.local_addr().unwrap().ip().to_string() == tried[5];
            let body = if is_last { answers } else { "proven" };
            serve_web(listener, &identity, move |_| answer("200 OK", "", body))
        });
        let first = servers.next().unwrap();
        servers.for_each(drop);
        let report = check_reaching("crowd.proxied.test", first, &addresses);
        assert_eq!(report.state, state, "{report:#?}");
    }
}

/// While the site software does not know the domain, it redirects its requests.
#[test]
fn a_script_answers_where_the_site_is_not_known_yet() {
    let redirect = answer(
        "302 Found",
        "Location: http://network.test/wp-signup.php?new=proxied.test\r\n",
        "",
    );
    let proxy = serve_paths("127.0.0.2", move |path| match path {
        "/plugin/proof.php?token=token123" => answer("200 OK", "", "proven"),
        _ => redirect.clone(),
    });
    let report = check_with("proxied.test", proxy, Some("/plugin/proof.php"));
    assert_eq!(
        (report.state, report.proxied, codes(&report)),
        (DnsState::Here, true, vec![]),
        "{report:#?}"
    );
    for script in [None, Some("/another.php")] {
        let report = check_with("proxied.test", proxy, script);
        assert_eq!(report.state, DnsState::Elsewhere, "{report:#?}");
    }
}

#[test]
fn other_answers_prove_nothing() {
    for wrong in [
        answer("200 OK", "", "proven\n"),
        answer("200 OK", "", "another site"),
        answer("404 Not Found", "", "proven"),
        answer("302 Found", "Location: http://elsewhere.test/\r\n", ""),
        answer("200 OK", "", &"proven".repeat(10_000)),
        b"no HTTP".to_vec(),
        Vec::new(),
    ] {
        let proxy = serve_plain("127.0.0.2", wrong);
        let report = check("proxied.test", proxy);
        assert_eq!(
            (report.state, codes(&report)),
            (DnsState::Elsewhere, vec!["elsewhere"]),
            "{report:#?}"
        );
    }
}

#[test]
fn no_proof_is_fetched_from_private_addresses() {
    let listener = std::net::TcpListener::bind("127.0.0.4:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let report = check("inner.proxied.test", listener.local_addr().unwrap());
    assert_eq!(report.state, DnsState::Elsewhere);
    assert_eq!(
        listener.accept().unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock
    );
}
