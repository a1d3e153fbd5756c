//! The server: an open store behind its listeners. Tests start it as the program does.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use api::{Service, Side};
use iam::{
    Iam, Settings,
    clock::{Clock, Random},
    hashing::HashingCost,
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    admin,
    listener::{self, Admin, Public},
};

/// How often the server looks whether its store still works.
const HEALTH_PERIOD: Duration = Duration::from_millis(250);

/// What a server needs to start.
pub struct Config {
    /// The store's directory.
    pub data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub random: Arc<dyn Random>,
    /// What hashing a password costs: the default everywhere but in tests.
    pub hashing_cost: HashingCost,
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
    socket: PathBuf,
    stopping: watch::Sender<bool>,
    listeners: Vec<JoinHandle<()>>,
}

impl Server {
    /// Opens the store and starts listening. It is ready when this returns.
    pub async fn start(config: Config) -> Result<Self> {
        let Config { data, listen, clock, random, hashing_cost } = config;
        let settings =
            Settings { directory: data.clone(), master_key: None, clock, random, node: node_name(), hashing_cost };
        // Opening reads the whole store: not on a thread that others wait for.
        let iam = tokio::task::spawn_blocking(move || Iam::open(settings)).await??;
        if let Some(path) = &iam.made_master_key {
            tracing::warn!(path = %path.display(), "a master key was made beside the store: keep a copy elsewhere, and move it");
        }
        let iam = Arc::new(iam);
        let service = Service::new(Arc::clone(&iam));
        let public = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
        let address = public.local_addr().context("the listener has no address")?;
        let (socket, admin) = admin::listen(&data)?;

        let (stopping, stop) = watch::channel(false);
        let listeners = vec![
            tokio::spawn(listener::run(Public(public), service.clone(), Side::Public, stop.clone())),
            tokio::spawn(listener::run(Admin(admin), service, Side::Admin, stop)),
        ];
        Ok(Self { iam, address, socket, stopping, listeners })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
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
