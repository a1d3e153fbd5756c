//! Looking whose a token is, on the path of every page.

use std::sync::Arc;

use base::{ids::ConsoleSessionId, timestamp::Timestamp};

use super::{ConsoleSession, TOUCHED_EVERY, sql};
use crate::{
    Iam, answered,
    core::{Core, submit},
    db::{
        Connection,
        job::{Job, View},
    },
    error::{Error, Result},
    feed::Committed,
    sign_in::digest,
};

/// The longest text that may be a token, in bytes.
const TOKEN_MAX: usize = 256;

impl Iam {
    /// Whose a token is. `None` for one that is unknown, ended, left alone for too long or over, or whose user was
    /// switched off. With `touch` the session is in use from now on; what a page does by itself in the background must
    /// not say so (SEC-043). It is written down at most once a minute.
    pub fn console_session(
        &self,
        token: &str,
        touch: bool,
    ) -> impl Future<Output = Result<Option<ConsoleSession>>> + use<> {
        let (reply, answer) = oneshot::channel();
        let digest = if token.len() > TOKEN_MAX { Vec::new() } else { digest(token) };
        let job = LookJob { core: Arc::clone(&self.core), digest, touch, found: None, reply };
        submit(self.backend.reads(), &self.core.counts.queries, Box::new(job));
        answered(answer)
    }
}

struct LookJob {
    core: Arc<Core>,
    digest: Vec<u8>,
    touch: bool,
    found: Option<ConsoleSession>,
    reply: oneshot::Sender<Result<Option<ConsoleSession>>>,
}

impl Job for LookJob {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        let now = self.core.clock.now();
        let rows = connection.rows(&sql::BY_DIGEST.sql, &[self.digest.clone().into()])?;
        let known = rows.first().map(sql::known).transpose()?;
        self.found = known.filter(|known| known.stands && known.span.holds(now)).map(|known| known.session);
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        let Self { core, touch, found, reply, .. } = *self;
        let now = core.clock.now();
        let stale = |session: &&ConsoleSession| touch && now >= session.seen.plus(TOUCHED_EVERY);
        if outcome.is_ok()
            && let Some(session) = found.as_ref().filter(stale)
        {
            core.submit_change(Box::new(TouchJob { session: session.id, now }));
        }
        let _ = reply.send(outcome.map(|()| found));
    }
}

/// Writes down that a session is in use. Nobody waits for it.
struct TouchJob {
    session: ConsoleSessionId,
    now: Timestamp,
}

impl Job for TouchJob {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        connection.run(&sql::TOUCH, &[self.session.into(), self.now.into()])?;
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        if let Err(error) = outcome {
            // The next page tries again.
            tracing::warn!(error = %error, "that a session is in use could not be written");
        }
    }
}
