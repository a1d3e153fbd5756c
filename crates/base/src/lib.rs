//! The words that every crate of Claviger shares: ids, time, secrets, names, JSON and counting.
//!
//! Pure: no input or output, no clock, no randomness. Whatever comes from outside
//! arrives as an argument.

#[cfg(any(test, fuzzing))]
pub mod fuzz;
pub mod histogram;
pub mod ids;
pub mod json;
pub mod secret;
pub mod text;
pub mod timestamp;
