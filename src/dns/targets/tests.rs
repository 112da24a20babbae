use super::*;

#[test]
fn takes_names_and_addresses() {
    let given = [
        "192.0.2.1",
        "[2001:db8::1]",
        "2001:db8::1",
        "Bücher.de.",
        "network.localhost",
    ];
    let targets = Targets::new(&given.map(str::to_owned)).unwrap();
    assert_eq!(targets.addresses.len(), 2);
    let names: Vec<String> = targets.names.iter().map(Name::to_ascii).collect();
    assert_eq!(names, ["xn--bcher-kva.de.", "network.localhost."]);
    for bad in [
        "",
        "a b",
        "http://a.com",
        "*.a.com",
        "a..com",
        "192.0.2.256",
        "192.0.2",
        "1",
    ] {
        assert!(Targets::new(&[bad.to_owned()]).is_err(), "{bad}");
    }
}

#[test]
fn a_target_is_read_into_one_form() {
    for (given, form) in [
        (" 192.0.2.1 ", Some("192.0.2.1")),
        ("[2001:DB8::1]", Some("2001:db8::1")),
        ("Bücher.example.", Some("xn--bcher-kva.example")),
        ("192.0.2.300", None),
        ("*.example.com", None),
        ("no name", None),
        ("", None),
    ] {
        assert_eq!(parse_target(given).ok().as_deref(), form, "{given}");
    }
}
