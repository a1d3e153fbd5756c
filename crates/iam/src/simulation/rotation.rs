//! Master keys by the naive model: which there are, which is in use, and what each of them wraps.

use std::collections::BTreeMap;

use base::ids::AccountId;

use super::{deeds::Deed, model::Model, verdict::Verdict};
use crate::error::Noun;

/// How many master keys each node has.
pub(super) const VERSIONS: u32 = 5;

/// The master keys that the store knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Masters {
    /// By version: whether it was taken into use, and whether the store does without it.
    pub(super) known: BTreeMap<u32, (bool, bool)>,
    /// By which each account's data key is wrapped.
    pub(super) wraps: BTreeMap<AccountId, u32>,
}

impl Default for Masters {
    fn default() -> Self {
        Self { known: BTreeMap::from([(1, (true, false))]), wraps: BTreeMap::new() }
    }
}

impl Masters {
    /// The one that wraps what is new.
    pub(super) fn current(&self) -> u32 {
        let used = self.known.iter().filter(|(_, (used, dropped))| *used && !dropped);
        used.map(|(version, _)| *version).max().unwrap_or_default()
    }

    pub(super) fn last(&self) -> u32 {
        self.known.last_key_value().map_or(0, |(version, _)| *version)
    }

    fn newest(&self) -> u32 {
        let there = self.known.iter().filter(|(_, (_, dropped))| !dropped);
        there.map(|(version, _)| *version).max().unwrap_or_default()
    }
}

impl Model {
    pub(super) fn expect_of_master_keys(&self, account: AccountId, deed: &Deed) -> Verdict {
        let masters = &self.masters;
        match deed {
            Deed::AddMasterKey { version } if *version != masters.last() + 1 => Verdict::Conflict,
            Deed::RotateMasterKey if masters.newest() == 1 => Verdict::Invalid("master key"),
            Deed::Rewrap { .. } => {
                let wrapped_by = masters.wraps.get(&account);
                let old = wrapped_by.is_some_and(|version| *version < masters.current());
                if old { Verdict::Done } else { Verdict::Conflict }
            }
            Deed::DropMasterKey { version } => match masters.known.get(version) {
                None | Some((_, true)) => Verdict::NotFound(Noun::MasterKey),
                _ if *version == masters.current() => Verdict::InUse(Noun::MasterKey),
                _ if masters.wraps.values().any(|by| by == version) => Verdict::InUse(Noun::MasterKey),
                _ => Verdict::Done,
            },
            _ => Verdict::Done,
        }
    }

    pub(super) fn apply_of_master_keys(&mut self, account: AccountId, deed: &Deed) -> Option<()> {
        let masters = &mut self.masters;
        match deed {
            Deed::AddMasterKey { version } => drop(masters.known.insert(*version, (false, false))),
            Deed::RotateMasterKey => masters.known.get_mut(&masters.newest())?.0 = true,
            Deed::Rewrap { .. } => *masters.wraps.get_mut(&account)? = masters.current(),
            Deed::DropMasterKey { version } => masters.known.get_mut(version)?.1 = true,
            _ => return None,
        }
        Some(())
    }
}
