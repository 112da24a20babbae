use super::*;

fn rules(www: Www, subdomains: Subdomains) -> DomainRules {
    DomainRules::new(&RulesOptions {
        networks: vec!["Network.com".into(), "www.second.org".into()],
        www,
        subdomains,
        wildcards: vec!["*.network.com".into(), "not a name".into()],
        application: " App7 ".into(),
        reserved: ReservedNames::Refuse,
    })
}

#[test]
fn www_names_come_along_as_the_setting_says() {
    let www = |setting, domain: &str| rules(setting, Subdomains::Auto).www(domain);
    for (domain, main_only, always) in [
        (
            "Example.com",
            Some("www.example.com"),
            Some("www.example.com"),
        ),
        ("shop.example.com", None, Some("www.shop.example.com")),
        ("www.example.com", None, None),
        ("*.example.com", None, None),
        ("shop.network.com", None, None),
        ("shop.second.org", None, None),
        (
            "network.com",
            Some("www.network.com"),
            Some("www.network.com"),
        ),
        ("no domain", None, None),
    ] {
        assert_eq!(www(Www::MainOnly, domain).as_deref(), main_only, "{domain}");
        assert_eq!(www(Www::Always, domain).as_deref(), always, "{domain}");
        assert_eq!(www(Www::Never, domain), None, "{domain}");
    }
    // A name that is too long with its www. is left out.
    let long = format!("{0}.{0}.{0}.{1}.com", "a".repeat(63), "b".repeat(54));
    assert_eq!(www(Www::Always, &long), None);
}

#[test]
fn subdomains_of_the_network_need_no_alias_where_it_serves_them() {
    let served = |setting, domain: &str| rules(Www::Never, setting).is_served_by_network(domain);
    for (domain, auto, never) in [
        ("shop.network.com", true, true),
        ("SHOP.Network.com.", true, true),
        // A wildcard covers one label.
        ("a.shop.network.com", false, true),
        // No wildcard covers it.
        ("shop.second.org", false, true),
        ("www.network.com", false, false),
        ("www.second.org", false, false),
        ("*.network.com", false, false),
        ("network.com", false, false),
        ("othernetwork.com", false, false),
        ("example.com", false, false),
    ] {
        assert_eq!(served(Subdomains::Auto, domain), auto, "{domain}");
        assert_eq!(served(Subdomains::Never, domain), never, "{domain}");
        assert!(!served(Subdomains::Always, domain), "{domain}");
    }
}

#[test]
fn aliases_are_the_domain_and_its_www_name() {
    let rules = rules(Www::MainOnly, Subdomains::Never);
    assert_eq!(
        rules.aliases("example.com"),
        ["example.com", "www.example.com"]
    );
    assert_eq!(rules.aliases("shop.example.com"), ["shop.example.com"]);
    assert_eq!(rules.aliases("shop.network.com"), [""; 0]);
    assert_eq!(rules.aliases("no domain"), ["no domain"]);
}

#[test]
fn what_the_network_and_the_application_live_on_is_protected() {
    let rules = rules(Www::Never, Subdomains::Auto);
    for (domain, is_protected) in [
        ("NETWORK.com", true),
        ("www.second.org", true),
        ("second.org", false),
        ("shop.network.com", false),
        ("app7", true),
        ("app7.closte.com", true),
        ("www.app7.closte.com", true),
        ("my-app7.closte.com", false),
    ] {
        assert_eq!(rules.is_protected(domain), is_protected, "{domain}");
    }
    let nobody = DomainRules::new(&RulesOptions {
        application: " ".into(),
        networks: vec![String::new()],
        ..options()
    });
    assert!(!nobody.is_protected("example.com") && !nobody.is_protected(""));
    let long_id = DomainRules::new(&RulesOptions {
        application: "abc.example.net".into(),
        ..options()
    });
    assert!(long_id.is_protected("x.abc.example.net"));
    assert!(!long_id.is_protected("xabc.example.net"));
}

fn options() -> RulesOptions {
    RulesOptions {
        networks: vec![],
        www: Www::Never,
        subdomains: Subdomains::Auto,
        wildcards: vec![],
        application: String::new(),
        reserved: ReservedNames::Refuse,
    }
}
