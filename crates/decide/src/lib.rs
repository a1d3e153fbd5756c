//! The data plane: an immutable [`snapshot::Snapshot`] of everything that verifying a
//! request and deciding about it needs, and the functions that do both in memory.
//!
//! Pure: no input or output, no clock, no randomness, no `await`. A caller takes one
//! snapshot and computes; the core makes the next one.

pub mod api_key;
pub mod assume;
pub mod check;
pub mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod grants;
pub mod identity;
pub mod power;
pub mod principals;
pub mod reasons;
pub mod seal;
pub mod session;
pub mod sheds;
pub mod snapshot;
pub mod table;
#[cfg(test)]
mod testing;
pub mod verify;
