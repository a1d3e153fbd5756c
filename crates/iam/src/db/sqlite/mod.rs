//! SQLite: one writer thread that commits whole batches, and a few reader threads.
//!
//! The writer takes up to [`BATCH_MAX`] waiting jobs, gives each a savepoint, and makes them durable by one
//! COMMIT (`synchronous=FULL`). A job sees the state that the jobs before it in the batch left, both in the
//! tables and in the snapshot it is authorised by; nobody is answered before the COMMIT.

mod opening;
mod tx;
mod whole;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use base::{ids::AccountId, timestamp::Timestamp};
use decide::snapshot::Snapshot;

use self::{opening::open_reader, tx::translate};
pub(crate) use self::{
    opening::{open, transact},
    tx::{Tx, engine},
    whole::{Fresh, look},
};
use super::{
    Connection, DbError,
    job::{Job, Message, QUEUE_LENGTH, View},
};
#[cfg(test)]
use crate::simulation::faulty;
use crate::{
    core::Core,
    error::{Error, Result},
    feed,
    store::OpenError,
};

/// How many jobs share one COMMIT at most.
const BATCH_MAX: usize = 64;
/// How many threads read.
const READERS: usize = 4;
/// How often old entries of the feed are looked for.
const PRUNE_PERIOD: Duration = Duration::from_mins(1);
/// In how many transactions at most, so that nobody waits for long.
const PRUNINGS: usize = 16;
/// What is answered where nothing of a batch was done.
const UNAVAILABLE: Error = Error::Unavailable { retry_after_s: 1 };

/// The threads and their queues.
pub(crate) struct Sqlite {
    pub(crate) writes: SyncSender<Message>,
    pub(crate) reads: SyncSender<Message>,
    /// The file.
    pub(crate) path: PathBuf,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Sqlite {
    /// Starts the threads on an opened file.
    pub(crate) fn start(path: &Path, writer: rusqlite::Connection, core: &Arc<Core>) -> Result<Self, OpenError> {
        let (writes, write_queue) = sync_channel(QUEUE_LENGTH);
        let (reads, read_queue) = sync_channel(QUEUE_LENGTH);
        let read_queue = Arc::new(Mutex::new(read_queue));
        let mut threads = Vec::new();
        for number in 0..READERS {
            let reader = open_reader(path)?;
            let (queue, core) = (Arc::clone(&read_queue), Arc::clone(core));
            threads.push(spawn(format!("sqlite-read-{number}"), move || read_loop(&reader, &queue, &core))?);
        }
        let core = Arc::clone(core);
        threads.push(spawn("sqlite-write".to_owned(), move || Writer { connection: writer, core }.run(&write_queue))?);
        Ok(Self { writes, reads, path: path.to_owned(), threads: Mutex::new(threads) })
    }

    /// Finishes what is queued and ends the threads.
    pub(crate) fn stop(&self) {
        let mut threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let writer = threads.pop();
        // Readers first, and to their ends: what they look at could not be brought over from the log, and only the
        // writer can take the log away when it is the last.
        for _ in 0..READERS {
            let _ = self.reads.send(Message::Stop);
        }
        for reader in threads {
            let _ = reader.join();
        }
        let _ = self.writes.send(Message::Stop);
        let _ = writer.map(JoinHandle::join);
    }
}

fn spawn(name: String, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    std::thread::Builder::new().name(name).spawn(body).map_err(|error| OpenError::Unreadable(error.to_string()))
}

/// The state of the writer thread.
pub(crate) struct Writer {
    pub(crate) connection: rusqlite::Connection,
    pub(crate) core: Arc<Core>,
}

/// A job that has had its turn in the batch and waits for the COMMIT.
type Waiting = (Box<dyn Job>, Result<()>);

impl Writer {
    fn run(self, queue: &Receiver<Message>) {
        let (mut open, mut pruned) = (true, self.core.clock.now());
        while open {
            let mut batch = Vec::new();
            match queue.recv() {
                Ok(Message::Job(job)) => batch.push(job),
                Ok(Message::Stop) | Err(_) => break,
            }
            while open && batch.len() < BATCH_MAX {
                match queue.try_recv() {
                    Ok(Message::Job(job)) => batch.push(job),
                    Ok(Message::Stop) | Err(TryRecvError::Disconnected) => open = false,
                    Err(TryRecvError::Empty) => break,
                }
            }
            self.run_batch(batch);
            pruned = self.prune(pruned);
        }
        if let Err(error) = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::warn!(error = %error, "the log was not brought over into the database file: both belong together");
        }
    }

    /// Forgets old entries of the feed, some at a time; nobody follows it on this database. Gives when that was done
    /// last.
    fn prune(&self, last: Timestamp) -> Timestamp {
        let now = self.core.clock.now();
        if now < last.plus(PRUNE_PERIOD) || self.core.health.has_failed() {
            return last;
        }
        for _ in 0..PRUNINGS {
            match transact(&self.connection, |tx| Ok(crate::prune::prune(tx, now)?)) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(error = %error, "old entries of the feed could not be deleted");
                    break;
                }
            }
        }
        now
    }

    /// Runs the jobs, commits once, publishes, and only then answers.
    pub(crate) fn run_batch(&self, batch: Vec<Box<dyn Job>>) {
        self.core.counts.changes.take(batch.len());
        if self.core.health.has_failed() {
            // A flush that failed is never tried again: what it was to keep may be lost already (SEC-202).
            return batch.into_iter().for_each(|job| job.finish(Err(UNAVAILABLE)));
        }
        if let Err(error) = self.execute("BEGIN IMMEDIATE") {
            return self.fail(batch, &error, || UNAVAILABLE);
        }
        let before = self.core.published.load_full();
        let mut view = Arc::clone(&before);
        let mut waiting: Vec<Waiting> = Vec::with_capacity(batch.len());
        let mut batch = batch.into_iter();
        while let Some(mut job) = batch.next() {
            let outcome = self.run_job(&mut *job, &mut view);
            waiting.push((job, outcome));
            if self.connection.is_autocommit() {
                // The whole transaction is gone: by SQLite itself (no space, input or output error), or by us.
                let jobs = waiting.into_iter().map(|(job, _)| job).chain(batch);
                return self.fail(jobs, &DbError::Full, || UNAVAILABLE);
            }
        }
        let begun = Instant::now();
        if let Err(error) = self.execute("COMMIT") {
            let _ = self.execute("ROLLBACK");
            // Where the file failed meanwhile, its log may hold the batch all the same, and the next start finds it.
            let nothing = matches!(error, DbError::Full | DbError::Busy(_));
            let answer: fn() -> Error = if nothing { || UNAVAILABLE } else { || Error::OutcomeUnknown };
            return self.fail(waiting.into_iter().map(|(job, _)| job), &error, answer);
        }
        self.core.counts.committed(waiting.len(), begun.elapsed());
        if !Arc::ptr_eq(&view, &before) {
            self.core.publish(view);
        }
        for (job, outcome) in waiting {
            job.finish(outcome);
        }
    }

    /// One job in a savepoint. On success `view` has moved on to what the job left.
    fn run_job(&self, job: &mut dyn Job, view: &mut Arc<Snapshot>) -> Result<()> {
        let _request = job.span().entered();
        let failure = match self.in_savepoint(view, |connection, view| job.attempt(connection, view)) {
            Err(failure) if failure.is_denial() && !self.connection.is_autocommit() => failure,
            outcome => return outcome,
        };
        let mut recorded = None;
        let record = self.in_savepoint(view, |connection, _| {
            recorded = job.record_failure(&failure, connection);
            recorded.take().unwrap_or(Ok(feed::Committed::default()))
        });
        match record {
            Ok(()) => Err(failure),
            Err(error) => {
                tracing::error!(error = %error, "a denial could not be recorded");
                Err(Error::AuditUnavailable)
            }
        }
    }

    fn in_savepoint(
        &self,
        view: &mut Arc<Snapshot>,
        work: impl FnOnce(&mut dyn Connection, &dyn View) -> Result<feed::Committed>,
    ) -> Result<()> {
        self.execute("SAVEPOINT job")?;
        let mut tx = Tx::new(&self.connection);
        let fixed = FixedView(Arc::clone(view));
        let work = std::panic::AssertUnwindSafe(|| {
            let committed = work(&mut tx, &fixed)?;
            if committed.0.is_empty() {
                return Ok(None);
            }
            let mut next = Snapshot::clone(view);
            feed::apply(&mut tx, &mut next, &committed, &self.core.keyring)?;
            Ok(Some(Arc::new(next)))
        });
        let outcome = std::panic::catch_unwind(work).unwrap_or_else(|_| Err(Error::internal("an operation panicked")));
        if tx.lost.get() {
            self.core.health.fail();
        }
        match outcome {
            Ok(next) => {
                self.end_savepoint("RELEASE job")?;
                if let Some(next) = next {
                    *view = next;
                }
                Ok(())
            }
            Err(error) => {
                if !self.connection.is_autocommit() {
                    self.end_savepoint("ROLLBACK TO job")?;
                    self.end_savepoint("RELEASE job")?;
                }
                Err(error)
            }
        }
    }

    /// Where a savepoint does not end as it should, nobody can tell what the transaction holds: then all of it goes.
    fn end_savepoint(&self, text: &str) -> Result<(), DbError> {
        self.execute(text).inspect_err(|_| drop(self.connection.execute_batch("ROLLBACK")))
    }

    /// The batch has failed, and every job is told so, whatever it was to be told: that may rest on what another job
    /// did, or on a denial that is not recorded now. Stops for good where the file cannot be trusted to keep what
    /// is written (SEC-202).
    fn fail(&self, jobs: impl IntoIterator<Item = Box<dyn Job>>, error: &DbError, answer: fn() -> Error) {
        tracing::error!(error = %error, "the store did not take a batch of changes");
        if !matches!(error, DbError::Full | DbError::Busy(_)) {
            self.core.health.fail();
        }
        for job in jobs {
            job.finish(Err(answer()));
        }
    }

    fn execute(&self, text: &str) -> Result<(), DbError> {
        #[cfg(test)]
        faulty::before(text)?;
        self.connection
            .prepare_cached(text)
            .and_then(|mut statement| statement.execute([]))
            .map_err(|e| translate(&e))?;
        #[cfg(test)]
        faulty::after(text)?;
        Ok(())
    }
}

fn read_loop(reader: &rusqlite::Connection, queue: &Mutex<Receiver<Message>>, core: &Core) {
    loop {
        let message = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Message::Job(mut job)) = message else { return };
        core.counts.queries.take(1);
        let _request = job.span().entered();
        let view = FixedView(core.published.load_full());
        let mut tx = Tx::new(reader);
        let begun = reader.execute_batch("BEGIN").map_err(|error| Error::from(translate(&error)));
        let work = std::panic::AssertUnwindSafe(|| job.attempt(&mut tx, &view).map(|_| ()));
        let outcome = begun
            .and_then(|()| std::panic::catch_unwind(work).unwrap_or_else(|_| Err(Error::internal("a query panicked"))));
        let _ = reader.execute_batch("ROLLBACK");
        job.finish(outcome);
    }
}

/// On SQLite the writer's view is the newest there is, as it alone writes; a reader's is the last that was published.
struct FixedView(Arc<Snapshot>);

impl View for FixedView {
    fn at(&self, _account: AccountId, _revision: i64) -> Result<Arc<Snapshot>> {
        Ok(Arc::clone(&self.0))
    }
}
