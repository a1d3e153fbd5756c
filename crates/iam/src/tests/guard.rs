//! The guard, through the door: what may be granted, whom a change reaches, and who must stay.
//!
//! That containment is right is shown beside it (`policy/src/contain/tests.rs`); here, that each way to grant something
//! asks it, that the holder's conditions, boundary and denies are the ones it asks about, and that nobody stronger is
//! touched in any way.

mod bulk;
mod contained;
mod granting;
mod last;
mod oneself;
mod parallel;
mod reach;
mod tier;
mod whole;

use crate::error::{Error, Result, Why};

/// Whether the guard refused it, because of somebody's power.
fn exceeds<T>(answer: &Result<T>) -> bool {
    let by_guard = |why: &Why| !matches!(why, Why::Policies(_) | Why::Kind | Why::Root);
    matches!(answer, Err(Error::Denied { why, .. }) if by_guard(why))
}

/// Whether the policies refused it.
fn is_not_allowed<T>(answer: &Result<T>) -> bool {
    matches!(answer, Err(Error::Denied { why, .. }) if matches!(**why, Why::Policies(_)))
}
