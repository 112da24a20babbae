//! The lifecycle of a domain: from wanted to done, and from unwanted to removed.

mod batch;
mod by_rule;
mod circuit_breaker;
mod context;
mod decide;
mod findings;
mod observation;
mod page_wait;
mod problem_messages;
mod record;
mod schedule;
mod state;
mod step;
mod step_queues;

pub use crate::outcome::Outcome;
pub use batch::{Lifecycle, LifecycleOptions, Source};
pub use circuit_breaker::{
    CircuitBreaker, LONGEST_PAUSE, LastFailure, MANY_FAILURES, PAUSE, Signal,
};
pub use decide::{decide, next_call, next_step};
pub use observation::{
    DnsFinding, Failure, LONGEST_CHECK_INTERVAL, Observation, SHORTEST_CHECK_INTERVAL, Settings,
    Step,
};
pub use page_wait::Pace;
pub use record::{Call, LATEST, Record, Stage, Wanted};
pub use schedule::{CERTIFICATE_USUAL_WAIT, CERTIFICATE_WARNING_DAYS, LONGEST_WAIT, days_left};
pub use state::{State, state};
