//! Closte's client API on loopback, for tests and the demo; `--help` documents it.

mod api;
mod call;
mod control;
mod exchange;
mod fault;
mod journal;
mod net;
mod options;
mod site;
mod tls;
mod wire;
mod world;

use std::io::{Read, Write};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::options::{Command, HELP, Options};
use crate::tls::{Authority, Failure};
use crate::world::World;

/// Tells whoever started the emulator what went wrong.
fn complain(text: &str) {
    // With standard error closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "closte-emulator: {text}");
}

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
        Ok(Command::Run(options)) => options,
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
    match run(&options) {
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

fn run(options: &Options) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(serve(options));
    runtime.shutdown_background();
    outcome
}

async fn serve(options: &Options) -> Result<(), Failure> {
    // Before anything is announced, so that an early signal is not missed.
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let orphaned = if options.exit_with_parent {
        parent_gone()
    } else {
        oneshot::channel().1
    };
    let mut world = World::open(
        options.state.clone(),
        options.journal.as_deref(),
        options.keys.clone(),
        options.seed,
    )?;
    let authority = Authority::new("Closte emulator CA", world.state.ca_key.as_deref())?;
    world.state.ca_key = Some(authority.key_pem.clone());
    world.save()?;
    if let Some(file) = &options.ca_out {
        world::write_atomically(file, authority.pem.as_bytes())?;
    }
    let world = Arc::new(Mutex::new(world));
    let api = api::Api::listen(&world, options.listen, options.tls_listen, &authority)?;
    let ready = json!({
        "http": format!("http://{}{}", api.plain.address, wire::BASE),
        "https": format!("https://{}{}", api.tls.address, wire::BASE),
        "ca": options.ca_out,
        "pid": std::process::id(),
    });
    let control = control::listen(
        control::Control {
            world: Arc::clone(&world),
            api,
        },
        options.control,
    )?;
    announce(options, ready, &control)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        Ok(()) = orphaned => {}
    }
    if let Some(file) = &options.ready {
        // Gone already is as good.
        let _ = std::fs::remove_file(file);
    }
    Ok(world::lock(&world).save()?)
}

fn announce(
    options: &Options,
    mut ready: serde_json::Value,
    control: &net::Gate,
) -> Result<(), Failure> {
    if let Some(ready) = ready.as_object_mut() {
        ready.insert(
            "control".to_owned(),
            json!(format!("http://{}", control.address)),
        );
    }
    let line = format!("{ready}\n");
    match &options.ready {
        Some(file) => world::write_atomically(file, line.as_bytes())?,
        None => std::io::stdout().write_all(line.as_bytes())?,
    }
    Ok(())
}

/// Resolves when standard input ends, as it does when whoever holds its other end is gone.
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
