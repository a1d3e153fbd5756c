//! The core: what Claviger knows, free of any wire.
//!
//! An [`Iam`] is an open store. A dialect hands it an operation and a caller ([`Iam::change`],
//! [`Iam::query`]) and awaits the answer; everything in between is synchronous and runs on the store's own
//! threads, behind the [`door`]. What deciding and verifying need is in [`Iam::snapshot`], one atomic load away.

pub mod access_keys;
pub mod accounts;
pub mod action;
pub mod api_keys;
pub mod attachments;
pub mod audit;
pub mod backup;
pub mod boundaries;
pub mod caller;
pub mod clock;
pub mod console_sessions;
mod core;
mod db;
pub mod dependents;
pub mod door;
pub mod error;
mod exposure;
mod feed;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
pub mod groups;
pub mod hashing;
pub mod identity_providers;
pub mod inline_policies;
mod instance_keys;
mod keyring;
pub mod login_profiles;
pub mod master_keys;
mod names;
pub mod once;
pub mod overview;
pub mod page;
pub mod partner_accounts;
pub mod password_settings;
pub mod passwords;
pub mod policies;
mod prune;
pub mod questions;
pub mod quotas;
pub mod roles;
pub mod sessions;
pub mod sign_in;
#[cfg(test)]
mod simulation;
mod store;
mod tables;
#[cfg(test)]
mod tests;
pub mod usage;
pub mod users;
pub mod values;
pub mod vitals;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use arc_swap::ArcSwap;
use base::{ids::AccountId, timestamp::Timestamp};
use decide::{
    identity::{Actor, Credential, Identity},
    session::TokenKey,
    snapshot::{Snapshot, System},
};
use policy::catalogue::Catalogue;

use crate::{
    audit::{CheckpointKey, Lag, PUBLIC_KEY_BYTES, Recorder, Refusal, Sink, SinkName, Trail},
    backup::{BackupError, Backups, Permit, Running},
    caller::Caller,
    clock::{Clock, Random},
    core::{Core, Health, submit},
    db::backend::{Backend, Opened},
    door::{ChangeJob, Operation, Query, QueryJob},
    error::{Error, Result},
    hashing::{HashingCost, HashingPool},
    instance_keys::instance_key,
    master_keys::rewrapping::Rewrapping,
    once::{Outcome, Terms},
    overview::{Happened, tallies::Tallies},
    store::Directory,
    usage::{Usable, Usage, UsageWriter, Use},
    vitals::{Answered, Counts, Vitals},
};
pub use crate::{
    db::{backend::Database, migrate::SchemaProblem},
    store::OpenError,
};

/// Where a store is and what it runs on.
pub struct Settings {
    /// The data directory; made where it is missing. It holds the lock, by default the master key, and the database
    /// where that is the embedded one.
    pub directory: PathBuf,
    /// The database.
    pub database: Database,
    /// The master key's file, where it is not `master.key` in the data directory.
    pub master_key: Option<PathBuf>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub random: Arc<dyn Random>,
    /// This node's name in audit events.
    pub node: String,
    /// What hashing a password costs.
    pub hashing_cost: HashingCost,
    /// How long this node may answer from memory when the database is out of reach: from 1 to 60 seconds
    /// ([`DEFAULT_MAX_STALENESS`] is good). The embedded database is never out of reach.
    pub max_staleness: Duration,
    /// What services there are ([`Catalogue::built_in`] is good): all nodes on one database must be given the same.
    pub catalogue: Arc<Catalogue>,
    /// The accounts whose principals may ask for decisions about every account.
    pub service_accounts: Vec<AccountId>,
}

/// What [`Settings::max_staleness`] should be unless an operator wants it otherwise.
pub const DEFAULT_MAX_STALENESS: Duration = Duration::from_secs(10);

/// The key that seals tokens of sessions.
const SESSION_TOKENS: &str = "session-tokens";

/// An open store. See the crate.
pub struct Iam {
    core: Arc<Core>,
    backend: Backend,
    recorder: Recorder,
    hashing: HashingPool,
    usage_writer: UsageWriter,
    rewrapping: Rewrapping,
    backups: Backups,
    /// Where this start made a master key: its operator must be told to move it.
    pub made_master_key: Option<PathBuf>,
    directory: Directory,
}

impl Iam {
    /// Opens the store, or makes it where there is none yet. It is ready when this returns.
    ///
    /// Errors say why it was left alone; see [`OpenError`].
    pub fn open(settings: Settings) -> Result<Self, OpenError> {
        // On a thread of its own: the PostgreSQL driver must not be waited for inside somebody's asynchronous runtime.
        let opening = std::thread::scope(|scope| scope.spawn(|| Self::open_here(settings)).join());
        opening.unwrap_or_else(|_| Err(OpenError::Unreadable("opening it panicked".to_owned())))
    }

    fn open_here(settings: Settings) -> Result<Self, OpenError> {
        let directory = Directory::lock(&settings.directory)?;
        let mut opened = Opened::new(&settings, &directory)?;
        let keys = store::unlock(&mut opened, &settings, &directory)?;
        let now = settings.clock.now();
        let tokens = instance_key(&mut opened, &keys.keyring, SESSION_TOKENS, &*settings.random, now)?;
        let signing = instance_key(&mut opened, &keys.keyring, CheckpointKey::NAME, &*settings.random, now)?;
        let system = System::new(settings.catalogue, settings.service_accounts.into_iter().collect());
        let system = Arc::new(system.with_tokens(TokenKey::new(&tokens)));
        let loaded = opened.load(&keys.keyring, &system, now)?;
        let (trail, words) = Trail::new();
        let decoy = hashing::decoy(settings.hashing_cost, &*settings.random);
        let core = Arc::new(Core {
            clock: settings.clock,
            random: settings.random,
            ids: clock::IdSource::default(),
            keyring: keys.keyring,
            published: ArcSwap::from_pointee(loaded.snapshot),
            health: Health::default(),
            counts: Counts::new(now),
            usage: Usage::default(),
            tallies: Tallies::default(),
            hashing_cost: settings.hashing_cost,
            decoy,
            node: settings.node,
            checkpoint_key: CheckpointKey::new(&signing)?,
            trail,
            writes: OnceLock::new(),
        });
        let backend = opened.start(loaded.cursor, &core, settings.max_staleness)?;
        let _ = core.writes.set(backend.writes().clone());
        let recorder = Recorder::start(&core, words)?;
        let hashing = HashingPool::start().map_err(|error| OpenError::Unreadable(error.to_string()))?;
        let usage_writer = UsageWriter::start(&core)?;
        let rewrapping = Rewrapping::start(&core)?;
        Ok(Self {
            core,
            backend,
            recorder,
            hashing,
            usage_writer,
            rewrapping,
            backups: Backups::default(),
            made_master_key: keys.made,
            directory,
        })
    }

    /// What deciding and verifying read: everything as of the last change that was answered, or newer.
    ///
    /// Errors: `Unavailable` where it cannot be confirmed to be recent, so that nobody is let in by what may have been
    /// revoked since.
    pub fn snapshot(&self) -> Result<Arc<Snapshot>> {
        if !self.backend.is_fresh() {
            return Err(Error::Unavailable { retry_after_s: 1 });
        }
        Ok(self.core.published.load_full())
    }

    /// Looks whether other nodes have changed anything, because a request names something that this node does not
    /// know. `true` where the snapshot has moved on and asking again may find it. Answers within about a second; all
    /// who ask share at most 20 looks in a second.
    pub fn catch_up(&self) -> impl Future<Output = bool> + use<> {
        let answer = self.backend.catch_up();
        async {
            match answer {
                Some(answer) => answer.await.unwrap_or(false),
                None => false,
            }
        }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.core.clock.now()
    }

    /// A number for a new account, drawn at random.
    pub fn draw_account_id(&self) -> AccountId {
        let (least, most) = AccountId::RANGE.into_inner();
        let drawn = u64::from_le_bytes(self.core.random());
        // The range is small against 2^64, so the remainder favours no number noticeably.
        AccountId::new(least + drawn % (most - least + 1)).unwrap_or(AccountId::INSTANCE)
    }

    /// An id for a request that brought none: random, in the form of a UUID.
    pub fn draw_request_id(&self) -> String {
        let bytes: [u8; 16] = self.core.random();
        let hex = data_encoding::HEXLOWER.encode(&bytes);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
    }

    /// Runs an operation through the door. When the answer comes, the change is durable and every later
    /// request on this node sees it.
    pub fn change<O: Operation>(
        &self,
        caller: Caller,
        operation: O,
    ) -> impl Future<Output = Result<O::Output>> + use<O> {
        let outcome = self.change_on(caller, operation, Terms::default());
        async { outcome.await?.done() }
    }

    /// The same on terms: only where what it changes is as the client has seen it, or once.
    ///
    /// Errors, beside the operation's own: `Stale`, `IdempotencyKeyReused`, `RequestReplayed`.
    pub fn change_on<O: Operation>(
        &self,
        caller: Caller,
        operation: O,
        terms: Terms<O::Output>,
    ) -> impl Future<Output = Result<Outcome<O::Output>>> + use<O> {
        let (reply, answer) = oneshot::channel();
        let core = Arc::clone(&self.core);
        let job = Box::new(ChangeJob::new(operation, terms, caller, core, reply));
        if job.operation.needs_preparing() {
            self.hashing.submit(Box::new(move |turn| job.prepare_and_submit(turn)));
        } else {
            submit(self.backend.writes(), &self.core.counts.changes, job);
        }
        answered(answer)
    }

    /// Runs a query through the door.
    pub fn query<Q: Query>(&self, caller: Caller, query: Q) -> impl Future<Output = Result<Q::Output>> + use<Q> {
        let (reply, answer) = oneshot::channel();
        let core = Arc::clone(&self.core);
        let job = Box::new(QueryJob::new(query, caller, core, reply));
        submit(self.backend.reads(), &self.core.counts.queries, job);
        answered(answer)
    }

    /// The key that verifies the checkpoints of the audit trail. Nobody can sign another one without the master key;
    /// keep it where the store is not.
    pub fn checkpoint_key(&self) -> [u8; PUBLIC_KEY_BYTES] {
        self.core.checkpoint_key.public()
    }

    /// A place to which the trail is to be handed on. Each name stands for one place, which one node feeds at a time;
    /// which nodes may is told by their configuration.
    pub fn sink(&self, name: SinkName) -> Sink {
        // A node that comes again after a kill is known: the lock of its directory says that it is alone.
        let holder = format!("{}:{}", self.core.node, self.directory.path().display());
        Sink::new(Arc::clone(&self.core), self.backend.reads().clone(), name, holder)
    }

    /// How far each sink is behind that this node feeds, as it last looked: for metrics.
    pub fn sink_lags(&self) -> Vec<(SinkName, Lag)> {
        self.core.trail.sinks.lags()
    }

    /// Counts a request from `source` that was turned away before it was known who sent it. It costs no row of
    /// its own: the audit trail gets one event a minute with all counts.
    pub fn count_refusal(&self, source: &str, reason: Refusal) {
        self.core.counts.refused(reason);
        self.core.trail.count_refusal(source, reason, self.core.clock.now());
    }

    /// Counts how a question was answered; `about` says whose principal was decided of, where somebody was.
    pub fn count_answer(&self, answered: Answered, about: Option<AccountId>) {
        self.core.counts.answered(answered);
        let (allowed, denied) = match answered {
            Answered::Allow => (1, 0),
            Answered::ImplicitDeny | Answered::ExplicitDeny => (0, 1),
            Answered::Refused | Answered::Not => return,
        };
        if let Some(account) = about {
            let happened = Happened { decisions_allowed: allowed, decisions_denied: denied, ..Happened::default() };
            self.core.tallies.count(account, self.core.clock.now(), happened);
        }
    }

    /// Notes that a key or a role was used: from which address, for which service. Never waits for the store.
    pub fn note_use(&self, key: impl Into<Usable>, service: &str, source: &str) {
        let at = self.core.clock.now();
        self.core.usage.note(key.into(), Use { at, service: service.to_owned(), source: source.to_owned() });
    }

    /// Notes the use of the key that proved somebody; of a role's session, which is nowhere stored, that of the role.
    pub fn note_use_by(&self, identity: &Identity, service: &str, source: &str) {
        match &identity.credential {
            Credential::AccessKey(key) => self.note_use(*key, service, source),
            Credential::ApiKey(key) => self.note_use(*key, service, source),
            Credential::Session(_) => {
                if let Actor::Role(role) = identity.actor {
                    self.note_use(role, service, source);
                }
            }
            Credential::Console(_) => {}
        }
    }

    /// Where this node has its master keys from.
    pub fn master_key_file(&self) -> &Path {
        self.core.keyring.path()
    }

    /// Reads the master keys' file again, where lines may have been added. Errors: the file is not what it must be; the
    /// keys at hand stay in use.
    pub fn reload_master_keys(&self) -> Result<(), OpenError> {
        self.core.keyring.reload()
    }

    /// Lets this node wrap anew, in the background, whatever an older master key wraps than the one in use. To be called
    /// after [`master_keys::Rotate`]; what is left at the end of a process is done after the next start.
    pub fn wrap_anew(&self) {
        self.rewrapping.wake();
    }

    /// Begins to write the whole store into an archive, on a thread of its own. Leave for it is asked of the door
    /// ([`backup::Begin`]).
    ///
    /// Errors: `Busy` where another is under way.
    pub fn begin_backup(&self, permit: Permit) -> Result<Arc<Running>, BackupError> {
        self.backups.begin(permit, self.backend.place(), &self.core)
    }

    /// The backup of that number, unless another was begun since.
    pub fn backup(&self, number: u64) -> Option<Arc<Running>> {
        self.backups.find(number)
    }

    /// Whether this node should be sent requests: its store works, and was reached within the last few seconds.
    pub fn is_ready(&self) -> bool {
        !self.has_failed() && self.backend.is_in_touch()
    }

    /// Whether the store has failed in a way that only a restart can mend: the process should end.
    pub fn has_failed(&self) -> bool {
        self.core.health.has_failed()
    }

    /// What goes on here, in numbers.
    pub fn vitals(&self) -> Vitals {
        self.core.counts.read(Vitals {
            backend: self.backend.name(),
            ready: self.is_ready(),
            failed: self.has_failed(),
            staleness: self.backend.staleness(),
            hashing: self.hashing.flow(),
            reads_waiting: self.core.trail.reads_waiting() as u64,
            events_lost: self.core.trail.lost(),
            entities: vitals::entities(&self.core.published.load()),
            ..Vitals::default()
        })
    }

    /// Finishes what is queued and closes the store. Later calls are answered "unavailable".
    pub fn close(&self) {
        self.backups.stop();
        self.rewrapping.stop();
        self.hashing.stop();
        self.usage_writer.stop();
        self.recorder.stop();
        self.backend.stop();
    }
}

impl Drop for Iam {
    fn drop(&mut self) {
        self.close();
    }
}

/// Awaits a database thread's answer and tells it in other words.
async fn answered_as<T, U>(
    answer: oneshot::Receiver<Result<T>>,
    told: impl FnOnce(Result<T>) -> Result<U>,
) -> Result<U> {
    told(answered(answer).await)
}

/// Awaits a database thread's answer.
async fn answered<T>(answer: oneshot::Receiver<Result<T>>) -> Result<T> {
    answer.await.unwrap_or(Err(Error::Unavailable { retry_after_s: 1 }))
}
