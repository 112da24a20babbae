//! The enums of the PHP API.

use ext_php_rs::boxed::ZBox;
use ext_php_rs::enum_::{Discriminant, EnumCase};
use ext_php_rs::error::Result;
use ext_php_rs::ffi::zend_enum_get_case;
use ext_php_rs::types::{ZendStr, Zval};
use ext_php_rs::zend::ClassEntry;

use super::zend::class::register_enum;

/// `Closte\Outcome`.
pub const OUTCOME: &str = "Closte\\Outcome";
/// `Closte\DnsState`.
pub const DNS_STATE: &str = "Closte\\DnsState";
/// `Closte\CertificateState`.
pub const CERTIFICATE_STATE: &str = "Closte\\CertificateState";

const fn case(name: &'static str, value: &'static str) -> EnumCase {
    EnumCase {
        name,
        discriminant: Some(Discriminant::String(value)),
        docs: &[],
    }
}

static OUTCOMES: [EnumCase; 4] = [
    case("Added", "added"),
    case("AlreadyThere", "already-there"),
    case("Removed", "removed"),
    case("AlreadyGone", "already-gone"),
];

static DNS_STATES: [EnumCase; 5] = [
    case("Here", "here"),
    case("Elsewhere", "elsewhere"),
    case("Partial", "partial"),
    case("Missing", "missing"),
    case("Unknown", "unknown"),
];

static CERTIFICATE_STATES: [EnumCase; 7] = [
    case("Valid", "valid"),
    case("Absent", "absent"),
    case("Untrusted", "untrusted"),
    case("SelfSigned", "self-signed"),
    case("Expired", "expired"),
    case("WrongHost", "wrong-host"),
    case("Unknown", "unknown"),
];

const ENUMS: [(&str, &[EnumCase]); 3] = [
    (OUTCOME, &OUTCOMES),
    (DNS_STATE, &DNS_STATES),
    (CERTIFICATE_STATE, &CERTIFICATE_STATES),
];

/// Registers the enums.
///
/// # Errors
/// What the engine refuses, such as a name that is taken.
pub fn register() -> Result<()> {
    for (name, cases) in ENUMS {
        register_enum(name, cases)?;
    }
    Ok(())
}

/// The case of `enum_name` whose value is `value`, as PHP has it; null for none.
pub fn case_of(enum_name: &str, value: &str) -> Zval {
    let mut result = Zval::null();
    let name = ENUMS
        .iter()
        .filter(|(name, _)| *name == enum_name)
        .flat_map(|(_, cases)| *cases)
        .find(|case| matches!(case.discriminant, Some(Discriminant::String(v)) if v == value))
        .map(|case| case.name);
    if let (Some(class), Some(name)) = (ClassEntry::try_find(enum_name), name) {
        let mut name: ZBox<ZendStr> = ZendStr::new(name, false);
        // SAFETY: the class is an enum that has this case; the engine keeps the case's object and
        // lends it to us.
        unsafe {
            let object = zend_enum_get_case(std::ptr::from_ref(class).cast_mut(), &raw mut *name);
            if let Some(object) = object.as_mut() {
                result.set_object(object);
            }
        }
    }
    result
}
