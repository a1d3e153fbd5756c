//! Traces for a collector, by OTLP: a span for each request, beside the log's lines, which become its events.
//!
//! Only in a program that is built with the feature `otlp`. A client's own trace is not taken over: whoever can send a
//! request could fill the operator's collector.

#[cfg(not(feature = "otlp"))]
mod absent;
#[cfg(feature = "otlp")]
mod export;

#[cfg(not(feature = "otlp"))]
pub(crate) use self::absent::Traces;
#[cfg(feature = "otlp")]
pub(crate) use self::export::Traces;
