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

#[test]
fn many_addresses_of_one_family_leave_room_for_the_other() {
    for (v4, v6, counts) in [
        (0, 20, (0, 16)),
        (20, 3, (13, 3)),
        (20, 20, (8, 8)),
        (2, 3, (2, 3)),
    ] {
        let v4 = (0..v4).map(|n| IpAddr::from(std::net::Ipv4Addr::new(8, 8, 8, n)));
        let v6 =
            (0..v6).map(|n| IpAddr::from(std::net::Ipv6Addr::new(0x2600, 0, 0, 0, 0, 0, 0, n)));
        let found = v4.chain(v6).collect();
        let (allowed, _) = permitted(&found, &AddressGuard::new([]));
        let v6 = allowed.iter().filter(|address| address.is_ipv6()).count();
        assert_eq!((allowed.len() - v6, v6), counts);
    }
}
