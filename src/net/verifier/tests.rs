use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use rustls::RootCertStore;

use super::*;

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    issued: CertificateDer<'static>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let issued = params.self_signed(&key).unwrap();
        Self {
            pem: issued.pem(),
            issued: issued.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    fn certificate(&self) -> CertificateDer<'static> {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["closte.example".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        certificate.der().clone()
    }
}

#[test]
fn all_roots_are_read_only_before_a_server_is_turned_down() {
    let file = std::env::temp_dir().join(format!("closte-verifier-{}.pem", std::process::id()));
    let (likely, other) = (Authority::new("likely"), Authority::new("other"));
    std::fs::write(&file, &likely.pem).unwrap();
    let verifier = Verifier {
        roots: Arc::new(TrustRoots::new(Some(&file)).unwrap()),
        algorithms: tls::provider().signature_verification_algorithms,
    };
    std::fs::write(&file, format!("{}{}", likely.pem, other.pem)).unwrap();
    let verify = |certificate: &CertificateDer<'_>| {
        let name = ServerName::try_from("closte.example").unwrap();
        verifier.verify_server_cert(certificate, &[], &name, &[], UnixTime::now())
    };
    assert!(verify(&likely.certificate()).is_ok());
    assert!(!verifier.roots.are_all_read());
    assert!(verify(&other.certificate()).is_ok());
    assert!(verifier.roots.are_all_read());
    let unknown = verify(&Authority::new("unknown").certificate());
    assert_eq!(
        unknown.map(|_| ()),
        Err(rustls::CertificateError::UnknownIssuer.into())
    );
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn what_leads_to_a_root_must_be_for_the_name_that_is_called() {
    let authority = Authority::new("root");
    let mut roots = RootCertStore::empty();
    roots.add(authority.issued.clone()).unwrap();
    let verifier = Verifier {
        roots: Arc::new(TrustRoots::only(roots)),
        algorithms: tls::provider().signature_verification_algorithms,
    };
    let verify = |name: &str| {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let certificate = authority.certificate();
        verifier.verify_server_cert(&certificate, &[], &name, &[], UnixTime::now())
    };
    assert!(verify("closte.example").is_ok());
    for other in ["closte.test", "www.closte.example", "127.0.0.1"] {
        assert!(
            matches!(verify(other), Err(TlsError::InvalidCertificate(_))),
            "{other}"
        );
    }
}
