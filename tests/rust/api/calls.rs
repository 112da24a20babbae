//! Each call against the emulator: what is sent, what comes back, over which connections.

use crate::support::{Emulator, KEY, client, domain, run};
use closte::api::{Client, Config, Outcome};
use closte::api_key::ApiKey;
use closte::error::Kind;
use closte::net::counters;
use futures_util::future::join_all;
use serde_json::{Value, json};

#[test]
fn adds_lists_and_removes() {
    let emulator = Emulator::start();
    let client = emulator.client();
    run(client.verify()).unwrap();
    for (name, outcome) in [
        ("shop.example", Outcome::Added),
        ("shop.example", Outcome::AlreadyThere),
        ("*.shop.example", Outcome::Added),
        ("bücher.example", Outcome::Added),
    ] {
        assert_eq!(run(client.add_domain(&domain(name))), Ok(outcome), "{name}");
    }
    let list = run(client.domains()).unwrap();
    let names: Vec<&str> = list.domains.iter().map(|d| d.domain.as_str()).collect();
    assert_eq!(
        names,
        ["shop.example", "*.shop.example", "xn--bcher-kva.example"]
    );
    assert_eq!(list.skipped, 0);
    for (name, outcome) in [
        ("shop.example", Outcome::Removed),
        ("shop.example", Outcome::AlreadyGone),
        ("*.shop.example", Outcome::Removed),
    ] {
        assert_eq!(
            run(client.remove_domain(&domain(name))),
            Ok(outcome),
            "{name}"
        );
    }
    assert_eq!(emulator.domains(), ["xn--bcher-kva.example"]);
}

#[test]
fn sends_what_the_documentation_says_byte_for_byte() {
    let emulator = Emulator::start();
    let client = emulator.client();
    run(client.add_domain(&domain("shop.example"))).unwrap();
    run(client.remove_domain(&domain("*.shop.example"))).unwrap();
    run(client.verify()).unwrap();
    run(client.domains()).unwrap();

    let journal = emulator.journal();
    for entry in &journal {
        assert_eq!(entry["violations"], json!([]), "{entry}");
        assert_eq!(entry["key"], "key1", "{entry}");
        assert_eq!(entry["connection"], journal[0]["connection"], "{entry}");
    }
    let sent: Vec<(&str, &str, &str, &Value)> = journal
        .iter()
        .filter(|entry| entry["method"] == "POST")
        .map(|entry| {
            let text = |field: &str| entry[field].as_str().unwrap();
            assert_eq!(
                entry["param_order"],
                json!(["apikey", "domain", "wildcard"])
            );
            (
                text("path"),
                text("raw_body"),
                text("content_type"),
                &entry["query"],
            )
        })
        .collect();
    let form = "application/x-www-form-urlencoded";
    let nothing = &sent[0].3.clone();
    assert!(nothing.is_null() || nothing == "", "{nothing}");
    assert_eq!(
        sent,
        [
            (
                "/adddomainalias",
                "apikey=<key>&domain=shop.example&wildcard=",
                form,
                nothing
            ),
            (
                "/deletedomainalias",
                "apikey=<key>&domain=%2A.shop.example&wildcard=1",
                form,
                nothing
            ),
            (
                "/adddomainalias",
                "apikey=<key>&domain=&wildcard=",
                form,
                nothing
            ),
        ]
    );
}

#[test]
fn is_content_where_repeating_succeeds() {
    let emulator = Emulator::start();
    emulator.settings(&json!({ "repeat": "succeed" }));
    let client = emulator.client();
    let name = domain("shop.example");
    run(client.add_domain(&name)).unwrap();
    run(client.add_domain(&name)).unwrap();
    assert_eq!(emulator.domains(), ["shop.example"]);
    run(client.remove_domain(&name)).unwrap();
    run(client.remove_domain(&name)).unwrap();
    assert!(emulator.domains().is_empty());
}

#[test]
fn reads_every_shape_of_list() {
    let emulator = Emulator::start();
    emulator.set_domains(&json!(["a.example", "*.a.example", "b.example"]));
    for shape in [
        "string",
        "domain",
        "name",
        "hostname",
        "host",
        "url",
        "upper-case",
        "rich",
        "mixed",
    ] {
        emulator.settings(&json!({ "shape": shape, "unreadable": 3 }));
        let list = run(emulator.client().domains()).unwrap();
        let mut names: Vec<&str> = list.domains.iter().map(|d| d.domain.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["*.a.example", "a.example", "b.example"], "{shape}");
        assert_eq!(list.skipped, 3, "{shape}");
        let client = emulator.client();
        assert_eq!(
            run(client.add_domain(&domain("*.a.example"))),
            Ok(Outcome::AlreadyThere),
            "{shape}"
        );
        assert_eq!(
            run(client.remove_domain(&domain("c.example"))),
            Ok(Outcome::AlreadyGone),
            "{shape}"
        );
    }
}

#[test]
fn a_wrong_key_is_an_auth_error_whatever_is_called() {
    let emulator = Emulator::start();
    let wrong = Client::new(ApiKey::new("Wrong-0123456789").unwrap(), emulator.config()).unwrap();
    for status in [200, 401, 403] {
        emulator.settings(&json!({ "bad_key_status": status, "bad_key_text": "Key <key> is bad" }));
        let name = domain("shop.example");
        for error in [
            run(wrong.verify()).unwrap_err(),
            run(wrong.add_domain(&name)).unwrap_err(),
            run(wrong.remove_domain(&name)).unwrap_err(),
            run(wrong.domains()).unwrap_err(),
        ] {
            assert_eq!(error.kind(), Kind::Auth, "{error}");
            assert_eq!(error.reason(), "key-refused");
            assert!(error.to_string().contains("is bad"), "{error}");
            assert!(
                error
                    .to_string()
                    .contains("the key of this network's application at Closte"),
                "{error}"
            );
        }
    }
}

#[test]
fn a_refusal_of_a_domain_shows_its_text_and_names_the_domain() {
    let emulator = Emulator::start();
    emulator.faults(json!({"kind": "reject", "path": "/adddomainalias", "text": "Quota\u{0} of\n10 domains\u{202e} reached"}));
    let error = run(emulator.client().add_domain(&domain("shop.example"))).unwrap_err();
    assert_eq!(error.kind(), Kind::Rejected);
    assert_eq!(error.reason(), "refused");
    assert_eq!(error.domain(), Some("shop.example"));
    assert!(!error.may_have_landed());
    assert_eq!(
        error.to_string(),
        "Adding shop.example at Closte failed: Closte refused it: “Quota of 10 domains reached”. \
         Check the domain at Closte, or ask Closte's support."
    );
}

#[test]
fn a_warm_pool_keeps_one_connection_over_tls_and_http2() {
    let emulator = Emulator::start();
    for (config, version) in [(emulator.config(), "1.1"), (emulator.tls_config(), "2")] {
        emulator.forget();
        let before = counters();
        for number in 0..5 {
            // Each as in a PHP request of its own.
            let client = client(config.clone());
            run(client.add_domain(&domain(&format!("s{number}.example")))).unwrap();
        }
        let journal = emulator.journal();
        assert_eq!(journal.len(), 5);
        for entry in &journal {
            assert_eq!(entry["connection"], journal[0]["connection"]);
            let spoken = entry["http_version"].as_str().unwrap();
            assert!(spoken.contains(version), "{spoken}");
        }
        let after = counters();
        assert_eq!(after.calls - before.calls, 5);
        assert_eq!(after.connections_opened - before.connections_opened, 1);
        emulator.set_domains(&json!([]));
    }
}

#[test]
fn many_calls_at_once_share_the_pool() {
    let emulator = Emulator::start();
    for config in [emulator.config(), emulator.tls_config()] {
        emulator.set_domains(&json!([]));
        let client = client(config);
        let names: Vec<_> = (0..40)
            .map(|n| domain(&format!("site{n}.example")))
            .collect();
        let outcomes = closte::net::block_on(async {
            join_all(names.iter().map(|name| client.add_domain(name))).await
        })
        .unwrap();
        for outcome in outcomes {
            assert_eq!(outcome, Ok(Outcome::Added));
        }
        assert_eq!(emulator.domains().len(), 40);
    }
}

#[test]
fn a_batch_reads_the_list_once_for_all_refusals() {
    let emulator = Emulator::start();
    let names: Vec<String> = (0..60).map(|n| format!("site{n}.example")).collect();
    emulator.set_domains(&json!(names));
    let client = emulator.client().for_batch();
    let names: Vec<_> = names.iter().map(|name| domain(name)).collect();
    let outcomes = closte::net::block_on(async {
        join_all(names.iter().map(|name| client.add_domain(name))).await
    })
    .unwrap();
    for outcome in outcomes {
        assert_eq!(outcome, Ok(Outcome::AlreadyThere));
    }
    let lists = |emulator: &Emulator| {
        let requests = emulator.requests();
        requests.iter().filter(|it| it.0 == "getdomains").count()
    };
    assert_eq!(lists(&emulator), 1);
    // What that list does not have is not taken for refused before it was read again.
    emulator.set_domains(&json!(["late.example"]));
    assert_eq!(
        run(client.add_domain(&domain("late.example"))),
        Ok(Outcome::AlreadyThere)
    );
    assert_eq!(lists(&emulator), 2);
    // It says nothing of what came to the batch afterwards: this call was refused for what it is.
    let later = client.since(tokio::time::Instant::now());
    emulator.set_domains(&json!([]));
    emulator.faults(json!({"kind": "reject", "path": "/adddomainalias"}));
    let error = run(later.add_domain(&domain("late.example"))).unwrap_err();
    assert_eq!(error.kind(), Kind::Rejected);
    assert_eq!(lists(&emulator), 3);
}

#[test]
fn connections_that_the_server_closed_meanwhile_go_unnoticed() {
    let emulator = Emulator::start();
    for (round, config) in [emulator.config(), emulator.tls_config()]
        .into_iter()
        .enumerate()
    {
        let client = client(Config {
            retries: 0,
            ..config
        });
        for number in 0..10 {
            let name = domain(&format!("s{round}x{number}.example"));
            assert_eq!(run(client.add_domain(&name)), Ok(Outcome::Added));
            emulator.control("DELETE", "/connections", &Value::Null);
        }
        // Closed and opened again, as in a restart.
        run(client.verify()).unwrap();
        emulator.down(true);
        emulator.down(false);
        run(client.verify()).unwrap();
    }
    assert_eq!(emulator.domains().len(), 20);
}

#[test]
fn a_key_with_odd_characters_arrives_as_it_is() {
    let emulator = Emulator::start();
    let key = "a+b&c=d%20e/f?g#h\"<i>'";
    emulator.control(
        "PUT",
        "/state",
        &json!({"keys": {key: {"domains": ["x.example"]}, KEY: {"domains": []}}}),
    );
    let client = Client::new(ApiKey::new(key).unwrap(), emulator.config()).unwrap();
    run(client.verify()).unwrap();
    assert_eq!(run(client.domains()).unwrap().domains.len(), 1);
}
