use super::*;

fn record(critical: bool, tag: &str, value: &str) -> CAA {
    let mut caa = CAA::new_issue(critical, None, vec![]);
    tag.clone_into(&mut caa.tag);
    caa.value = value.as_bytes().to_vec();
    caa
}

fn forbids(records: &[(&str, &str)], wildcard: bool) -> Option<Forbidden> {
    let records: Vec<CAA> = records
        .iter()
        .map(|(tag, value)| record(false, tag, value))
        .collect();
    judge(
        "a.com",
        &records.iter().collect::<Vec<_>>(),
        wildcard,
        "letsencrypt.org",
    )
}

#[test]
fn the_named_issuer_is_allowed() {
    for value in [
        "letsencrypt.org",
        "LetsEncrypt.ORG",
        " letsencrypt.org ",
        "letsencrypt.org; validationmethods=dns-01",
        "letsencrypt.org;",
        "letsencrypt.org.",
    ] {
        assert_eq!(forbids(&[("issue", value)], false), None, "{value}");
        assert_eq!(
            forbids(&[("ISSUE", value), ("issue", "other.ca")], true),
            None,
            "{value}"
        );
    }
}

#[test]
fn others_and_nobody_are_not() {
    for value in [
        "other.ca",
        ";",
        "",
        " ; foo=bar",
        "letsencrypt.org.evil.com",
        "xletsencrypt.org",
    ] {
        assert!(forbids(&[("issue", value)], false).is_some(), "{value}");
    }
    let found = forbids(
        &[("issue", "b.ca"), ("issue", "a.ca; x=y"), ("issue", ";")],
        false,
    )
    .unwrap();
    assert_eq!(found.allowed, ["a.ca", "b.ca"]);
}

#[test]
fn issuewild_is_for_wildcards_alone() {
    let records = [("issue", "letsencrypt.org"), ("issuewild", "other.ca")];
    assert_eq!(forbids(&records, false), None);
    assert_eq!(forbids(&records, true).unwrap().tag, "issuewild");
    let records = [("issue", "other.ca"), ("issuewild", "letsencrypt.org")];
    assert!(forbids(&records, false).is_some());
    assert_eq!(forbids(&records, true), None);
    assert_eq!(forbids(&[("issuewild", ";")], false), None);
}

#[test]
fn other_properties_forbid_only_if_critical() {
    assert_eq!(forbids(&[("iodef", "mailto:a@b.c")], false), None);
    assert_eq!(forbids(&[("tbs", "unknown")], false), None);
    let unknown = record(true, "tbs", "unknown");
    let found = judge("a.com", &[&unknown], false, "letsencrypt.org").unwrap();
    assert_eq!(found.unknown.as_deref(), Some("tbs"));
    let known = record(true, "issue", "letsencrypt.org");
    assert_eq!(judge("a.com", &[&known], false, "letsencrypt.org"), None);
}
