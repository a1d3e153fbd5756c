//! Databases on the server that `CLAVIGER_TEST_PG` names. It is spoken to by a client of its own, so that a test does
//! not see through the eyes of what it tests.

use std::{
    env,
    path::Path,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use base::secret::SecretText;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::{secret, settings};
use crate::{Database, Iam};

/// What all databases of our tests are called first. The number of the process follows.
const PREFIX: &str = "claviger_test_";

/// The server to test on, `postgres://user@host:port/database`. `None` where the tests on it are left out on purpose.
pub(in crate::tests) fn server() -> Option<String> {
    let server = env::var("CLAVIGER_TEST_PG").ok();
    let left_out = env::var("CLAVIGER_TEST_WITHOUT_POSTGRES").is_ok_and(|value| value == "1");
    assert!(server.is_some() || left_out, "CLAVIGER_TEST_PG names no server: run `cargo xtask test`");
    server
}

/// A database of one test; dropped with it.
pub(in crate::tests) struct TestDatabase {
    server: String,
    name: String,
}

impl TestDatabase {
    /// A database that is a store already.
    pub(in crate::tests) fn from_template(server: &str) -> Self {
        static TEMPLATE: OnceLock<String> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| {
            drop_left_over(server);
            let template = Self::empty(server);
            let directory = tempfile::tempdir().unwrap();
            let (settings, _) = settings(directory.path(), Database::Postgres { url: template.url() });
            drop(Iam::open(settings).unwrap());
            let name = template.name.clone();
            std::mem::forget(template); // it serves until the process ends; the next one drops it
            name
        });
        Self::create(server, &format!(" TEMPLATE {template}"))
    }

    /// A database with nothing in it.
    pub(in crate::tests) fn empty(server: &str) -> Self {
        Self::create(server, "")
    }

    /// A database with nothing in it, made in another way than usual.
    pub(in crate::tests) fn with_options(server: &str, options: &str) -> Self {
        Self::create(server, options)
    }

    fn create(server: &str, options: &str) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        // One at a time: a template must not be in use while it is copied.
        static TURN: Mutex<()> = Mutex::new(());
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}_{number}", std::process::id());
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        Admin::connect(server).execute(&format!("CREATE DATABASE {name}{options}"));
        Self { server: server.to_owned(), name }
    }

    pub(in crate::tests) fn url(&self) -> SecretText {
        secret(&with_database(&self.server, &self.name))
    }

    /// Its URL by another address.
    pub(in crate::tests) fn url_by(&self, port: u16) -> SecretText {
        let config: tokio_postgres::Config = self.server.parse().unwrap();
        let user = config.get_user().unwrap_or("postgres");
        let password = config.get_password().map(|password| format!(":{}", String::from_utf8_lossy(password)));
        let password = password.unwrap_or_default();
        secret(&format!("postgres://{user}{password}@127.0.0.1:{port}/{}", self.name))
    }

    /// Where the server listens.
    pub(in crate::tests) fn address(&self) -> String {
        let config: tokio_postgres::Config = self.server.parse().unwrap();
        let host = match config.get_hosts().first() {
            Some(tokio_postgres::config::Host::Tcp(host)) => host.clone(),
            _ => panic!("CLAVIGER_TEST_PG must name a host"),
        };
        format!("{host}:{}", config.get_ports().first().copied().unwrap_or(5_432))
    }

    /// Speaks to the database itself.
    pub(in crate::tests) fn admin(&self) -> Admin {
        Admin::connect(&with_database(&self.server, &self.name))
    }

    /// Lets nobody in any more and ends who is in.
    pub(in crate::tests) fn shut(&self) {
        self.alter("ALLOW_CONNECTIONS false");
        self.end_connections();
    }

    /// Takes [`TestDatabase::shut`] back.
    pub(in crate::tests) fn reopen(&self) {
        self.alter("ALLOW_CONNECTIONS true");
    }

    /// Changes something about the database, from outside.
    pub(in crate::tests) fn alter(&self, what: &str) {
        Admin::connect(&self.server).execute(&format!("ALTER DATABASE {} {what}", self.name));
    }

    /// Ends all connections to the database.
    pub(in crate::tests) fn end_connections(&self) {
        Admin::connect(&self.server)
            .rows(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", self.name));
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        Admin::connect(&self.server).execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// Drops what processes left behind that are no more.
fn drop_left_over(server: &str) {
    let admin = Admin::connect(server);
    for row in admin.rows(&format!("SELECT datname FROM pg_database WHERE datname LIKE '{PREFIX}%'")) {
        let name = row.first().cloned().unwrap_or_default();
        let process = name.trim_start_matches(PREFIX).split('_').next().unwrap_or_default().to_owned();
        if process != std::process::id().to_string() && !Path::new("/proc").join(process).exists() {
            let _ = admin.try_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn with_database(server: &str, name: &str) -> String {
    let (start, _) = server.rsplit_once('/').expect("CLAVIGER_TEST_PG is postgres://user@host:port/database");
    format!("{start}/{name}")
}

/// A connection of its own.
pub(in crate::tests) struct Admin {
    client: tokio_postgres::Client,
    runtime: tokio::runtime::Runtime,
}

impl Admin {
    pub(in crate::tests) fn connect(url: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls)).unwrap();
        runtime.spawn(connection);
        Self { client, runtime }
    }

    pub(in crate::tests) fn execute(&self, texts: &str) {
        self.try_execute(texts).unwrap();
    }

    pub(in crate::tests) fn try_execute(&self, texts: &str) -> Result<(), tokio_postgres::Error> {
        self.runtime.block_on(self.client.batch_execute(texts))
    }

    /// The rows of a query as texts; NULL is `NULL`.
    pub(in crate::tests) fn rows(&self, text: &str) -> Vec<Vec<String>> {
        let messages = self.runtime.block_on(self.client.simple_query(text)).unwrap();
        let rows = messages.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        rows.map(|row| (0..row.len()).map(|place| row.get(place).unwrap_or("NULL").to_owned()).collect()).collect()
    }

    /// The one value of a query.
    pub(in crate::tests) fn value(&self, text: &str) -> String {
        self.rows(text).concat().concat()
    }

    /// How many parameters a statement has, and the names of its columns.
    pub(in crate::tests) fn prepare(&self, text: &str) -> Result<(usize, Vec<String>), String> {
        let prepared = self.runtime.block_on(self.client.prepare(text));
        let statement = prepared.map_err(|error| format!("{error:?}"))?;
        let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        Ok((statement.params().len(), columns))
    }
}
