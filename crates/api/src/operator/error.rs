//! Errors as the operator's commands read them, in the neutral form.

use edge::{Refused, Reply};
use hyper::StatusCode;
use iam::{backup::BackupError, error::Error};

use crate::members::MemberError;

/// An error on its way out.
pub(crate) struct Fault(edge::Fault);

impl Fault {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self(edge::Fault::new(status, code, message))
    }

    pub(super) fn refused(refused: Refused) -> Self {
        let (status, message) = refused.parts();
        Self::new(status, "InvalidRequest", message)
    }

    pub(super) fn bad_json(error: &base::json::JsonError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "MalformedJSON", format!("the body is not valid JSON: {error}"))
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidParameter", message)
    }

    pub(super) fn no_such_call() -> Self {
        Self(edge::Fault::nothing_here())
    }

    pub(super) fn reply(self, request_id: &str) -> Reply {
        self.0.reply(request_id)
    }
}

impl From<MemberError> for Fault {
    fn from(error: MemberError) -> Self {
        Self::bad_request(error.to_string())
    }
}

/// The operator learns all there is: a path, the file system's word.
impl From<BackupError> for Fault {
    fn from(error: BackupError) -> Self {
        Self::new(StatusCode::CONFLICT, "BackupFailed", error.to_string())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        let (status, code) = match error {
            Error::NotFound { .. } => (StatusCode::NOT_FOUND, "NotFound"),
            Error::Exists { .. } => (StatusCode::CONFLICT, "AlreadyExists"),
            Error::Invalid { .. } | Error::WeakPassword { .. } => (StatusCode::BAD_REQUEST, "InvalidParameter"),
            Error::Denied { .. } | Error::StepUp { .. } => (StatusCode::FORBIDDEN, "AccessDenied"),
            Error::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequests"),
            Error::InUse { .. } | Error::Immutable { .. } | Error::LastAdministrator | Error::Oneself => {
                (StatusCode::CONFLICT, "InUse")
            }
            Error::LimitExceeded { .. } => (StatusCode::CONFLICT, "LimitExceeded"),
            Error::Stale => (StatusCode::PRECONDITION_FAILED, "PreconditionFailed"),
            Error::Conflict | Error::IdempotencyKeyReused | Error::RequestReplayed => {
                (StatusCode::CONFLICT, "Conflict")
            }
            Error::Unauthenticated => (StatusCode::UNAUTHORIZED, "AuthenticationFailed"),
            Error::Unavailable { .. } => (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"),
            Error::AuditUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "AuditUnavailable"),
            Error::OutcomeUnknown => (StatusCode::SERVICE_UNAVAILABLE, "OutcomeUnknown"),
            Error::Internal(cause) => return Self(edge::Fault::internal(Some(cause.to_string()))),
        };
        Self::new(status, code, message)
    }
}
