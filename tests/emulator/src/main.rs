//! Closte's client API and edge on loopback, for tests and the demo; `--help` documents it.

mod api;
mod call;
mod control;
mod edge;
mod exchange;
mod fault;
mod going_away;
mod journal;
mod listener;
mod name_server;
mod net;
mod options;
mod request;
mod site;
mod stack;
mod start;
mod state;
mod store;
mod tls;

use std::io::{Read, Write};
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::options::{Command, HELP, Options};
use crate::start::Emulator;

/// Any error that keeps the emulator from starting or from making a certificate.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Prints an error to standard error.
fn complain(text: &str) {
    // With standard error closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "closte-emulator: {text}");
}

fn main() -> ExitCode {
    let (options, stack) = match Options::parse(std::env::args_os().skip(1)) {
        Ok(Command::Run(options)) => (options, false),
        Ok(Command::Stack(options)) => (options, true),
        Ok(Command::Help) => return say(HELP),
        Ok(Command::Version) => {
            return say(concat!("closte-emulator ", env!("CARGO_PKG_VERSION"), "\n"));
        }
        Err(error) => {
            complain(&format!(
                "{error}\nhint: closte-emulator --help lists the options"
            ));
            return ExitCode::from(2);
        }
    };
    match run(&options, stack) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn run(options: &Options, stack: bool) -> Result<(), BoxError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(async {
        // Before the ready file is written, so that an early signal is not missed.
        let mut end = std::pin::pin!(end_signal(options.exit_with_parent)?);
        if stack {
            return stack::run(options, end.as_mut()).await;
        }
        let emulator = Emulator::start(options)?;
        emulator.announce(options)?;
        end.await;
        emulator.end(options)
    });
    runtime.shutdown_background();
    outcome
}

/// Resolves at SIGTERM, at SIGINT and, if asked for, when the parent is gone.
fn end_signal(with_parent: bool) -> Result<impl Future<Output = ()>, BoxError> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let orphaned = if with_parent {
        parent_gone()
    } else {
        oneshot::channel().1
    };
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            Ok(()) = orphaned => {}
        }
    })
}

/// Resolves when standard input ends, which happens when the parent process is gone.
fn parent_gone() -> oneshot::Receiver<()> {
    let (gone, watch) = oneshot::channel();
    // A thread of its own: a blocked read would keep the runtime from ending.
    std::thread::spawn(move || {
        let mut buffer = [0; 256];
        while std::io::stdin()
            .read(&mut buffer)
            .is_ok_and(|read| read > 0)
        {}
        let _ = gone.send(());
    });
    watch
}
