use super::*;

#[test]
fn a_datagram_is_what_hickory_would_write() {
    let long = format!("{}.", ["a".repeat(63).as_str(); 3].join("."));
    for name in [
        ".",
        "example.",
        "Shop.Example.COM.",
        "_x.a\\.b.example.",
        &long,
    ] {
        let name = Name::from_ascii(name).unwrap();
        for kind in [
            RecordType::A,
            RecordType::AAAA,
            RecordType::CAA,
            RecordType::NS,
        ] {
            for (recursion, checking_disabled) in [(true, false), (true, true), (false, false)] {
                let query = Query {
                    recursion,
                    checking_disabled,
                    ..Query::recursive(&name, kind)
                };
                for extended in [true, false] {
                    let written = query.message(extended).to_vec().unwrap();
                    assert_eq!(query.datagram(extended), written, "{query:?} {extended}");
                }
            }
        }
    }
}
