//! What a customer types as a domain.

use closte::domain::{DomainName, ReservedNames};
use closte::error::{Error, Kind};

use super::assert_presentable;

const REASONS: [&str; 21] = [
    "bad-character",
    "bad-punycode",
    "control-character",
    "email-address",
    "empty",
    "empty-label",
    "hyphen",
    "ip-address",
    "label-too-long",
    "path",
    "port",
    "public-suffix",
    "reserved-name",
    "single-label",
    "special-use",
    "too-long",
    "underscore",
    "url",
    "user-info",
    "whitespace",
    "wildcard",
];

/// One domain a line.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut names = Vec::new();
    for line in text.split('\n').take(8) {
        let strict = DomainName::parse(line, ReservedNames::Refuse);
        let lenient = DomainName::parse(line, ReservedNames::Allow);
        match (&strict, &lenient) {
            (Ok(strict), Ok(lenient)) => assert_eq!(strict, lenient),
            (Err(refused), Ok(_)) => {
                assert!(matches!(refused.reason(), "reserved-name" | "special-use"));
            }
            (Err(_), Err(_)) => {}
            (Ok(name), Err(error)) => panic!("{name} is taken, and not where more is: {error}"),
        }
        if let Err(error) = &strict {
            refusal_is_of_use(error);
        }
        match lenient {
            Ok(name) => {
                name_is_sound(&name);
                names.push(name);
            }
            Err(error) => refusal_is_of_use(&error),
        }
    }
    for one in &names {
        for other in &names {
            covering_is_consistent(one, other);
        }
    }
}

fn refusal_is_of_use(error: &Error) {
    assert_eq!(error.kind(), Kind::InvalidDomain);
    assert!(REASONS.contains(&error.reason()), "{}", error.reason());
    assert_presentable(error.message(), 600);
    assert_presentable(error.domain().expect("the text is named"), 101);
    // It ends as a sentence, or with the name that might be meant.
    let suggested = error.message().rsplit(' ').next().unwrap_or_default();
    let sentence = error.message().ends_with(['.', '?']);
    assert!(
        sentence || DomainName::parse(suggested, ReservedNames::Allow).is_ok(),
        "{error}"
    );
}

fn name_is_sound(name: &DomainName) {
    let (ascii, host) = (name.ascii(), name.host());
    assert!((3..=253).contains(&ascii.len()), "{ascii}");
    assert_eq!(name.to_string(), ascii);
    assert_eq!(name.is_wildcard(), ascii.starts_with("*."));
    assert_eq!(name.is_wildcard(), host.len() + 2 == ascii.len());
    for label in host.split('.') {
        assert!((1..=63).contains(&label.len()), "{ascii}");
        assert!(!label.starts_with('-') && !label.ends_with('-'), "{ascii}");
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        assert!(label.bytes().all(plain), "{ascii}");
    }
    let registrable = name.registrable();
    let above = host.strip_suffix(registrable).expect("it is a part of it");
    assert!(above.is_empty() || above.ends_with('.'), "{ascii}");
    assert_eq!(name.is_apex(), !name.is_wildcard() && above.is_empty());
    // Persian and Indic names have joiners in them (RFC 5892, appendix A).
    let joined = name.unicode().replace(['\u{200c}', '\u{200d}'], "");
    assert_presentable(&joined, 253);

    // Read again in every form in which it is stored, shown or typed, it is the same.
    let parse = |text: &str| DomainName::parse(text, ReservedNames::Allow);
    for form in [
        ascii.to_owned(),
        name.unicode().to_owned(),
        format!("{ascii}."),
        ascii.to_ascii_uppercase(),
    ] {
        assert_eq!(parse(&form).as_ref(), Ok(name), "{form}");
    }

    match name.counterpart() {
        None => assert!(
            name.is_wildcard() || parse(&format!("www.{ascii}")).is_err(),
            "{ascii}"
        ),
        Some(counterpart) => {
            let other = parse(&counterpart).expect("a counterpart is a name");
            assert_eq!(other.ascii(), counterpart);
            let longer = counterpart.len().max(ascii.len());
            let shorter = counterpart.len().min(ascii.len());
            assert_eq!(longer - shorter, 4, "{ascii} {counterpart}");
            assert!(counterpart.starts_with("www.") || ascii.starts_with("www."));
        }
    }
}

fn covering_is_consistent(one: &DomainName, other: &DomainName) {
    assert_eq!(
        one == other,
        one.covers(other) && other.covers(one),
        "{one} {other}"
    );
    if one != other && one.covers(other) {
        assert!(one.is_wildcard() && !other.is_wildcard());
        let label = other.ascii().strip_suffix(one.host()).expect("it is above");
        assert!(label.ends_with('.') && label.matches('.').count() == 1);
    }
    let child = DomainName::parse(&format!("x.{}", one.host()), ReservedNames::Allow);
    if let Ok(child) = child {
        assert_eq!(one.covers(&child), one.is_wildcard(), "{one} {child}");
    }
}
