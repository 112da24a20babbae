//! The history of a row: arbitrary results of calls, DNS and certificates, and changes of what is
//! wanted and of the clock.

use arbitrary::{Result, Unstructured};
use closte::certificate::{CertificateReport, CertificateState};
use closte::dns::{DnsState, Problem};
use closte::error::Kind;
use closte::lifecycle::{
    DnsFinding, Failure, Observation, Outcome, Record, Settings, Stage, Step, Wanted, decide,
    next_step,
};

use super::assert_presentable;

const DOMAIN: &str = "shop.example.com";
const NOW: i64 = 1_700_000_000;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const LONGEST_HISTORY: usize = 64;

const KINDS: [Kind; 6] = [
    Kind::Config,
    Kind::InvalidDomain,
    Kind::Auth,
    Kind::Rejected,
    Kind::Transient,
    Kind::Protocol,
];

const CODES: [&str; 8] = [
    "partial-propagation",
    "stale-aaaa",
    "caa-forbids",
    "proxied",
    "no-answer",
    "lame-delegation",
    "certificate-ending",
    "dnssec-bogus",
];

/// A row, then what is seen of it step by step.
pub fn check(bytes: &[u8]) {
    let _ = history_is_sound(&mut Unstructured::new(bytes));
}

fn problems(given: &mut Unstructured<'_>) -> Result<Vec<Problem>> {
    let count = given.int_in_range(0..=3)?;
    (0..count)
        .map(|_| Ok(Problem::new(*given.choose(&CODES)?, "words.")))
        .collect()
}

fn observation(given: &mut Unstructured<'_>) -> Result<Observation> {
    let parts: u8 = given.arbitrary()?;
    let mut seen = Observation::default();
    if parts & 1 != 0 {
        seen.call = Some(if parts & 2 != 0 {
            Ok(*given.choose(Outcome::ALL)?)
        } else {
            Err(Failure {
                kind: *given.choose(&KINDS)?,
                reason: "why".to_owned(),
                message: "It failed.".to_owned(),
                retry_after: given.arbitrary()?,
                may_have_landed: parts & 4 != 0,
            })
        });
    }
    if parts & 8 != 0 {
        seen.dns = Some(DnsFinding {
            state: *given.choose(DnsState::ALL)?,
            has_address: given.arbitrary()?,
            problems: problems(given)?,
        });
    }
    if parts & 16 != 0 {
        seen.certificate = Some(CertificateReport {
            state: *given.choose(CertificateState::ALL)?,
            issuer: (parts & 32 != 0).then(|| "An Issuer".to_owned()),
            names: vec![DOMAIN.to_owned(); usize::from(parts >> 6)],
            not_before: Some(0),
            not_after: (parts & 64 != 0).then(|| given.arbitrary()).transpose()?,
            error: None,
            reason: None,
            place: None,
            detail: None,
        });
    }
    Ok(seen)
}

/// A new row, or any that a database may hold.
fn record(given: &mut Unstructured<'_>) -> Result<Record> {
    if given.arbitrary()? {
        return Ok(Record::wanted(DOMAIN, NOW));
    }
    let wanted = *given.choose(Wanted::ALL)?;
    let stage = *given.choose(Stage::ALL)?;
    let mut record = Record::new(
        DOMAIN,
        wanted,
        stage,
        given.arbitrary()?,
        given.arbitrary()?,
    );
    record.next_check_at = given.arbitrary()?;
    record.accepted_at = given.arbitrary()?;
    record.last_added_at = given.arbitrary()?;
    record.may_have_landed = given.arbitrary()?;
    record.retry_after = given.arbitrary()?;
    if given.arbitrary()? {
        given
            .choose(&KINDS)?
            .as_str()
            .clone_into(&mut record.error_kind);
    }
    record.certificate_not_after = given.arbitrary()?;
    record.by_rule = given.arbitrary()?;
    record.problems = problems(given)?;
    Ok(record)
}

fn history_is_sound(given: &mut Unstructured<'_>) -> Result<()> {
    let protected = given.ratio(1, 8)?;
    let guarded = protected.then(|| DOMAIN.to_owned());
    let settings = Settings::new(given.int_in_range(-10..=1_000)?, guarded);
    let (mut record, mut now, mut at_once) = (record(given)?, NOW, 0);
    for _ in 0..LONGEST_HISTORY {
        if given.is_empty() {
            break;
        }
        // As it goes when rows are run when they are due, early, late, and with a clock that jumps.
        now = match given.int_in_range(0..=3)? {
            0 => now.max(record.next_check_at.min(now + DAY)),
            1 => now,
            2 => now + given.int_in_range(0..=4 * DAY)?,
            _ => (now + given.int_in_range(-DAY..=DAY)?).max(1),
        };
        if given.ratio(1, 4)? {
            record.wanted = *given.choose(Wanted::ALL)?;
        }
        let seen = observation(given)?;
        let after = decide(record.clone(), &seen, &settings, now);
        step_is_sound(&record, &seen, &after, &settings, now);
        at_once = if after.next_check_at == now {
            at_once + 1
        } else {
            0
        };
        // From pending by way of DNS to the certificate: more would be a circle without a rest.
        assert!(
            at_once <= 3,
            "{after:?} comes back at once, again and again"
        );
        record = after;
    }
    ends_well(record, &settings, protected, now);
    Ok(())
}

fn step_is_sound(
    before: &Record,
    seen: &Observation,
    after: &Record,
    settings: &Settings,
    now: i64,
) {
    assert_eq!(before.domain, after.domain);
    assert_eq!(before.wanted, after.wanted);
    let step = next_step(before, settings, now);
    match before.wanted {
        Wanted::Present => {
            assert!(
                !matches!(step, Step::Remove | Step::Nothing | Step::KeepProtected),
                "{step:?} for what is wanted"
            );
            assert!(!matches!(after.stage, Stage::Removing | Stage::Removed));
        }
        Wanted::Absent => {
            assert!(matches!(
                step,
                Step::Remove | Step::Nothing | Step::KeepProtected
            ));
            assert!(matches!(after.stage, Stage::Removing | Stage::Removed));
        }
    }
    assert!(!(settings.protects(&before.domain) && step == Step::Remove));

    let wait = after.next_check_at.saturating_sub(now);
    let moved = after.stage != before.stage;
    if after.stage == Stage::Removed {
        assert_eq!(after.next_check_at, 0);
        let gone = matches!(
            &seen.call,
            Some(Ok(Outcome::Removed | Outcome::AlreadyGone))
        );
        assert!(before.stage == Stage::Removed || (gone && !settings.protects(&before.domain)));
    } else {
        assert!(
            after.next_check_at > 0,
            "{after:?} is never looked at again"
        );
        assert!((0..=DAY).contains(&wait), "{:?} waits {wait}", after.stage);
        // A www name that was added by rule is sent as soon as it has DNS.
        let may_have_dns_now = matches!(step, Step::CheckDns | Step::AddIfInDns);
        assert!(
            wait >= 10 || (wait == 0 && (moved || (after.by_rule && may_have_dns_now))),
            "{after:?} waits {wait}"
        );
    }
    assert!(after.stage_since <= now && after.retry_after >= before.retry_after.min(0));
    if moved && after.stage != Stage::Pending && after.stage != Stage::Removing {
        assert_eq!((after.stage_since, after.attempts), (now, 0));
    }
    let asked = after.retry_after > 0;
    if !moved && !asked && matches!(after.stage, Stage::Pending | Stage::CheckingDns) {
        let refused = matches!(&seen.call, Some(Err(failure)) if failure.kind == Kind::Rejected);
        // A www name that was added by rule may never have DNS: it is looked up daily in the end.
        let longest = if after.by_rule { DAY } else { HOUR };
        let shortest = if after.by_rule { 0 } else { 10 };
        assert!(refused || (shortest..=longest).contains(&wait), "{wait}");
    }
    for problem in &after.problems {
        assert_presentable(&problem.message, 1_000);
    }
}

/// In a world that works, any row comes to its end in a few steps.
fn ends_well(mut record: Record, settings: &Settings, protected: bool, mut now: i64) {
    for _ in 0..6 {
        now = now.max(record.next_check_at.min(now + DAY));
        let certificate = |state| CertificateReport {
            state,
            issuer: None,
            names: vec![DOMAIN.to_owned()],
            not_before: Some(0),
            not_after: Some(now + 90 * DAY),
            error: None,
            reason: None,
            place: None,
            detail: None,
        };
        let here = || DnsFinding {
            state: DnsState::Here,
            has_address: true,
            problems: Vec::new(),
        };
        let mut seen = Observation::default();
        match next_step(&record, settings, now) {
            Step::Add => seen.call = Some(Ok(Outcome::Added)),
            Step::AddIfInDns => {
                seen.dns = Some(here());
                seen.call = Some(Ok(Outcome::Added));
            }
            Step::Remove => seen.call = Some(Ok(Outcome::Removed)),
            Step::CheckDns => seen.dns = Some(here()),
            Step::CheckCertificate { .. } => {
                seen.dns = Some(here());
                seen.certificate = Some(certificate(CertificateState::Valid));
            }
            Step::Nothing | Step::KeepProtected => {}
        }
        record = decide(record, &seen, settings, now);
    }
    let expected = match record.wanted {
        Wanted::Present => Stage::Done,
        Wanted::Absent if protected && record.stage == Stage::Removing => {
            assert_eq!(record.outcome, Some(Outcome::Protected));
            Stage::Removing
        }
        Wanted::Absent => Stage::Removed,
    };
    assert_eq!(record.stage, expected, "{record:?}");
    assert!(record.wanted == Wanted::Absent || record.problems.is_empty());
}
