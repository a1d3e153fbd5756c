//! The ports for time and randomness. The core never reads a clock or a random source but
//! through these, so that a test or a seeded simulation can drive both.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base::timestamp::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The time now, UTC.
    fn now(&self) -> Timestamp;
}

/// Gives random bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random ones; from a cryptographic source in production.
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        let micros = match std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
        };
        Timestamp::from_micros(micros)
    }
}

/// The operating system's random source.
#[derive(Debug, Clone, Default)]
pub struct SystemEntropy(SystemRandom);

impl Random for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes).expect("without a random source no secret may be made");
    }
}

/// A clock that stands still until it is told to move: for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.micros()))
    }

    /// Moves the clock, forward or (with a negative span) back.
    pub fn advance_micros(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Draws entity ids: milliseconds since 2026 in the upper 41 bits, 12 bits below. It counts on from the
/// greater of the last id and the time, and never goes back, whatever the clock does.
#[derive(Debug, Default)]
pub(crate) struct IdSource {
    last: AtomicU64,
}

impl IdSource {
    const LOW_BITS: u32 = 12;
    /// Ids begin here, above every account's number: a root user's id is its account's number.
    const FIRST: u64 = 1 << 40;

    /// The next number, from 1 to 2^53 - 1. `low` are random bits that keep two nodes apart.
    pub(crate) fn next(&self, now: Timestamp, low: u16) -> u64 {
        let since_2026 = u64::try_from(now.millis() - Timestamp::START_OF_2026.millis()).unwrap_or(0);
        let millis = since_2026 & ((1 << (base::ids::ENTITY_ID_BITS - Self::LOW_BITS)) - 1);
        let by_time = millis << Self::LOW_BITS | u64::from(low) & ((1 << Self::LOW_BITS) - 1);
        let by_time = by_time.max(Self::FIRST);
        let count_on = |last: u64| Some(by_time.max(last + 1));
        let previous = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count_on);
        by_time.max(previous.unwrap_or_else(|last| last) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_even_when_the_clock_goes_back() {
        let source = IdSource::default();
        let start = Timestamp::START_OF_2026;
        let mut last = 0;
        for millis in [10, 10, 10, 5, 0, -1_000_000, 11] {
            let id = source.next(Timestamp::from_micros(start.micros() + millis * 1_000), 4_095);
            assert!(id > last && id < 1 << 53 && id > *base::ids::AccountId::RANGE.end());
            last = id;
        }
    }
}
