use super::*;

#[test]
fn all_that_rustls_has_is_offered_in_its_order_but_for_one() {
    let names = |provider: &CryptoProvider| -> Vec<String> {
        let suites = provider.cipher_suites.iter();
        suites.map(|suite| format!("{:?}", suite.suite())).collect()
    };
    let all = tls::provider();
    let mut expected = names(&all);
    let dear = "TLS13_AES_256_GCM_SHA384";
    let place = expected.iter().position(|name| name == dear).unwrap();
    let dear = expected.remove(place);
    expected.push(dear);
    assert_eq!(names(&cheapest_first(&all)), expected);
}
