//! Bodies for fuzzing (SEC-274): see the crate `spoil`. Each stands with the code that it tries.

pub use crate::{config::fuzz::config, profiles::fuzz::profiles};
