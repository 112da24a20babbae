//! The extension's part of `phpinfo()` and of `php --ri closte`. The key is not known here.

use std::panic::catch_unwind;

use ext_php_rs::zend::ModuleEntry;
use ext_php_rs::{info_table_end, info_table_header, info_table_row, info_table_start};

use super::zend::environment;
use super::{settings, version};
use crate::api::Config;
use crate::net;

/// The module's info function.
pub extern "C" fn print(module: *mut ModuleEntry) {
    // A panic here would end PHP; what could not be said is left out.
    let _ = catch_unwind(|| table(&rows()));
    environment::print_ini_table(module);
}

fn rows() -> Vec<(&'static str, String)> {
    let counters = net::counters();
    let mut rows = vec![("Version", version::of_library().to_owned())];
    match settings::checked_config() {
        Ok(config) => {
            let proxy = proxy(&config);
            let ca_file = config.ca_file.map(|path| path.display().to_string());
            rows.extend([
                ("Base URL", config.base_url),
                ("Timeout of a call", seconds(config.timeout)),
                ("Timeout of a connection", seconds(config.connect_timeout)),
                ("Calls at a time", config.max_in_flight.to_string()),
                (
                    "Resolvers",
                    or_word(&config.resolvers.join(", "), "the system's"),
                ),
                (
                    "Trusted roots",
                    ca_file.map_or_else(
                        || "the system's".to_owned(),
                        |file| format!("the system's and {file}"),
                    ),
                ),
            ]);
            rows.extend(proxy);
        }
        Err(error) => rows.push(("Configuration error", error.to_string())),
    }
    rows.extend([
        (
            "Connections opened (this process)",
            counters.connections_opened.to_string(),
        ),
        ("Calls made (this process)", counters.calls.to_string()),
    ]);
    rows
}

/// The proxy that is set and whether it is used; no row where none is.
fn proxy(config: &Config) -> Option<(&'static str, String)> {
    let place = config.proxy.as_ref()?.place();
    let used = match config.proxy_in_use() {
        Ok(Some(proxy)) => proxy.as_str().to_owned(),
        Ok(None) => "none for this base URL".to_owned(),
        Err(error) => error.to_string(),
    };
    Some(("Proxy", format!("{used} (set by {place})")))
}

fn seconds(time: std::time::Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

fn or_word(text: &str, word: &str) -> String {
    if text.is_empty() { word } else { text }.to_owned()
}

fn table(rows: &[(&str, String)]) {
    info_table_start!();
    info_table_header!("closte", "enabled");
    for (name, value) in rows {
        info_table_row!(*name, value.replace('\0', " "));
    }
    info_table_end!();
}
