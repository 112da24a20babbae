//! PHP values out of Rust ones: lists and JSON, and PHP's words for types.

use std::ffi::{CStr, c_char};
use std::fmt::Display;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::convert::IntoZval;
use ext_php_rs::types::{ZendHashTable, Zval};

use super::failure::Failure;

unsafe extern "C" {
    fn zend_zval_type_name(value: *const Zval) -> *const c_char;
}

/// PHP's word for the type of a value, as in its own messages.
pub fn type_name(value: &Zval) -> &'static str {
    // SAFETY: the engine returns a static string for any value.
    unsafe { CStr::from_ptr(zend_zval_type_name(value)) }
        .to_str()
        .unwrap_or("unknown")
}

/// A list of texts.
pub fn list<T: Display>(
    texts: impl IntoIterator<Item = T>,
) -> Result<ZBox<ZendHashTable>, Failure> {
    let mut table = ZendHashTable::new();
    for text in texts {
        table.push(text.to_string())?;
    }
    Ok(table)
}

/// A JSON value as `json_decode( …, true )` would give it.
pub fn json(value: &serde_json::Value) -> Result<Zval, Failure> {
    use serde_json::Value;
    Ok(match value {
        Value::Null => Zval::null(),
        Value::Bool(truth) => truth.into_zval(false)?,
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into_zval(false)?,
            None => number.as_f64().into_zval(false)?,
        },
        Value::String(text) => text.as_str().into_zval(false)?,
        Value::Array(entries) => {
            let mut table = ZendHashTable::new();
            for entry in entries {
                table.push(json(entry)?)?;
            }
            table.into_zval(false)?
        }
        Value::Object(entries) => {
            let mut table = ZendHashTable::new();
            for (key, entry) in entries {
                table.insert(key.as_str(), json(entry)?)?;
            }
            table.into_zval(false)?
        }
    })
}
