use super::*;

fn record(critical: bool, tag: &str, value: &str) -> CAA {
    let mut caa = CAA::new_issue(critical, None, vec![]);
    tag.clone_into(&mut caa.tag);
    caa.value = value.as_bytes().to_vec();
    caa
}

fn finding(records: &[(&str, &str)], wildcard: bool) -> Option<CaaFinding> {
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

fn forbids(records: &[(&str, &str)], wildcard: bool) -> Option<Forbidden> {
    match finding(records, wildcard) {
        Some(CaaFinding::Forbids(forbidden)) => Some(forbidden),
        _ => None,
    }
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
        // What breaks the grammar names nobody.
        "letsencrypt.org; validationmethods",
        "letsencrypt.org; =x",
        "letsencrypt.org; validationmethods=http-01, dns-01",
        "letsencrypt.org other.ca",
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
    let Some(CaaFinding::Forbids(found)) = judge("a.com", &[&unknown], false, "letsencrypt.org")
    else {
        panic!("it is not forbidden");
    };
    assert_eq!(found.unknown.as_deref(), Some("tbs"));
    let known = record(true, "issue", "letsencrypt.org");
    assert_eq!(judge("a.com", &[&known], false, "letsencrypt.org"), None);
}

#[test]
fn a_permission_for_an_account_or_a_method_binds() {
    let bound = |records: &[(&str, &str)], wildcard| match finding(records, wildcard) {
        Some(CaaFinding::Binds(bound)) => Some((bound.accounts, bound.methods)),
        Some(other) => panic!("{other:?}"),
        None => None,
    };
    let texts =
        |texts: &[&str]| -> Vec<String> { texts.iter().map(|it| (*it).to_owned()).collect() };
    let account = "https://acme.example/acct/1";
    let of_account = format!("letsencrypt.org; accounturi={account}");
    let with_method = format!("letsencrypt.org;ValidationMethods=dns-01 ; AccountURI = {account};");
    for (value, wildcard, accounts, methods) in [
        (of_account.as_str(), false, &[account][..], &[][..]),
        (&of_account, true, &[account], &[]),
        (&with_method, false, &[account], &["dns-01"]),
        (
            "letsencrypt.org; validationmethods=dns-01",
            false,
            &[],
            &["dns-01"],
        ),
        (
            "letsencrypt.org; validationmethods=http-01",
            true,
            &[],
            &["http-01"],
        ),
        (
            "letsencrypt.org; validationmethods=tls-alpn-01,dns-01",
            false,
            &[],
            &["dns-01", "tls-alpn-01"],
        ),
    ] {
        assert_eq!(
            bound(&[("issue", value), ("issue", "other.ca")], wildcard),
            Some((texts(accounts), texts(methods))),
            "{value}"
        );
        // One permission without conditions is enough.
        let freed = [("issue", value), ("issue", "letsencrypt.org")];
        assert_eq!(bound(&freed, wildcard), None, "{value}");
        // What another issuer is bound to is of no interest.
        let of_other = value.replace("letsencrypt.org", "other.ca");
        assert!(
            forbids(&[("issue", of_other.as_str())], wildcard).is_some(),
            "{value}"
        );
    }
    for (value, wildcard) in [
        ("letsencrypt.org; validationmethods=http-01", false),
        ("letsencrypt.org; validationmethods=dns-01,HTTP-01", false),
        ("letsencrypt.org; validationmethods=dns-01", true),
        ("letsencrypt.org; unheard-of=x", false),
    ] {
        assert_eq!(bound(&[("issue", value)], wildcard), None, "{value}");
    }
}
