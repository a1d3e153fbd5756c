//! The door: the only way to data.
//!
//! An operation is a value. The door runs it: it locks the account, looks at a snapshot of that very
//! revision, lets the operation *find* what it touches, asks whether everything it *needs* is allowed, lets it
//! *run* in the same transaction, enters the audit event, and commits. [`Read`] and [`Write`] have no
//! constructor outside this module, so nothing reads without a caller and nothing changes without an event.
//!
//! A query gets a [`Read`], which cannot write:
//!
//! ```compile_fail,E0599
//! fn run(tx: &iam::door::Read<'_>) {
//!     tx.insert();
//! }
//! ```
//!
//! and nobody but the door makes a [`Write`]:
//!
//! ```compile_fail,E0624
//! fn sneak(read: iam::door::Read<'_>) -> iam::door::Write<'_> {
//!     iam::door::Write::new(read)
//! }
//! ```

mod guard;
mod job;
mod needs;
mod session;
mod tx;

use base::{ids::AccountId, timestamp::Timestamp};
use decide::snapshot::Snapshot;

pub(crate) use self::{
    guard::Touched,
    job::{ChangeJob, QueryJob},
    needs::Assumption,
    tx::renew_hash,
};
pub use self::{
    needs::{Needs, Target},
    tx::{Read, Write},
};
use crate::{action::Action, caller::Caller, error::Result, hashing::Prepare};

/// Something that changes things. It may be run more than once until it commits, so it keeps no state.
pub trait Operation: Send + 'static {
    /// Its row in the table of actions.
    const ACTION: Action;
    /// Whether it makes the account it works in.
    const CREATES_ACCOUNT: bool = false;
    /// What it found.
    type Found;
    /// What it answers.
    type Output: Send + 'static;

    /// Whether [`Operation::prepare`] has anything to do.
    fn needs_preparing(&self) -> bool {
        false
    }

    /// Does what is too slow for a transaction, before it, on a hashing thread.
    fn prepare(&mut self, _prepare: &Prepare<'_>) -> Result<()> {
        Ok(())
    }

    /// The account whose data it changes.
    fn account(&self, caller: &Caller) -> AccountId {
        caller.account()
    }

    /// What the request itself names.
    fn named(&self) -> Target;

    /// The same with what `snapshot` knows of it, as its path: what is asked about before [`Operation::prepare`], and
    /// when *find* finds nothing. An operation that prepares and names a thing by its name alone must say it, and one
    /// about a part of a thing, which may be missing where the thing is not.
    fn known(&self, _snapshot: &Snapshot, _account: AccountId) -> Target {
        self.named()
    }

    /// Loads what it touches or refers to.
    fn find(&self, tx: &Read<'_>) -> Result<Self::Found>;

    /// Everything that must be allowed. By default its action on what the request names.
    fn needs(&self, _found: &Self::Found) -> Needs {
        Needs::action(Self::ACTION).on(self.named())
    }

    /// When what it found was last changed, where it changes one thing that keeps count of that. A client that has seen
    /// an older one is told so, and nothing is done.
    fn version(&self, _found: &Self::Found) -> Option<Timestamp> {
        None
    }

    /// Does it.
    fn run(&self, found: Self::Found, tx: &mut Write<'_>) -> Result<Self::Output>;
}

/// Something that only looks. The same four parts as [`Operation`], but it gets no [`Write`].
pub trait Query: Send + 'static {
    /// Its row in the table of actions.
    const ACTION: Action;
    /// What it found.
    type Found;
    /// What it answers.
    type Output: Send + 'static;

    /// The account whose data it shows.
    fn account(&self, caller: &Caller) -> AccountId {
        caller.account()
    }

    /// What the request itself names.
    fn named(&self) -> Target;

    /// The same with what `snapshot` knows of it, as [`Operation::known`].
    fn known(&self, _snapshot: &Snapshot, _account: AccountId) -> Target {
        self.named()
    }

    /// Loads what it shows or refers to.
    fn find(&self, tx: &Read<'_>) -> Result<Self::Found>;

    /// Everything that must be allowed. By default its action on what the request names.
    fn needs(&self, _found: &Self::Found) -> Needs {
        Needs::action(Self::ACTION).on(self.named())
    }

    /// Answers.
    fn run(&self, found: Self::Found, tx: &Read<'_>) -> Result<Self::Output>;
}
