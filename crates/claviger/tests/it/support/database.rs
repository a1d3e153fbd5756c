//! The databases that every test of behaviour runs on.

use std::{
    env,
    path::Path,
    sync::{
        Once,
        atomic::{AtomicUsize, Ordering},
    },
};

use base::secret::SecretText;
use iam::Database;
use tokio_postgres::NoTls;

use crate::support::world::World;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// All of them. PostgreSQL is the server that `CLAVIGER_TEST_PG` names; to leave it out must be said.
fn backends() -> &'static [Backend] {
    if env::var("CLAVIGER_TEST_WITHOUT_POSTGRES").is_ok_and(|value| value == "1") {
        return &[Backend::Sqlite];
    }
    &[Backend::Sqlite, Backend::Postgres]
}

/// Runs a test once on each kind of database, with a server of its own.
pub(crate) fn on_each_database(body: impl AsyncFn(World)) {
    count_panics();
    for backend in backends() {
        // Only a failing test shows its output.
        eprintln!("on {backend:?}");
        let database = TestDatabase::new(*backend);
        run(async { body(World::start(database.settings()).await).await });
        assert_eq!(PANICS.load(Ordering::SeqCst), 0, "SEC-006: the server panicked, in this test or in one beside it");
    }
}

/// Runs an asynchronous test to its end.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(test)
}

/// A database of one test; gone with it.
enum TestDatabase {
    /// In the data directory.
    Embedded,
    /// One on a server.
    Postgres { server: String, name: String },
}

impl TestDatabase {
    fn new(backend: Backend) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        match backend {
            Backend::Sqlite => Self::Embedded,
            Backend::Postgres => {
                let server = env::var("CLAVIGER_TEST_PG").expect("CLAVIGER_TEST_PG names a server: `cargo xtask test`");
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let name = format!("claviger_it_{}_{number}", std::process::id());
                run(execute(&server, &format!("CREATE DATABASE {name}"))).expect("a database can be made");
                Self::Postgres { server, name }
            }
        }
    }

    fn settings(&self) -> Database {
        match self {
            Self::Embedded => Database::Embedded,
            Self::Postgres { server, name } => {
                let (start, _) = server.rsplit_once('/').expect("postgres://user@host:port/database");
                Database::Postgres { url: SecretText::new(format!("{start}/{name}")) }
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self {
            // A failing test is told of by its own words.
            let _ = run(execute(server, &format!("DROP DATABASE {name} WITH (FORCE)")));
        }
    }
}

/// Takes a table away behind the server's back.
pub(crate) async fn drop_table(database: &Database, data: &Path, table: &str) {
    match database {
        Database::Embedded => {
            let connection = rusqlite::Connection::open(data.join("claviger.db")).expect("it opens");
            connection.execute_batch(&format!("PRAGMA foreign_keys = OFF; DROP TABLE {table}")).expect("it goes");
        }
        Database::Postgres { url } => {
            execute(url.expose(), &format!("DROP TABLE {table} CASCADE")).await.expect("it goes");
        }
    }
}

async fn execute(url: &str, statement: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let done = client.batch_execute(statement).await;
    drop(client);
    let _ = connection.await;
    done
}

/// How many panics there have been on threads that are not a test's own: the server's, which answers in spite of them.
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn count_panics() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // A test's thread bears its name.
            if !std::thread::current().name().is_some_and(|name| name.contains("::")) {
                PANICS.fetch_add(1, Ordering::SeqCst);
            }
            usual(panic);
        }));
    });
}
