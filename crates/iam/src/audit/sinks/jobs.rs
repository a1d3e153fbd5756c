//! What sinks ask of the store.

use std::collections::BTreeMap;

use base::{ids::AccountId, timestamp::Timestamp};
use data_encoding::HEXLOWER;

use super::{Outgoing, SinkName};
use crate::{
    audit::sql,
    db::{
        Connection,
        job::{Job, View},
    },
    error::{Error, Result},
    feed::Committed,
};

/// How many events one batch has at most, and how much text, unless its first event is longer.
const EVENTS: usize = 500;
const BYTES: usize = 1 << 20;
/// How many heads a page of the sweep looks at.
const SWEPT: usize = 500;
/// Of how many chains of a page the time of the first event that has not arrived is looked at.
const TIMED: usize = 100;

/// What a look at some chains found.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) events: Vec<Outgoing>,
    /// Chains that have nothing more.
    pub(super) exhausted: Vec<AccountId>,
}

/// What a page of the sweep found.
#[derive(Default)]
pub(super) struct Swept {
    /// Chains that have something new.
    pub(super) behind: Vec<AccountId>,
    /// How many events these have.
    pub(super) events: u64,
    /// When the oldest of them was.
    pub(super) oldest: Option<Timestamp>,
    /// Behind which account the next page begins; `None` where this was the last.
    pub(super) last: Option<i64>,
}

/// Becomes, or stays, the one that feeds a sink. `false` where another does.
pub(super) fn claim(
    name: SinkName,
    holder: String,
    now: Timestamp,
    until: Timestamp,
) -> impl FnMut(&mut dyn Connection) -> Result<bool> + Send + 'static {
    move |connection| {
        let row = [name.as_str().into(), holder.as_str().into(), until.into(), now.into()];
        Ok(connection.run(&sql::CLAIM_SINK, &row)? == 1)
    }
}

/// Is no longer the one that feeds a sink.
pub(super) fn release(
    name: SinkName,
    holder: String,
) -> impl FnMut(&mut dyn Connection) -> Result<()> + Send + 'static {
    move |connection| {
        connection.run(&sql::RELEASE_SINK, &[name.as_str().into(), holder.as_str().into()])?;
        Ok(())
    }
}

/// Moves cursors on, and the time until which the holder feeds the sink. `false`, and nothing has changed, where another
/// does by now.
pub(super) fn move_cursors(
    name: SinkName,
    holder: String,
    until: Timestamp,
    cursors: BTreeMap<AccountId, u64>,
) -> impl FnMut(&mut dyn Connection) -> Result<bool> + Send + 'static {
    move |connection| {
        let row = [name.as_str().into(), holder.as_str().into(), until.into()];
        if connection.run(&sql::KEEP_SINK, &row)? != 1 {
            return Ok(false);
        }
        for (account, seq) in &cursors {
            connection.run(&sql::MOVE_CURSOR, &[name.as_str().into(), (*account).into(), (*seq).into()])?;
        }
        Ok(true)
    }
}

/// Looks at chains, one after the other, for events behind the cursor, until it has enough.
pub(super) fn look(
    name: SinkName,
    chains: Vec<AccountId>,
) -> impl FnMut(&mut dyn Connection) -> Result<Looked> + Send + 'static {
    move |connection| {
        let (mut looked, mut bytes) = (Looked::default(), 0);
        for account in &chains {
            let cursor = connection.rows(&sql::CURSOR.sql, &[(*account).into(), name.as_str().into()])?;
            let cursor = cursor.first().map_or(Ok(0), |row| row.int(0))?;
            let most = EVENTS - looked.events.len();
            let parameters = [(*account).into(), cursor.into(), i64::try_from(most).unwrap_or(i64::MAX).into()];
            let rows = connection.rows(&sql::EVENTS.sql, &parameters)?;
            for row in &rows {
                let body = row.text(5)?;
                bytes += body.len();
                if bytes > BYTES && !looked.events.is_empty() {
                    return Ok(looked);
                }
                looked.events.push(Outgoing {
                    account: *account,
                    seq: row.number(0)?,
                    hash: HEXLOWER.encode(&row.bytes(6)?),
                    time: row.timestamp(1)?,
                    action: row.text(2)?,
                    outcome: row.text(4)?,
                    body,
                });
            }
            if looked.events.len() == EVENTS {
                return Ok(looked);
            }
            looked.exhausted.push(*account);
        }
        Ok(looked)
    }
}

/// Compares a page of heads with their cursors.
pub(super) fn sweep(name: SinkName, after: i64) -> impl FnMut(&mut dyn Connection) -> Result<Swept> + Send + 'static {
    move |connection| {
        let size = i64::try_from(SWEPT).unwrap_or(i64::MAX);
        let rows = connection.rows(&sql::HEADS_AND_CURSORS.sql, &[name.as_str().into(), after.into(), size.into()])?;
        let mut swept = Swept::default();
        for row in &rows {
            let (account, head, cursor) = (row.account(0)?, row.int(1)?, row.int(2)?);
            let Ok(waiting @ 1..) = u64::try_from(head - cursor) else { continue };
            if swept.behind.len() < TIMED {
                let first = connection.rows(&sql::TIME.sql, &[account.into(), (cursor + 1).into()])?;
                let first = first.first().map(|row| row.timestamp(0)).transpose()?;
                swept.oldest = [swept.oldest, first].into_iter().flatten().min();
            }
            swept.events += waiting;
            swept.behind.push(account);
        }
        swept.last = rows.last().filter(|_| rows.len() == SWEPT).map(|row| row.int(0)).transpose()?;
        Ok(swept)
    }
}

/// Has the store do some work, in a transaction of its own, and waits for it.
pub(super) fn run<T: Send + 'static>(
    submit: impl FnOnce(Box<dyn Job>),
    work: impl FnMut(&mut dyn Connection) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (reply, answer) = oneshot::channel();
    submit(Box::new(Work { attempt: work, done: None, reply }));
    answer.recv().unwrap_or(Err(Error::Unavailable { retry_after_s: 1 }))
}

/// Work on its way through.
struct Work<T, F> {
    attempt: F,
    done: Option<T>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: FnMut(&mut dyn Connection) -> Result<T> + Send> Job for Work<T, F> {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        self.done = Some((self.attempt)(connection)?);
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        let Self { done, reply, .. } = *self;
        let done = outcome.and_then(|()| done.ok_or_else(|| Error::internal("work ended without an answer")));
        let _ = reply.send(done);
    }
}
