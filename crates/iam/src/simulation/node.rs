//! A node: a core with its connections, and the ways in which it works on the store.
//!
//! Batches go through the embedded database's own writer. Single changes, queries and following the feed go as
//! several nodes on one server do it; that half is written anew here, after `db/postgres`, for a store that is at hand.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        mpsc::{Receiver, sync_channel},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use base::{
    ids::{AccountId, UserId},
    secret::SecretBytes,
};
use decide::{
    session::TokenKey,
    snapshot::{Snapshot, System},
};

use super::{
    dice::SeededRandom,
    faulty::{self, Sabotage},
    history::Violation,
    rotation::VERSIONS,
    worker::execute,
};
use crate::{
    action::Action,
    audit::{self, CheckpointKey, Event, Trail},
    clock::{Clock, IdSource, ManualClock},
    core::{Core, Health},
    db::{
        Connection,
        job::{Job, Message, QUEUE_LENGTH, View},
        sqlite::{self, Tx, Writer},
    },
    error::{Error, Result},
    feed::{self, Cursor, Step},
    hashing::HashingCost,
    keyring::Keyring,
    master_keys::Version,
    overview::tallies::Tallies,
    usage::Usage,
    vitals::Counts,
};

/// The master key, which all nodes have.
pub(super) const MASTER_KEY: [u8; 32] = [0x2B; 32];
/// What seals the tokens of sessions.
const TOKEN_KEY: [u8; 32] = [0x2C; 32];
pub(super) const UNAVAILABLE: Error = Error::Unavailable { retry_after_s: 1 };

/// All master keys that there will be.
pub(super) fn keyring() -> Keyring {
    let key = |version: u32| {
        let mut bytes = MASTER_KEY;
        bytes[0] ^= u8::try_from(version).unwrap() ^ 1;
        (Version::new(version.into()).unwrap(), SecretBytes::new(bytes))
    };
    Keyring::new(PathBuf::from("/nowhere/master.key"), (1..=VERSIONS).map(key).collect())
}

/// Who was denied what: the account, the principal, the action.
type Denied = (AccountId, Option<UserId>, &'static str);

/// See the module.
pub(super) struct Node {
    pub(super) core: Arc<Core>,
    pub(super) writer: Writer,
    reader: rusqlite::Connection,
    queue: Receiver<Message>,
    /// How far the feed is read. `None` where everything must be loaded.
    cursor: RefCell<Option<Cursor>>,
    /// Whether it may answer from its snapshot.
    pub(super) trusted: Cell<bool>,
    /// Events that the store did not take yet.
    unrecorded: RefCell<Vec<(AccountId, Event)>>,
    /// How often it had to load everything.
    pub(super) loads: Cell<u32>,
    /// What has been denied here since it started.
    pub(super) denied: RefCell<HashSet<Denied>>,
}

impl Node {
    /// Starts a node on the store at `path`. Errors: the store does not let it.
    pub(super) fn start(path: &Path, clock: &Arc<ManualClock>, seed: u64, name: String) -> Result<Self> {
        let open = || -> std::result::Result<_, Box<dyn std::error::Error + Send + Sync>> {
            let writer = sqlite::open(path, |_| Ok(())).map_err(|error| error.to_string())?;
            let reader = rusqlite::Connection::open(path)?;
            for connection in [&writer, &reader] {
                // No power is cut here, and nobody waits for anybody on one thread.
                connection.pragma_update(None, "synchronous", "OFF")?;
                connection.busy_timeout(Duration::ZERO)?;
                connection.set_prepared_statement_cache_capacity(256);
            }
            reader.pragma_update(None, "query_only", "ON")?;
            Ok((writer, reader))
        };
        let (writer, reader) = open().map_err(Error::internal)?;
        let (writes, queue) = sync_channel(QUEUE_LENGTH);
        let (trail, _) = Trail::new();
        let system = System::default().with_tokens(TokenKey::new(&SecretBytes::new(TOKEN_KEY)));
        let core = Arc::new(Core {
            clock: Arc::clone(clock) as Arc<dyn Clock>,
            random: Arc::new(SeededRandom::new(seed)),
            ids: IdSource::default(),
            keyring: keyring(),
            published: ArcSwap::from_pointee(Snapshot { system: Arc::new(system), ..Snapshot::default() }),
            health: Health::default(),
            counts: Counts::new(clock.now()),
            usage: Usage::default(),
            tallies: Tallies::default(),
            hashing_cost: HashingCost { memory_kib: 8, passes: 1 },
            decoy: String::new(),
            node: name,
            checkpoint_key: CheckpointKey::new(&SecretBytes::new(MASTER_KEY))?,
            trail,
            writes: OnceLock::from(writes),
        });
        let start = Event::of_node(Action::StartNode, AccountId::INSTANCE, clock.now());
        let node = Self {
            writer: Writer { connection: writer, core: Arc::clone(&core) },
            core,
            reader,
            queue,
            cursor: RefCell::new(None),
            trusted: Cell::new(false),
            unrecorded: RefCell::new(vec![(AccountId::INSTANCE, start)]),
            loads: Cell::new(0),
            denied: RefCell::default(),
        };
        if node.poll() { Ok(node) } else { Err(UNAVAILABLE) }
    }

    /// What deciding reads; `None` where the node lets nobody in.
    pub(super) fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.trusted.get().then(|| self.core.published.load_full())
    }

    /// Lets the store grow by so many pages and no more; `None` takes that back.
    pub(super) fn leave_room(&self, pages: Option<u32>) -> rusqlite::Result<()> {
        let connection = &self.writer.connection;
        let present: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        let most = pages.map_or(u32::MAX, |pages| present + pages);
        connection.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(()))
    }

    /// Whether it is in no state to go on: the process ends, or its connection is given up.
    pub(super) fn is_broken(&self) -> bool {
        self.core.health.has_failed() || !self.writer.connection.is_autocommit()
    }

    /// One round of the follower. `false` where the database did not let it.
    pub(super) fn poll(&self) -> bool {
        let published = self.core.published.load_full();
        let keyring = &self.core.keyring;
        let step = self.read(|tx| match &*self.cursor.borrow() {
            Some(cursor) => feed::follow(tx, &published, cursor, keyring),
            None => Ok(Step::Behind),
        });
        let step = match step {
            Ok(Step::Behind) => {
                self.loads.set(self.loads.get() + 1);
                self.read(|tx| Ok(Step::Moved(Arc::new(feed::load(tx, keyring, &published.system)?), Cursor::end(tx)?)))
            }
            other => other,
        };
        match step {
            Ok(Step::Moved(snapshot, cursor)) => {
                if !faulty::is_sabotaged(Sabotage::SkipEntries) || self.cursor.borrow().is_none() {
                    self.core.published.store(snapshot);
                }
                *self.cursor.borrow_mut() = Some(cursor);
            }
            Ok(_) => {}
            Err(_) => {
                // Behind another connection may stand another server: then everything is loaded.
                let [coin] = self.core.random::<1>();
                self.cursor.borrow_mut().take_if(|_| coin & 1 == 0);
                return false;
            }
        }
        self.trusted.set(true);
        true
    }

    /// Runs `work` at one moment of the store.
    fn read<T>(&self, work: impl FnOnce(&mut dyn Connection) -> Result<T>) -> Result<T> {
        execute(&self.reader, "BEGIN")?;
        let outcome = work(&mut Tx::new(&self.reader));
        let _ = self.reader.execute_batch("ROLLBACK");
        outcome
    }

    /// Everything, read anew.
    pub(super) fn load(&self) -> Result<Snapshot> {
        self.read(|tx| feed::load(tx, &self.core.keyring, &self.core.published.load().system))
    }

    /// Forgets old entries of the feed.
    pub(super) fn prune(&self) {
        let connection = &self.writer.connection;
        let pruned = execute(connection, "BEGIN IMMEDIATE").map_err(Error::from).and_then(|()| {
            crate::prune::prune(&mut Tx::new(connection), self.core.clock.now())?;
            Ok(execute(connection, "COMMIT")?)
        });
        if pruned.is_err() {
            let _ = connection.execute_batch("ROLLBACK");
        }
    }

    /// Runs jobs with the embedded database's writer, all in one commit.
    pub(super) fn batch(&self, jobs: Vec<Box<dyn Job>>) {
        self.writer.run_batch(jobs);
    }

    /// Runs a query.
    pub(super) fn query(&self, mut job: Box<dyn Job>) {
        let outcome = self.read(|tx| job.attempt(tx, self).map(drop));
        job.finish(outcome);
    }

    /// Runs what other work has left in the queue.
    pub(super) fn drain(&self) {
        while let Ok(Message::Job(job)) = self.queue.try_recv() {
            self.change(job);
        }
    }

    /// What the recorder does twice a second.
    pub(super) fn record_reads(&self) -> Result<(), Violation> {
        let mut events = self.unrecorded.take();
        events.extend(audit::waiting(&self.core));
        // Some come out of a hash table, in an order that does not repeat.
        events.sort_by_cached_key(|(account, event)| (*account, event.now, format!("{event:?}")));
        let answers = audit::send(&self.core, events);
        audit::make_due(&self.core);
        self.drain();
        if answers.iter().any(|(_, answer)| !answer.has_message()) {
            return Err(Violation::new("the recorder's jobs were not answered"));
        }
        self.unrecorded.replace(audit::collect(answers));
        Ok(())
    }
}

impl View for Node {
    fn at(&self, account: AccountId, revision: i64) -> Result<Arc<Snapshot>> {
        let reached = || self.core.published.load().revision(account) >= revision;
        let stale = faulty::is_sabotaged(Sabotage::StaleDoor);
        let fresh = self.trusted.get() && (stale || reached());
        if fresh || (revision > 0 && self.poll() && reached()) {
            Ok(self.core.published.load_full())
        } else {
            Err(UNAVAILABLE)
        }
    }
}
