//! Builds PHP values and objects from Rust ones.

use std::fmt::Display;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::convert::IntoZval;
use ext_php_rs::types::{ZendHashTable, ZendObject, Zval};

use super::call::{Array, Failure};
use super::ffi;

/// An object whose readonly properties are being filled in.
pub struct NewObject(ZBox<ZendObject>);

impl NewObject {
    /// A new object of a class of ours; its constructor is not called.
    ///
    /// # Errors
    /// When the class is not registered.
    pub fn of(class: &str) -> Result<Self, Failure> {
        ffi::new_object(class).map(Self).ok_or(Failure::Thrown)
    }

    /// Sets a property.
    ///
    /// # Errors
    /// When the value cannot be made into a PHP value.
    pub fn with(mut self, name: &str, value: impl IntoZval) -> Result<Self, Failure> {
        ffi::write_property(&mut self.0, name, value.into_zval(false)?);
        Ok(self)
    }

    /// The finished object.
    pub fn finish(self) -> ZBox<ZendObject> {
        self.0
    }
}

/// A list of texts.
///
/// # Errors
/// When it is longer than PHP's arrays can be.
pub fn list<T: Display>(
    texts: impl IntoIterator<Item = T>,
) -> Result<ZBox<ZendHashTable>, Failure> {
    let mut table = ZendHashTable::new();
    for text in texts {
        table.push(text.to_string())?;
    }
    Ok(table)
}

/// The texts in the array that is the argument at `position`.
///
/// # Errors
/// A `TypeError` when there is something else in it.
pub fn strings(position: u32, array: &Array) -> Result<Vec<String>, Failure> {
    array
        .get()
        .into_iter()
        .flat_map(ZendHashTable::values)
        .map(|entry| {
            let entry = entry.dereference();
            entry
                .zend_str()
                .map(|text| String::from_utf8_lossy(text.as_bytes()).into_owned())
                .ok_or_else(|| {
                    let found = ffi::type_name(entry);
                    Failure::ArgumentType(
                        position,
                        format!("must be a list of strings, {found} in it"),
                    )
                })
        })
        .collect()
}

/// A JSON value as `json_decode( …, true )` would give it.
///
/// # Errors
/// When it is longer than PHP's arrays can be.
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
