//! Sets of the actions that give power.

use crate::{
    compiled::action::{Actions, AskedAction},
    contain::work::{Spent, Work},
};

/// A set of them, a bit each, by their place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set(Box<[u64]>);

impl Set {
    /// Those of `guarded` that are among `actions`.
    pub(super) fn of(actions: &Actions, guarded: &[AskedAction<'_>], work: &Work) -> Result<Self, Spent> {
        let mut words = Vec::with_capacity(guarded.len().div_ceil(64));
        for chunk in guarded.chunks(64) {
            let mut word = 0;
            for (bit, action) in chunk.iter().enumerate() {
                work.spend(actions.weight(action))?;
                word |= u64::from(actions.contain(action)) << bit;
            }
            words.push(word);
        }
        Ok(Self(words.into_boxed_slice()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(own, other)| own & other != 0)
    }

    pub(super) fn remove(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own &= !other;
        }
    }
}
