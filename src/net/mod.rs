//! The network: the per-process runtime, HTTP connections, name resolution, TLS, and which
//! addresses are public. Only this file ties them together; the others get what they need as
//! arguments.

pub(crate) mod http;
mod name_server;
mod proxy;
pub mod public_address;
mod resolv_conf;
mod resolver;
mod runtime;
mod tls;
mod unverified;
mod verifier;

use std::cell::Cell;
use std::future::Future;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use tokio::time::Instant;

#[cfg(feature = "fuzzing")]
pub(crate) use self::name_server::telling;
pub(crate) use self::name_server::{
    DnsClient, GLANCE, NoAnswer, NumberMap, Query, addresses_in, by, first_answer,
};
pub use self::proxy::{Proxy, ProxySetting, WordPressProxy};
pub(crate) use self::resolv_conf::DNS_PORT;
pub use self::resolver::parse_name_server;
pub(crate) use self::resolver::{NameServerList, NameServers, loopback_of};
pub(crate) use self::tls::{TrustRoots, check_ca_file};
pub(crate) use self::unverified::{Shown, unverified_client_config};

use self::http::{Counters, Failure, HttpRequest, HttpResponse, Pools, Reading, Route};
use self::runtime::Process;
use self::tls::SharedRoots;
use crate::error::Error;

/// What a thread keeps between calls.
struct State {
    pools: Pools,
    roots: Rc<SharedRoots>,
}

impl Default for State {
    fn default() -> Self {
        let roots = Rc::<SharedRoots>::default();
        Self {
            pools: Pools::new(Rc::clone(&roots)),
            roots,
        }
    }
}

thread_local! {
    static PROCESS: Cell<Option<&'static Process<State>>> = const { Cell::new(None) };
}

/// Runs `future` to its end on the runtime of this process, which is made on first use.
///
/// # Errors
/// `Kind::Config` (`re-entrant`) when called from within a future that it runs,
/// `Kind::Transient` (`no-resources`) when the system has nothing left for a runtime.
pub fn block_on<F: Future>(future: F) -> Result<F::Output, Error> {
    runtime::refuse_nesting()?;
    Ok(Process::current(&PROCESS)?.block_on(future))
}

/// The counters of this process. Makes no runtime.
#[must_use]
pub fn counters() -> Counters {
    Process::existing(&PROCESS).map_or_else(Counters::default, |it| it.state.pools.counters())
}

/// Sends `request` and reads the response.
pub(crate) async fn exchange(
    route: &Route,
    request: HttpRequest,
    deadline: Instant,
    reading: Reading<'_>,
) -> Result<HttpResponse, Failure> {
    let process = Process::entered(&PROCESS).map_err(Failure::setup)?;
    http::exchange(&process.state.pools, route, request, deadline, reading).await
}

/// Closes the connections of a route that no request uses, so that their memory is given back.
pub(crate) fn close_connections(route: &Route) {
    let Some(process) = Process::existing(&PROCESS) else {
        return;
    };
    process.state.pools.abandon(route);
    // Within a call they end by themselves.
    if runtime::refuse_nesting().is_ok() {
        process.settle();
    }
}

/// The roots of this process: the system's and those of `ca_file`. Calls and certificate checks
/// read them once for both.
///
/// # Errors
/// `Kind::Config` where there are none, and `Kind::Transient` as [`block_on`] has it.
pub(crate) fn shared_trust_roots(ca_file: Option<&Path>) -> Result<Arc<TrustRoots>, Error> {
    Process::current(&PROCESS)?.state.roots.get(ca_file)
}

#[cfg(test)]
mod tests;
