//! The beginning of every proof by a password: who is meant, whether it is locked out, and that the attempt is counted.

use std::sync::Arc;

use base::{ids::AccountId, timestamp::Timestamp};

use super::{
    DEVICE_KEPT, digest,
    failures::{self, ACCOUNT_MOST, SOURCE_MOST, SUSPICIOUS, Windowed},
    person::{Found, Meant},
    sql,
};
use crate::{
    caller::Origin,
    core::Core,
    db::{
        Connection,
        job::{Job, View},
    },
    error::{Error, Result},
    feed::Committed,
    passwords::history,
};

/// Who begins.
#[derive(Debug, Clone)]
pub(super) struct Beginning {
    pub(super) meant: Meant,
    pub(super) device: Option<String>,
    pub(super) origin: Origin,
}

/// An attempt that has begun.
#[derive(Debug, Clone)]
pub(super) struct Begun {
    pub(super) meant: Meant,
    pub(super) origin: Origin,
    /// Who it is, as it was then.
    pub(super) found: Found,
    pub(super) locked: bool,
    /// Where it is counted.
    pub(super) subject: String,
    pub(super) source: String,
    pub(super) within: String,
    /// What the browser brought, where it is one of this user's.
    pub(super) device: Option<Vec<u8>>,
    /// Passwords that its account does not take again, where it is known who it is.
    pub(super) used: Vec<String>,
    /// What the trail is to be told beside.
    pub(super) anomalies: Vec<Anomaly>,
}

/// Somebody tries passwords, not at one user alone (SEC-023).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anomaly {
    /// From one address.
    Source,
    /// At the users of one account.
    Account(AccountId),
}

/// Begins, on a thread that may wait.
///
/// Errors: `RateLimited`, `Unavailable`.
pub(super) fn begin(core: &Arc<Core>, beginning: Beginning) -> Result<Begun> {
    let (reply, answer) = oneshot::channel();
    let job = BeginJob { core: Arc::clone(core), beginning, begun: None, reply };
    core.submit_change(Box::new(job));
    answer.recv().unwrap_or(Err(Error::Unavailable { retry_after_s: 1 }))
}

struct BeginJob {
    core: Arc<Core>,
    beginning: Beginning,
    begun: Option<Begun>,
    reply: oneshot::Sender<Result<Begun>>,
}

impl Job for BeginJob {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        let now = self.core.clock.now();
        self.begun = Some(self.beginning.count(connection, now)?);
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        let begun = self.begun.ok_or_else(|| Error::internal("an attempt ended without having begun"));
        let _ = self.reply.send(outcome.and(begun));
    }
}

impl Beginning {
    /// Counts the attempt. The rows are taken in one order by everybody: address, account, person.
    fn count(&self, connection: &mut dyn Connection, now: Timestamp) -> Result<Begun> {
        let found = self.meant.find(connection)?;
        let device = self.device(connection, &found, now)?;
        let source = failures::of_source(&self.origin);
        let from_source = failures::count_within(connection, &source, SOURCE_MOST, now)?;
        if from_source.over && device.is_none() {
            return Err(Error::RateLimited { retry_after_s: seconds(&from_source, now) });
        }
        let within = failures::of_account(&found.account.map_or_else(|| self.meant.account_key(), |id| id.to_string()));
        let in_account = failures::count_within(connection, &within, ACCOUNT_MOST, now)?;
        let person = found.person.as_ref().map(|person| failures::of_user(person.user));
        let subject = match &device {
            Some(device) => failures::of_device(device),
            None => person.unwrap_or_else(|| failures::of_nobody(&self.meant.key())),
        };
        let sprays = in_account.over && from_source.failures >= SUSPICIOUS && device.is_none();
        // An account's own lock is for its users, and holds up no browser that one of them has used (SEC-310).
        let is_root = found.person.as_ref().is_some_and(|person| person.called.is_none());
        let lock = found.settings.lock.filter(|_| !is_root && device.is_none());
        let counted = failures::count(connection, &subject, lock, now)?;
        if let Some(device) = device.as_ref().filter(|_| counted.is_at_end()) {
            // Whoever uses that browser is not who signed in there: it is one like any other from now on.
            connection.run(&sql::FORGET_DEVICE, &[device.clone().into()])?;
        }
        let locked = counted.locked || sprays;
        let mut anomalies = Vec::new();
        if !from_source.over && from_source.failures == SOURCE_MOST {
            anomalies.push(Anomaly::Source);
        }
        if !in_account.over && in_account.failures == ACCOUNT_MOST {
            anomalies.extend(found.account.map(Anomaly::Account));
        }
        let used = match self.meant {
            Meant::Known(account, user, _) => history::forbidden_in(connection, account, user, &found.settings)?,
            Meant::Claimed(_) => Vec::new(),
        };
        let (meant, origin) = (self.meant.clone(), self.origin.clone());
        Ok(Begun { meant, origin, found, locked, subject, source, within, device, used, anomalies })
    }

    /// What the browser brought, where it is of the user who is meant.
    fn device(&self, connection: &mut dyn Connection, found: &Found, now: Timestamp) -> Result<Option<Vec<u8>>> {
        let digest = digest(self.device.as_deref().unwrap_or_default());
        let rows = connection.rows(&sql::DEVICE.sql, &[digest.clone().into(), now.minus(DEVICE_KEPT).into()])?;
        let Some(row) = rows.first() else { return Ok(None) };
        let whose = (Some(row.account(0)?), Some(row.user(1)?));
        let is_theirs = whose == (found.account, found.person.as_ref().map(|person| person.user));
        Ok(is_theirs.then_some(digest))
    }
}

/// How long until the span is over, in whole seconds.
fn seconds(windowed: &Windowed, now: Timestamp) -> u32 {
    u32::try_from((windowed.until.micros() - now.micros()) / 1_000_000 + 1).unwrap_or(1)
}
