//! The client against each fault that the emulator knows.

use crate::support::{Emulator, PATIENCE, assert_ends, client, domain, run};
use closte::api::{Config, Outcome};
use closte::error::Kind;
use closte::lifecycle::{Lifecycle, LifecycleOptions, Record};
use serde_json::json;
use std::time::{Duration, Instant};

/// Fault, then: kind, reason, may have landed, is there, HTTP status (0: none).
const CASES: &str = r#"
{"kind": "429"} transient rate-limited false false 429
{"kind": "408"} transient request-timeout false false 408
{"kind": "425"} transient too-early false false 425
{"kind": "500"} transient server-error true false 500
{"kind": "502"} transient server-error true false 502
{"kind": "503"} transient unavailable false false 503
{"kind": "504"} transient server-error true false 504
{"kind": "401"} auth key-refused false false 401
{"kind": "403"} auth key-refused false false 403
{"kind": "challenge"} transient blocked false false 403
{"kind": "challenge", "status": 401} transient blocked false false 401
{"kind": "challenge", "status": 200} protocol bad-answer true false 200
{"kind": "challenge", "status": 503} transient unavailable false false 503
{"kind": "404"} protocol bad-answer false false 404
{"kind": "html"} protocol bad-answer true false 200
{"kind": "empty"} protocol bad-answer true false 200
{"kind": "cut-json"} protocol bad-answer true true 200
{"kind": "cut-body"} transient connection-broken true true 0
{"kind": "oversized"} protocol answer-too-big true true 200
{"kind": "endless"} protocol answer-too-big true true 200
{"kind": "reset-before"} transient connection-broken true false 0
{"kind": "reset-after"} transient connection-broken true true 0
{"kind": "hang"} transient timeout true false 0
{"kind": "hang-after"} transient timeout true true 0
{"kind": "latency", "ms": 5000} transient timeout true true 0
{"kind": "reject", "text": "no"} rejected refused false false 200
{"kind": "reject", "text": "no", "status": 422} rejected refused false false 422
{"kind": "echo-key", "path": "/adddomainalias"} rejected refused false false 200
{"kind": "redirect", "location": "https://elsewhere.example/"} protocol redirect false false 302
"#;

#[test]
fn each_fault_is_told_apart() {
    let emulator = Emulator::start();
    for (number, case) in CASES.lines().filter(|line| !line.is_empty()).enumerate() {
        let (fault, expected) = case.split_at(case.find('}').unwrap() + 1);
        let mut fault: serde_json::Value = serde_json::from_str(fault).unwrap();
        let expected: Vec<&str> = expected.split_whitespace().collect();
        // A busy machine must not turn another fault into a time-out.
        let timeout = if expected[1] == "timeout" {
            2_000
        } else {
            60_000
        };
        // Another time limit means a pool, and so a connection, of its own: on a pooled one a reset
        // is taken for a connection that was closed meanwhile.
        let short = client(Config {
            retries: 0,
            timeout: Duration::from_millis(timeout),
            connect_timeout: Duration::from_secs(5 + number as u64),
            ..emulator.config()
        });
        let (landed, there) = (expected[2] == "true", expected[3] == "true");
        emulator.set_domains(&json!([]));
        emulator.forget();
        fault["path"] = json!("/adddomainalias");
        emulator.faults(fault.clone());
        let error = assert_ends(|| run(short.add_domain(&domain("shop.example"))).unwrap_err());
        let status = error.http_status().unwrap_or(0).to_string();
        assert_eq!(
            [
                error.kind().as_str(),
                error.reason(),
                &error.may_have_landed().to_string(),
                &(!emulator.domains().is_empty()).to_string(),
                &status,
            ],
            expected[..],
            "{fault}: {error:?}"
        );
        assert_eq!(error.domain(), Some("shop.example"), "{fault}");
        assert!(
            error
                .to_string()
                .starts_with("Adding shop.example at Closte failed: "),
            "{error}"
        );
        if landed {
            // What the ledger remembers lets the next call ask before it repeats.
            emulator.forget();
            let lifecycle = Lifecycle::new(LifecycleOptions::default()).unwrap();
            let mut row = Record::wanted("shop.example", 1);
            row.may_have_landed = true;
            let row = closte::net::block_on(lifecycle.advance(&short, row, None)).unwrap();
            let expected = if there {
                Outcome::AlreadyThere
            } else {
                Outcome::Added
            };
            assert_eq!(row.outcome, Some(expected), "{fault}");
            assert_eq!(emulator.requests()[0].0, "getdomains", "{fault}");
        }
    }
}

#[test]
fn the_other_calls_meet_the_same_faults() {
    let emulator = Emulator::start();
    let client = emulator.client_without_retries();
    emulator.set_domains(&json!(["shop.example"]));
    for (kind, expected) in [
        ("429", Kind::Transient),
        ("500", Kind::Transient),
        ("html", Kind::Protocol),
        ("cut-json", Kind::Protocol),
        ("oversized", Kind::Protocol),
        ("403", Kind::Auth),
    ] {
        emulator.faults(json!({ "kind": kind }));
        let errors = [
            run(client.verify()).unwrap_err(),
            run(client.domains()).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), expected, "{kind}: {error}");
            assert!(!error.may_have_landed(), "{kind}");
            assert_eq!(error.domain(), None);
        }
        let error = run(client.remove_domain(&domain("gone.example"))).unwrap_err();
        assert_eq!(error.kind(), expected, "{kind}: {error}");
        assert_eq!(error.domain(), Some("gone.example"));
    }
}

#[test]
fn only_the_apis_own_json_says_that_the_key_is_wrong() {
    let emulator = Emulator::start();
    let client = emulator.client_without_retries();
    for text in [
        "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>",
        "\n <html><body>Access denied</body></html>",
        "Forbidden",
        r#"{"message": "Forbidden"}"#,
        r#"{"success": "#,
        "[]",
        "",
    ] {
        for status in ["401", "403", "511"] {
            emulator.faults(json!({"kind": status, "text": text}));
            for error in [
                run(client.verify()).unwrap_err(),
                run(client.domains()).unwrap_err(),
                run(client.add_domain(&domain("shop.example"))).unwrap_err(),
            ] {
                assert_eq!(
                    (error.kind(), error.reason(), error.may_have_landed()),
                    (Kind::Transient, "blocked", false),
                    "{status} {text}: {error}"
                );
                let said = error.to_string();
                assert!(
                    said.contains("something in between")
                        && said.contains("nothing about the key")
                        && !said.contains("did not accept"),
                    "{said}"
                );
            }
        }
    }
    // What sends a browser elsewhere, or answers it, is nothing of the key's either.
    for fault in [
        json!({"kind": "html"}),
        json!({"kind": "redirect", "location": "http://login.hotel.example/"}),
    ] {
        emulator.faults(fault.clone());
        let error = run(client.verify()).unwrap_err();
        assert_eq!(error.kind(), Kind::Protocol, "{error}");
        assert!(
            error
                .to_string()
                .contains("a firewall, a proxy or a login page"),
            "{error}"
        );
    }
    for status in ["401", "403"] {
        emulator.faults(json!({"kind": status}));
        let error = run(client.verify()).unwrap_err();
        assert_eq!(
            (error.kind(), error.reason()),
            (Kind::Auth, "key-refused"),
            "{error}"
        );
    }
}

#[test]
fn what_passes_is_repeated_and_then_succeeds() {
    let emulator = Emulator::start();
    for kind in [
        "429",
        "408",
        "425",
        "500",
        "502",
        "503",
        "reset-before",
        "challenge",
    ] {
        emulator.forget();
        emulator.faults(json!({"kind": kind, "path": "/adddomainalias", "times": 2}));
        let name = domain(&format!("on-{kind}.example"));
        assert_eq!(
            run(emulator.client().add_domain(&name)),
            Ok(Outcome::Added),
            "{kind}"
        );
        let adds = emulator
            .requests()
            .iter()
            .filter(|(path, _)| path == "adddomainalias")
            .count();
        assert_eq!(adds, 3, "{kind}");
    }
    for kind in ["html", "cut-json", "401", "404"] {
        emulator.forget();
        emulator.faults(json!({"kind": kind, "path": "/getdomains"}));
        run(emulator.client().domains()).unwrap_err();
        assert_eq!(emulator.requests().len(), 1, "{kind} is not repeated");
    }
}

#[test]
fn an_attempt_that_landed_is_found_in_the_list_and_not_repeated() {
    let emulator = Emulator::start();
    emulator.faults(json!({"kind": "reset-after", "path": "/adddomainalias", "times": 1}));
    let name = domain("shop.example");
    assert_eq!(run(emulator.client().add_domain(&name)), Ok(Outcome::Added));
    let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        emulator.requests(),
        [text("adddomainalias", "added"), text("getdomains", "none")]
    );
    emulator.forget();
    emulator.faults(json!({"kind": "reset-after", "path": "/deletedomainalias", "times": 1}));
    assert_eq!(
        run(emulator.client().remove_domain(&name)),
        Ok(Outcome::Removed)
    );
    assert_eq!(
        emulator.requests(),
        [
            text("deletedomainalias", "removed"),
            text("getdomains", "none")
        ]
    );
}

#[test]
fn an_attempt_that_may_have_landed_stays_so_while_no_list_says_otherwise() {
    let emulator = Emulator::start();
    let lost = json!({"kind": "reset-after", "path": "/adddomainalias", "times": 1});
    let refused = json!({"kind": "reject", "path": "/adddomainalias"});
    // What the next attempt meets, and the list after it.
    for faults in [
        json!([lost, {"kind": "echo-key", "path": "/getdomains"}]),
        json!([lost, {"kind": "403", "path": "/getdomains"}]),
        json!([lost, {"kind": "html", "path": "/getdomains"}]),
        json!([lost, {"kind": "empty", "path": "/getdomains"}, refused]),
    ] {
        emulator.set_domains(&json!([]));
        emulator.faults(faults.clone());
        let error = run(emulator.client().add_domain(&domain("shop.example"))).unwrap_err();
        assert!(error.may_have_landed(), "{faults}: {error:?}");
        assert_eq!(emulator.domains(), ["shop.example"]);
    }
    // A list that says otherwise ends it.
    emulator.set_domains(&json!([]));
    emulator.faults(json!([
        {"kind": "reset-before", "path": "/adddomainalias", "times": 1},
        refused,
    ]));
    let error = run(emulator.client().add_domain(&domain("shop.example"))).unwrap_err();
    assert_eq!(error.kind(), Kind::Rejected);
    assert!(!error.may_have_landed(), "{error:?}");
}

#[test]
fn a_refusal_with_an_unreadable_list_is_not_final() {
    let emulator = Emulator::start();
    for (kind, expected) in [("html", Kind::Protocol), ("500", Kind::Transient)] {
        emulator.faults(json!([
            {"kind": "reject", "path": "/adddomainalias", "text": "exists"},
            {"kind": kind, "path": "/getdomains"},
        ]));
        let error = run(emulator
            .client_without_retries()
            .add_domain(&domain("shop.example")))
        .unwrap_err();
        assert_eq!(error.kind(), expected);
        assert_eq!(error.domain(), Some("shop.example"));
        assert!(error.to_string().contains("“exists”"), "{error}");
    }
}

#[test]
fn one_deadline_covers_all_attempts() {
    let emulator = Emulator::start();
    let limit = Duration::from_millis(500);
    let many = client(Config {
        retries: 100,
        timeout: limit,
        ..emulator.config()
    });
    for kind in [
        "hang",
        "hang-after",
        "500",
        "429",
        "reset-before",
        "reset-after",
        "cut-body",
        "latency",
        "endless",
        "tls-hang",
    ] {
        emulator.set_domains(&json!([]));
        emulator.faults(json!({"kind": kind, "ms": 200}));
        let begun = Instant::now();
        let _ = run(many.add_domain(&domain("shop.example")));
        let _ = run(many.domains());
        assert!(
            begun.elapsed() < PATIENCE,
            "{kind} took {:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn a_budget_shortens_a_call() {
    let emulator = Emulator::start();
    emulator.faults(json!({"kind": "hang"}));
    let client = client(Config {
        timeout: PATIENCE * 10,
        ..emulator.config()
    });
    let error = assert_ends(|| {
        run(client
            .with_timeout(Duration::from_millis(200))
            .add_domain(&domain("shop.example")))
        .unwrap_err()
    });
    assert_eq!(error.reason(), "timeout");
    assert!(error.to_string().contains("within 0.2 s"), "{error}");
    let nothing_left = client.with_timeout(Duration::ZERO);
    let error = run(nothing_left.verify()).unwrap_err();
    assert_eq!(error.kind(), Kind::Transient);
}

#[test]
fn retry_after_is_honoured_in_seconds_and_as_a_date() {
    let emulator = Emulator::start();
    for header in [json!({"retry_after": "1"}), json!({"retry_after_date": 2})] {
        emulator.forget();
        let mut fault = header.clone();
        fault["kind"] = json!("429");
        fault["times"] = json!(1);
        emulator.faults(fault);
        let begun = Instant::now();
        run(emulator.client().domains()).unwrap();
        let waited = begun.elapsed();
        // A date has whole seconds: two of them are more than one.
        assert!(
            waited > Duration::from_millis(950) && waited < PATIENCE,
            "{header}: {waited:?}"
        );
    }
}

#[test]
fn a_retry_after_beyond_the_deadline_ends_the_call_at_once() {
    let emulator = Emulator::start();
    emulator.faults(json!({"kind": "503", "retry_after": "3600"}));
    let patient = client(Config {
        timeout: PATIENCE * 10,
        ..emulator.config()
    });
    let error = assert_ends(|| run(patient.add_domain(&domain("shop.example"))).unwrap_err());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(!error.may_have_landed());
    assert!(error.to_string().contains("It asks to wait 3600 s."));
    assert_eq!(emulator.requests().len(), 1);
}

#[test]
fn nobody_there() {
    let emulator = Emulator::start();
    emulator.down(true);
    let error =
        assert_ends(|| run(emulator.client().add_domain(&domain("shop.example"))).unwrap_err());
    assert_eq!(
        (error.kind(), error.reason(), error.may_have_landed()),
        (Kind::Transient, "connect", false)
    );
    assert!(error.to_string().contains("refused the connection"));
    emulator.down(false);
    run(emulator.client().verify()).unwrap();
}

#[test]
fn under_random_faults_the_goal_is_reached_or_the_error_is_honest() {
    let emulator = Emulator::start();
    emulator.control("PUT", "/seed", &json!({ "seed": 7 }));
    let kinds = [
        "429",
        "500",
        "reset-before",
        "reset-after",
        "cut-json",
        "html",
        "reject",
        "cut-body",
        "503",
    ];
    let faults: Vec<_> = kinds
        .iter()
        .map(|kind| json!({"kind": kind, "rate": 0.06, "retry_after": "0"}))
        .collect();
    emulator.faults(json!(faults));
    let client = emulator.client();
    let mut reached = 0;
    for round in 0..120_u32 {
        let name = domain(&format!("r{}.example", round % 7));
        let add = round % 3 != 0;
        let result = if add {
            run(client.add_domain(&name))
        } else {
            run(client.remove_domain(&name))
        };
        match result {
            Ok(outcome) => {
                reached += 1;
                assert_eq!(
                    matches!(outcome, Outcome::Added | Outcome::AlreadyThere),
                    add
                );
                let there = emulator.domains().contains(&name.ascii().to_owned());
                assert_eq!(there, add, "{outcome:?} of {name}");
            }
            Err(error) => assert!(
                matches!(
                    error.kind(),
                    Kind::Transient | Kind::Protocol | Kind::Rejected | Kind::Auth
                ),
                "{error}"
            ),
        }
    }
    assert!(reached > 60, "only {reached} of 120");
    for entry in emulator.journal() {
        assert_eq!(entry["violations"], json!([]), "{entry}");
    }
}
