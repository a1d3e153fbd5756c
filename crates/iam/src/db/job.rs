//! Work for the database threads, and the handle through which it reaches them.

use std::sync::Arc;

use base::ids::AccountId;
use decide::snapshot::Snapshot;
use tracing::Span;

use super::Connection;
use crate::{error::Result, feed::Committed};

/// One piece of work in one transaction.
///
/// A thread calls [`Job::attempt`], perhaps several times when the database asks for another try; it commits
/// where that succeeded and rolls back where it failed; and last calls [`Job::finish`], once, when the
/// outcome is durable and visible to deciding.
pub(crate) trait Job: Send {
    /// Does the work and tells what it changed. What it answers stays inside the job.
    fn attempt(&mut self, connection: &mut dyn Connection, view: &dyn View) -> Result<Committed>;

    /// Writes, in a transaction of its own, what must be recorded of a failed attempt (a denial).
    fn record_failure(
        &mut self,
        failure: &crate::error::Error,
        connection: &mut dyn Connection,
    ) -> Option<Result<Committed>>;

    /// The request that this is for, so that what is logged meanwhile tells of it.
    fn span(&self) -> Span {
        Span::none()
    }

    /// Hands the answer over. `Err` replaces whatever the attempt had kept.
    fn finish(self: Box<Self>, outcome: Result<()>);
}

/// Gives the snapshot that a job decides by.
pub(crate) trait View {
    /// A snapshot in which `account` is at `revision` or later. Errors: it can't be had in time.
    fn at(&self, account: AccountId, revision: i64) -> Result<Arc<Snapshot>>;
}

/// A message to a database thread.
pub(crate) enum Message {
    /// Work.
    Job(Box<dyn Job>),
    /// Finish what came before, then end.
    Stop,
}

/// How many jobs may wait; beyond that the answer is "busy" at once.
pub(crate) const QUEUE_LENGTH: usize = 4_096;
