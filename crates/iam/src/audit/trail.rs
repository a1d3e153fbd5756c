//! What waits to be written into the trail, and who is told of it.

use std::sync::{
    atomic::{AtomicU64, Ordering::Relaxed},
    mpsc::{Receiver, SyncSender, sync_channel},
};

use base::{ids::AccountId, timestamp::Timestamp};

use super::{
    Event, Refusal,
    checkpointing::Notes,
    denial::Denials,
    reads::{Pushed, Reads},
    refusal::Refusals,
    sinks::Registry,
};

/// A word to the recorder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Much is waiting.
    Much,
    /// Write what is left, and end.
    End,
}

/// See the module. The door and the dialects put in, the recorder takes out.
#[derive(Debug)]
pub(crate) struct Trail {
    pub(super) reads: Reads,
    pub(super) denials: Denials,
    refusals: Refusals,
    /// How many events will never be written.
    lost: AtomicU64,
    /// Which chains want a checkpoint.
    pub(super) checkpoints: Notes,
    /// To whom the trail is handed on.
    pub(crate) sinks: Registry,
    words: SyncSender<Word>,
}

/// The recorder's end.
pub(crate) struct Words(pub(super) Receiver<Word>);

impl Trail {
    pub(crate) fn new() -> (Self, Words) {
        let (words, receiver) = sync_channel(1);
        let (reads, denials, refusals) = (Reads::default(), Denials::default(), Refusals::default());
        let (lost, checkpoints, sinks) = (AtomicU64::new(0), Notes::default(), Registry::default());
        (Self { reads, denials, refusals, lost, checkpoints, sinks, words }, Words(receiver))
    }

    /// Queues the event of a read for the chain of `account`. `false` where the store is being closed: then
    /// the answer must not be given, since nothing would tell of it.
    pub(crate) fn note_read(&self, account: AccountId, event: Event) -> bool {
        match self.reads.push(account, event) {
            Pushed::Few => return true,
            Pushed::Many => {}
            Pushed::Lost => self.lose(1),
            Pushed::Closed => return false,
        }
        // Where the channel is full, the recorder has a word to read already.
        let _ = self.words.try_send(Word::Much);
        true
    }

    /// So many events will never be written.
    pub(super) fn lose(&self, events: usize) {
        self.lost.fetch_add(events as u64, Relaxed);
    }

    /// How many events have been lost.
    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Relaxed)
    }

    /// Counts somebody who was turned away.
    pub(crate) fn count_refusal(&self, source: &str, reason: Refusal, now: Timestamp) {
        if let Some((account, event)) = self.refusals.count(source, reason, now) {
            self.note_read(account, event);
        }
    }

    /// How many events of reads wait.
    pub(crate) fn reads_waiting(&self) -> usize {
        self.reads.len()
    }

    /// The events of all counts that are due.
    pub(super) fn due(&self, now: Timestamp) -> Vec<(AccountId, Event)> {
        let mut due = self.reads.lost(now);
        due.extend(self.denials.due(now));
        due.extend(self.refusals.due(now));
        due
    }

    /// Takes and counts nothing more; all counts are due.
    pub(super) fn close(&self) {
        self.reads.close();
        self.denials.close();
        self.refusals.close();
    }

    /// Tells the recorder to end.
    pub(super) fn end(&self) {
        let _ = self.words.send(Word::End);
    }
}
