//! Handing the audit trail on: one thread for each sink, since each waits for the store and for its place (SEC-174).
//!
//! What has arrived is noted in the store before the next batch; what has not is tried again, ever more slowly, and
//! nobody waits for it. So a kill between the two makes events arrive twice, and none never.

mod outlet;

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use iam::{
    Iam,
    audit::{Sink, SinkName},
};
use tokio::task::JoinHandle;

use self::outlet::Outlet;
use crate::config::Audit;

/// How long to wait where there was nothing to hand on.
const IDLE: Duration = Duration::from_millis(500);
/// How long to wait where another node feeds the sink, or the store is away.
const ELSEWHERE: Duration = Duration::from_secs(5);
/// How long to wait after a failure, at first and at most.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));
/// From what age on events that have not arrived are warned of, and how often.
const LATE: Duration = Duration::from_mins(5);

/// A word to a sink's thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Open the file anew: it was moved away.
    Reopen,
    /// End.
    Stop,
}

/// The running threads.
pub(crate) struct Sinks(Vec<(Sender<Word>, JoinHandle<()>)>);

impl Sinks {
    /// Begins. Errors: a place that cannot be.
    pub(crate) fn start(iam: &Arc<Iam>, audit: Audit) -> Result<Self> {
        let mut running = Vec::new();
        for config in audit.sinks {
            let outlet = Outlet::new(config.place)?;
            let (words, told) = channel();
            let sink = iam.sink(config.name.clone());
            let work = Work { iam: Arc::clone(iam), name: config.name, sink, outlet, told, warned: None };
            running.push((words, tokio::task::spawn_blocking(move || work.run())));
        }
        Ok(Self(running))
    }

    /// Opens files anew.
    pub(crate) fn reopen(&self) {
        for (words, _) in &self.0 {
            let _ = words.send(Word::Reopen);
        }
    }

    /// Ends, when what is on its way has arrived or failed. Before the store is closed.
    pub(crate) async fn stop(self) {
        for (words, _) in &self.0 {
            let _ = words.send(Word::Stop);
        }
        for (_, thread) in self.0 {
            let _ = thread.await;
        }
    }
}

/// What one thread has.
struct Work {
    iam: Arc<Iam>,
    name: SinkName,
    sink: Sink,
    outlet: Outlet,
    told: Receiver<Word>,
    warned: Option<Instant>,
}

impl Work {
    fn run(mut self) {
        let mut back_off = BACK_OFF.0;
        let mut wait = Duration::ZERO;
        while !self.is_stopped_within(wait) {
            wait = match self.round() {
                Ok(next) => {
                    back_off = BACK_OFF.0;
                    next
                }
                Err(error) => {
                    let error = format!("{error:#}");
                    tracing::warn!(sink = self.name.as_str(), error, "the audit trail could not be handed on");
                    let now = back_off;
                    back_off = (back_off * 2).min(BACK_OFF.1);
                    now
                }
            };
            self.warn_if_late();
        }
        if let Err(error) = self.sink.release() {
            tracing::warn!(sink = self.name.as_str(), error = %error, "another node must wait a minute for this sink");
        }
    }

    /// Hands one batch on; tells how long to wait for the next. Errors: it has not arrived.
    fn round(&mut self) -> Result<Duration> {
        if !self.sink.claim()? {
            return Ok(ELSEWHERE);
        }
        let events = self.sink.more()?;
        if events.is_empty() {
            return Ok(IDLE);
        }
        self.outlet.hand_on(&events)?;
        self.sink.arrived(&events)?;
        Ok(Duration::ZERO)
    }

    /// Waits, unless it is told something meanwhile. `true` where it must end.
    fn is_stopped_within(&mut self, wait: Duration) -> bool {
        match self.told.recv_timeout(wait) {
            Ok(Word::Reopen) => {
                self.outlet.reopen();
                false
            }
            Ok(Word::Stop) | Err(RecvTimeoutError::Disconnected) => true,
            Err(RecvTimeoutError::Timeout) => false,
        }
    }

    fn warn_if_late(&mut self) {
        let Some(lag) = self.sink.lag() else { return };
        let late = lag.oldest.is_some_and(|oldest| oldest.plus(LATE) < self.iam.now());
        let again = self.warned.is_none_or(|warned| warned.elapsed() >= LATE);
        if late && again {
            let (sink, events) = (self.name.as_str(), lag.events);
            tracing::warn!(sink, events, "audit events of more than five minutes ago have not been handed on");
            self.warned = Some(Instant::now());
        } else if !late && self.warned.take().is_some() {
            tracing::info!(sink = self.name.as_str(), "the audit trail is handed on in time again");
        }
    }
}
