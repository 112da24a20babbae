use super::*;

#[test]
fn the_stub_names_every_code_with_its_severity() {
    let stub = include_str!("../../../php-stubs/closte-lifecycle.stub.php");
    for (code, severity) in CODES {
        let line = stub
            .lines()
            .find(|line| line.split_whitespace().nth(1) == Some(code));
        let line = line.unwrap_or_else(|| panic!("the stub does not name {code}"));
        assert_eq!(
            line.split_whitespace().nth(2),
            Some(severity.as_str()),
            "{line}"
        );
    }
}

#[test]
fn every_code_has_one_severity() {
    for (index, (code, severity)) in CODES.iter().enumerate() {
        assert_eq!(Problem::new(*code, "").severity, *severity);
        assert!(CODES.iter().skip(index + 1).all(|(other, _)| other != code));
    }
    for state in crate::certificate::CertificateState::ALL {
        let code = format!("certificate-{state}");
        let is_named = CODES.iter().any(|(known, _)| *known == code);
        assert_eq!(is_named, state.as_str() != "valid", "{code}");
    }
    assert_eq!(Problem::severity_of("something-new"), Severity::Blocks);
}

/// A test of the plugin compares its sentences with the codes that are listed.
#[test]
fn every_code_with_a_message_is_listed_and_the_other_way_round() {
    let sources = [
        include_str!("../problem_messages.rs"),
        include_str!("../problem_messages_caa.rs"),
        include_str!("../../lifecycle/problem_messages.rs"),
    ];
    let mut written: Vec<String> = crate::certificate::CertificateState::ALL
        .iter()
        .filter(|state| state.as_str() != "valid")
        .map(|state| format!("{CERTIFICATE}{state}"))
        .collect();
    written.push(format!("{CERTIFICATE}ending"));
    for call in ["problem(", "Problem::new("] {
        for rest in sources.iter().flat_map(|source| source.split(call).skip(1)) {
            if let Some((code, _)) = rest
                .trim_start()
                .strip_prefix('"')
                .and_then(|code| code.split_once('"'))
            {
                written.push(code.to_owned());
            }
        }
    }
    written.sort();
    written.dedup();
    let mut listed = CODES.map(|(code, _)| code.to_owned());
    listed.sort();
    assert_eq!(written, listed);
}
