use super::forbids;

fn check(records: &[(&str, &str)], wildcard: bool) -> Option<String> {
    let set: Vec<_> = records
        .iter()
        .map(|(tag, value)| ((*tag).to_owned(), (*value).to_owned()))
        .collect();
    forbids(&set, wildcard, "letsencrypt.org")
}

#[test]
fn caa_allows_who_is_named_and_forbids_the_rest() {
    assert_eq!(
        check(
            &[("issue", "letsencrypt.org; validationmethods=http-01")],
            false
        ),
        None
    );
    assert_eq!(
        check(&[("issue", "other.example")], false).as_deref(),
        Some("other.example")
    );
    assert_eq!(check(&[("issue", ";")], false).as_deref(), Some(""));
    assert_eq!(check(&[("iodef", "mailto:a@b.example")], false), None);
    let both = [("issue", "letsencrypt.org"), ("issuewild", "other.example")];
    assert_eq!(check(&both, false), None);
    assert_eq!(check(&both, true).as_deref(), Some("other.example"));
}
