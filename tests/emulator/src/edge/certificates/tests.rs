use super::*;

#[test]
fn the_end_of_a_certificate_is_read_from_it() {
    let authority = Authority::new("test", None).unwrap();
    let identity = authority
        .certificate(&["a.example"], -Duration::DAY, Duration::days(10))
        .unwrap();
    let expected = (OffsetDateTime::now_utc() + Duration::days(10)).unix_timestamp();
    let end = validity_end(&identity.chain[0]).unwrap();
    assert!((end - expected).abs() <= 2, "{end} {expected}");
}

#[test]
fn a_name_finds_its_own_certificate_before_the_wildcards() {
    let store = CertificateStore::default();
    let authority = Authority::new("test", None).unwrap();
    let none = override_for(&authority, "a.example", Serve::None)
        .unwrap()
        .unwrap();
    let expired = override_for(&authority, "*.example", Serve::Expired)
        .unwrap()
        .unwrap();
    store.set_overrides(vec![
        ("a.example".to_owned(), none),
        ("*.example".to_owned(), expired),
    ]);
    assert!(store.find("a.example").is_none());
    assert!(store.find("b.example").is_some());
    assert!(store.find("c.b.example").is_none());
}
