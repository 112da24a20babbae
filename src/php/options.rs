//! Reads the `$options` arrays. Whatever is wrong with one is a `ConfigException` that names it.

use std::ops::RangeInclusive;
use std::time::Duration;

use ext_php_rs::types::array::ArrayKey;
use ext_php_rs::types::{ZendHashTable, Zval};

use super::zend::value::type_name;
use crate::error::Error;
use crate::text::{VALUE_MAX, clean};

/// An options array whose keys are all known.
pub struct Options<'a> {
    of: &'static str,
    table: Option<&'a ZendHashTable>,
}

impl<'a> Options<'a> {
    /// The options in `table` of the class or function `of`, which takes those that are `known`.
    pub fn new(
        of: &'static str,
        table: Option<&'a ZendHashTable>,
        known: &[&str],
    ) -> Result<Self, Error> {
        for (key, _) in table.into_iter().flatten() {
            let name = key_text(&key);
            if !known.contains(&name.as_str()) {
                let hint = like(&name, known)
                    .map(|option| format!(" Did you mean \"{option}\"?"))
                    .unwrap_or_default();
                return Err(Error::config(
                    "unknown-option",
                    format!(
                        "{of} has no option \"{}\".{hint} It takes: {}.",
                        clean(&name, VALUE_MAX),
                        known.join(", ")
                    ),
                ));
            }
        }
        Ok(Self { of, table })
    }

    /// The value as it is, for what the readers below do not cover.
    pub fn get(&self, name: &str) -> Option<&'a Zval> {
        self.table?.get(name).map(Zval::dereference)
    }

    /// The error for a value that is of none of the types `wanted`.
    pub fn wrong_type(&self, name: &str, wanted: &str, value: &Zval) -> Error {
        Error::config(
            "bad-option-type",
            format!(
                "The option \"{name}\" of {} must be {wanted}, {} given.",
                self.of,
                type_name(value)
            ),
        )
    }

    /// The error for a value that is not what is `wanted`.
    pub fn out_of_range(&self, name: &str, wanted: &str, given: &str) -> Error {
        Error::config(
            "bad-option-value",
            format!(
                "The option \"{name}\" of {} must be {wanted}, {} given.",
                self.of,
                clean(given, VALUE_MAX)
            ),
        )
    }

    /// A text that is not empty.
    pub fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match value.zend_str().map(|text| text.as_str()) {
            Some(Ok("")) => {
                Err(self.out_of_range(name, "a text that is not empty", "an empty one"))
            }
            Some(Ok(text)) if text.contains('\0') => {
                Err(self.out_of_range(name, "without NUL bytes", "one with a NUL byte"))
            }
            Some(Ok(text)) => Ok(Some(text.to_owned())),
            Some(Err(_)) => Err(self.out_of_range(name, "UTF-8 text", "other bytes")),
            None => Err(self.wrong_type(name, "a string", value)),
        }
    }

    /// A list of texts, none of them empty.
    pub fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Error> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let Some(list) = value.array() else {
            return Err(self.wrong_type(name, "a list of strings", value));
        };
        list.values()
            .map(|entry| {
                let entry = entry.dereference();
                match entry.zend_str().map(|text| text.as_str()) {
                    Some(Ok(text)) if !text.is_empty() => Ok(text.to_owned()),
                    Some(_) => Err(self.out_of_range(
                        name,
                        "a list of strings that are not empty",
                        "an empty or unreadable one",
                    )),
                    None => Err(self.wrong_type(name, "a list of strings", entry)),
                }
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// A whole number.
    pub fn integer(&self, name: &str, range: RangeInclusive<i64>) -> Result<Option<i64>, Error> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match value.long() {
            Some(number) if range.contains(&number) => Ok(Some(number)),
            Some(number) => {
                let wanted = format!("between {} and {}", range.start(), range.end());
                Err(self.out_of_range(name, &wanted, &number.to_string()))
            }
            None => Err(self.wrong_type(name, "an int", value)),
        }
    }

    /// A length of time in seconds, whole or not.
    pub fn seconds(
        &self,
        name: &str,
        range: RangeInclusive<f64>,
    ) -> Result<Option<Duration>, Error> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let Some(seconds) = number(value) else {
            return Err(self.wrong_type(name, "a number of seconds (int or float)", value));
        };
        if range.contains(&seconds) {
            Ok(Some(Duration::from_secs_f64(seconds)))
        } else {
            let wanted = format!("between {} and {} seconds", range.start(), range.end());
            Err(self.out_of_range(name, &wanted, &seconds.to_string()))
        }
    }

    /// A truth value.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, Error> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        value
            .bool()
            .map(Some)
            .ok_or_else(|| self.wrong_type(name, "a bool", value))
    }

    /// An option that must be given.
    pub fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, Error> {
        value.ok_or_else(|| {
            Error::config(
                "missing-option",
                format!("{} needs the option \"{name}\".", self.of),
            )
        })
    }
}

/// An int or float as a float.
pub fn number(value: &Zval) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact up to 2^53, more than any range here"
    )]
    let whole = value.long().map(|number| number as f64);
    whole.or_else(|| value.double())
}

/// A key as text: PHP makes ints of keys that look like one.
pub fn key_text(key: &ArrayKey<'_>) -> String {
    match key {
        ArrayKey::Long(number) => number.to_string(),
        ArrayKey::String(text) => text.clone(),
        ArrayKey::Str(text) => (*text).to_owned(),
        ArrayKey::ZendString(text) => String::from_utf8_lossy(text.as_bytes()).into_owned(),
    }
}

/// The known option that begins as a mistyped one does.
fn like<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let start = name.get(..3)?.to_ascii_lowercase();
    known
        .iter()
        .copied()
        .find(|option| option.starts_with(&start))
}
