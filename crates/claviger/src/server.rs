//! The server: an open store behind its listeners. Tests start it as the program does.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use api::Service;
use iam::{
    Iam, Settings,
    clock::{Clock, Random, SystemClock, SystemEntropy},
    hashing::HashingCost,
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub use crate::config::{Authorize, Http, Store, TlsFiles};
use crate::{
    admin, catalogue,
    listener::{self, Listener},
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
    /// Who may ask about whom.
    pub authorize: Authorize,
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
        Self { store, http, authorize: Authorize::default(), clock, random, hashing_cost: HashingCost::default() }
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
    socket: PathBuf,
    tls: Option<Arc<Tls>>,
    stopping: watch::Sender<bool>,
    listeners: Vec<JoinHandle<()>>,
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
        let Config { store, http, authorize, clock, random, hashing_cost } = config;
        let data = store.data.clone();
        let tls = http.tls.map(Tls::read).transpose()?.map(Arc::new);
        let service_accounts = authorize.service_accounts;
        let settings = Settings { service_accounts, clock, random, hashing_cost, ..settings(store, node_name())? };
        // Opening reads the whole store: not on a thread that others wait for.
        let iam = tokio::task::spawn_blocking(move || Iam::open(settings)).await??;
        if let Some(path) = &iam.made_master_key {
            let path = path.display();
            tracing::warn!(path = %path, "a master key was made beside the store: keep a copy elsewhere, and move it");
        }
        if http.insecure_http {
            tracing::warn!("--insecure-http is on: what clients send can be read and changed on its way");
        }
        let iam = Arc::new(iam);
        let service = Service::new(Arc::clone(&iam));
        let public =
            TcpListener::bind(http.listen).await.with_context(|| format!("cannot listen on {}", http.listen))?;
        let address = public.local_addr().context("the listener has no address")?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = http.public_url.unwrap_or_else(|| format!("{scheme}://{address}"));
        let (socket, admin) = admin::listen(&data)?;

        let (stopping, stop) = watch::channel(false);
        let listeners = vec![
            tokio::spawn(listener::run(Listener::Public(public, tls.clone()), service.clone(), stop.clone())),
            tokio::spawn(listener::run(Listener::Admin(admin), service, stop)),
        ];
        Ok(Self { iam, address, url, socket, tls, stopping, listeners })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL by which it is reached: the configured one, or that of its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The store behind it.
    pub(crate) fn iam(&self) -> &Arc<Iam> {
        &self.iam
    }

    /// Reads the TLS files again. An error leaves the old ones in use, and is told in the log.
    pub(crate) fn reload_tls(&self) {
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
        let iam = self.iam;
        let _ = tokio::task::spawn_blocking(move || iam.close()).await;
    }
}

fn node_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
