//! Signing in to the console, sessions there, and what a password proves.

mod first_run;
mod flood;
mod hashes;
mod last;
mod locks;
mod proofs;
pub(super) mod scene;
mod sessions;
mod story;
mod timing;
