//! `claviger serve`

use std::process::ExitCode;

use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{demo, output};
use crate::{
    cli::Serve,
    config::{Audit, Authorize, File, Http, Log, Metrics, Otlp, Store},
    log,
    otlp::Traces,
    server::{Config, End, Server},
};

/// Runs the server until a signal, or until the store fails.
pub(super) fn run(arguments: &Serve) -> Result<ExitCode> {
    let file = File::read(arguments.store.config.as_deref())?;
    let otlp = Otlp::decide(file.otlp)?;
    let traces = otlp.map(|otlp| Traces::start(&otlp, arguments.insecure_accepted)).transpose()?;
    log::start(&Log::decide(arguments, &file.log), traces.as_ref().map(Traces::layer));
    let http = Http::decide(arguments, file.http)?;
    let metrics = Metrics::decide(arguments, &file.metrics)?;
    let demo = arguments.demo.then(demo::Demo::new).transpose()?;
    let store = match &demo {
        Some(demo) => Store { catalogue: arguments.store.catalogue.clone(), ..Store::embedded(demo.data()) },
        None => Store::decide(&arguments.store, file.store, file.catalogue)?,
    };
    let authorize = Authorize::decide(&file.authorize)?;
    let audit = Audit::decide(file.audit)?;
    let config = Config { metrics, authorize, audit, ..Config::new(store, http) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    let ended = runtime.block_on(serve(config, demo));
    if let Some(traces) = traces {
        traces.end();
    }
    ended
}

async fn serve(config: Config, demo: Option<demo::Demo>) -> Result<ExitCode> {
    let mut signals = Signals::new()?;
    let server = Server::start(config).await?;
    // One line when everything is ready: scripts wait for it.
    output::line(&format!("listening on {}", server.url()))?;
    if let Some(demo) = &demo {
        demo.fill(server.iam(), server.url()).await?;
    } else if let Some(token) = server.setup_link().await? {
        let url = server.url();
        output::line(&format!("no account yet: within 15 minutes, make one at {url}/setup/{}", token.expose()))?;
    }
    let end = signals.wait(&server).await;
    tracing::info!("stopping");
    server.stop().await;
    Ok(match end {
        End::Asked => ExitCode::SUCCESS,
        End::StoreFailed => ExitCode::from(3),
    })
}

/// The signals that the server listens to, from before it starts.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn new() -> Result<Self> {
        let listen = |kind| signal(kind).context("no signal handler");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// Waits for the end; meanwhile reads files again whenever asked.
    async fn wait(&mut self, server: &Server) -> End {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return End::Asked,
                _ = self.interrupt.recv() => return End::Asked,
                () = server.store_failed() => return End::StoreFailed,
                _ = self.hang_up.recv() => server.reload(),
            }
        }
    }
}
