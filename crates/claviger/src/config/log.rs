//! `[log]`: what is told on standard error, and how.

use clap::ValueEnum;
use serde::Deserialize;
use tracing::level_filters::LevelFilter;

use crate::cli;

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line, for programs
    Json,
}

/// What is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogLevel {
    /// What failed
    Error,
    /// What may fail soon
    Warn,
    /// What happened
    #[default]
    Info,
    /// What somebody looking for a fault wants to know
    Debug,
    /// Everything
    Trace,
}

impl LogLevel {
    const fn filter(self) -> LevelFilter {
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

/// The section of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LogSection {
    /// How lines are written.
    pub(crate) format: Option<LogFormat>,
    /// What is told.
    pub(crate) level: Option<LogLevel>,
    /// Whether each request has a line.
    pub(crate) requests: Option<bool>,
}

/// What is logged, as decided from file, environment and arguments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Log {
    /// How lines are written.
    pub(crate) format: LogFormat,
    /// What is told.
    pub(crate) level: LevelFilter,
    /// Whether each request has a line.
    pub(crate) requests: bool,
}

impl Log {
    /// Decides.
    pub(crate) fn decide(arguments: &cli::Serve, section: &LogSection) -> Self {
        Self {
            format: arguments.log_format.or(section.format).unwrap_or_default(),
            level: arguments.log_level.or(section.level).unwrap_or_default().filter(),
            requests: section.requests.unwrap_or(true),
        }
    }
}
