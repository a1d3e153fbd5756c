//! Measuring: contenders in turns, so that a noisy machine hits all of them alike; medians; the clocks.

use std::time::Instant;

use anyhow::Result;
use rustix::time::{ClockId, clock_gettime};

/// What was measured, one value a round.
#[derive(Debug, Clone)]
pub(crate) struct Samples {
    by_round: Vec<f64>,
    sorted: Vec<f64>,
}

impl Samples {
    /// Takes the values in the order of the rounds.
    pub(crate) fn new(by_round: Vec<f64>) -> Self {
        let mut sorted = by_round.clone();
        sorted.sort_by(f64::total_cmp);
        Self { by_round, sorted }
    }

    /// These divided by those, round by round; the median of that. What slows one whole round down does not show.
    pub(crate) fn ratio_to(&self, other: &Self) -> f64 {
        Self::new(self.by_round.iter().zip(&other.by_round).map(|(ours, other)| ours / other).collect()).median()
    }

    /// The least.
    pub(crate) fn min(&self) -> f64 {
        self.sorted.first().copied().unwrap_or(f64::NAN)
    }

    /// The greatest.
    pub(crate) fn max(&self) -> f64 {
        self.sorted.last().copied().unwrap_or(f64::NAN)
    }

    /// The middle.
    pub(crate) fn median(&self) -> f64 {
        self.sorted.get(self.sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// The value that 95 of 100 do not exceed.
    pub(crate) fn p95(&self) -> f64 {
        self.sorted.get(self.sorted.len() * 95 / 100).copied().unwrap_or(f64::NAN)
    }
}

/// One of several that are measured in turns.
pub(crate) type Contender<'a> = Box<dyn FnMut() -> Result<f64> + 'a>;

/// Runs every contender once a round, every other round in reverse order, so that none always follows the same one.
/// Each gives its own value: a rate, or a time.
pub(crate) fn in_turns<const N: usize>(rounds: u32, mut contenders: [Contender<'_>; N]) -> Result<[Samples; N]> {
    let mut values = [const { Vec::new() }; N];
    for round in 0..rounds {
        let mut turns: Vec<_> = contenders.iter_mut().zip(&mut values).collect();
        if round % 2 == 1 {
            turns.reverse();
        }
        for (contender, values) in turns {
            values.push(contender()?);
        }
    }
    Ok(values.map(Samples::new))
}

/// How long a call takes by the wall, in microseconds.
pub(crate) fn micros<T>(call: impl FnOnce() -> Result<T>) -> Result<f64> {
    let start = Instant::now();
    call()?;
    Ok(start.elapsed().as_secs_f64() * 1e6)
}

/// A contender that gives the nanoseconds of one call, by the thread's own CPU time: what other processes take of
/// a shared core does not count. It makes as many calls a round as fill about `ROUND_NS`.
pub(crate) fn nanos<'a, T>(mut call: impl FnMut() -> T + 'a) -> Contender<'a> {
    let mut calls = 0;
    Box::new(move || {
        if calls == 0 {
            calls = 1;
            while cpu_of(calls, &mut call) < ROUND_NS / 8.0 {
                calls *= 2;
            }
            calls *= 8;
        }
        Ok(cpu_of(calls, &mut call) / f64::from(calls))
    })
}

/// How long a round of [`nanos`] is.
const ROUND_NS: f64 = 10e6;

fn cpu_of<T>(calls: u32, call: &mut impl FnMut() -> T) -> f64 {
    let start = thread_cpu_ns();
    for _ in 0..calls {
        std::hint::black_box(call());
    }
    thread_cpu_ns() - start
}

fn thread_cpu_ns() -> f64 {
    nanos_of(ClockId::ThreadCPUTime)
}

/// The CPU time of the whole process, in nanoseconds.
pub(crate) fn process_cpu_ns() -> f64 {
    nanos_of(ClockId::ProcessCPUTime)
}

fn nanos_of(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    float(time.tv_sec) * 1e9 + float(time.tv_nsec)
}

/// A whole number as a float, as near as it gets: nothing that is measured here needs more than 53 bits.
#[expect(clippy::cast_precision_loss, reason = "see above")]
pub(crate) fn float(number: i64) -> f64 {
    number as f64
}

/// The same of a size.
pub(crate) fn size(number: usize) -> f64 {
    float(i64::try_from(number).unwrap_or(i64::MAX))
}
