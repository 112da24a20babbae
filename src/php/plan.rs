//! `Closte\Plan`.

use ext_php_rs::boxed::ZBox;
use ext_php_rs::flags::{DataType, MethodFlags};
use ext_php_rs::types::ZendHashTable;
use ext_php_rs::{php_function, wrap_function};

use super::options::{Options, number};
use super::zend::arguments::Array;
use super::zend::class::Class;
use super::zend::failure::Failure;
use super::zend::object::{Object, ValueClass};
use super::zend::value::list;
use crate::error::Error;
use crate::plan::{self, MaxRemovals, Plan, PlanOptions, Refusal};

impl ValueClass for Plan {
    const NAME: &'static str = "Closte\\Plan";
}

/// `Closte\Plan`.
pub fn class() -> Class {
    Class::value::<Plan>()
        .method(
            wrap_function!(make),
            MethodFlags::Public | MethodFlags::Static,
        )
        .property("add", DataType::Array)
        .property("remove", DataType::Array)
        .property("keep", DataType::Array)
        .property("foreign", DataType::Array)
        .property("unwanted", DataType::Array)
        .property("invalid", DataType::Array)
        .nullable("refused", DataType::String)
        .nullable("refusal", DataType::Array)
}

#[php_function]
#[php(name = "make", defaults(options = Array::EMPTY))]
fn make(
    wanted: Array,
    remote: Array,
    owned: Array,
    options: Array,
) -> Result<Object<Plan>, Failure> {
    let plan = plan::make(
        &wanted.texts(1)?,
        &remote.texts(2)?,
        &owned.texts(3)?,
        &plan_options(options)?,
    );
    Object::new()?
        .with("add", list(&plan.add)?)?
        .with("remove", list(&plan.remove)?)?
        .with("keep", list(&plan.keep)?)?
        .with("foreign", list(&plan.foreign)?)?
        .with("unwanted", list(&plan.unwanted)?)?
        .with("invalid", list(&plan.invalid)?)?
        .with(
            "refused",
            plan.refused.as_ref().map(|why| why.message.as_str()),
        )?
        .with("refusal", plan.refused.as_ref().map(refusal).transpose()?)
}

fn refusal(refusal: &Refusal) -> Result<ZBox<ZendHashTable>, Failure> {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut table = ZendHashTable::new();
    table.insert("reason", refusal.reason)?;
    table.insert("removals", count(refusal.removals))?;
    table.insert("remote", count(refusal.remote))?;
    table.insert("owned", count(refusal.owned))?;
    table.insert("limit", refusal.limit.as_str())?;
    Ok(table)
}

fn plan_options(options: Array) -> Result<PlanOptions, Error> {
    let options = Options::new(
        "Closte\\Plan::make()",
        options.get(),
        &["prune", "protect", "max_removals", "force"],
    )?;
    Ok(PlanOptions {
        prune: options.boolean("prune")?.unwrap_or_default(),
        protect: options.texts("protect")?.unwrap_or_default(),
        max_removals: max_removals(&options)?.unwrap_or_default(),
        force: options.boolean("force")?.unwrap_or_default(),
    })
}

fn max_removals(options: &Options) -> Result<Option<MaxRemovals>, Error> {
    const WANTED: &str = "a count (int) or a share between 0 and 1 (float)";
    let Some(value) = options.get("max_removals") else {
        return Ok(None);
    };
    if let Some(count) = value.long() {
        return usize::try_from(count)
            .map(|count| Some(MaxRemovals::Count(count)))
            .map_err(|_| options.out_of_range("max_removals", WANTED, &count.to_string()));
    }
    let share = number(value).ok_or_else(|| options.wrong_type("max_removals", WANTED, value))?;
    MaxRemovals::share(share)
        .map(Some)
        .ok_or_else(|| options.out_of_range("max_removals", WANTED, &share.to_string()))
}
