//! The proxy that is set for calls: by WordPress's constants, else by environment variables.

use std::ffi::CStr;

use zeroize::Zeroizing;

use super::zend::environment;
use crate::net::{ProxySetting, WordPressProxy};

/// In the order in which they are asked. `src/net/proxy.rs` says why `HTTP_PROXY` is not here.
const VARIABLES: [(&CStr, &str); 4] = [
    (c"https_proxy", "https_proxy"),
    (c"HTTPS_PROXY", "HTTPS_PROXY"),
    (c"all_proxy", "all_proxy"),
    (c"ALL_PROXY", "ALL_PROXY"),
];
const EXCEPTIONS: [&CStr; 2] = [c"no_proxy", c"NO_PROXY"];

/// The proxy that is set, if any.
pub fn setting() -> Option<ProxySetting> {
    of_constants().or_else(of_environment)
}

/// As WordPress's own `WP_HTTP_Proxy` has it: host and port make it count.
fn of_constants() -> Option<ProxySetting> {
    let host = constant("WP_PROXY_HOST")?;
    let port = constant("WP_PROXY_PORT")?;
    let username = constant("WP_PROXY_USERNAME");
    let password = constant("WP_PROXY_PASSWORD");
    let bypass_hosts = constant("WP_PROXY_BYPASS_HOSTS").unwrap_or_default();
    (!host.is_empty() && !port.is_empty()).then(|| {
        ProxySetting::of_wordpress(WordPressProxy {
            host: &host,
            port: &port,
            username: username.as_ref().map(|text| text.as_str()),
            password: password.as_ref().map(|text| text.as_str()),
            bypass_hosts: &bypass_hosts,
        })
    })
}

fn of_environment() -> Option<ProxySetting> {
    let (url, name) = VARIABLES
        .iter()
        .find_map(|(variable, name)| Some((value(variable)?, *name)))?;
    let no_proxy = EXCEPTIONS.iter().find_map(|variable| value(variable));
    let no_proxy = no_proxy.as_ref().map_or("", |text| text.as_str());
    Some(ProxySetting::new(&url, name, no_proxy))
}

/// A variable that is not empty.
fn value(name: &CStr) -> Option<Zeroizing<String>> {
    let bytes = Zeroizing::new(environment::variable(name)?);
    let text = Zeroizing::new(String::from_utf8_lossy(&bytes).trim().to_owned());
    (!text.is_empty()).then_some(text)
}

/// A constant that is a text or a number.
fn constant(name: &str) -> Option<Zeroizing<String>> {
    let value = environment::constant(name)?;
    if let Some(number) = value.long() {
        return Some(Zeroizing::new(number.to_string()));
    }
    let text = value.zend_str()?;
    Some(Zeroizing::new(
        String::from_utf8_lossy(text.as_bytes()).into_owned(),
    ))
}
