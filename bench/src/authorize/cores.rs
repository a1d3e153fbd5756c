//! One core for the servers and another for the client, so that a rate is that of a core and nobody moves about. On a
//! machine with one core they share it.

use anyhow::{Context, Result};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The cores that this program may use.
pub(crate) struct Cores {
    all: CpuSet,
    server: CpuSet,
    client: CpuSet,
}

impl Cores {
    /// The first and the last of them.
    pub(crate) fn of_machine() -> Result<Self> {
        let all = sched_getaffinity(None)?;
        let mut there = (0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core));
        let first = there.next().context("there is no core")?;
        let only = |core| {
            let mut only = CpuSet::new();
            only.set(core);
            only
        };
        Ok(Self { server: only(first), client: only(there.next_back().unwrap_or(first)), all })
    }

    /// Does something where the servers are; what it starts stays there.
    pub(crate) fn of_servers<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.on(&self.server, work)
    }

    /// Does something where the client is.
    pub(crate) fn of_client<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.on(&self.client, work)
    }

    fn on<T>(&self, cores: &CpuSet, work: impl FnOnce() -> Result<T>) -> Result<T> {
        sched_setaffinity(None, cores).context("a thread cannot be kept on one core")?;
        let outcome = work();
        sched_setaffinity(None, &self.all)?;
        outcome
    }
}
