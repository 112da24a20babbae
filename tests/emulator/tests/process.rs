//! Starting, ending, going down, and what a restart keeps.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use support::{Emulator, Folder, connect, exists, until, write};

#[test]
fn a_signal_ends_it_and_takes_the_ready_file_along() {
    for signal in ["TERM", "INT"] {
        let mut emulator = Emulator::start(&[]);
        let pid = emulator.child.id();
        assert_eq!(emulator.ready["pid"], pid);
        let sent = Command::new("sh")
            .args(["-c", &format!("kill -{signal} {pid}")])
            .status()
            .unwrap();
        assert!(sent.success());
        assert!(until(|| emulator.child.try_wait().unwrap()).success());
        assert!(!exists(emulator.folder.file("ready.json")));
    }
}

#[test]
fn it_ends_with_its_parent() {
    let emulator = Emulator::start(&[]);
    let folder = emulator.stop();
    assert!(!exists(folder.file("ready.json")));
}

#[test]
fn state_journal_and_trust_outlive_a_kill() {
    let folder = Folder::new();
    let (state, journal) = (folder.file("state.json"), folder.file("journal.jsonl"));
    let arguments = ["--state", &state, "--journal", &journal];
    let mut emulator = Emulator::start_in(folder, &arguments);
    emulator.add("a.example").unwrap();
    emulator.control("PUT", "/settings", &json!({"shape": "name"}));
    emulator.child.kill().unwrap();
    emulator.child.wait().unwrap();
    let folder = std::mem::replace(&mut emulator.folder, Folder("".into()));
    let key_of = |state: &str| {
        let state: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(state).unwrap()).unwrap();
        state["ca_key"].clone()
    };
    let ca = key_of(&state);
    let emulator = Emulator::start_in(folder, &arguments);
    assert_eq!(
        emulator.get("/getdomains?apikey=first").unwrap().json()["domains"],
        json!([{"name": "a.example"}])
    );
    let numbers: Vec<_> = emulator
        .journal()
        .iter()
        .map(|entry| entry["n"].clone())
        .collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(key_of(&state), ca);
    let lines = std::fs::read_to_string(&journal).unwrap();
    assert_eq!(lines.lines().count(), 2);
    assert!(!lines.contains("first"), "{lines}");
}

#[test]
fn down_refuses_and_resets_and_comes_back_on_the_same_port() {
    let emulator = Emulator::start(&[]);
    let mut open = connect(emulator.address("http")).unwrap();
    write(
        &mut open,
        "GET",
        "/api/client/getdomains?apikey=first",
        "",
        "",
    )
    .unwrap();
    assert!(open.read(&mut [0; 4096]).unwrap() > 0);
    for _ in 0..3 {
        emulator.control("PUT", "/down", &json!({"down": true}));
        for listener in ["http", "https"] {
            let error = connect(emulator.address(listener)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        }
        emulator.control("PUT", "/down", &json!({"down": false}));
        assert_eq!(
            emulator.get("/getdomains?apikey=first").unwrap().status,
            200
        );
    }
    assert_eq!(
        open.read(&mut [0; 1]).unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
}

#[test]
fn silent_lets_connections_time_out() {
    let emulator = Emulator::start(&[]);
    for _ in 0..2 {
        emulator.control("PUT", "/down", &json!({"down": true, "silent": true}));
        for listener in ["http", "https"] {
            let patience = Duration::from_millis(300);
            let error =
                TcpStream::connect_timeout(&emulator.address(listener), patience).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TimedOut);
        }
        emulator.control("PUT", "/down", &json!({"down": false}));
        assert_eq!(
            emulator.get("/getdomains?apikey=first").unwrap().status,
            200
        );
    }
}

#[test]
fn a_reset_makes_it_as_new() {
    let emulator = Emulator::start(&[]);
    emulator.add("a.example").unwrap();
    emulator.fault(json!({"kind": "500"}));
    emulator.control("PUT", "/settings", &json!({"shape": "name"}));
    emulator.control("PUT", "/down", &json!({"down": true}));
    emulator.control("POST", "/reset", &json!(null));
    assert_eq!(emulator.journal().len(), 0);
    let answer = emulator.get("/getdomains?apikey=first").unwrap();
    assert_eq!(
        (answer.status, answer.json()["domains"].clone()),
        (200, json!([]))
    );
}

#[test]
fn idle_connections_can_be_reset() {
    let emulator = Emulator::start(&[]);
    let mut open = connect(emulator.address("http")).unwrap();
    write(
        &mut open,
        "GET",
        "/api/client/getdomains?apikey=first",
        "",
        "",
    )
    .unwrap();
    assert!(open.read(&mut [0; 4096]).unwrap() > 0);
    assert_eq!(
        emulator.control("DELETE", "/connections", &json!(null)),
        json!({"reset": 1})
    );
    assert_eq!(
        open.read(&mut [0; 1]).unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
    until(|| {
        (emulator.control("GET", "/connections", &json!(null)) == json!({"open": 0})).then_some(())
    });
}

#[test]
fn the_manual_and_wrong_usage() {
    let run = |argument: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_closte-emulator"))
            .arg(argument)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (code, manual, _) = run("--help");
    assert_eq!(code, Some(0));
    for word in [
        "--listen",
        "--edge-listen",
        "stack",
        "reset-after",
        "retry_after",
        "violations",
        "/journal",
    ] {
        assert!(manual.contains(word), "{word} is not in the manual");
    }
    assert!(run("--version").1.starts_with("closte-emulator "));
    let (code, _, error) = run("--lisen");
    assert_eq!(code, Some(2));
    assert!(
        error.contains("--lisen") && error.contains("hint:"),
        "{error}"
    );
}
