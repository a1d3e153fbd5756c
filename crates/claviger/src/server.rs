//! The server: an open store behind its listeners. Tests start it as the program does.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use api::Service;
use base::secret::SecretText;
use console::Console;
use iam::{
    Iam, Settings,
    clock::{Clock, Random, SystemClock, SystemEntropy},
    hashing::HashingCost,
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub use crate::config::{Audit, Authorize, Http, Metrics, Store, TlsFiles};
use crate::{
    admin, catalogue,
    listener::{self, Listener},
    sinks::Sinks,
    tls::Tls,
};

/// How often the server looks whether its store still works.
const HEALTH_PERIOD: Duration = Duration::from_millis(250);

/// What a server needs to start.
pub struct Config {
    /// Where the store is.
    pub store: Store,
    /// How it is reached.
    pub http: Http,
    /// Where its metrics are scraped.
    pub metrics: Metrics,
    /// Who may ask about whom.
    pub authorize: Authorize,
    /// Where the audit trail is handed on to.
    pub audit: Audit,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub random: Arc<dyn Random>,
    /// What hashing a password costs: the default everywhere but in tests.
    pub hashing_cost: HashingCost,
}

impl Config {
    /// A server on the machine's own clock and random source.
    pub fn new(store: Store, http: Http) -> Self {
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemEntropy::default()));
        let (metrics, authorize, audit, hashing_cost) = Default::default();
        Self { store, http, metrics, authorize, audit, clock, random, hashing_cost }
    }
}

/// Why a server ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// A signal asked for it.
    Asked,
    /// The store cannot be trusted any more.
    StoreFailed,
}

/// A running server.
pub struct Server {
    iam: Arc<Iam>,
    address: SocketAddr,
    url: String,
    metrics: Option<SocketAddr>,
    socket: PathBuf,
    tls: Option<Arc<Tls>>,
    stopping: watch::Sender<bool>,
    listeners: Vec<JoinHandle<()>>,
    sinks: Sinks,
}

/// The core's settings for a store, on the machine's own clock and random source. Errors: the catalogue cannot be used.
pub(crate) fn settings(store: Store, node: String) -> Result<Settings> {
    Ok(Settings {
        catalogue: catalogue::read(store.catalogue.as_deref())?,
        directory: store.data,
        database: store.database,
        max_staleness: store.max_staleness,
        master_key: store.master_key,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemEntropy::default()),
        node,
        hashing_cost: HashingCost::default(),
        service_accounts: Vec::new(),
    })
}

impl Server {
    /// Opens the store and starts listening. It is ready when this returns.
    pub async fn start(config: Config) -> Result<Self> {
        let Config { store, http, metrics, authorize, audit, clock, random, hashing_cost } = config;
        let data = store.data.clone();
        let insecure = insecure_switches(&http, &metrics);
        let tls = http.tls.map(Tls::read).transpose()?.map(Arc::new);
        let service_accounts = authorize.service_accounts;
        let settings = Settings { service_accounts, clock, random, hashing_cost, ..settings(store, node_name())? };
        // Opening reads the whole store: not on a thread that others wait for.
        let iam = tokio::task::spawn_blocking(move || Iam::open(settings)).await??;
        if let Some(path) = &iam.made_master_key {
            let path = path.display();
            tracing::warn!(path = %path, "a master key was made beside the store: keep a copy elsewhere, and move it");
        }
        let iam = Arc::new(iam);
        let (public, address) = bind(http.listen).await?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = http.public_url.unwrap_or_else(|| format!("{scheme}://{address}"));
        let service = Service::with_insecure_switches(Arc::clone(&iam), insecure);
        let service = service.with_pages(Arc::new(Console::new(&url)));
        let (socket, admin) = admin::listen(&data)?;

        let mut listeners = vec![Listener::Public(public, tls.clone()), Listener::Admin(admin)];
        let mut scraped = None;
        if let Some(listen) = metrics.listen {
            let (listener, address) = bind(listen).await?;
            tracing::info!(address = %address, "metrics are told");
            scraped = Some(address);
            listeners.push(Listener::Metrics(listener));
        }

        let sinks = Sinks::start(&iam, audit)?;
        let (stopping, stop) = watch::channel(false);
        let start = |listener| tokio::spawn(listener::run(listener, service.clone(), stop.clone()));
        let listeners = listeners.into_iter().map(start).collect();
        Ok(Self { iam, address, url, metrics: scraped, socket, tls, stopping, listeners, sinks })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL by which it is reached: the configured one, or that of its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where metrics are scraped, where that is a listener of its own.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// The token of a link that makes the first account (SEC-270); `None` where there is one. Errors: the store does not
    /// answer.
    pub async fn setup_link(&self) -> iam::error::Result<Option<SecretText>> {
        self.iam.setup_link().await
    }

    /// The store behind it.
    pub(crate) fn iam(&self) -> &Arc<Iam> {
        &self.iam
    }

    /// Reads the files of TLS and of the master keys again, and opens those that the trail is handed on to anew. An error leaves in use what was, and is told in the log.
    pub(crate) fn reload(&self) {
        self.sinks.reopen();
        match self.iam.reload_master_keys() {
            Ok(()) => tracing::info!("the master key's file was read again"),
            Err(error) => tracing::error!(error = %error, "the master keys at hand stay in use"),
        }
        match self.tls.as_ref().map(|tls| tls.reload()) {
            Some(Ok(())) => tracing::info!("the TLS files were read again"),
            Some(Err(error)) => tracing::error!(error = %format!("{error:#}"), "the old TLS certificate stays in use"),
            None => {}
        }
    }

    /// Ends when the store has failed for good.
    pub(crate) async fn store_failed(&self) {
        let mut period = tokio::time::interval(HEALTH_PERIOD);
        while !self.iam.has_failed() {
            period.tick().await;
        }
    }

    /// Takes no more connections, finishes what is under way (SEC-206), and closes the store.
    pub async fn stop(self) {
        let _ = self.stopping.send(true);
        let _ = std::fs::remove_file(&self.socket);
        for listener in self.listeners {
            let _ = listener.await;
        }
        self.sinks.stop().await;
        let iam = self.iam;
        let _ = tokio::task::spawn_blocking(move || iam.close()).await;
    }
}

async fn bind(listen: SocketAddr) -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr().context("the listener has no address")?;
    Ok((listener, address))
}

/// The insecure switches that are on; each is told in the log, too (SEC-271).
fn insecure_switches(http: &Http, metrics: &Metrics) -> Vec<&'static str> {
    let mut on = Vec::new();
    if http.insecure_http {
        tracing::warn!("--insecure-http is on: what clients send can be read and changed on its way");
        on.push("insecure_http");
    }
    if metrics.insecure_metrics {
        tracing::warn!("--insecure-metrics is on: whoever reaches that listener can read the metrics");
        on.push("insecure_metrics");
    }
    on
}

fn node_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
