//! Why a command failed, as far as its exit code tells it.

use std::{error::Error, fmt, process::ExitCode};

/// A kind of failure that scripts tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// None of the others.
    Failed,
    /// The arguments do not fit together, or an answer is wanted where nobody can be asked.
    Usage,
    /// What was named is not there.
    NotFound,
    /// The server does not let us.
    Denied,
    /// Something is there already, in use, or another than it was.
    Conflict,
    /// There is no server, or it cannot serve now.
    Unreachable,
}

impl Cause {
    const fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 5,
            Self::Denied => 6,
            Self::Conflict => 7,
            Self::Unreachable => 8,
        }
    }
}

/// An error with its cause.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    message: String,
}

impl Failure {
    pub(crate) fn new(cause: Cause, message: impl Into<String>) -> Self {
        Self { cause, message: message.into() }
    }

    /// What was typed cannot be meant so.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Cause::Usage, message)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {}

/// The cause that stands in an error, under whatever was said around it.
pub(crate) fn cause(error: &anyhow::Error) -> Cause {
    error.downcast_ref().map_or(Cause::Failed, |failure: &Failure| failure.cause)
}

/// The exit code for an error.
pub(crate) fn exit_code(error: &anyhow::Error) -> ExitCode {
    ExitCode::from(cause(error).exit_code())
}

#[cfg(test)]
mod tests {
    use anyhow::{Context as _, anyhow};

    use super::*;

    #[test]
    fn the_cause_is_found_under_what_is_said_around_it() {
        let error = Err::<(), _>(Failure::new(Cause::NotFound, "no user")).context("`http://x`").context("more");
        assert_eq!(cause(&error.unwrap_err()), Cause::NotFound);
        assert_eq!(cause(&anyhow!("whatever")), Cause::Failed);
    }
}
