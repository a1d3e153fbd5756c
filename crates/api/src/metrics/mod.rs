//! `/metrics`: what goes on, in numbers, as a scraper of the OpenMetrics format takes them.
//!
//! They are on the admin socket and on a listener of their own, never where everybody may knock (SEC-277). Counting on
//! the way of a request is atomic additions only ([`requests`]); everything else is gathered when somebody looks. Labels
//! are words of this program, or the names that its operator gave to sinks: their types let nothing else in.

mod page;
mod process;
pub(crate) mod requests;

use std::sync::Arc;

use base::timestamp::Timestamp;
use hyper::{Method, StatusCode};
use iam::{
    Iam,
    audit::{Lag, SinkName},
    vitals::Vitals,
};
use prometheus_client::{
    collector::Collector,
    encoding::DescriptorEncoder,
    registry::{Registry, Unit},
};

use self::{page::Page, process::Process, requests::Requests};
use edge::{Fault, Reply, reply};

/// Where the numbers are.
const PATH: &str = "/metrics";
const TEXT: &str = "text/plain;charset=UTF-8";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is known of the program itself.
#[derive(Debug)]
pub(crate) struct Program {
    /// When it began, in seconds since 1970.
    pub(crate) started_s: i64,
    /// The insecure switches that are on.
    pub(crate) insecure: Vec<&'static str>,
}

/// The answer, where `path` is that of the numbers.
pub(crate) fn answer(
    iam: &Iam,
    requests: &Requests,
    program: &Arc<Program>,
    (method, path): (&Method, &str),
) -> Option<Reply> {
    if path != PATH {
        return None;
    }
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Some(reply(StatusCode::METHOD_NOT_ALLOWED, TEXT, "GET only\n"));
    }
    let gathered = Gathered {
        now: iam.now(),
        vitals: iam.vitals(),
        sinks: iam.sink_lags(),
        requests: requests.read(),
        process: Process::read(),
        program: Arc::clone(program),
    };
    let mut registry = Registry::default();
    registry.register_collector(Box::new(gathered));
    let mut text = String::new();
    Some(match prometheus_client::encoding::text::encode(&mut text, &registry) {
        Ok(()) => reply(StatusCode::OK, OPEN_METRICS, text),
        Err(error) => Fault::internal(Some(format!("the metrics cannot be written: {error}"))).reply(""),
    })
}

/// All numbers of one moment.
#[derive(Debug)]
struct Gathered {
    now: Timestamp,
    vitals: Vitals,
    /// How far each sink is behind that this node feeds.
    sinks: Vec<(SinkName, Lag)>,
    requests: requests::Read,
    process: Process,
    program: Arc<Program>,
}

impl Collector for Gathered {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let mut page = Page::new(encoder);
        self.requests.write(&mut page)?;
        self.of_the_core(&mut page)?;
        self.of_the_sinks(&mut page)?;
        self.of_the_store(&mut page)?;
        self.process.write(&mut page, self.program.started_s)?;
        page.info("claviger_build", "The program", &[("version", env!("CARGO_PKG_VERSION"))])?;
        let insecure = self.program.insecure.iter().map(|switch| (*switch, 1));
        page.gauges("claviger_insecure_switch", "Insecure switches that are on", "switch", insecure)
    }
}

impl Gathered {
    fn of_the_core(&self, page: &mut Page<'_>) -> std::fmt::Result {
        let vitals = &self.vitals;
        let decisions = vitals.decisions.iter().copied();
        page.counters(
            "claviger_decisions",
            "Answers to questions whether somebody may do something",
            "outcome",
            decisions,
        )?;
        let refusals = vitals.refusals.iter().copied();
        let help = "Requests turned away before it was known who sent them";
        page.counters("claviger_refusals", help, "reason", refusals)?;
        let operations = vitals.operations.iter().flat_map(|operations| {
            let row = |(outcome, count): &(&'static str, u64)| {
                (vec![("action", operations.action), ("outcome", *outcome)], *count)
            };
            operations.endings.iter().map(row)
        });
        page.table("claviger_operations", "Operations, by how they ended", operations)?;
        page.gauges("claviger_entities", "How many there are", "kind", vitals.entities.iter().copied())?;
        page.counter("claviger_snapshot_changes", "Snapshots published because something changed", vitals.published)?;
        #[expect(clippy::cast_precision_loss, reason = "microseconds of this millennium fit")]
        let changed = vitals.published_us as f64 / 1e6;
        page.seconds("claviger_snapshot_changed_timestamp", "When the snapshot changed last", changed)?;
        page.counter("claviger_audit_events", "Events written into the audit trail", vitals.events)?;
        page.counter("claviger_audit_events_lost", "Events that the trail never got", vitals.events_lost)?;
        page.gauge("claviger_audit_reads_waiting", "Events of reads that are not written yet", vitals.reads_waiting)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of events and ages in microseconds fit")]
    fn of_the_sinks(&self, page: &mut Page<'_>) -> std::fmt::Result {
        let waiting = self.sinks.iter().map(|(name, lag)| (name, lag.events as f64));
        page.sinks("claviger_audit_sink_waiting", "Events that have not arrived at a sink", None, waiting)?;
        let age = |oldest: Timestamp| self.now.micros().saturating_sub(oldest.micros()).max(0) as f64 / 1e6;
        let lags = self.sinks.iter().map(|(name, lag)| (name, lag.oldest.map_or(0.0, age)));
        let help = "How long the oldest event waits that has not arrived at a sink";
        page.sinks("claviger_audit_sink_lag", help, Some(&Unit::Seconds), lags)
    }

    fn of_the_store(&self, page: &mut Page<'_>) -> std::fmt::Result {
        let vitals = &self.vitals;
        page.info("claviger_store", "The database", &[("backend", vitals.backend)])?;
        page.gauge("claviger_store_ready", "1 where requests should come here", u64::from(vitals.ready))?;
        page.gauge("claviger_store_failed", "1 where only a restart can mend the store", u64::from(vitals.failed))?;
        let staleness = vitals.staleness.map_or(f64::INFINITY, |span| span.as_secs_f64());
        page.seconds("claviger_store_staleness", "How old what is decided by may be", staleness)?;
        let queues = [("changes", vitals.changes), ("queries", vitals.queries), ("hashing", vitals.hashing)];
        let waiting = queues.iter().map(|(name, queue)| (*name, queue.waiting));
        page.gauges("claviger_queue_length", "How much waits", "queue", waiting)?;
        let taken = queues.iter().map(|(name, queue)| (*name, queue.taken));
        page.counters("claviger_queue_taken", "What had its turn", "queue", taken)?;
        let refused = queues.iter().map(|(name, queue)| (*name, queue.refused));
        page.counters("claviger_queue_refused", "What found no room", "queue", refused)?;
        page.sizes("claviger_store_batch", "Changes that one COMMIT made durable", &vitals.batch)?;
        page.durations("claviger_store_commit_duration", "How long a COMMIT took", [(&[][..], &vitals.commit_us)])
    }
}
