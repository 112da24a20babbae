use super::*;

#[test]
fn an_address_made_up_for_a_network_without_ipv4_leads_where_its_own_may() {
    let guard = AddressGuard::new(["10.0.0.1".parse().unwrap()]);
    for (found, allowed) in [
        (
            &["8.8.8.8", "64:ff9b::808:808"][..],
            &["8.8.8.8", "64:ff9b::808:808"][..],
        ),
        (
            &["10.0.0.1", "64:ff9b::a00:1"],
            &["10.0.0.1", "64:ff9b::a00:1"],
        ),
        // Nobody vouches for it.
        (&["64:ff9b::808:808"], &[]),
        (&["8.8.8.8", "64:ff9b::7f00:1"], &["8.8.8.8"]),
        (&["127.0.0.1", "64:ff9b::7f00:1"], &[]),
    ] {
        let found = found.iter().map(|text| text.parse().unwrap()).collect();
        let texts: Vec<String> = permitted(&found, &guard)
            .0
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(texts, allowed, "{found:?}");
    }
}

#[test]
fn a_zone_with_many_addresses_takes_no_more_time_and_no_longer_message() {
    let guard = AddressGuard::new([]);
    let found = (0..4000_u32)
        .flat_map(|n| [0x0808_0000 + n, 0x0A00_0000 + n])
        .map(|bits| IpAddr::from(std::net::Ipv4Addr::from_bits(bits)))
        .collect();
    let (allowed, refused) = permitted(&found, &guard);
    assert_eq!((allowed.len(), refused.len()), (16, 16));
}
