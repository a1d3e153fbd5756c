//! Stores on either database, nodes on them, and who calls.

mod company;
pub(super) mod deeds;
mod postgres;
mod proxy;
mod sessions;

use std::{
    future::Future,
    path::Path,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    task::{Context, Poll, Wake, Waker},
    thread::Thread,
    time::{Duration, Instant},
};

use base::{
    ids::{AccessKeyId, AccountId, UserId},
    secret::SecretText,
    timestamp::Timestamp,
};
use decide::identity::{Actor, Credential, Identity};

pub(super) use self::{
    company::{ADMINISTRATOR, Company},
    postgres::{Admin, TestDatabase, server},
    proxy::{Fault, Proxy},
    sessions::{calling, verified},
};
use crate::{
    Database, Iam, OpenError, Settings, access_keys, accounts,
    backup::BackupError,
    caller::{Caller, Origin},
    clock::{Clock, ManualClock, Random},
    db::{
        Connection,
        backend::Opened,
        postgres::look_at,
        whole::{Place, Whole},
    },
    door::{Operation, Query},
    error::Result,
    hashing::HashingCost,
    page::PageSize,
    store::{DATABASE_FILE, Directory},
    users,
    values::EntityName,
};

/// The master key of every store here.
pub(super) const MASTER_KEY: &str = "2b7e151628aed2a6abf7158809cf4f3c2b7e151628aed2a6abf7158809cf4f3c";

/// A store that is there, and that nodes can be opened on.
pub(super) enum Store {
    Sqlite(tempfile::TempDir),
    Postgres(TestDatabase),
}

/// Runs a test on both databases.
pub(super) fn on_each(test: impl Fn(&Store)) {
    test(&Store::Sqlite(tempfile::tempdir().unwrap()));
    on_postgres(test);
}

/// Runs a test on PostgreSQL.
pub(super) fn on_postgres(test: impl Fn(&Store)) {
    match server() {
        Some(server) => test(&Store::Postgres(TestDatabase::from_template(&server))),
        None => println!("NOT RUN: the half on PostgreSQL"),
    }
}

impl Store {
    /// Opens a node on the store; on SQLite there can only be one at a time.
    pub(super) fn node(&self) -> Node {
        self.node_with(|_| {})
    }

    pub(super) fn node_with(&self, change: impl FnOnce(&mut Settings)) -> Node {
        self.try_node_with(change).unwrap()
    }

    /// Opens a node where that may fail.
    pub(super) fn try_node(&self) -> Result<Node, OpenError> {
        self.try_node_with(|_| {})
    }

    pub(super) fn try_node_with(&self, change: impl FnOnce(&mut Settings)) -> Result<Node, OpenError> {
        let directory = tempfile::tempdir().unwrap();
        let (data, database) = match self {
            Self::Sqlite(data) => (data.path(), Database::Embedded),
            Self::Postgres(database) => (directory.path(), Database::Postgres { url: database.url() }),
        };
        let (mut settings, clock) = settings(data, database);
        change(&mut settings);
        Ok(Node { iam: Iam::open(settings)?, clock, _directory: directory })
    }

    /// Runs `work` in a transaction on the database, which no node uses meanwhile.
    pub(super) fn transact<T>(&self, work: impl FnOnce(&mut dyn Connection) -> Result<T>) -> Result<T, OpenError> {
        drop(self.node()); // makes the schema where it is not there yet
        self.opened().transact(|tx| Ok(work(tx)?))
    }

    /// The database, with nothing running on it.
    pub(super) fn opened(&self) -> Opened {
        self.opened_with(|_| {})
    }

    pub(super) fn opened_with(&self, change: impl FnOnce(&mut Settings)) -> Opened {
        let directory = tempfile::tempdir().unwrap();
        let (data, database) = match self {
            Self::Sqlite(data) => (data.path(), Database::Embedded),
            Self::Postgres(database) => (directory.path(), Database::Postgres { url: database.url() }),
        };
        let (mut settings, _) = settings(data, database);
        change(&mut settings);
        // The driver must be used outside of asynchronous runtimes, and this thread has none.
        Opened::new(&settings, &Directory::lock(data).unwrap()).unwrap()
    }

    /// Looks at all of it, whatever the version of its schema.
    pub(super) fn look<T>(
        &self,
        work: impl FnOnce(&mut dyn Whole) -> Result<T, BackupError>,
    ) -> Result<T, BackupError> {
        match self {
            Self::Sqlite(data) => Place::Sqlite(data.path().join(DATABASE_FILE)).look(work),
            Self::Postgres(database) => look_at(&database.url(), work),
        }
    }

    /// The version of its schema.
    pub(super) fn schema(&self) -> usize {
        let count = "SELECT count(*) FROM schema_migration";
        match self {
            Self::Sqlite(_) => {
                self.file().query_row(count, [], |row| row.get::<_, i64>(0)).unwrap().try_into().unwrap()
            }
            Self::Postgres(database) => database.admin().value(count).parse().unwrap(),
        }
    }

    /// The file of the embedded database.
    pub(super) fn file(&self) -> rusqlite::Connection {
        let Self::Sqlite(data) = self else { panic!("there is no file") };
        rusqlite::Connection::open(data.path().join(DATABASE_FILE)).unwrap()
    }

    /// The database on the server.
    pub(super) fn database(&self) -> &TestDatabase {
        let Self::Postgres(database) = self else { panic!("there is no server") };
        database
    }
}

/// The settings of a node, and its clock. Each node's clock shows another second, as clocks do.
pub(super) fn settings(data: &Path, database: Database) -> (Settings, Arc<ManualClock>) {
    static NODES: AtomicU64 = AtomicU64::new(1);
    let number = NODES.fetch_add(1, Ordering::Relaxed);
    let start = Timestamp::parse_seconds("2026-11-22T08:00:00Z").unwrap();
    let clock = Arc::new(ManualClock::new(start.plus(Duration::from_secs(number))));
    if !data.join("master.key").exists() {
        write_key(&data.join("master.key"), MASTER_KEY);
    }
    let settings = Settings {
        directory: data.to_owned(),
        database,
        master_key: Some(data.join("master.key")),
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        random: Arc::new(Seeded(AtomicU64::new(number << 40))),
        node: format!("node-{number}"),
        max_staleness: Duration::from_secs(10),
        hashing_cost: HashingCost { memory_kib: 8, passes: 1 },
        catalogue: policy::catalogue::Catalogue::built_in(),
        service_accounts: Vec::new(),
    };
    (settings, clock)
}

/// Writes a master key, as private as it must be.
pub(super) fn write_key(path: &Path, key: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, key).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// A running node.
pub(super) struct Node {
    pub(super) iam: Iam,
    pub(super) clock: Arc<ManualClock>,
    _directory: tempfile::TempDir,
}

/// An account's root user.
#[derive(Clone)]
pub(super) struct Root {
    pub(super) account: AccountId,
    pub(super) caller: Caller,
}

impl Node {
    pub(super) fn change<O: Operation>(&self, caller: &Caller, operation: O) -> Result<O::Output> {
        wait(self.iam.change(caller.clone(), operation))
    }

    pub(super) fn query<Q: Query>(&self, caller: &Caller, query: Q) -> Result<Q::Output> {
        wait(self.iam.query(caller.clone(), query))
    }

    /// Makes an account.
    pub(super) fn account(&self) -> Root {
        let account = self.iam.draw_account_id();
        let created =
            self.change(&operator(), accounts::Create { occasion: accounts::Occasion::Any, account }).unwrap();
        let principal = self.iam.snapshot().unwrap().accounts.get(&account).unwrap().root;
        let caller = Caller::with_key(account, principal, created.access_key, origin());
        Root { account, caller }
    }

    pub(super) fn create_user(&self, root: &Root, name: &str) -> Result<users::User> {
        wait(self.creating_user(root, name))
    }

    /// Begins to create a user: the answer is to be waited for.
    pub(super) fn creating_user(&self, root: &Root, name: &str) -> impl Future<Output = Result<users::User>> + use<> {
        let profile = users::Profile::new(EntityName::parse(name).unwrap());
        self.iam.change(root.caller.clone(), users::Create { profile })
    }

    pub(super) fn delete_user(&self, root: &Root, name: &str) -> Result<()> {
        let delete = users::Delete { name: name.to_owned(), dependents: crate::dependents::Dependents::Remove };
        self.change(&root.caller, delete)
    }

    pub(super) fn user(&self, root: &Root, name: &str) -> Result<users::User> {
        self.query(&root.caller, users::Get { name: name.to_owned() }).map(|detail| detail.user)
    }

    /// The names of all users.
    pub(super) fn user_names(&self, root: &Root) -> Vec<String> {
        let list = users::List { search: None, after: None, size: PageSize::MAX };
        self.query(&root.caller, list).unwrap().items.into_iter().map(|user| user.name).collect()
    }

    /// Makes an access key for a user.
    pub(super) fn create_key(&self, root: &Root, name: &str) -> AccessKeyId {
        let owner = access_keys::Owner::User(name.to_owned());
        self.change(&root.caller, access_keys::Create { owner }).unwrap().key.id
    }

    /// Whether this node would take a signature by the key.
    pub(super) fn knows(&self, key: AccessKeyId) -> bool {
        let snapshot = self.iam.snapshot().unwrap();
        let owner = snapshot.access_keys.get(&key).filter(|key| key.enabled).map(|key| key.owner);
        owner.and_then(|owner| snapshot.principals.get(&owner)).is_some_and(|owner| owner.enabled)
    }
}

pub(super) fn operator() -> Caller {
    Caller::Operator { origin: Origin { source: "socket".into(), ..origin() } }
}

pub(super) fn origin() -> Origin {
    Origin {
        source: "192.0.2.7".into(),
        address: Some([192, 0, 2, 7].into()),
        tls: true,
        agent: "test/1".into(),
        request_id: "request-1".into(),
    }
}

/// A fixed mixing sequence stands in for the random source.
pub(super) struct Seeded(pub(super) AtomicU64);

impl Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let step = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mixed = (step ^ step >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            *byte = (mixed >> 56) as u8;
        }
    }
}

/// Waits until `holds`, and fails after `limit`. Gives the time that it took.
pub(super) fn eventually(limit: Duration, mut holds: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < limit, "it did not come about within {limit:?}");
        pause(Duration::from_millis(5));
    }
    start.elapsed()
}

/// Lets time pass, where a test is about its passing.
pub(super) fn pause(span: Duration) {
    let (_never, nothing) = mpsc::channel::<()>();
    let _ = nothing.recv_timeout(span);
}

/// What `work` gives, and how long it took.
pub(super) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    (work(), start.elapsed())
}

/// Waits for a future on this thread.
pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let (mut future, mut context) = (pin!(future), Context::from_waker(&waker));
    let start = Instant::now();
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        assert!(start.elapsed() < Duration::from_mins(1), "no answer");
        std::thread::park_timeout(Duration::from_secs(1));
    }
}

/// A URL as settings hold it.
pub(super) fn secret(url: &str) -> SecretText {
    SecretText::new(url.to_owned())
}

/// Which user calls.
pub(super) fn user_of(caller: &Caller) -> UserId {
    match caller {
        Caller::Principal { identity: Identity { actor: Actor::User(user), .. }, .. } => *user,
        _ => panic!("no user calls"),
    }
}

/// By which access key it calls.
pub(super) fn key_of(caller: &Caller) -> AccessKeyId {
    match caller {
        Caller::Principal { identity: Identity { credential: Credential::AccessKey(key), .. }, .. } => *key,
        _ => panic!("it calls by no access key"),
    }
}
