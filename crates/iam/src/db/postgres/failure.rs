//! What PostgreSQL's refusals mean.

use std::error::Error as StdError;

use tokio_postgres::error::{Severity, SqlState};

use super::session::Broken;
use crate::{db::DbError, error::Error, store::OpenError};

/// Why a call to the server brought no result.
#[derive(Debug)]
pub(super) enum Problem {
    /// No answer within the limit.
    Silence,
    /// The driver's error, with the server's words where it said any.
    Driver(tokio_postgres::Error),
}

impl Problem {
    /// Whether the server itself answered that the command was not carried out, and stays with us. Anything else
    /// leaves it open what has happened.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            Self::Silence => false,
            Self::Driver(error) => {
                error.as_db_error().is_some_and(|refusal| refusal.parsed_severity() == Some(Severity::Error))
            }
        }
    }

    /// What the connection is if this is the end of it.
    pub(super) const fn breaks(&self) -> Broken {
        match self {
            Self::Silence => Broken::Silent,
            Self::Driver(_) => Broken::Closed,
        }
    }
}

impl From<Problem> for DbError {
    fn from(problem: Problem) -> Self {
        let error = match problem {
            Problem::Silence => return Self::Lost("no answer in time".to_owned()),
            Problem::Driver(error) => error,
        };
        let text = describe(&error);
        let Some(refusal) = error.as_db_error() else {
            let by_io = error.source().is_some_and(<dyn StdError>::is::<std::io::Error>);
            return if by_io || error.is_closed() { Self::Lost(text) } else { Self::Other(text) };
        };
        let code = refusal.code();
        let class = code.code().get(..2).unwrap_or_default();
        let fatal = matches!(refusal.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
        match class {
            "40" => Self::Busy(text),
            // Who refers to a row has seen it a moment ago: it was deleted meanwhile, and the next try sees that.
            _ if *code == SqlState::FOREIGN_KEY_VIOLATION => Self::Busy(text),
            _ if *code == SqlState::LOCK_NOT_AVAILABLE || *code == SqlState::QUERY_CANCELED => Self::Busy(text),
            _ if *code == SqlState::DISK_FULL => Self::Full,
            _ if *code == SqlState::UNIQUE_VIOLATION => Self::Duplicate(text),
            // A server that has become read-only is a former primary: look for the new one (SEC-209).
            _ if *code == SqlState::READ_ONLY_SQL_TRANSACTION => Self::Lost(text),
            "08" | "53" | "57" => Self::Lost(text),
            _ if fatal => Self::Lost(text),
            _ => Self::Other(text),
        }
    }
}

/// The whole chain of causes: the driver's own text says little. No part of it holds the password.
pub(super) fn describe(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// How a transaction ended that did not commit, or may not have.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed<E = Error> {
    /// The work itself said no. Rolled back.
    #[error("{0}")]
    Work(E),
    /// Another transaction was in the way; running again may succeed. Rolled back.
    #[error("{0}")]
    Again(DbError),
    /// The connection had been closed before anything was asked on it: another one may do.
    #[error("{0}")]
    Stale(DbError),
    /// The connection is gone, and COMMIT had not been sent: the server rolls back.
    #[error("{0}")]
    Lost(DbError),
    /// The connection broke after COMMIT was sent.
    #[error("the connection broke while committing")]
    Unknown,
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Work(error) => error,
            Failed::Again(error) | Failed::Stale(error) | Failed::Lost(error) => error.into(),
            Failed::Unknown => Self::OutcomeUnknown,
        }
    }
}

impl From<Failed<Self>> for OpenError {
    fn from(failed: Failed<Self>) -> Self {
        match failed {
            Failed::Work(error) => error,
            Failed::Again(error) | Failed::Stale(error) | Failed::Lost(error) => error.into(),
            Failed::Unknown => DbError::OutcomeUnknown.into(),
        }
    }
}

impl From<Failed> for OpenError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Work(error) => error.into(),
            Failed::Again(error) | Failed::Stale(error) | Failed::Lost(error) => error.into(),
            Failed::Unknown => DbError::OutcomeUnknown.into(),
        }
    }
}

impl From<DbError> for OpenError {
    fn from(error: DbError) -> Self {
        Self::Unreadable(error.to_string())
    }
}
