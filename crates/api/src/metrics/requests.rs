//! Counting requests: five atomic additions and two looks at the clock for each, no lock, nothing allocated.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

use base::histogram::{Distribution, Histogram};

use super::page::{Label, Page};
use crate::Dialect;

/// Bounds of how long requests take, in microseconds.
const DURATIONS: [u64; 18] = [
    25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 5_000_000, 10_000_000,
];
/// Classes of statuses.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// What a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A call.
    Call,
    /// A question whether somebody may do something, which services ask on each request of theirs.
    Question,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    in_flight: AtomicU64,
    panics: AtomicU64,
    calls: [Slot; Dialect::ALL.len()],
    questions: Slot,
}

/// Requests of one dialect and kind.
#[derive(Debug)]
struct Slot {
    by_class: [AtomicU64; CLASSES.len()],
    duration_us: Histogram<{ DURATIONS.len() }>,
}

impl Default for Slot {
    fn default() -> Self {
        Self { by_class: Default::default(), duration_us: Histogram::new(DURATIONS) }
    }
}

impl Requests {
    /// A request has begun: it is counted when what this gives is dropped.
    pub(crate) fn begin(self: &Arc<Self>, dialect: Dialect, kind: Kind) -> Running {
        self.in_flight.fetch_add(1, Relaxed);
        Running { requests: Arc::clone(self), dialect, kind, begun: Instant::now(), status: None }
    }

    /// How many requests have panicked.
    pub(crate) fn panics(&self) -> u64 {
        self.panics.load(Relaxed)
    }

    fn slot(&self, dialect: Dialect, kind: Kind) -> &Slot {
        match kind {
            Kind::Question => &self.questions,
            Kind::Call => self.calls.get(dialect as usize).unwrap_or(&self.questions),
        }
    }

    /// Everything as it is now.
    pub(super) fn read(&self) -> Read {
        let calls = Dialect::ALL.map(|dialect| (dialect, Kind::Call));
        let slots = calls.into_iter().chain([(Dialect::Native, Kind::Question)]).map(|(dialect, kind)| {
            let slot = self.slot(dialect, kind);
            let by_class = slot.by_class.each_ref().map(|count| count.load(Relaxed));
            ([("dialect", dialect.word()), ("kind", kind.word())], by_class, slot.duration_us.read())
        });
        Read { in_flight: self.in_flight.load(Relaxed), panics: self.panics(), slots: slots.collect() }
    }
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Question => "question",
        }
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(crate) struct Running {
    requests: Arc<Requests>,
    dialect: Dialect,
    kind: Kind,
    begun: Instant,
    /// None until it is answered: whoever panics before has none.
    status: Option<u16>,
}

impl Running {
    /// It is answered.
    pub(crate) fn answered(&mut self, status: u16) {
        self.status = Some(status);
    }

    /// The status of its answer; that of a fault of ours until it has one.
    pub(crate) fn status(&self) -> u16 {
        self.status.unwrap_or(500)
    }

    /// For how long it has been on its way, in microseconds.
    pub(crate) fn duration_us(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let requests = &self.requests;
        requests.in_flight.fetch_sub(1, Relaxed);
        if self.status.is_none() && std::thread::panicking() {
            requests.panics.fetch_add(1, Relaxed);
        }
        let slot = requests.slot(self.dialect, self.kind);
        let class = usize::from(self.status() / 100).wrapping_sub(1);
        if let Some(count) = slot.by_class.get(class) {
            count.fetch_add(1, Relaxed);
        }
        slot.duration_us.observe(self.duration_us());
    }
}

/// What was counted until a moment.
#[derive(Debug)]
pub(super) struct Read {
    in_flight: u64,
    panics: u64,
    slots: Vec<([Label; 2], [u64; CLASSES.len()], Distribution)>,
}

impl Read {
    pub(super) fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        let rows = self.slots.iter().flat_map(|(labels, by_class, _)| {
            let row = |(class, count): (&'static str, &u64)| ([&labels[..], &[("status", class)]].concat(), *count);
            CLASSES.into_iter().zip(by_class).map(row)
        });
        page.table("claviger_requests", "Requests answered", rows)?;
        let durations = self.slots.iter().map(|(labels, _, durations)| (&labels[..], durations));
        page.durations("claviger_request_duration", "From a request's head to its answer", durations)?;
        page.gauge("claviger_requests_in_flight", "Requests being answered", self.in_flight)?;
        page.counter("claviger_request_panics", "Requests that panicked: each is a bug", self.panics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(requests: &Requests, place: usize) -> ([u64; CLASSES.len()], u64) {
        let read = requests.read();
        let (_, by_class, durations) = &read.slots[place];
        (*by_class, durations.total())
    }

    fn answer(mut running: Running, status: u16) {
        running.answered(status);
    }

    #[test]
    fn each_request_is_counted_once_however_it_ends() {
        let requests = Arc::new(Requests::default());
        answer(requests.begin(Dialect::Operator, Kind::Call), 201);
        answer(requests.begin(Dialect::Operator, Kind::Call), 404);
        answer(requests.begin(Dialect::Native, Kind::Question), 200);
        let running = requests.begin(Dialect::Operator, Kind::Call);
        assert_eq!(requests.read().in_flight, 1);
        drop(running);
        assert_eq!(counted(&requests, Dialect::Operator as usize), ([0, 1, 0, 1, 1], 3));
        assert_eq!(counted(&requests, Dialect::ALL.len()), ([0, 1, 0, 0, 0], 1));
        assert_eq!(counted(&requests, Dialect::Native as usize), ([0; 5], 0));
        assert_eq!((requests.read().in_flight, requests.panics()), (0, 0), "who was dropped did not panic");
    }

    #[test]
    fn a_panic_is_counted() {
        let requests = Arc::new(Requests::default());
        let running = requests.begin(Dialect::None, Kind::Call);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let task = runtime.block_on(async {
            tokio::spawn(async move {
                let _running = running;
                tokio::task::yield_now().await;
                panic!("as a bug would");
            })
            .await
        });
        assert!(task.is_err());
        assert_eq!(requests.panics(), 1);
        assert_eq!(counted(&requests, Dialect::None as usize), ([0, 0, 0, 0, 1], 1));
    }
}
