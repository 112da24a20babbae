//! Random histories: whatever happens, no row is stranded.

use proptest::prelude::*;

use super::tests::{NOW, called, certificate, dns, points};
use super::*;
use crate::certificate::CertificateReport;
use crate::dns::Problem;
use crate::error::Kind;
use crate::lifecycle::schedule::{DAY, HOUR};
use crate::lifecycle::{DnsFinding, Failure};

fn any_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

fn observation() -> impl Strategy<Value = Observation> {
    const KINDS: &[Kind] = &[
        Kind::Config,
        Kind::InvalidDomain,
        Kind::Auth,
        Kind::Rejected,
        Kind::Transient,
        Kind::Protocol,
    ];
    let failure = (any_of(KINDS), any::<i64>(), any::<bool>()).prop_map(
        |(kind, retry_after, may_have_landed)| Failure {
            kind,
            reason: "why".into(),
            message: "It failed.".into(),
            retry_after,
            may_have_landed,
        },
    );
    let call = prop_oneof![any_of(Outcome::ALL).prop_map(Ok), failure.prop_map(Err)];
    let codes = any_of(&[
        "stale-aaaa",
        "partial-propagation",
        "caa-forbids",
        "proxied",
        "no-answer",
    ]);
    let finding =
        (any_of(DnsState::ALL), prop::collection::vec(codes, 0..3)).prop_map(|(state, codes)| {
            DnsFinding {
                state,
                has_address: state == DnsState::Here,
                problems: codes
                    .into_iter()
                    .map(|code| Problem::new(code, "words"))
                    .collect(),
            }
        });
    let served = (
        any_of(CertificateState::ALL),
        prop::option::of(any::<i64>()),
    )
        .prop_map(|(state, not_after)| CertificateReport {
            state,
            issuer: None,
            names: vec![],
            not_before: None,
            not_after,
            error: None,
            reason: None,
            place: None,
            detail: None,
        });
    (
        prop::option::of(call),
        prop::option::of(finding),
        prop::option::of(served),
    )
        .prop_map(|(call, dns, certificate)| Observation {
            call,
            dns,
            certificate,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whatever is seen, whenever, and however the wish and the clock change.
    #[test]
    fn no_history_strands_a_row(
        interval in -10_i64..1_000,
        history in prop::collection::vec((observation(), any::<bool>(), -200_000_i64..200_000), 1..60),
    ) {
        let settings = Settings::new(interval, []);
        let mut record = Record::wanted("a.example", NOW);
        let mut now = NOW;
        for (seen, wanted, passed) in history {
            now += passed;
            record.wanted = if wanted { Wanted::Present } else { Wanted::Absent };
            let step = next_step(&record, &settings, now);
            let before = record.clone();
            record = decide(record, &seen, &settings, now);
            let wait = record.next_check_at - now;
            if record.stage == Stage::Removed {
                prop_assert_eq!(record.next_check_at, 0);
                prop_assert_eq!(record.wanted, Wanted::Absent);
                let gone = matches!(seen.call, Some(Ok(Outcome::Removed | Outcome::AlreadyGone)));
                prop_assert!(gone || before.stage == Stage::Removed);
            } else {
                prop_assert!((0..=DAY).contains(&wait), "{:?} waits {}", record.stage, wait);
                prop_assert_eq!(wait == 0, record.stage != before.stage && wait == 0);
            }
            if wanted {
                let removes = matches!(step, Step::Remove | Step::Nothing);
                prop_assert!(!removes);
            } else {
                let adds = !matches!(step, Step::Remove | Step::Nothing | Step::KeepProtected);
                prop_assert!(!adds);
            }
            let transient = matches!(&seen.call, Some(Err(failure)) if failure.kind == Kind::Transient && failure.retry_after <= 0);
            if transient && matches!(record.stage, Stage::Pending | Stage::Removing) {
                prop_assert!((10..=HOUR).contains(&wait));
            }
            if record.stage == Stage::CheckingDns && before.stage == Stage::CheckingDns {
                prop_assert!((10..=HOUR).contains(&wait));
            }
            prop_assert!(record.stage_since <= now);
        }
    }

    /// After any history, a world that works brings the row to its end in a few steps and days.
    #[test]
    fn a_world_that_works_finishes_every_row(
        history in prop::collection::vec((observation(), any::<bool>(), 0_i64..200_000), 0..40),
        wanted in any::<bool>(),
        by_rule in any::<bool>(),
    ) {
        let settings = Settings::default();
        let mut record = Record::wanted("a.example", NOW);
        let mut now = NOW;
        for (seen, wanted, passed) in history {
            now += passed;
            record.wanted = if wanted { Wanted::Present } else { Wanted::Absent };
            record = decide(record, &seen, &settings, now);
        }
        record.wanted = if wanted { Wanted::Present } else { Wanted::Absent };
        record.by_rule = by_rule;
        for _ in 0..6 {
            now = now.max(record.next_check_at);
            let seen = match next_step(&record, &settings, now) {
                Step::Add | Step::AddIfInDns => called(Outcome::Added),
                Step::Remove => called(Outcome::Removed),
                Step::CheckDns => points(DnsState::Here),
                Step::CheckCertificate { .. } => Observation {
                    dns: Some(dns(DnsState::Here)),
                    certificate: Some(certificate(CertificateState::Valid, now + 90 * DAY)),
                    call: None,
                },
                Step::Nothing | Step::KeepProtected => Observation::default(),
            };
            record = decide(record, &seen, &settings, now);
        }
        prop_assert_eq!(record.stage, if wanted { Stage::Done } else { Stage::Removed });
        prop_assert!(!wanted || record.problems.is_empty());
    }
}
