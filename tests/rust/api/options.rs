//! Options that cannot be used are found before anything is sent.

use crate::support::{Emulator, KEY};
use closte::api::Config;
use closte::error::{Error, Kind};
use std::time::Duration;

#[test]
fn bad_options_are_config_errors() {
    let emulator = Emulator::start();
    let good = emulator.config();
    let no_file = emulator.folder().join("none.pem");
    let empty = emulator.folder().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    for (config, reason) in [
        (
            Config {
                base_url: "http://app.closte.com/api".to_owned(),
                ..good.clone()
            },
            "insecure-base-url",
        ),
        (
            Config {
                base_url: "nonsense".to_owned(),
                ..good.clone()
            },
            "bad-base-url",
        ),
        (
            Config {
                timeout: Duration::ZERO,
                ..good.clone()
            },
            "bad-option",
        ),
        (
            Config {
                connect_timeout: Duration::MAX,
                ..good.clone()
            },
            "bad-option",
        ),
        (
            Config {
                retries: 101,
                ..good.clone()
            },
            "bad-option",
        ),
        (
            Config {
                max_in_flight: 0,
                ..good.clone()
            },
            "bad-option",
        ),
        (
            Config {
                ca_file: Some(no_file),
                ..good.clone()
            },
            "bad-ca-file",
        ),
        (
            Config {
                ca_file: Some(empty),
                ..good.clone()
            },
            "bad-ca-file",
        ),
        (
            Config {
                resolvers: vec!["resolver".to_owned()],
                ..good.clone()
            },
            "bad-resolver",
        ),
    ] {
        let key = closte::api_key::ApiKey::new(KEY).unwrap();
        let error: Error = closte::api::Client::new(key, config)
            .err()
            .unwrap_or_else(|| panic!("{reason} was not found"));
        assert_eq!((error.kind(), error.reason()), (Kind::Config, reason));
    }
}
