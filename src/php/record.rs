//! Ledger records: PHP arrays to [`Record`]s and back. Keys that are not ours pass through
//! untouched.

use ext_php_rs::boxed::ZBox;
use ext_php_rs::types::{ZendHashTable, ZendStr, Zval};

use super::options::key_text;
use super::zend::failure::Failure;
use super::zend::value::type_name;
use crate::certificate::CertificateState;
use crate::dns::{DnsState, Problem, RecordAction, RecordChange, Severity, Value};
use crate::lifecycle::{Call, LATEST, Outcome, Record, Stage, State, Wanted};
use crate::text::{VALUE_MAX, clean};

/// A record as PHP code gave it, and how messages call it.
pub struct Reader<'a> {
    table: &'a ZendHashTable,
    position: u32,
    name: String,
}

/// What keeps an array from being a record: its first key that cannot be read, and the exception
/// that says so.
pub struct Defect {
    pub key: String,
    failure: Failure,
}

impl From<Defect> for Failure {
    fn from(defect: Defect) -> Self {
        defect.failure
    }
}

impl<'a> Reader<'a> {
    /// The record that is the argument at `position`.
    pub fn argument(table: &'a ZendHashTable, position: u32) -> Self {
        Self {
            table,
            position,
            name: String::new(),
        }
    }

    /// The record at `index` of the list that is the argument at `position`.
    pub fn entry(table: &'a ZendHashTable, position: u32, index: usize) -> Self {
        Self {
            table,
            position,
            name: format!("[{index}]"),
        }
    }

    /// The record.
    ///
    /// # Errors
    /// A `TypeError` or `ValueError` that names the key.
    pub fn read(&self) -> Result<Record, Defect> {
        let mut record = self.read_columns()?;
        record.problems = self.problems(read_problem)?;
        Ok(record)
    }

    /// Whether [`Self::read`] can read it. Its problems are most of a record: they are looked at,
    /// and not copied.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn check(&self) -> Result<(), Defect> {
        self.read_columns()?;
        self.problems(|table| code_and_message(table).map(drop))?;
        Ok(())
    }

    /// All but the problems.
    fn read_columns(&self) -> Result<Record, Defect> {
        let mut record = Record::new(
            self.required_text("domain")?,
            self.word(
                "wanted",
                || words(Wanted::ALL, Wanted::as_str),
                Wanted::from_word,
            )?,
            self.word(
                "stage",
                || words(Stage::ALL, Stage::as_str),
                Stage::from_word,
            )?,
            self.attempts()?,
            self.required("stage_since", Self::time)?,
        );
        record.next_check_at = self.time("next_check_at")?.unwrap_or(0);
        record.accepted_at = self.time("accepted_at")?.unwrap_or(0);
        record.last_added_at = self.time("last_added_at")?.unwrap_or(0);
        record.by_rule = self.flag("by_rule")?;
        record.may_have_landed = self.flag("may_have_landed")?;
        record.error_kind = self.text("error_kind")?.unwrap_or_default();
        record.error_reason = self.text("error_reason")?.unwrap_or_default();
        record.error_message = self.text("error_message")?.unwrap_or_default();
        record.retry_after = self
            .number("retry_after", "a number of seconds")?
            .unwrap_or(0);
        record.dns_state = self.state(
            "dns_state",
            || words(DnsState::ALL, DnsState::as_str),
            DnsState::from_word,
        )?;
        record.dns_checked_at = self.time("dns_checked_at")?.unwrap_or(0);
        record.certificate_state = self.state(
            "certificate_state",
            || words(CertificateState::ALL, CertificateState::as_str),
            CertificateState::from_word,
        )?;
        record.certificate_not_after = self.time("certificate_not_after")?.unwrap_or(0);
        record.certificate_issuer = self.text("certificate_issuer")?.unwrap_or_default();
        record.certificate_checked_at = self.time("certificate_checked_at")?.unwrap_or(0);
        Ok(record)
    }

    /// What the record says of its last call, and nothing else.
    ///
    /// # Errors
    /// A `TypeError` that names the key.
    pub fn read_call(&self) -> Result<Record, Defect> {
        let mut record = Record::new(String::new(), Wanted::Present, Stage::Pending, 0, 0);
        record.outcome = self
            .text("outcome")?
            .and_then(|word| Outcome::from_word(&word));
        record.error_kind = self.text("error_kind")?.unwrap_or_default();
        record.error_reason = self.text("error_reason")?.unwrap_or_default();
        record.error_message = self.text("error_message")?.unwrap_or_default();
        record.retry_after = self.integer("retry_after")?.unwrap_or(0);
        Ok(record)
    }

    fn get(&self, key: &str) -> Option<&'a Zval> {
        self.table.get(key).map(Zval::dereference)
    }

    fn place(&self, key: &str) -> String {
        format!("{}[\"{key}\"]", self.name)
    }

    fn missing(&self, key: &str) -> Defect {
        Defect {
            key: key.to_owned(),
            failure: Failure::ArgumentValue(
                self.position,
                format!("must be a ledger record, but has no {}", self.place(key)),
            ),
        }
    }

    fn wrong_type(&self, key: &str, wanted: &str, value: &Zval) -> Defect {
        let message = format!(
            "must be a ledger record with {wanted} in {}, {} given",
            self.place(key),
            type_name(value)
        );
        Defect {
            key: key.to_owned(),
            failure: Failure::ArgumentType(self.position, message),
        }
    }

    fn wrong_value(&self, key: &str, wanted: &str, given: &str) -> Defect {
        let message = format!(
            "must be a ledger record with {wanted} in {}, “{}” given",
            self.place(key),
            clean(given, VALUE_MAX)
        );
        Defect {
            key: key.to_owned(),
            failure: Failure::ArgumentValue(self.position, message),
        }
    }

    pub(super) fn required<T>(
        &self,
        key: &str,
        read: fn(&Self, &str) -> Result<Option<T>, Defect>,
    ) -> Result<T, Defect> {
        read(self, key)?.ok_or_else(|| self.missing(key))
    }

    fn text(&self, key: &str) -> Result<Option<String>, Defect> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        value
            .zend_str()
            .map(|text| Some(owned(text)))
            .ok_or_else(|| self.wrong_type(key, "a string", value))
    }

    fn required_text(&self, key: &str) -> Result<String, Defect> {
        self.required(key, Self::text)
    }

    pub(super) fn integer(&self, key: &str) -> Result<Option<i64>, Defect> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        value
            .long()
            .map(Some)
            .ok_or_else(|| self.wrong_type(key, "an int", value))
    }

    fn number(&self, key: &str, wanted: &str) -> Result<Option<i64>, Defect> {
        match self.integer(key)? {
            Some(number) if !(0..=LATEST).contains(&number) => {
                Err(self.wrong_value(key, wanted, &number.to_string()))
            }
            number => Ok(number),
        }
    }

    fn time(&self, key: &str) -> Result<Option<i64>, Defect> {
        self.number(key, "a Unix time")
    }

    fn attempts(&self) -> Result<u32, Defect> {
        let attempts = self.required("attempts", Self::integer)?;
        u32::try_from(attempts)
            .map_err(|_| self.wrong_value("attempts", "a count", &attempts.to_string()))
    }

    pub(super) fn flag(&self, key: &str) -> Result<bool, Defect> {
        let Some(value) = self.get(key) else {
            return Ok(false);
        };
        value
            .bool()
            .or_else(|| value.long().map(|number| number != 0))
            .ok_or_else(|| self.wrong_type(key, "0 or 1", value))
    }

    pub(super) fn word<T>(
        &self,
        key: &str,
        words: impl FnOnce() -> String,
        read: fn(&str) -> Option<T>,
    ) -> Result<T, Defect> {
        let text = self.required_text(key)?;
        read(&text).ok_or_else(|| self.wrong_value(key, &format!("one of {}", words()), &text))
    }

    fn state<T>(
        &self,
        key: &str,
        words: impl FnOnce() -> String,
        read: fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Defect> {
        match self.text(key)?.filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => read(&text).map(Some).ok_or_else(|| {
                let words = words();
                self.wrong_value(key, &format!("an empty string or one of {words}"), &text)
            }),
        }
    }

    fn problems<T>(&self, read: fn(&ZendHashTable) -> Option<T>) -> Result<Vec<T>, Defect> {
        const KEY: &str = "problems";
        const WANTED: &str = "a list of array{code: string, message: string}";
        let Some(value) = self.get(KEY) else {
            return Ok(Vec::new());
        };
        let list = value
            .array()
            .ok_or_else(|| self.wrong_type(KEY, WANTED, value))?;
        list.values()
            .map(|entry| {
                let entry = entry.dereference();
                entry
                    .array()
                    .and_then(read)
                    .ok_or_else(|| self.wrong_type(KEY, WANTED, entry))
            })
            .collect()
    }
}

/// What a problem must have.
fn code_and_message(table: &ZendHashTable) -> Option<(&ZendStr, &ZendStr)> {
    let text = |key| table.get(key)?.dereference().zend_str();
    Some((text("code")?, text("message")?))
}

/// A problem; only `code` and `message` must be there, and parts of an unknown kind are left out.
fn read_problem(table: &ZendHashTable) -> Option<Problem> {
    let (code, message) = code_and_message(table)?;
    let mut problem = Problem::new(owned(code), owned(message));
    if let Some(severity) = text_in(table, "severity").and_then(|word| Severity::from_word(&word)) {
        problem.severity = severity;
    }
    for (key, value) in table
        .get("values")
        .and_then(|value| value.dereference().array())
        .into_iter()
        .flatten()
    {
        let value = value.dereference();
        let read = if let Some(number) = value.long() {
            Some(Value::Number(number))
        } else if let Some(list) = value.array() {
            Some(Value::List(list.values().filter_map(text_of).collect()))
        } else {
            text_of(value).map(Value::Text)
        };
        if let Some(read) = read {
            problem.values.insert(key_text(&key), read);
        }
    }
    let records = table
        .get("records")
        .and_then(|value| value.dereference().array());
    problem.records = records
        .into_iter()
        .flat_map(ZendHashTable::values)
        .filter_map(|entry| {
            let entry = entry.dereference().array()?;
            Some(RecordChange {
                action: RecordAction::from_word(&text_in(entry, "action")?)?,
                record_type: text_in(entry, "type")?,
                name: text_in(entry, "name")?,
                value: text_in(entry, "value")?,
            })
        })
        .collect();
    Some(problem)
}

fn text_in(table: &ZendHashTable, key: &str) -> Option<String> {
    table.get(key).and_then(text_of)
}

fn text_of(value: &Zval) -> Option<String> {
    value.dereference().zend_str().map(owned)
}

fn owned(text: &ZendStr) -> String {
    String::from_utf8_lossy(text.as_bytes()).into_owned()
}

pub(super) fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> String {
    all.iter()
        .map(|value| format!("“{}”", word(*value)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The array `original` with what the record says now. `next_call`: the call that its next step
/// makes; `state`: who must act.
///
/// # Errors
/// When a text is longer than PHP's strings can be.
pub fn write(
    original: &ZendHashTable,
    record: &Record,
    next_call: Option<Call>,
    state: State,
) -> Result<ZBox<ZendHashTable>, Failure> {
    let mut table = original.to_owned();
    table.insert("domain", record.domain.as_str())?;
    table.insert("wanted", record.wanted.as_str())?;
    table.insert("stage", record.stage.as_str())?;
    table.insert("attempts", i64::from(record.attempts))?;
    table.insert("stage_since", record.stage_since)?;
    table.insert("next_check_at", record.next_check_at)?;
    table.insert("next_call", next_call.map_or("", Call::as_str))?;
    table.insert("accepted_at", record.accepted_at)?;
    table.insert("last_added_at", record.last_added_at)?;
    table.insert("may_have_landed", i64::from(record.may_have_landed))?;
    table.insert("error_kind", record.error_kind.as_str())?;
    table.insert("error_reason", record.error_reason.as_str())?;
    table.insert("error_message", record.error_message.as_str())?;
    table.insert("retry_after", record.retry_after)?;
    let dns_state = record.dns_state.map_or("", DnsState::as_str);
    table.insert("dns_state", dns_state)?;
    table.insert("dns_checked_at", record.dns_checked_at)?;
    let certificate_state = record
        .certificate_state
        .map_or("", CertificateState::as_str);
    table.insert("certificate_state", certificate_state)?;
    table.insert("certificate_not_after", record.certificate_not_after)?;
    table.insert("certificate_issuer", record.certificate_issuer.as_str())?;
    table.insert("certificate_checked_at", record.certificate_checked_at)?;
    table.insert("problems", problems(&record.problems)?)?;
    table.insert("outcome", record.outcome.map_or("", Outcome::as_str))?;
    table.insert("state", state.as_str())?;
    Ok(table)
}

/// Problems as a list of `array{code: string, severity: string, message: string, values: array,
/// records: list}`.
///
/// # Errors
/// When a text is longer than PHP's strings can be.
pub fn problems(problems: &[Problem]) -> Result<ZBox<ZendHashTable>, Failure> {
    let mut list = ZendHashTable::new();
    for problem in problems {
        let mut entry = ZendHashTable::new();
        entry.insert("code", problem.code.as_str())?;
        entry.insert("severity", problem.severity.as_str())?;
        entry.insert("message", problem.message.as_str())?;
        let mut values = ZendHashTable::new();
        for (name, value) in &problem.values {
            match value {
                Value::Text(text) => values.insert(name.as_str(), text.as_str())?,
                Value::Number(number) => values.insert(name.as_str(), *number)?,
                Value::List(texts) => values.insert(name.as_str(), texts.clone())?,
            }
        }
        entry.insert("values", values)?;
        let mut records = ZendHashTable::new();
        for change in &problem.records {
            let mut record = ZendHashTable::new();
            record.insert("action", change.action.as_str())?;
            record.insert("type", change.record_type.as_str())?;
            record.insert("name", change.name.as_str())?;
            record.insert("value", change.value.as_str())?;
            records.push(record)?;
        }
        entry.insert("records", records)?;
        list.push(entry)?;
    }
    Ok(list)
}
