//! The follower: the one thread of a node that publishes snapshots.
//!
//! It looks at the feed four times a second, or at once when somebody asks, and reads heads, entries and every
//! changed entity in one transaction, so that what it publishes is one moment of the database (SEC-241).

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use decide::snapshot::{Snapshot, System};

use super::{RECONNECT_MOST, Shared, backoff, failure::Failed, session::Session, transaction::Begin};
use crate::{
    error::{Error, Result},
    feed::{self, Cursor, Step},
    keyring::Keyring,
    store::OpenError,
};

/// How often old entries of the feed are deleted.
const PRUNE: Duration = Duration::from_mins(1);

/// See the module.
pub(super) struct Follower {
    pub(super) shared: Arc<Shared>,
    pub(super) session: Option<Session>,
    /// Up to where the published snapshot shows the feed. `None` where everything must be loaded.
    pub(super) cursor: Option<Cursor>,
    pub(super) pruned: Instant,
}

/// Why a round failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Connect(#[from] OpenError),
    #[error(transparent)]
    Read(Failed),
    #[error("it panicked")]
    Panic,
}

impl Failure {
    /// What lies behind a fault of ours.
    fn cause(&self) -> Option<String> {
        match self {
            Self::Read(Failed::Work(Error::Internal(cause))) => Some(cause.to_string()),
            _ => None,
        }
    }
}

impl Follower {
    /// Follows until it is told to end.
    pub(super) fn run(mut self) {
        let mut failures = 0;
        while let Some(number) = self.shared.rounds.begin() {
            let began = Instant::now();
            match catch_unwind(AssertUnwindSafe(|| self.round())).unwrap_or(Err(Failure::Panic)) {
                Ok(moved) => {
                    self.shared.rounds.ended(number, began, moved);
                    if failures > 0 {
                        tracing::info!("the feed is followed again");
                    }
                    failures = 0;
                    self.prune_when_due();
                }
                Err(error) => {
                    self.shared.rounds.failed(number);
                    failures += 1;
                    if failures == 1 {
                        tracing::error!(error = %error, cause = error.cause(), "the feed cannot be followed");
                    }
                    self.check_session();
                    self.shared.rounds.pause(backoff(&self.shared.core, failures, RECONNECT_MOST));
                }
            }
        }
    }

    /// Publishes what has changed; tells whether anything has.
    fn round(&mut self) -> Result<bool, Failure> {
        let session = match &mut self.session {
            Some(session) => session,
            none => none.insert(Session::connect(&self.shared.target)?),
        };
        let core = &self.shared.core;
        let step = match &self.cursor {
            Some(cursor) => {
                session.transact(Begin::Read, |tx| feed::follow(tx, &core.published.load(), cursor, &core.keyring))
            }
            None => Ok(Step::Behind),
        };
        let (snapshot, cursor) = match step.map_err(Failure::Read)? {
            Step::Unchanged => return Ok(false),
            Step::Moved(snapshot, cursor) => (snapshot, cursor),
            Step::Behind => {
                let system = &core.published.load().system;
                let (snapshot, cursor) = load(session, &core.keyring, system).map_err(Failure::Read)?;
                (Arc::new(snapshot), cursor)
            }
        };
        core.publish(snapshot);
        self.cursor = Some(cursor);
        Ok(true)
    }

    /// A connection that broke is given up, and what is known from it with it: behind another one may stand
    /// another server, whose feed has the same numbers and not the same entries.
    fn check_session(&mut self) {
        if self.session.as_ref().is_none_or(|session| session.broken().is_some()) {
            self.session = None;
            self.cursor = None;
        }
    }

    fn prune_when_due(&mut self) {
        let Some(session) = self.session.as_mut().filter(|_| self.pruned.elapsed() >= PRUNE) else { return };
        let now = self.shared.core.clock.now();
        match session.transact(Begin::Write, |tx| crate::prune::prune(tx, now)) {
            Ok(true) => {} // more is left: go on after the next round
            Ok(false) => self.pruned = Instant::now(),
            Err(error) => {
                tracing::warn!(error = %error, "old entries of the feed were not deleted");
                self.pruned = Instant::now();
            }
        }
        self.check_session();
    }
}

/// Loads everything, and how far the feed is read with it.
pub(super) fn load(
    session: &mut Session,
    keyring: &Keyring,
    system: &Arc<System>,
) -> Result<(Snapshot, Cursor), Failed> {
    session.transact(Begin::Load, |tx| {
        let cursor = Cursor::end(tx)?;
        Ok::<_, Error>((feed::load(tx, keyring, system)?, cursor))
    })
}
