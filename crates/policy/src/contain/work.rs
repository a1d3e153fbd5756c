//! How much work a look at somebody's power may take.

use std::cell::Cell;

/// The most steps of all looks that share a [`Work`]. A step is about a symbol held against another, a nanosecond or
/// two: this many are over in a small part of the time that a request may take. What people write needs a hundredth of
/// it.
const MOST_STEPS: usize = 10_000_000;

/// What is left of the steps. Once they are spent they stay so.
#[derive(Debug)]
pub(super) struct Work(Cell<usize>);

/// There are no steps left: what is looked at stays unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spent;

impl Work {
    pub(super) const fn new() -> Self {
        Self(Cell::new(MOST_STEPS))
    }

    /// Takes that many. Errors: there are fewer.
    pub(super) fn spend(&self, steps: usize) -> Result<(), Spent> {
        let left = self.0.get().checked_sub(steps);
        self.0.set(left.unwrap_or_default());
        left.map(drop).ok_or(Spent)
    }

    /// How many were taken.
    #[cfg(test)]
    pub(super) fn spent(&self) -> usize {
        MOST_STEPS - self.0.get()
    }
}
