use super::*;

#[test]
fn refuses_what_is_no_key() {
    for (text, reason) in [
        ("", "no-key"),
        (" \n", "no-key"),
        ("a b", "bad-key"),
        ("a\0b", "bad-key"),
        ("a\r\nb", "bad-key"),
        ("kéy", "bad-key"),
    ] {
        assert_eq!(
            ApiKey::new(text).err().map(|e| e.reason()),
            Some(reason),
            "{text:?}"
        );
    }
    assert!(ApiKey::new(&"k".repeat(1025)).is_err());
    assert_eq!(ApiKey::new(" key\n").unwrap().reveal(), "key");
}

#[test]
fn redacts_every_form() {
    let key = ApiKey::new("aB/1&<2").unwrap();
    assert_eq!(
        key.redact("x aB/1&<2 AB/1&<2 aB%2f1%26%3C2 aB/1&amp;&lt;2 y"),
        "x [key] [key] [key] [key] y"
    );
    assert_eq!(key.redact("nothing here: äöü"), "nothing here: äöü");
}
