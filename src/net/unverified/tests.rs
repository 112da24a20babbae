use super::*;

#[test]
fn all_that_rustls_has_is_offered_and_sha_384_last() {
    let names = |provider: &CryptoProvider| -> Vec<String> {
        let suites = provider.cipher_suites.iter();
        suites.map(|suite| format!("{:?}", suite.suite())).collect()
    };
    let all = tls::provider();
    let offered = names(&cheapest_first(&all));
    let is_dear: Vec<bool> = offered.iter().map(|it| it.ends_with("SHA384")).collect();
    assert!(
        is_dear.is_sorted() && is_dear.contains(&true),
        "{offered:?}"
    );
    let (mut offered, mut known) = (offered, names(&all));
    offered.sort();
    known.sort();
    assert_eq!(offered, known);
}
