//! How a domain walks from wanted to done, and from not wanted to gone.

mod decide;
mod driver;
mod observation;
mod problems;
mod record;
mod run;
mod timing;

pub use decide::{decide, next_step};
pub use driver::{Lifecycle, LifecycleOptions};
pub use observation::{
    DnsFinding, Failure, LONGEST_CHECK_INTERVAL, Observation, SHORTEST_CHECK_INTERVAL, Settings,
    Step,
};
pub use record::{Outcome, Record, Stage, Wanted};
