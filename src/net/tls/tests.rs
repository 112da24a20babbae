use super::*;

#[test]
fn refuses_ca_files_that_cannot_be_used() {
    let folder = std::env::temp_dir().join(format!("closte-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (name, content) in [
        ("empty", Some("")),
        ("text", Some("no PEM here")),
        ("cut", Some("-----BEGIN CERTIFICATE-----\nMIIB")),
        ("broken", Some(broken)),
        ("missing", None),
    ] {
        let path = folder.join(name);
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        for error in [
            trust_roots(Some(&path)).unwrap_err(),
            read_ca_file(&path).unwrap_err(),
        ] {
            assert_eq!(error.reason(), "bad-ca-file", "{name}");
            assert!(error.message().contains(name), "{error}");
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn shared_roots_follow_their_file() {
    let pem = || {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.self_signed(&key).unwrap().pem()
    };
    let path = std::env::temp_dir().join(format!("closte-shared-{}.pem", std::process::id()));
    std::fs::write(&path, pem()).unwrap();
    let kept = SharedRoots::default();
    let shared = || kept.get(Some(&path));
    let first = shared().unwrap();
    assert!(Arc::ptr_eq(&first, &shared().unwrap()));
    std::fs::write(&path, format!("{}{}", pem(), pem())).unwrap();
    let second = shared().unwrap();
    assert_eq!((first.likely.len(), second.likely.len()), (1, 2));
    std::fs::write(&path, "no PEM").unwrap();
    assert_eq!(shared().unwrap_err().reason(), "bad-ca-file");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn takes_a_ca_file_beside_the_systems_roots() {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    let path = std::env::temp_dir().join(format!("closte-ca-{}.pem", std::process::id()));
    std::fs::write(&path, format!("{pem}\n# a comment\n{pem}")).unwrap();
    assert_eq!(read_ca_file(&path).unwrap().len(), 2);
    assert!(trust_roots(Some(&path)).is_ok());
    std::fs::remove_file(&path).unwrap();
}
