//! A store in a directory of its own, with a clock that stands still and numbers that repeat.

use std::{
    future::Future,
    path::PathBuf,
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

use base::{ids::AccountId, timestamp::Timestamp};
use serde_json::Value as Json;

use crate::{
    DEFAULT_MAX_STALENESS, Database, Iam, OpenError, Settings, accounts,
    audit::{KeptHead, Replay, Replayed, Verified, Verify, link},
    caller::{Caller, Origin},
    clock::{ManualClock, Random},
    door::{Operation, Query},
    error::Result,
    hashing::HashingCost,
    store::DATABASE_FILE,
    users,
    values::EntityName,
};

/// A second, as the manual clock counts.
pub(super) const SECOND: i64 = 1_000_000;

pub(super) struct World {
    directory: tempfile::TempDir,
    pub(super) clock: Arc<ManualClock>,
    pub(super) iam: Iam,
}

/// An account and its root user as a caller.
pub(super) struct Home {
    pub(super) account: AccountId,
    pub(super) root: Caller,
}

impl World {
    pub(super) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(Timestamp::parse_seconds("2026-07-01T12:00:00Z").unwrap()));
        let iam = open(&directory, &clock).unwrap();
        Self { directory, clock, iam }
    }

    /// Closes the store and opens it again, with `damage` done to the file in between.
    pub(super) fn reopen(self, damage: impl FnOnce(&rusqlite::Connection)) -> Self {
        self.iam.close();
        let Self { directory, clock, iam } = self;
        drop(iam);
        damage(&connect(&directory));
        let iam = open(&directory, &clock).unwrap();
        Self { directory, clock, iam }
    }

    /// The file, behind the store's back.
    pub(super) fn file(&self) -> rusqlite::Connection {
        connect(&self.directory)
    }

    pub(super) fn change<O: Operation>(&self, caller: &Caller, operation: O) -> Result<O::Output> {
        block_on(self.iam.change(caller.clone(), operation))
    }

    pub(super) fn query<Q: Query>(&self, caller: &Caller, query: Q) -> Result<Q::Output> {
        block_on(self.iam.query(caller.clone(), query))
    }

    pub(super) fn home(&self) -> Home {
        let account = self.iam.draw_account_id();
        let created = self.change(&operator(), new_account(account)).unwrap();
        let principal = self.iam.snapshot().unwrap().accounts.get(&account).unwrap().root;
        let root = Caller::with_key(account, principal, created.access_key, origin());
        Home { account, root }
    }

    pub(super) fn create_user(&self, home: &Home, name: &str) -> Result<()> {
        let profile = users::Profile::new(EntityName::parse(name).unwrap());
        self.change(&home.root, users::Create { profile }).map(|_| ())
    }

    pub(super) fn delete_user(&self, home: &Home, name: &str) -> Result<()> {
        self.change(
            &home.root,
            users::Delete { name: name.to_owned(), dependents: crate::dependents::Dependents::Remove },
        )
    }

    pub(super) fn verify(&self, account: AccountId, head: Option<KeptHead>) -> Verified {
        self.query(&operator(), Verify { head, ..Verify::of(Some(account)) }).unwrap()
    }

    pub(super) fn replay(&self, account: AccountId) -> Replayed {
        self.query(&operator(), Replay { account: Some(account) }).unwrap()
    }

    /// The texts of an account's events.
    pub(super) fn events(&self, account: AccountId) -> Vec<Json> {
        let file = self.file();
        let mut statement = file.prepare("SELECT body FROM audit_event WHERE account_id = ?1 ORDER BY seq").unwrap();
        let number = i64::try_from(account.number()).unwrap();
        let bodies = statement.query_map([number], |row| row.get::<_, String>(0)).unwrap();
        bodies.map(|body| serde_json::from_str(&body.unwrap()).unwrap()).collect()
    }

    /// The events of one action.
    pub(super) fn events_of(&self, account: AccountId, action: &str) -> Vec<Json> {
        let mut events = self.events(account);
        events.retain(|event| event["action"] == action);
        events
    }
}

/// A store with a history of seven events in one account, and that account's head as it was kept.
pub(super) fn history() -> (World, Home, KeptHead) {
    let world = World::new();
    let home = world.home();
    for name in ["alice", "bob", "carol"] {
        world.create_user(&home, name).unwrap();
    }
    world.delete_user(&home, "bob").unwrap();
    world.create_user(&home, "dave").unwrap();
    world.create_user(&home, "erin").unwrap();
    let verified = world.verify(home.account, None);
    assert_eq!(verified.events, 7);
    let head = verified.verdict.unwrap();
    assert_eq!(head.seq, 7);
    (world, home, head)
}

/// Makes the head that of the last event that is there.
pub(super) fn fix_head(file: &rusqlite::Connection, account: i64) {
    file.execute(
        "UPDATE account_head SET (audit_seq, audit_hash) =
             (SELECT seq, hash FROM audit_event WHERE account_id = ?1 ORDER BY seq DESC LIMIT 1)
         WHERE account_id = ?1",
        [account],
    )
    .unwrap();
}

pub(super) fn execute(file: &rusqlite::Connection, account: i64, text: &str) {
    assert_eq!(file.execute(text, [account]).unwrap(), 1, "{text}");
}

pub(super) fn event(file: &rusqlite::Connection, account: i64, seq: i64) -> (String, [u8; 32]) {
    let text = "SELECT body, hash FROM audit_event WHERE account_id = ?1 AND seq = ?2";
    file.query_row(text, [account, seq], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

/// Writes the last two of seven events anew, well linked, with a head that fits.
pub(super) fn forge(file: &rusqlite::Connection, account: i64) {
    let mut hash = event(file, account, 5).1;
    for seq in 6..=7 {
        let body = event(file, account, seq).0.replace("dave", "rave");
        hash = link(&hash, &body);
        let text = "UPDATE audit_event SET body = ?3, hash = ?4 WHERE account_id = ?1 AND seq = ?2";
        file.execute(text, (account, seq, body, hash)).unwrap();
    }
    fix_head(file, account);
}

/// Makes an account.
pub(super) fn new_account(account: AccountId) -> accounts::Create {
    accounts::Create { occasion: accounts::Occasion::Any, account }
}

pub(super) fn operator() -> Caller {
    Caller::Operator { origin: Origin { source: "socket".into(), ..origin() } }
}

fn origin() -> Origin {
    Origin {
        source: "192.0.2.7".into(),
        address: Some([192, 0, 2, 7].into()),
        tls: true,
        agent: "test/1".into(),
        request_id: "request-1".into(),
    }
}

fn connect(directory: &tempfile::TempDir) -> rusqlite::Connection {
    let path: PathBuf = directory.path().join("data").join(DATABASE_FILE);
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(Duration::from_secs(5)).unwrap();
    connection
}

fn open(directory: &tempfile::TempDir, clock: &Arc<ManualClock>) -> Result<Iam, OpenError> {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let seed = SEED.fetch_add(1 << 32, Ordering::Relaxed);
    Iam::open(Settings {
        directory: directory.path().join("data"),
        database: Database::Embedded,
        max_staleness: DEFAULT_MAX_STALENESS,
        master_key: None,
        clock: Arc::clone(clock) as Arc<dyn crate::clock::Clock>,
        random: Arc::new(Seeded(AtomicU64::new(seed))),
        node: "node-1".into(),
        hashing_cost: HashingCost { memory_kib: 8, passes: 1 },
        catalogue: policy::catalogue::Catalogue::built_in(),
        service_accounts: Vec::new(),
    })
}

/// A fixed mixing sequence stands in for the random source.
struct Seeded(AtomicU64);

impl Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let step = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mixed = (step ^ step >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            *byte = (mixed >> 56) as u8;
        }
    }
}

/// Waits until `holds`, and fails after `limit`.
pub(super) fn eventually(limit: Duration, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    let (_never, pause) = mpsc::channel::<()>();
    while !holds() {
        assert!(start.elapsed() < limit, "it did not come about within {limit:?}");
        let _ = pause.recv_timeout(Duration::from_millis(5));
    }
}

/// Waits for a future on this thread.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let (mut future, mut context) = (pin!(future), Context::from_waker(&waker));
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::park();
    }
}
