//! Distributions of numbers, counted without a lock and without allocating.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts numbers by the smallest bound that they do not exceed. The bounds must ascend.
#[derive(Debug)]
pub struct Histogram<const N: usize> {
    bounds: [u64; N],
    counts: [AtomicU64; N],
    /// Numbers above the last bound.
    above: AtomicU64,
    sum: AtomicU64,
}

/// What a [`Histogram`] has counted so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Distribution {
    /// Each bound, and how many numbers it is the smallest bound of.
    pub counts: Vec<(u64, u64)>,
    /// How many were above the last bound.
    pub above: u64,
    /// The sum of all numbers.
    pub sum: u64,
}

impl<const N: usize> Histogram<N> {
    /// One that has counted nothing.
    pub const fn new(bounds: [u64; N]) -> Self {
        let (above, sum) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { bounds, counts: [const { AtomicU64::new(0) }; N], above, sum }
    }

    /// Counts a number: two atomic additions.
    pub fn observe(&self, number: u64) {
        let place = self.bounds.partition_point(|bound| *bound < number);
        self.counts.get(place).unwrap_or(&self.above).fetch_add(1, Relaxed);
        self.sum.fetch_add(number, Relaxed);
    }

    /// What was counted so far. Numbers that are counted meanwhile may show in one part and not yet in another.
    pub fn read(&self) -> Distribution {
        let counts = self.counts.iter().map(|count| count.load(Relaxed));
        Distribution {
            counts: self.bounds.into_iter().zip(counts).collect(),
            above: self.above.load(Relaxed),
            sum: self.sum.load(Relaxed),
        }
    }
}

impl Distribution {
    /// How many numbers were counted.
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum::<u64>() + self.above
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_belongs_to_the_smallest_bound_that_it_does_not_exceed() {
        let histogram = Histogram::new([1, 10, 100]);
        assert_eq!(histogram.read().total(), 0);
        for number in [0, 1, 2, 10, 11, 100, 101, 5_000] {
            histogram.observe(number);
        }
        let read = histogram.read();
        assert_eq!(read, Distribution { counts: vec![(1, 2), (10, 2), (100, 2)], above: 2, sum: 5_225 });
        assert_eq!(read.total(), 8);
    }
}
