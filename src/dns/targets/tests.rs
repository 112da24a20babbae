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
