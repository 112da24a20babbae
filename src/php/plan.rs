//! `Closte\Plan`.

use ext_php_rs::error::Result as Registered;
use ext_php_rs::flags::{DataType, MethodFlags};
use ext_php_rs::types::ZendHashTable;

use super::options::{Options, number};
use super::zend::call::{Array, Call, Outcome, function, parse_arguments};
use super::zend::class::{Class, object, optional, required};
use super::zend::value::{NewObject, list, strings};
use crate::error::Error;
use crate::plan::{MaxRemovals, PlanOptions, make};

const CLASS: &str = "Closte\\Plan";
const MAKE: &str = "Closte\\Plan::make()";

/// Registers the class.
///
/// # Errors
/// What the engine refuses, such as a name that is taken.
pub fn register() -> Registered<()> {
    Class::value(CLASS)
        .method(
            function!("make", make_plan)
                .arg(required("wanted", DataType::Array))
                .arg(required("remote", DataType::Array))
                .arg(required("owned", DataType::Array))
                .not_required()
                .arg(optional("options", DataType::Array, "[]"))
                .returns(object(CLASS), false, false),
            MethodFlags::Public | MethodFlags::Static,
        )
        .property("add", DataType::Array)
        .property("remove", DataType::Array)
        .property("keep", DataType::Array)
        .property("foreign", DataType::Array)
        .property("unwanted", DataType::Array)
        .property("invalid", DataType::Array)
        .nullable_property("refused", DataType::String)
        .register()?;
    Ok(())
}

fn make_plan(call: &mut Call) -> Outcome {
    let (mut wanted, mut remote, mut owned) = (Array::empty(), Array::empty(), Array::empty());
    let mut options = Array::empty();
    parse_arguments!(
        call,
        c"hhh|h",
        wanted.place(),
        remote.place(),
        owned.place(),
        options.place()
    )?;
    let plan = make(
        &strings(1, &wanted)?,
        &strings(2, &remote)?,
        &strings(3, &owned)?,
        &plan_options(options.get())?,
    );
    let object = NewObject::of(CLASS)?
        .with("add", list(&plan.add)?)?
        .with("remove", list(&plan.remove)?)?
        .with("keep", list(&plan.keep)?)?
        .with("foreign", list(&plan.foreign)?)?
        .with("unwanted", list(&plan.unwanted)?)?
        .with("invalid", list(&plan.invalid)?)?
        .with("refused", plan.refused.as_deref())?
        .finish();
    call.returns(object)
}

fn plan_options(table: Option<&ZendHashTable>) -> Result<PlanOptions, Error> {
    let options = Options::new(MAKE, table, &["prune", "protect", "max_removals", "force"])?;
    Ok(PlanOptions {
        prune: options.boolean("prune")?.unwrap_or_default(),
        protect: options.texts("protect")?.unwrap_or_default(),
        max_removals: max_removals(&options)?.unwrap_or_default(),
        force: options.boolean("force")?.unwrap_or_default(),
    })
}

fn max_removals(options: &Options) -> Result<Option<MaxRemovals>, Error> {
    const WANTED: &str = "a count (int) or a share between 0 and 1 (float)";
    let Some(value) = options.raw("max_removals") else {
        return Ok(None);
    };
    if let Some(count) = value.long() {
        return usize::try_from(count)
            .map(|count| Some(MaxRemovals::Count(count)))
            .map_err(|_| options.refuse_value("max_removals", WANTED, &count.to_string()));
    }
    let share = number(value).ok_or_else(|| options.refuse_type("max_removals", WANTED, value))?;
    MaxRemovals::share(share)
        .map(Some)
        .ok_or_else(|| options.refuse_value("max_removals", WANTED, &share.to_string()))
}
