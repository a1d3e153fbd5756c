//! `claviger serve`

use std::{io::Write as _, process::ExitCode, sync::Arc};

use anyhow::{Context, Result};
use iam::{
    clock::{SystemClock, SystemEntropy},
    hashing::HashingCost,
};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    cli::Serve,
    server::{Config, End, Server},
};

/// Runs the server until a signal, or until the store fails.
pub(super) fn run(arguments: Serve) -> Result<ExitCode> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).with_target(false).init();
    // Nobody may read the keys in memory through a core dump or a debugger (SEC-067).
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .context("core dumps could not be switched off")?;
    let config = Config {
        data: arguments.store.data,
        listen: arguments.listen,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemEntropy::default()),
        hashing_cost: HashingCost::default(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(serve(config))
}

async fn serve(config: Config) -> Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate()).context("no signal handler")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("no signal handler")?;
    let server = Server::start(config).await?;
    announce(&server)?;
    let end = tokio::select! {
        _ = terminate.recv() => End::Asked,
        _ = interrupt.recv() => End::Asked,
        () = server.store_failed() => End::StoreFailed,
    };
    tracing::info!("stopping");
    server.stop().await;
    Ok(match end {
        End::Asked => ExitCode::SUCCESS,
        End::StoreFailed => ExitCode::from(3),
    })
}

/// One line on standard output when everything is ready: scripts wait for it.
fn announce(server: &Server) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on http://{}", server.address())
        .and_then(|()| out.flush())
        .context("standard output is gone")
}
