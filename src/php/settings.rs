//! The INI entries, and the configuration that they and a caller's options make.

use std::borrow::Cow;
use std::ffi::{CStr, OsStr, c_int};
use std::ops::RangeInclusive;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::time::Duration;

use ext_php_rs::flags::IniEntryPermission;
use ext_php_rs::types::ZendHashTable;
use ext_php_rs::zend::{IniEntryDef, IniEntryDefs};

use super::options::Options;
use super::proxies;
use super::zend::environment::{self, IniEntry};
use crate::api::{self, BaseUrl, Config};
use crate::domain::ReservedNames;
use crate::error::Error;
use crate::net;
use crate::text::{VALUE_MAX, clean_bytes};

const BASE_URL: &CStr = c"closte.base_url";
const TIMEOUT: &CStr = c"closte.timeout";
const CONNECT_TIMEOUT: &CStr = c"closte.connect_timeout";
const MAX_IN_FLIGHT: &CStr = c"closte.max_in_flight";
const RESOLVERS: &CStr = c"closte.resolvers";
const CA_FILE: &CStr = c"closte.ca_file";

/// Seconds that a call, a connection or a batch may take.
pub const SECONDS: RangeInclusive<f64> = 0.01..=3600.0;
/// Calls at a time.
const IN_FLIGHT: RangeInclusive<i64> = 1..=256;
/// Further attempts after a transient failure.
const RETRIES: RangeInclusive<i64> = 0..=20;

static ENTRIES: IniEntryDefs<7> = IniEntryDefs::new([
    environment::shown_by(
        show_base_url,
        IniEntryDef::new(
            BASE_URL,
            c"https://app.closte.com/api/client",
            IniEntryPermission::System,
        ),
    ),
    IniEntryDef::new(TIMEOUT, c"10", IniEntryPermission::System),
    IniEntryDef::new(CONNECT_TIMEOUT, c"5", IniEntryPermission::System),
    IniEntryDef::new(MAX_IN_FLIGHT, c"8", IniEntryPermission::System),
    IniEntryDef::new(RESOLVERS, c"", IniEntryPermission::System),
    IniEntryDef::new(CA_FILE, c"", IniEntryPermission::System),
    IniEntryDef::end(),
]);

/// Registers the INI entries.
pub fn register(module_number: i32) {
    IniEntryDef::register(ENTRIES.as_slice(), module_number);
}

/// Shows the base URL in tables of settings. One with a password is refused, and must not be shown
/// all the same.
unsafe extern "C" fn show_base_url(entry: *mut IniEntry, kind: c_int) {
    // SAFETY: the engine calls this with one of its entries.
    unsafe { environment::show_ini(entry, kind, |text| api::shown_url(&text)) }
}

/// What the INI entries say, and the proxy that is set.
pub fn api_config() -> Result<Config, Error> {
    let mut config = Config::default();
    if let Some(base_url) = text(BASE_URL) {
        config.base_url = base_url.into_owned();
    }
    if let Some(timeout) = seconds(TIMEOUT)? {
        config.timeout = timeout;
    }
    if let Some(timeout) = seconds(CONNECT_TIMEOUT)? {
        config.connect_timeout = timeout;
    }
    if let Some(calls) = text(MAX_IN_FLIGHT) {
        config.max_in_flight = calls
            .parse::<i64>()
            .ok()
            .filter(|calls| IN_FLIGHT.contains(calls))
            .and_then(|calls| usize::try_from(calls).ok())
            .ok_or_else(|| bad_entry(MAX_IN_FLIGHT, "a whole number from 1 to 256"))?;
    }
    config.resolvers = resolvers();
    config.ca_file = ca_file();
    config.proxy = proxies::setting();
    Ok(config)
}

/// What the INI entries say, when a client without options could use it.
pub fn checked_config() -> Result<Config, Error> {
    let config = api_config()?;
    BaseUrl::parse(&config.base_url)?;
    for resolver in &config.resolvers {
        net::parse_name_server(resolver)?;
    }
    config.proxy_in_use()?;
    Ok(config)
}

/// The resolvers that are set, separated by commas or white space; none: the system's.
pub fn resolvers() -> Vec<String> {
    String::from_utf8_lossy(environment::ini(RESOLVERS))
        .split([',', ' ', '\t'])
        .filter(|resolver| !resolver.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// The file with further roots to trust.
pub fn ca_file() -> Option<PathBuf> {
    let path = environment::ini(CA_FILE);
    (!path.is_empty()).then(|| PathBuf::from(OsStr::from_bytes(path)))
}

/// Whether `.test`, `.example` and `.localhost` are taken: only where the API is on a loopback
/// address.
pub fn reserved_names() -> ReservedNames {
    api::reserved_names(&String::from_utf8_lossy(environment::ini(BASE_URL)))
}

/// A client's configuration: the INI entries, and the caller's options over them.
pub fn client_config(of: &'static str, table: Option<&ZendHashTable>) -> Result<Config, Error> {
    let options = Options::new(
        of,
        table,
        &[
            "base_url",
            "timeout",
            "connect_timeout",
            "retries",
            "max_in_flight",
            "ca_file",
            "resolvers",
        ],
    )?;
    let mut config = api_config()?;
    if let Some(base_url) = options.text("base_url")? {
        config.base_url = base_url;
    }
    if let Some(timeout) = options.seconds("timeout", SECONDS)? {
        config.timeout = timeout;
    }
    if let Some(timeout) = options.seconds("connect_timeout", SECONDS)? {
        config.connect_timeout = timeout;
    }
    if let Some(retries) = options.integer("retries", RETRIES)? {
        config.retries = u32::try_from(retries).unwrap_or_default();
    }
    if let Some(calls) = options.integer("max_in_flight", IN_FLIGHT)? {
        config.max_in_flight = usize::try_from(calls).unwrap_or(1);
    }
    if let Some(ca_file) = options.text("ca_file")? {
        config.ca_file = Some(PathBuf::from(ca_file));
    }
    if let Some(resolvers) = options.texts("resolvers")? {
        config.resolvers = resolvers;
    }
    Ok(config)
}

/// Bytes that are not UTF-8 become U+FFFD, which no entry takes.
fn text(entry: &CStr) -> Option<Cow<'static, str>> {
    Some(String::from_utf8_lossy(environment::ini(entry))).filter(|text| !text.is_empty())
}

fn seconds(entry: &CStr) -> Result<Option<Duration>, Error> {
    let Some(text) = text(entry) else {
        return Ok(None);
    };
    text.parse::<f64>()
        .ok()
        .filter(|seconds| SECONDS.contains(seconds))
        .map(|seconds| Some(Duration::from_secs_f64(seconds)))
        .ok_or_else(|| bad_entry(entry, "a number of seconds from 0.01 to 3600"))
}

fn bad_entry(entry: &CStr, wanted: &str) -> Error {
    Error::config(
        "bad-ini",
        format!(
            "The INI entry {} must be {wanted}, not “{}”. Change it in php.ini.",
            entry.to_string_lossy(),
            clean_bytes(environment::ini(entry), VALUE_MAX)
        ),
    )
}
