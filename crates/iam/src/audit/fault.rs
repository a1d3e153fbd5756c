//! What can be wrong with a chain.

/// Where a chain is broken first, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("event {seq}: {problem}")]
pub struct Fault {
    /// The number of the first event that is not as it was written. (Below 1 only where somebody has put an
    /// event there.)
    pub seq: i64,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The chain has a hole here.
    #[error("it is missing")]
    Missing,
    /// An event stands where none can be.
    #[error("no event can have this number")]
    Impossible,
    /// The text or the hash is not what was written.
    #[error("its text or its hash was changed")]
    Edited,
    /// It was written for another place: events were moved, inserted or removed.
    #[error("it stands in another place than it was written for")]
    Moved,
    /// The text is good, and a column beside it says something else.
    #[error("its column `{0}` was changed")]
    Column(&'static str),
    /// The chain ends before this event, and its head says that it was written.
    #[error("it was removed from the end")]
    Truncated,
    /// The chain goes on behind its head.
    #[error("it was added behind the end")]
    Added,
    /// The account's head is not that of this chain.
    #[error("the account's head does not fit it")]
    Head,
    /// A checkpoint says otherwise.
    #[error("it does not fit its signed checkpoint: it, or something behind event {behind}, was written anew")]
    Rewritten {
        /// The last event before it that is known to be as it was written.
        behind: i64,
    },
    /// Somebody without the key has made a checkpoint of it.
    #[error("its checkpoint is not signed by the key that it names, or says something else than was signed")]
    Unsigned,
    /// The kept checkpoint is signed by another key than this store's.
    #[error("its checkpoint that was kept is signed by another key than the store's")]
    AnotherKey,
    /// The kept head is not that of this chain: it, or something before it, was written anew.
    #[error("it does not fit the head that was kept")]
    Kept,
}
