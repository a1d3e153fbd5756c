//! What happened in a world: the last of it to read, all of it as one number, and how often each thing came about.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
};

/// How many lines are kept to be read.
const LINES: usize = 60;

/// Something that must hold and does not.
#[derive(Debug, Clone)]
pub(super) struct Violation(pub(super) String);

impl Violation {
    pub(super) fn new(what: impl fmt::Display) -> Self {
        Self(what.to_string())
    }
}

impl From<rusqlite::Error> for Violation {
    fn from(error: rusqlite::Error) -> Self {
        Self(format!("the store cannot be looked at: {error}"))
    }
}

/// Returns a [`Violation`] where something does not hold.
macro_rules! ensure {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err($crate::simulation::history::Violation::new(format!($($words)+)));
        }
    };
}
pub(super) use ensure;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct History {
    lines: VecDeque<String>,
    hash: u64,
    counts: BTreeMap<&'static str, u64>,
}

impl History {
    /// Adds a line.
    pub(super) fn tell(&mut self, line: String) {
        self.add(line.as_bytes());
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// Adds what is too long to be read (FNV-1a).
    pub(super) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }

    /// Counts something that came about.
    pub(super) fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// The same for the same history, and for no other.
    pub(super) fn hash(&self) -> u64 {
        self.hash
    }

    pub(super) fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &String> {
        self.lines.iter()
    }
}
