use super::*;

fn set(texts: &[&str]) -> BTreeSet<IpAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn made_up_addresses_are_those_that_they_were_made_of() {
    // The examples of RFC 6052, section 2.4.
    for (known, made_up) in [
        ("2001:db8:c000:aa::", "2001:db8:c000:221::"),
        ("2001:db8:1c0:0:aa::", "2001:db8:1c0:2:21::"),
        ("2001:db8:122:c000:0:aa00::", "2001:db8:122:c000:2:2100::"),
        ("2001:db8:122:3c0:0:aa::", "2001:db8:122:3c0:0:221::"),
        (
            "2001:db8:122:344:c0:0:aa00:0",
            "2001:db8:122:344:c0:2:2100::",
        ),
        (
            "2001:db8:122:344::192.0.0.170",
            "2001:db8:122:344::192.0.2.33",
        ),
        ("64:ff9b::192.0.0.171", "64:ff9b::192.0.2.33"),
    ] {
        let prefixes = prefixes(&set(&[known]));
        assert_eq!(prefixes.len(), 2, "{known}");
        let both = set(&["192.0.2.33", made_up]);
        let from_record = set(&["2001:db8:ffff::1"]);
        assert_eq!(
            recorded(&both, &prefixes),
            set(&["192.0.2.33"]),
            "{made_up}"
        );
        assert_eq!(recorded(&set(&[made_up]), &prefixes), set(&["192.0.2.33"]));
        assert_eq!(recorded(&from_record, &prefixes), from_record);
    }
}

#[test]
fn an_address_is_suspected_only_beside_what_it_may_be_made_of() {
    assert!(is_suspicious(&set(&[
        "192.0.2.33",
        "2001:db8:122:344::192.0.2.33"
    ])));
    assert!(is_suspicious(&set(&["192.0.2.33", "2001:db8:c000:221::"])));
    assert!(!is_suspicious(&set(&[
        "192.0.2.34",
        "2001:db8:122:344::192.0.2.33"
    ])));
    assert!(!is_suspicious(&set(&["2001:db8:122:344::192.0.2.33"])));
    assert!(!is_suspicious(&set(&["192.0.2.33"])));
}
