//! Vital signs: what goes on in the core, in plain numbers.
//!
//! The core counts as it works ([`counts`], atomic additions only) and is read when somebody looks ([`Vitals`]). No
//! number is told apart by anything that a user chose: only by words of this program.

mod counts;

use std::time::Duration;

use base::histogram::Distribution;
use decide::snapshot::Snapshot;

pub(crate) use self::counts::{Counts, Flow};

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// Something allows it, and nothing denies it.
    Allow,
    /// Nothing allows it.
    ImplicitDeny,
    /// Something denies it.
    ExplicitDeny,
    /// Nobody was found of whom to decide, which is a deny.
    Refused,
    /// It was not one that can be answered, or not the caller's to ask.
    Not,
}

impl Answered {
    /// All of them, in order.
    pub(super) const ALL: [Self; 5] = [Self::Allow, Self::ImplicitDeny, Self::ExplicitDeny, Self::Refused, Self::Not];

    const fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::ImplicitDeny => "implicit_deny",
            Self::ExplicitDeny => "explicit_deny",
            Self::Refused => "refused",
            Self::Not => "error",
        }
    }
}

/// A queue, as it is and as it was used since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queue {
    /// How many wait now.
    pub waiting: u64,
    /// How many had their turn.
    pub taken: u64,
    /// How many found no room.
    pub refused: u64,
}

/// How often an operation ended in which way.
#[derive(Debug, Clone)]
pub struct Operations {
    /// The action's full name.
    pub action: &'static str,
    /// Each way, in words of this program, and how often.
    pub endings: Vec<(&'static str, u64)>,
}

/// See the module. What grows has grown since the start.
#[derive(Debug, Clone, Default)]
pub struct Vitals {
    /// Which database: `sqlite` or `postgresql`.
    pub backend: &'static str,
    /// Whether this node should be sent requests ([`crate::Iam::is_ready`]).
    pub ready: bool,
    /// Whether the store has failed for good ([`crate::Iam::has_failed`]).
    pub failed: bool,
    /// How long ago the snapshot was known to be the newest; none where that is not known.
    pub staleness: Option<Duration>,
    /// Jobs that change things.
    pub changes: Queue,
    /// Jobs that look.
    pub queries: Queue,
    /// How many jobs a COMMIT of changes made durable.
    pub batch: Distribution,
    /// How long a COMMIT of changes took, in microseconds.
    pub commit_us: Distribution,
    /// Passwords to be hashed.
    pub hashing: Queue,
    /// How operations ended.
    pub operations: Vec<Operations>,
    /// How questions were answered.
    pub decisions: Vec<(&'static str, u64)>,
    /// Why requests by somebody unknown were turned away.
    pub refusals: Vec<(&'static str, u64)>,
    /// Events written into the audit trail.
    pub events: u64,
    /// Events of reads that wait to be written.
    pub reads_waiting: u64,
    /// Events that were never written; of those of reads, the trail itself tells how many.
    pub events_lost: u64,
    /// How many of each kind of entity there are.
    pub entities: Vec<(&'static str, u64)>,
    /// How often another snapshot was published.
    pub published: u64,
    /// When that was last, or when the store was opened: microseconds since 1970.
    pub published_us: i64,
}

/// How many of each kind of entity a snapshot holds.
pub(crate) fn entities(snapshot: &Snapshot) -> Vec<(&'static str, u64)> {
    let accounts = snapshot.accounts.len();
    let entities = [
        ("account", accounts),
        // Each account has one root user.
        ("user", snapshot.principals.len().saturating_sub(accounts)),
        ("group", snapshot.groups.len()),
        ("policy", snapshot.policies.len()),
        ("role", snapshot.roles.len()),
        ("access_key", snapshot.access_keys.len()),
        ("api_key", snapshot.api_keys.len()),
    ];
    entities.into_iter().map(|(kind, count)| (kind, count as u64)).collect()
}
