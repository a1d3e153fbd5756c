//! The trail on a real store: what it says, what it costs, and what an intruder with the file can hide.

mod chain;
mod checkpoints;
mod classes;
mod events;
mod replay;
mod support;
