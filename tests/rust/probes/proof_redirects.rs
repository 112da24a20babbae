//! Where a redirect leads the request for the token to, and where not.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, TcpListener};

use closte::dns::{DnsOptions, DnsProber, DnsState};

use crate::proof::{answer, proof_options};
use crate::support::dns::HERE_V4;
use crate::support::rebinding::serve_rebinding;
use crate::support::tls::{Identity, WebRequest, serve_plain, serve_web};
use crate::support::{block_on, domain, texts};

fn redirect(to: &str) -> Vec<u8> {
    answer("301 Moved Permanently", &format!("Location: {to}\r\n"), "")
}

/// The listeners of one port at some addresses, the first of which asked the system for it.
pub fn one_port<const N: usize>(addresses: [&str; N]) -> [TcpListener; N] {
    loop {
        let mut port = 0;
        let bound = addresses.map(|address| {
            let listener = TcpListener::bind((address, port)).ok()?;
            port = listener.local_addr().unwrap().port();
            Some(listener)
        });
        if bound.iter().all(Option::is_some) {
            return bound.map(Option::unwrap);
        }
    }
}

/// Serves at 127.0.0.2 on one port, in plain text and with a certificate for nothing.
fn proxy(answer: impl Fn(u16, &WebRequest) -> Vec<u8> + Send + 'static) -> SocketAddr {
    let [listener] = one_port(["127.0.0.2"]);
    let port = listener.local_addr().unwrap().port();
    serve_web(
        listener,
        &Identity::self_signed(&["nothing.test"]),
        move |seen| answer(port, seen),
    )
}

fn state_with(name: &str, options: DnsOptions) -> DnsState {
    let prober = DnsProber::new(&texts(&[HERE_V4]), options).unwrap();
    block_on(prober.check(&domain(name))).state
}

fn state(name: &str, proxy: SocketAddr) -> DnsState {
    state_with(name, proof_options(proxy, None))
}

fn was_knocked_at(listener: &TcpListener) -> bool {
    listener.set_nonblocking(true).unwrap();
    match listener.accept() {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::WouldBlock);
            false
        }
    }
}

/// A domain that waits for its first certificate has none that is valid; the token is what proves.
#[test]
fn a_redirect_to_https_is_followed_whatever_the_certificate() {
    let proxy = proxy(|port, seen| {
        if seen.is_tls {
            answer("200 OK", "", "proven")
        } else {
            redirect(&format!("https://{}:{port}{}", seen.host, seen.path))
        }
    });
    assert_eq!(state("redirected.test", proxy), DnsState::Here);
}

#[test]
fn a_redirect_to_the_name_with_or_without_www_is_followed() {
    let proxy = proxy(
        |port, seen| match (seen.host.strip_prefix("www."), seen.is_tls) {
            (Some("redirected.test" | "bare.redirected.test"), false) => {
                redirect(&format!("https://{}:{port}{}", seen.host, seen.path))
            }
            (Some("redirected.test" | "bare.redirected.test"), true) => {
                answer("200 OK", "", "proven")
            }
            _ => redirect(&format!("http://www.{}:{port}{}", seen.host, seen.path)),
        },
    );
    assert_eq!(state("redirected.test", proxy), DnsState::Here);
    // Nobody has an address for this one's www name. The proxy leads here all the same.
    assert_eq!(state("bare.redirected.test", proxy), DnsState::Here);

    let [listener] = one_port(["127.0.0.2"]);
    let port = listener.local_addr().unwrap().port();
    let without = serve_web(
        listener,
        &Identity::self_signed(&["nothing.test"]),
        move |seen| match (seen.host.as_str(), seen.is_tls) {
            ("redirected.test", true) => answer("200 OK", "", "proven"),
            ("www.redirected.test", _) => {
                redirect(&format!("https://redirected.test:{port}{}", seen.path))
            }
            _ => answer("404 Not Found", "", ""),
        },
    );
    assert_eq!(state("www.redirected.test", without), DnsState::Here);
}

#[test]
fn the_www_name_is_connected_to_at_its_own_addresses_where_these_are_allowed() {
    let [near, far, inner] = one_port(["127.0.0.2", "127.0.0.5", "127.0.0.4"]);
    let nobody = Identity::self_signed(&["nothing.test"]);
    let port = near.local_addr().unwrap().port();
    let proxy = serve_web(near, &nobody, move |seen| {
        redirect(&format!("http://www.{}:{port}{}", seen.host, seen.path))
    });
    serve_web(far, &nobody, |_| answer("200 OK", "", "proven"));
    let options = DnsOptions {
        also_reachable: ["127.0.0.2", "127.0.0.5"]
            .iter()
            .map(|address| address.parse::<IpAddr>().unwrap())
            .collect(),
        ..proof_options(proxy, None)
    };
    assert_eq!(
        state_with("far.redirected.test", options.clone()),
        DnsState::Here
    );
    assert_eq!(
        state_with("inner.redirected.test", options),
        DnsState::Elsewhere
    );
    assert!(!was_knocked_at(&inner));
}

/// As the URL forwarding of a registrar does: the www name leads here by itself.
#[test]
fn a_redirect_to_a_www_name_that_is_here_anyway_proves_nothing_for_the_name_without() {
    let [near, far] = one_port(["127.0.0.2", "127.0.0.5"]);
    let nobody = Identity::self_signed(&["nothing.test"]);
    let port = near.local_addr().unwrap().port();
    let forwarder = serve_web(near, &nobody, move |seen| {
        redirect(&format!("http://www.{}:{port}{}", seen.host, seen.path))
    });
    serve_web(far, &nobody, |_| answer("200 OK", "", "proven"));
    for target in ["127.0.0.5", "www.far.redirected.test"] {
        let options = DnsOptions {
            also_reachable: ["127.0.0.2", "127.0.0.5"]
                .iter()
                .map(|address| address.parse::<IpAddr>().unwrap())
                .collect(),
            ..proof_options(forwarder, None)
        };
        let prober = DnsProber::new(&texts(&[target]), options).unwrap();
        let report = block_on(prober.check(&domain("far.redirected.test")));
        assert_eq!(
            (report.state, report.proxied),
            (DnsState::Elsewhere, false),
            "{report:#?}"
        );
    }
}

#[test]
fn a_redirect_to_another_port_host_or_scheme_is_not_followed() {
    let [database, stranger] =
        ["127.0.0.2", "127.0.0.4"].map(|ip| TcpListener::bind((ip, 0)).unwrap());
    let [database_port, stranger_port] =
        [&database, &stranger].map(|listener| listener.local_addr().unwrap().port());
    for to in [
        format!("http://redirected.test:{database_port}/"),
        format!("https://redirected.test:{database_port}/"),
        format!("//redirected.test:{database_port}/"),
        format!("http://www.redirected.test:{database_port}/"),
        format!("http://127.0.0.2:{database_port}/"),
        format!("http://127.0.0.4:{stranger_port}/"),
        format!("http://[::1]:{stranger_port}/"),
        format!("http://[::ffff:127.0.0.4]:{stranger_port}/"),
        "http://127.0.0.2:PORT/proven".to_owned(),
        "http://2130706434:PORT/proven".to_owned(),
        "http://far.redirected.test:PORT/proven".to_owned(),
        "http://www.www.redirected.test:PORT/proven".to_owned(),
        "http://redirected.test.evil.test:PORT/proven".to_owned(),
        "http://user@redirected.test:PORT/proven".to_owned(),
        "http://user:password@redirected.test:PORT/proven".to_owned(),
        "http://redirected.test@127.0.0.4:PORT/proven".to_owned(),
        "http://redirected.test:0/proven".to_owned(),
        "http://redirected.test:99999/proven".to_owned(),
        "ftp://redirected.test:PORT/proven".to_owned(),
        "file:///proven".to_owned(),
        "gopher://redirected.test:PORT/proven".to_owned(),
        "javascript:proven".to_owned(),
        "http://".to_owned(),
        String::new(),
    ] {
        let proxy = proxy(move |port, seen| {
            if seen.path == "/proven" {
                answer("200 OK", "", "proven")
            } else {
                redirect(&to.replace("PORT", &port.to_string()))
            }
        });
        assert_eq!(state("redirected.test", proxy), DnsState::Elsewhere);
    }
    assert!(!was_knocked_at(&database));
    assert!(!was_knocked_at(&stranger));
}

#[test]
fn a_few_redirects_are_followed_and_no_circle() {
    for (redirects, state_then) in [(4, DnsState::Here), (5, DnsState::Elsewhere)] {
        let proxy = proxy(move |_, seen| {
            let done = seen
                .path
                .strip_prefix("/step")
                .map_or(0, |done| done.parse().unwrap());
            if done == redirects {
                answer("200 OK", "", "proven")
            } else {
                redirect(&format!("/step{}", done + 1))
            }
        });
        assert_eq!(state("redirected.test", proxy), state_then);
    }
    let circle = proxy(|_, _| redirect("/"));
    assert_eq!(state("redirected.test", circle), DnsState::Elsewhere);
}

#[test]
fn the_name_is_not_looked_up_again_for_a_redirect() {
    let [here, inner] = one_port(["127.0.0.2", "127.0.0.4"]);
    let port = here.local_addr().unwrap().port();
    let identity = Identity::self_signed(&["rebinding.test"]);
    let proxy = serve_web(here, &identity, move |seen| {
        if seen.is_tls {
            answer("200 OK", "", "proven")
        } else {
            redirect(&format!("https://rebinding.test:{port}/"))
        }
    });
    let options = DnsOptions {
        resolvers: vec![serve_rebinding("127.0.0.2", "127.0.0.4").to_string()],
        authoritative: false,
        ..proof_options(proxy, None)
    };
    let prober = DnsProber::new(&texts(&[HERE_V4]), options).unwrap();
    for state in [DnsState::Here, DnsState::Elsewhere] {
        let report = block_on(prober.check(&domain("rebinding.test")));
        assert_eq!(report.state, state, "{report:#?}");
        assert!(!was_knocked_at(&inner));
    }
}

#[test]
fn a_redirect_without_a_place_proves_nothing() {
    let proxy = serve_plain("127.0.0.2", answer("302 Found", "", "proven"));
    assert_eq!(state("redirected.test", proxy), DnsState::Elsewhere);
}
