use super::*;

/// Two addresses of Cloudflare's, and one of nobody who is known.
const PROXY: &str = "104.16.0.1";
const ANOTHER: &str = "104.16.0.2";
const STRANGER: &str = "192.0.2.1";

fn set(texts: &[&str]) -> BTreeSet<IpAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn a_proxy_that_does_not_answer_decides_nothing() {
    use Arrival::{Arrives, DoesNot, Silent, Untried};
    for (arrivals, addresses, undecided, tried) in [
        (&[(PROXY, Arrives)][..], &[PROXY][..], &[][..], true),
        (&[(PROXY, DoesNot)], &[], &[], true),
        (&[(PROXY, Silent)], &[], &[PROXY], false),
        (&[(STRANGER, Silent)], &[], &[], false),
        (
            &[(PROXY, Arrives), (ANOTHER, Silent)],
            &[PROXY],
            &[ANOTHER],
            true,
        ),
        (&[(PROXY, DoesNot), (ANOTHER, Silent)], &[], &[], true),
        (
            &[(PROXY, Arrives), (ANOTHER, Untried)],
            &[PROXY, ANOTHER],
            &[],
            true,
        ),
    ] {
        let arrivals: Vec<(IpAddr, Arrival)> = arrivals
            .iter()
            .map(|(address, arrival)| (address.parse().unwrap(), *arrival))
            .collect();
        let all = arrivals.iter().map(|(address, _)| *address).collect();
        let proven = Proven::of(&all, &arrivals);
        assert_eq!(proven.addresses, set(addresses), "{arrivals:?}");
        assert_eq!(proven.undecided, set(undecided), "{arrivals:?}");
        assert_eq!(proven.tried, tried, "{arrivals:?}");
    }
}
