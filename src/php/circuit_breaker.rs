//! `Closte\CircuitBreaker`.

use ext_php_rs::boxed::ZBox;
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::{php_class, php_impl};

use super::record::Reader;
use super::zend::arguments::{Array, Number, Text, TextOrNull};
use super::zend::failure::Failure;
use crate::clock::unix_time;
use crate::lifecycle::{self, Record};

/// Whether Closte answers, as calls have shown.
#[php_class]
#[php(name = "Closte\\CircuitBreaker")]
pub struct CircuitBreaker {
    state: lifecycle::CircuitBreaker,
    now: Option<i64>,
}

impl CircuitBreaker {
    fn now(&self) -> i64 {
        self.now.unwrap_or_else(unix_time)
    }

    fn with(&self, state: lifecycle::CircuitBreaker) -> Self {
        Self {
            state,
            now: self.now,
        }
    }
}

#[php_impl]
impl CircuitBreaker {
    #[php(defaults(state = Array::EMPTY))]
    pub fn __construct(state: Array, now: Option<i64>) -> CircuitBreaker {
        let get = |key: &str| state.get().and_then(|table| table.get(key));
        let number = |key: &str| get(key).and_then(Zval::long).unwrap_or_default();
        let text = |key: &str| get(key).and_then(Zval::string).unwrap_or_default();
        Self {
            state: lifecycle::CircuitBreaker {
                since: number("since"),
                until: number("until"),
                asked_until: number("asked_until"),
                failures: u32::try_from(number("failures")).unwrap_or_default(),
                kind: text("kind"),
                reason: text("reason"),
                message: text("message"),
            },
            now,
        }
    }

    pub fn to_array(&self) -> Result<ZBox<ZendHashTable>, Failure> {
        let mut table = ZendHashTable::new();
        let state = &self.state;
        if !state.is_closed() {
            table.insert("since", state.since)?;
            table.insert("until", state.until)?;
            table.insert("asked_until", state.asked_until)?;
            table.insert("failures", i64::from(state.failures))?;
            table.insert("kind", state.kind.as_str())?;
            table.insert("reason", state.reason.as_str())?;
            table.insert("message", state.message.as_str())?;
        }
        Ok(table)
    }

    pub fn allows(&self, background: bool) -> bool {
        self.state.allows(background, self.now())
    }

    pub fn must_probe(&self) -> bool {
        self.state.must_probe(self.now())
    }

    pub fn failure(&self) -> Result<Option<ZBox<ZendHashTable>>, Failure> {
        if self.state.is_closed() {
            return Ok(None);
        }
        let mut table = ZendHashTable::new();
        table.insert("since", self.state.since)?;
        table.insert("kind", self.state.kind.as_str())?;
        table.insert("reason", self.state.reason.as_str())?;
        table.insert("message", self.state.message.as_str())?;
        Ok(Some(table))
    }

    pub fn after(&self, records: Array) -> Result<CircuitBreaker, Failure> {
        let records: Vec<Record> = records
            .values()
            .enumerate()
            .filter_map(|(index, entry)| Some(Reader::entry(entry.array()?, 1, index).read_call()))
            .collect::<Result<_, _>>()?;
        Ok(self.with(self.state.after(&records, self.now())))
    }

    pub fn after_answer(&self) -> CircuitBreaker {
        self.with(lifecycle::CircuitBreaker::default())
    }

    pub fn after_failure(
        &self,
        kind: Text,
        message: Text,
        wait: Number,
        reason: TextOrNull,
    ) -> CircuitBreaker {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float that is too great saturates"
        )]
        let wait = wait.0.unwrap_or_default().ceil() as i64;
        let failure = lifecycle::LastFailure {
            kind: kind.to_text(),
            reason: reason.0.unwrap_or_default(),
            message: message.to_text(),
        };
        self.with(self.state.after_failure(failure, wait, self.now()))
    }

    pub fn after_refused_key(&self, message: Text) -> CircuitBreaker {
        self.with(self.state.after_refused_key(&message.to_text(), self.now()))
    }

    pub fn after_key_change(&self) -> CircuitBreaker {
        self.with(self.state.after_key_change())
    }
}
