//! Bodies for fuzzing (SEC-274): see the crate `spoil`. Each stands with the code that it tries.

pub use crate::{
    audit::fuzz::{chain, kept_head},
    backup::fuzz::{archive, manifest, row},
    master_keys::file::fuzz::master_keys,
};
