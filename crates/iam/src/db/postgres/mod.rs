//! PostgreSQL: some worker threads with a connection each, and a follower that keeps the snapshot.
//!
//! Any number of nodes may work on one database. What must hold over all of them — names, quotas, the order of an
//! account's changes — holds by the account's head row, which every change locks first (SEC-243). A worker commits,
//! waits until the follower has published what it changed, and only then answers (SEC-239); other nodes follow by
//! themselves, within the [`rounds::POLL`] of their followers.

mod catch_up;
mod failure;
mod follower;
mod migrate;
mod queue;
mod rounds;
mod session;
mod target;
mod transaction;
mod value;
mod whole;
mod worker;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{SyncSender, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use base::secret::SecretText;
use decide::snapshot::{Snapshot, System};

#[cfg(test)]
pub(crate) use self::whole::look_at;
use self::{
    catch_up::CatchUps,
    follower::Follower,
    queue::Queue,
    rounds::Rounds,
    session::Session,
    target::Target,
    transaction::Begin,
    worker::{Work, Worker},
};
pub(crate) use self::{
    transaction::engine,
    whole::{Fresh, look},
};
use super::{
    Connection,
    job::{Message, QUEUE_LENGTH},
};
use crate::{
    Settings,
    core::Core,
    feed::Cursor,
    keyring::Keyring,
    master_keys,
    store::{Directory, OpenError, prove_key},
};

/// How many threads make changes, and how many look.
const CHANGING: usize = 6;
const LOOKING: usize = 4;
/// Half the longest wait before a second attempt, and the longest before any to connect.
const FIRST_WAIT: Duration = Duration::from_millis(2);
const RECONNECT_MOST: Duration = Duration::from_secs(1);

/// A database that is open and ours, its schema up to date, and nothing running on it yet.
pub(crate) struct Opened {
    target: Target,
    session: Session,
    loaded: Instant,
}

impl Opened {
    /// Connects, looks whose database it is, and brings the schema up to date.
    pub(crate) fn new(url: &SecretText, settings: &Settings, directory: &Directory) -> Result<Self, OpenError> {
        let target = Target::parse(url)?;
        let mut session = Session::connect(&target)?;
        let registered = match migrate::inspect(&mut session)? {
            migrate::Found::Ours { master_keys: others } => {
                session.transact(Begin::Read, |tx| master_keys::sql::registered(tx, others))?
            }
            migrate::Found::Begun | migrate::Found::Empty => Vec::new(),
        };
        prove_key(&registered, settings, directory)?;
        migrate::bring_up_to_date(&mut session)?;
        Ok(Self { target, session, loaded: Instant::now() })
    }

    /// Runs `work` in a transaction.
    pub(crate) fn transact<T>(
        &mut self,
        work: impl FnOnce(&mut dyn Connection) -> Result<T, OpenError>,
    ) -> Result<T, OpenError> {
        Ok(self.session.transact(Begin::Write, |tx| work(tx))?)
    }

    /// Loads everything, and how far the feed is read with it.
    pub(crate) fn load(&mut self, keyring: &Keyring, system: &Arc<System>) -> Result<(Snapshot, Cursor), OpenError> {
        self.loaded = Instant::now();
        Ok(follower::load(&mut self.session, keyring, system)?)
    }
}

/// What all threads of a node share.
pub(crate) struct Shared {
    core: Arc<Core>,
    target: Target,
    rounds: Rounds,
    catch_ups: CatchUps,
    max_staleness: Duration,
}

/// How long ago the database may have answered last for the node to be called ready.
const IN_TOUCH: Duration = Duration::from_secs(3);

impl Shared {
    fn is_fresh(&self) -> bool {
        self.rounds.is_fresh(self.max_staleness)
    }
}

/// The threads and their queues.
pub(crate) struct Postgres {
    pub(crate) writes: SyncSender<Message>,
    pub(crate) reads: SyncSender<Message>,
    shared: Arc<Shared>,
    threads: Mutex<Threads>,
}

#[derive(Default)]
struct Threads {
    changing: Vec<JoinHandle<()>>,
    looking: Vec<JoinHandle<()>>,
    others: Vec<JoinHandle<()>>,
}

impl Postgres {
    /// Starts the threads on an opened database. `cursor` is where the published snapshot shows the feed.
    pub(crate) fn start(
        opened: Opened,
        cursor: Cursor,
        core: &Arc<Core>,
        max_staleness: Duration,
    ) -> Result<Self, OpenError> {
        let Opened { target, session, loaded } = opened;
        let shared = Arc::new(Shared {
            core: Arc::clone(core),
            target,
            rounds: Rounds::new(loaded),
            catch_ups: CatchUps::default(),
            max_staleness,
        });
        let (writes, changes) = sync_channel(QUEUE_LENGTH);
        let (reads, queries) = sync_channel(QUEUE_LENGTH);
        let postgres = Self { writes, reads, shared: Arc::clone(&shared), threads: Mutex::default() };
        let queues = (Queue::new(changes), Queue::new(queries));
        postgres.start_threads(queues, session, cursor).inspect_err(|_| postgres.stop())?;
        Ok(postgres)
    }

    fn start_threads(
        &self,
        (changes, queries): (Queue, Queue),
        session: Session,
        cursor: Cursor,
    ) -> Result<(), OpenError> {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let (changes, queries) = (Arc::new(changes), Arc::new(queries));
        for number in 0..CHANGING {
            let worker = Worker::new(Work::Changes, &changes, &self.shared);
            threads.changing.push(spawn(&format!("postgres-write-{number}"), || worker.run())?);
        }
        for number in 0..LOOKING {
            let worker = Worker::new(Work::Queries, &queries, &self.shared);
            threads.looking.push(spawn(&format!("postgres-read-{number}"), || worker.run())?);
        }
        let (shared, session, cursor) = (Arc::clone(&self.shared), Some(session), Some(cursor));
        let follower = Follower { shared, session, cursor, pruned: Instant::now() };
        threads.others.push(spawn("postgres-follow", || follower.run())?);
        let shared = Arc::clone(&self.shared);
        threads.others.push(spawn("postgres-catch-up", move || shared.catch_ups.run(&shared.rounds))?);
        Ok(())
    }

    /// Whether the published snapshot was confirmed to be the newest within `max_staleness` (SEC-211).
    pub(crate) fn is_fresh(&self) -> bool {
        self.shared.is_fresh()
    }

    /// How long ago the published snapshot was confirmed to be the newest; none where that is not known.
    pub(crate) fn staleness(&self) -> Option<Duration> {
        self.shared.rounds.staleness()
    }

    /// Whether the database was reached a moment ago: requests had better go elsewhere where it was not (SEC-210).
    pub(crate) fn is_in_touch(&self) -> bool {
        self.shared.rounds.is_fresh(IN_TOUCH.min(self.shared.max_staleness))
    }

    /// Asks the follower for a round; see [`CatchUps::ask`].
    pub(crate) fn catch_up(&self) -> oneshot::Receiver<bool> {
        self.shared.catch_ups.ask()
    }

    /// What the node's threads share.
    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Finishes what is queued and ends the threads; the follower last, since the others wait for it.
    pub(crate) fn stop(&self) {
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        // Queries first: a denied one becomes a change.
        for (queue, workers) in [(&self.reads, threads.looking), (&self.writes, threads.changing)] {
            for _ in &workers {
                let _ = queue.send(Message::Stop);
            }
            for worker in workers {
                let _ = worker.join();
            }
        }
        self.shared.catch_ups.stop();
        self.shared.rounds.stop();
        for thread in threads.others {
            let _ = thread.join();
        }
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(body);
    thread.map_err(|error| OpenError::Unreadable(error.to_string()))
}

/// How long to wait before the next attempt after that many: at random up to a limit that doubles and ends at
/// `most`, so that those who failed together do not come back together.
fn backoff(core: &Core, attempts: u32, most: Duration) -> Duration {
    let limit = (FIRST_WAIT * (1 << attempts.min(16))).min(most);
    let micros = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX).max(1);
    Duration::from_micros(u64::from_le_bytes(core.random()) % micros)
}
