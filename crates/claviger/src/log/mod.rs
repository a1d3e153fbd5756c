//! The log: one line on standard error for each thing that is told, as text or as JSON.
//!
//! What a line says stands in fields. Whatever a request brings can be in one, so all are escaped and cut to a length
//! (SEC-145): nothing in them begins a line, drives a terminal or fills a disk. A line that is written while a request is
//! answered has the fields of that request, its id above all.

mod fields;
mod line;

use std::io::Write as _;

use tracing::{
    Event, Level, Metadata, Subscriber,
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
    subscriber::Interest,
};
use tracing_subscriber::{
    layer::{Context, Layer, Layered, SubscriberExt},
    registry::{LookupSpan, Registry, Scope},
};

use self::fields::Fields;
use crate::config::{Log, LogFormat};

/// Of whom everything is told that the level lets through; of others only what is worse than usual. Theirs is not
/// written with our rules in mind: at the lowest levels it may hold anything.
const OURS: [&str; 9] = ["claviger", "api", "console", "edge", "iam", "decide", "policy", "signing", "base"];

/// Begins to write the log; `also` is told the same. Panics are told in it as well.
pub(crate) fn start(log: &Log, also: Option<impl Layer<Layered<Lines, Registry>> + Send + Sync>) {
    let lines = Lines { format: log.format, level: log.level, requests: log.requests };
    // Where somebody else has begun one already, it stays.
    if tracing::subscriber::set_global_default(Registry::default().with(lines).with(also)).is_ok() {
        std::panic::set_hook(Box::new(tell_panic));
    }
}

fn tell_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current().name().unwrap_or_default().to_owned();
    let reason = panic.payload_as_str().unwrap_or_default();
    let backtrace = std::backtrace::Backtrace::capture();
    if backtrace.status() == std::backtrace::BacktraceStatus::Captured {
        tracing::error!(place, thread, reason, backtrace = %backtrace, "panic");
    } else {
        tracing::error!(place, thread, reason, "panic");
    }
}

/// Writes the lines.
#[derive(Debug)]
pub(crate) struct Lines {
    format: LogFormat,
    level: LevelFilter,
    /// Whether each request has a line.
    requests: bool,
}

impl Lines {
    fn takes(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        if metadata.is_span() {
            // They cost a line nothing but give it its fields.
            return is_ours(target);
        }
        let level = if is_ours(target) { self.level } else { self.level.min(LevelFilter::WARN) };
        *metadata.level() <= level && (self.requests || target != api::REQUEST_LOG)
    }
}

fn is_ours(target: &str) -> bool {
    OURS.contains(&target.split(':').next().unwrap_or(target))
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.takes(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        self.takes(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        // Spans are errors, so that they are there at every level.
        Some(self.level.max(LevelFilter::ERROR))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(of_span) = span.extensions().get::<Fields>() {
                fields.add(of_span);
            }
        }
        event.record(&mut fields);
        let metadata = event.metadata();
        let line = match self.format {
            LogFormat::Text => line::text(*metadata.level(), &fields),
            LogFormat::Json => line::json(*metadata.level(), metadata.target(), &fields),
        };
        // Whole lines: standard error is not buffered. Where nobody reads it there is nobody to tell.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}

const fn word(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_told_only_when_they_warn() {
        assert!(is_ours("edge") && is_ours("claviger::decision") && is_ours("iam"));
        assert!(!is_ours("hyper::proto") && !is_ours("apiary") && !is_ours(""));
    }
}
