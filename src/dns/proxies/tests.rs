use super::*;

#[test]
fn every_range_can_be_read_and_holds_its_own_network() {
    for (service, ranges) in RANGES {
        for range in *ranges {
            let network = range.split_once('/').unwrap().0.parse().unwrap();
            assert_eq!(proxy_of(network), Some(*service), "{range}");
        }
    }
}

#[test]
fn knows_whose_an_address_is() {
    assert_eq!(proxy_of("104.21.5.6".parse().unwrap()), Some("Cloudflare"));
    assert_eq!(
        proxy_of("2606:4700:3030::1".parse().unwrap()),
        Some("Cloudflare")
    );
    assert_eq!(proxy_of("151.101.1.1".parse().unwrap()), Some("Fastly"));
    assert_eq!(proxy_of("104.28.0.0".parse().unwrap()), None);
    assert_eq!(proxy_of("8.8.8.8".parse().unwrap()), None);
}
