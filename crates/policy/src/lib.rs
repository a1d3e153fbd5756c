//! The policy language: what a document means.
//!
//! Two grammars, statements and acl, are read into one syntax tree ([`document`]). A tree is compiled once,
//! when it is saved or loaded, and [`evaluate`] decides by compiled documents what a request may do, in time that
//! grows with the length of documents and request and with nothing else. What each vendor's documents mean, where
//! they leave it open, is written in `docs/decisions/0007-policy-language.md`.
//!
//! Pure: no input or output, no clock, no randomness.

pub mod builder;
pub mod by_tag;
pub mod catalogue;
pub mod compiled;
pub mod complete;
pub mod condition;
pub mod contain;
pub mod describe;
pub mod diagnose;
pub mod diff;
pub mod document;
pub mod evaluate;
pub mod explain;
pub mod format;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
pub mod grammar;
mod json_text;
pub mod key;
pub mod lint;
mod nearest;
pub mod pattern;
pub mod request;
pub mod simulate;
pub mod system;
#[cfg(test)]
mod testing;
