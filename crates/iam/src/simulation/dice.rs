//! Chance that repeats: everything random in a simulated world comes from one seed.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::clock::Random;

/// One step of `SplitMix64` (Steele, Lea and Flood 2014): what it makes of a counter.
const STRIDE: u64 = 0x9E37_79B9_7F4A_7C15;

const fn mix(number: u64) -> u64 {
    let once = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let twice = (once ^ once >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    twice ^ twice >> 31
}

/// What the world decides by.
#[derive(Debug)]
pub(super) struct Dice(Cell<u64>);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    pub(super) fn number(&self) -> u64 {
        self.0.set(self.0.get().wrapping_add(STRIDE));
        mix(self.0.get())
    }

    /// From 0 to `end`, which it never is.
    pub(super) fn below(&self, end: u64) -> u64 {
        self.number() % end.max(1)
    }

    /// Whether something happens that does so `times` in a thousand.
    pub(super) fn happens(&self, times: u64) -> bool {
        self.below(1_000) < times
    }

    /// One of them.
    pub(super) fn pick<T: Clone>(&self, from: &[T]) -> Option<T> {
        let place = usize::try_from(self.below(from.len() as u64)).ok()?;
        from.get(place).cloned()
    }

    /// The place of one of `weights`: each as likely as it is heavy.
    pub(super) fn weigh(&self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        let lighter = |weight: &u64| {
            let passed = left >= *weight;
            left = left.saturating_sub(if passed { *weight } else { 0 });
            !passed
        };
        weights.iter().position(lighter).unwrap_or_default()
    }
}

/// A node's random source.
#[derive(Debug)]
pub(super) struct SeededRandom(AtomicU64);

impl SeededRandom {
    pub(super) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let number = mix(self.0.fetch_add(STRIDE, Ordering::Relaxed).wrapping_add(STRIDE));
            chunk.copy_from_slice(&number.to_le_bytes()[..chunk.len()]);
        }
    }
}
