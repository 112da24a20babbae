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
