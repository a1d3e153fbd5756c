//! Wrapping anew, in the background: one account a transaction, each an audited change. The store itself says what is
//! left, so it goes on after any end, on whichever node.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use base::ids::AccountId;

use super::{Rewrap, current, sql};
use crate::{
    caller::{Caller, Origin},
    core::Core,
    db::{
        Connection,
        job::{Job, View},
    },
    door::ChangeJob,
    error::{Error, Result},
    feed::Committed,
    once::{Outcome, Terms},
    store::OpenError,
};

/// How long until a node looks whether another one has left anything undone.
const LOOK: Duration = Duration::from_mins(10);
/// How long after a failure, at first and at most.
const AGAIN: Duration = Duration::from_secs(1);
const AGAIN_MOST: Duration = Duration::from_mins(1);

/// The thread that wraps anew.
pub(crate) struct Rewrapping {
    running: Mutex<Option<(Sender<()>, JoinHandle<()>)>>,
    ending: Arc<AtomicBool>,
}

impl Rewrapping {
    /// Starts; first it looks whether anything was left when the store was last open.
    pub(crate) fn start(core: &Arc<Core>) -> Result<Self, OpenError> {
        let (wake, woken) = channel();
        let ending = Arc::new(AtomicBool::new(false));
        let work = Work { core: Arc::clone(core), ending: Arc::clone(&ending) };
        let thread = std::thread::Builder::new().name("master-key".to_owned()).spawn(move || work.run(&woken));
        let thread = thread.map_err(|error| OpenError::Unreadable(error.to_string()))?;
        Ok(Self { running: Mutex::new(Some((wake, thread))), ending })
    }

    /// Lets it look now.
    pub(crate) fn wake(&self) {
        if let Some((wake, _)) = &*self.running.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = wake.send(()); // a thread that has gone looks at nothing
        }
    }

    /// Ends after the account at hand. Before the store's threads do.
    pub(crate) fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((wake, thread)) = running {
            self.ending.store(true, Ordering::SeqCst);
            drop(wake);
            let _ = thread.join();
        }
    }
}

struct Work {
    core: Arc<Core>,
    ending: Arc<AtomicBool>,
}

/// What is wrapped by an older master key than the current one.
#[derive(Debug, Default)]
struct Left {
    /// Some of the accounts, in the order of their ids.
    accounts: Vec<AccountId>,
    installation: bool,
}

impl Work {
    fn run(self, woken: &Receiver<()>) {
        let mut again = AGAIN;
        loop {
            let pause = match self.pass() {
                Ok(done) => {
                    if done > 0 {
                        tracing::info!(keys = done, "the newest master key in use wraps everything");
                    }
                    again = AGAIN;
                    LOOK
                }
                Err(_) if self.ending.load(Ordering::SeqCst) => return,
                Err(error) => {
                    let error = described(&error);
                    tracing::warn!(
                        error,
                        "whether an older master key still wraps anything is not settled: trying again"
                    );
                    again = (2 * again).min(AGAIN_MOST);
                    again
                }
            };
            if woken.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    }

    /// Wraps anew whatever is left, and tells how much that was. Errors: something is left, for the last such reason.
    fn pass(&self) -> Result<u64> {
        let mut after = AccountId::INSTANCE;
        let mut left = self.look(after)?;
        if left.installation || !left.accounts.is_empty() {
            tracing::info!("older master keys wrap some keys: the newest one in use wraps them now");
        }
        let (mut done, mut failure) = (0, None);
        while left.installation || !left.accounts.is_empty() {
            let installation = left.installation.then_some(AccountId::INSTANCE);
            for account in installation.into_iter().chain(left.accounts) {
                if self.ending.load(Ordering::SeqCst) {
                    return Err(Error::Unavailable { retry_after_s: 1 });
                }
                match self.rewrap(account) {
                    Ok(()) => done += 1,
                    // Another node has done it, or the account is gone.
                    Err(Error::Conflict | Error::NotFound { .. }) => {}
                    // That one is damaged; the others need not be.
                    Err(Error::Internal(cause)) => failure = Some(Error::Internal(cause)),
                    Err(error) => return Err(error),
                }
                after = account;
            }
            left = Left { installation: false, ..self.look(after)? };
        }
        failure.map_or(Ok(done), Err)
    }

    fn rewrap(&self, account: AccountId) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        let caller = Caller::Operator { origin: Origin { source: "rotation".to_owned(), ..Origin::default() } };
        let core = Arc::clone(&self.core);
        let job = ChangeJob::new(Rewrap { account }, Terms::default(), caller, core, reply);
        self.core.submit_change(Box::new(job));
        answer.recv().unwrap_or(Err(Error::Unavailable { retry_after_s: 1 })).and_then(Outcome::done)
    }

    fn look(&self, after: AccountId) -> Result<Left> {
        let (reply, answer) = oneshot::channel();
        self.core.submit_change(Box::new(Looking { after, left: Left::default(), reply }));
        answer.recv().unwrap_or(Err(Error::Unavailable { retry_after_s: 1 }))
    }
}

/// The cause of a fault of ours: it is for the log.
fn described(error: &Error) -> String {
    match error {
        Error::Internal(cause) => cause.to_string(),
        other => other.to_string(),
    }
}

/// Looks what is left. It shows nobody anything, so it goes past the door.
struct Looking {
    after: AccountId,
    left: Left,
    reply: oneshot::Sender<Result<Left>>,
}

impl Job for Looking {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        let registered = sql::registered(connection, true)?;
        let by = current(&registered)?.version;
        self.left = Left {
            accounts: sql::older(connection, self.after, by)?,
            installation: sql::has_older_instance_keys(connection, by)?,
        };
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        let Self { left, reply, .. } = *self;
        let _ = reply.send(outcome.map(|()| left)); // whoever asked waits for it, or has ended
    }
}
