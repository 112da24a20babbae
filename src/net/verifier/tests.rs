use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use super::*;

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
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
        likely: of_roots(tls::likely_trust_roots(Some(&file)).unwrap()).unwrap(),
        ca_file: Some(file.clone()),
        all: OnceLock::new(),
    };
    std::fs::write(&file, format!("{}{}", likely.pem, other.pem)).unwrap();
    let verify = |certificate: &CertificateDer<'_>| {
        let name = ServerName::try_from("closte.example").unwrap();
        verifier.verify_server_cert(certificate, &[], &name, &[], UnixTime::now())
    };
    assert!(verify(&likely.certificate()).is_ok());
    assert!(verifier.all.get().is_none());
    assert!(verify(&other.certificate()).is_ok());
    assert!(verifier.all.get().is_some());
    let unknown = verify(&Authority::new("unknown").certificate());
    assert_eq!(
        unknown.map(|_| ()),
        Err(rustls::CertificateError::UnknownIssuer.into())
    );
    std::fs::remove_file(&file).unwrap();
}
