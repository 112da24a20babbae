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
use crate::plan::{self, MaxRemovals, Plan, PlanOptions, Pruning, Refusal};

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
        .property("kept", DataType::Long)
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
    plan_object(&plan, String::as_str, true)
}

/// The plan as PHP sees it. `names_kept`: with the names of what is kept, not only their number.
pub fn plan_object<'a, T>(
    plan: &'a Plan<T>,
    name: impl Fn(&'a T) -> &'a str,
    names_kept: bool,
) -> Result<Object<Plan>, Failure> {
    let names = |places: &'a [T]| list(places.iter().map(&name));
    let kept: &[T] = if names_kept { &plan.keep } else { &[] };
    Object::new()?
        .with("add", names(&plan.add)?)?
        .with("remove", names(&plan.remove)?)?
        .with("keep", names(kept)?)?
        .with("foreign", names(&plan.foreign)?)?
        .with("unwanted", names(&plan.unwanted)?)?
        .with("invalid", names(&plan.invalid)?)?
        .with("kept", count(plan.keep.len()))?
        .with(
            "refused",
            plan.refused.as_ref().map(|why| why.message.as_str()),
        )?
        .with("refusal", plan.refused.as_ref().map(refusal).transpose()?)
}

fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn refusal(refusal: &Refusal) -> Result<ZBox<ZendHashTable>, Failure> {
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
    let Pruning {
        prune,
        max_removals,
        force,
    } = pruning(&options)?;
    Ok(PlanOptions {
        prune,
        protect: options.texts("protect")?.unwrap_or_default(),
        max_removals,
        force,
    })
}

/// How removals are planned, as the options say.
pub fn pruning(options: &Options) -> Result<Pruning, Error> {
    Ok(Pruning {
        prune: options.boolean("prune")?.unwrap_or_default(),
        max_removals: max_removals(options)?.unwrap_or_default(),
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
