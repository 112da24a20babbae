use super::acme::Certificate;
use super::*;

fn edge() -> Arc<Edge> {
    let state = crate::state::State::open(None, None, Vec::new(), 1).unwrap();
    let options = Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        http_listen: "127.0.0.1:0".parse().unwrap(),
        addresses: Vec::new(),
    };
    let authority = Authority::new("test", None).unwrap();
    Edge::listen(&Arc::new(Mutex::new(state)), &options, authority, None).unwrap()
}

fn certificate(name: &str) -> Certificate {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
    Certificate {
        chain_pem: params.self_signed(&key).unwrap().pem(),
        key_pem: key.serialize_pem(),
    }
}

fn addition(edge: &Edge, name: &str) -> u64 {
    lock(&edge.domains)[name].addition
}

#[tokio::test]
async fn an_order_from_before_a_removal_or_reset_is_not_the_next_domains_certificate() {
    let name = "shop.example";
    let added = BTreeSet::from([name.to_owned()]);
    let edge = edge();
    let ordered = certificate(name);
    for forget in [
        (|edge: &Edge| edge.follow(&BTreeSet::new())) as fn(&Edge),
        Edge::reset,
    ] {
        edge.follow(&added);
        let before = addition(&edge, name);
        forget(&edge);
        issuance::settle(&edge, name, before, &ordered).unwrap();
        assert!(!edge.certificates.has(name));

        edge.follow(&added);
        issuance::settle(&edge, name, before, &ordered).unwrap();
        assert!(!edge.certificates.has(name) && edge.is(name, "waiting-dns"));

        let now = addition(&edge, name);
        issuance::settle(&edge, name, now, &ordered).unwrap();
        assert!(edge.certificates.has(name) && edge.is(name, "valid"));
        forget(&edge);
        assert!(!edge.certificates.has(name));
    }
}
