//! `Closte\Comparison`.

use std::borrow::Cow;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::types::ZendHashTable;
use ext_php_rs::zend::BailoutGuard;
use ext_php_rs::{php_class, php_impl};

use super::client::Client;
use super::options::{Options, key_text};
use super::plan::{plan_object, pruning};
use super::record::{Reader, words};
use super::zend::arguments::{Array, Instance, Text};
use super::zend::failure::Failure;
use super::zend::object::Object;
use super::zend::value::{list, type_name};
use crate::api::Keep;
use crate::net;
use crate::plan::{self, Plan, Row, RowWanted};

/// What a network wants, what its ledger says and what Closte has, in little memory.
#[php_class]
#[php(name = "Closte\\Comparison")]
pub struct Comparison(plan::Comparison);

#[php_impl]
impl Comparison {
    pub fn __construct() -> Comparison {
        Self(plan::Comparison::default())
    }

    pub fn read_list(&mut self, client: Instance<Client>) -> Result<(), Failure> {
        let names = net::block_on(client.get().api().compact_list(Keep::Names))??;
        for name in names.names() {
            self.0.remote(name);
        }
        if names.skipped() > 0 {
            self.0.list_is_partial();
        }
        Ok(())
    }

    pub fn is_whole(&self) -> bool {
        self.0.is_whole()
    }

    pub fn add_rows(&mut self, rows: Array) -> Result<(), Failure> {
        for (index, entry) in rows.values().enumerate() {
            let table = entry
                .array()
                .and_then(|table| Some((table, domain(table)?)));
            let (table, domain) = table.ok_or_else(|| {
                let what = format!("must be a list of rows, {} in it", type_name(entry));
                Failure::ArgumentType(1, what)
            })?;
            let columns = Reader::entry(table, 1, index);
            self.0.row(&Row {
                domain: &domain,
                wanted: columns.word(
                    "wanted",
                    || words(RowWanted::ALL, RowWanted::as_str),
                    RowWanted::from_word,
                )?,
                accepted_at: columns.required("accepted_at", Reader::integer)?,
                may_have_landed: columns.flag("may_have_landed")?,
                waits_for_dns: columns.flag("waits_for_dns")?,
            });
        }
        Ok(())
    }

    pub fn want(&mut self, domains: Array) -> Result<(), Failure> {
        for (key, tag) in domains.get().into_iter().flatten() {
            let tag = tag.dereference();
            let number = tag.long().ok_or_else(|| {
                let what = format!("must be an array of int, {} in it", type_name(tag));
                Failure::ArgumentType(1, what)
            })?;
            self.0.want(&key_text(&key), number);
        }
        Ok(())
    }

    pub fn want_nothing(&mut self) {
        self.0.want_nothing();
    }

    pub fn wanted_by(&self, domain: Text) -> Option<i64> {
        self.0.wanted_by(&domain.to_text())
    }

    pub fn has_row(&self, domain: Text) -> bool {
        self.0.has_row(&domain.to_text())
    }

    pub fn accepted_at(&self, domain: Text) -> i64 {
        self.0.accepted_at(&domain.to_text())
    }

    pub fn protect(&mut self, domains: Array) -> Result<(), Failure> {
        domains.each_text(1, |domain| self.0.protect(domain))
    }

    pub fn add_used(&mut self, domains: Array) -> Result<(), Failure> {
        domains.each_text(1, |domain| self.0.use_it(domain))
    }

    pub fn undecided(&self) -> Result<ZBox<ZendHashTable>, Failure> {
        list(self.0.undecided())
    }

    pub fn unrecorded(&self) -> Result<ZBox<ZendHashTable>, Failure> {
        list(self.0.unrecorded())
    }

    pub fn unused(&self) -> Result<ZBox<ZendHashTable>, Failure> {
        list(self.0.unused())
    }

    pub fn orphans(&self) -> Result<ZBox<ZendHashTable>, Failure> {
        list(self.0.orphans())
    }

    #[php(defaults(options = Array::EMPTY))]
    pub fn plan(&self, options: Array) -> Result<Object<Plan>, Failure> {
        let options = Options::new(
            "Closte\\Comparison::plan()",
            options.get(),
            &["prune", "max_removals", "force", "keep"],
        )?;
        let names_kept = options.boolean("keep")?.unwrap_or(true);
        let plan = BailoutGuard::new(self.0.plan(pruning(&options)?));
        plan_object(&plan, |place| self.0.name(*place), names_kept)
    }
}

fn domain(row: &ZendHashTable) -> Option<Cow<'_, str>> {
    let domain = row.get("domain")?.dereference().zend_str()?;
    Some(String::from_utf8_lossy(domain.as_bytes()))
}
