use super::*;

#[test]
fn the_systems_change_with_its_configuration() {
    let path = std::env::temp_dir().join(format!("closte-resolv-{}", std::process::id()));
    let resolvers = Resolvers::system(&path);
    let texts = |resolvers: &Resolvers| -> Vec<String> {
        resolvers.now().iter().map(ToString::to_string).collect()
    };
    assert!(texts(&resolvers).is_empty());
    std::fs::write(&path, "nameserver 192.0.2.1\n").unwrap();
    assert_eq!(texts(&resolvers), ["192.0.2.1:53"]);
    std::fs::write(&path, "nameserver 192.0.2.1\nnameserver 2001:db8::1\n").unwrap();
    assert_eq!(texts(&resolvers), ["192.0.2.1:53", "[2001:db8::1]:53"]);
    std::fs::remove_file(&path).unwrap();
    assert!(texts(&resolvers).is_empty());
}

#[test]
fn those_that_are_named_stay() {
    let named = Resolvers::new(&["192.0.2.1:5353".to_owned()]).unwrap();
    assert_eq!(*named.now(), ["192.0.2.1:5353".parse().unwrap()]);
    let error = Resolvers::new(&["resolver.example".to_owned()]).unwrap_err();
    assert_eq!(error.reason(), "bad-resolver");
}
