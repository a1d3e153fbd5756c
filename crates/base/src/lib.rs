//! The words that every crate of Claviger shares: ids, time, secrets, names and JSON.
//!
//! Pure: no input or output, no clock, no randomness. Whatever comes from outside
//! arrives as an argument.

pub mod ids;
pub mod json;
pub mod secret;
pub mod text;
pub mod timestamp;
