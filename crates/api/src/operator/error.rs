//! Errors as the operator's commands read them: `{"code", "message", "requestId"}` (SEC-002).

use hyper::StatusCode;
use iam::error::Error;
use serde_json::json;

use super::JSON;
use crate::edge::{Refused, Reply, reply};

/// An error on its way out.
pub(crate) struct Fault {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// For the log only.
    cause: Option<String>,
}

impl Fault {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), cause: None }
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
        Self::new(StatusCode::NOT_FOUND, "NotFound", "there is nothing here")
    }

    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "internal error")
    }

    /// The answer; what only we may see goes to the log.
    pub(super) fn reply(self, request_id: &str) -> Reply {
        if let Some(cause) = self.cause {
            tracing::error!(request.id = %request_id, cause = %cause, "an operator's call failed");
        }
        let body = json!({ "code": self.code, "message": self.message, "requestId": request_id });
        reply(self.status, JSON, body.to_string())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        let (status, code) = match &error {
            Error::NotFound { .. } => (StatusCode::NOT_FOUND, "NotFound"),
            Error::Exists { .. } => (StatusCode::CONFLICT, "AlreadyExists"),
            Error::Invalid { .. } => (StatusCode::BAD_REQUEST, "InvalidParameter"),
            Error::Denied { .. } => (StatusCode::FORBIDDEN, "AccessDenied"),
            Error::InUse { .. } => (StatusCode::CONFLICT, "InUse"),
            Error::LimitExceeded { .. } => (StatusCode::CONFLICT, "LimitExceeded"),
            Error::Conflict => (StatusCode::CONFLICT, "Conflict"),
            Error::Unauthenticated => (StatusCode::UNAUTHORIZED, "AuthenticationFailed"),
            Error::Unavailable { .. } => (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"),
            Error::AuditUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "AuditUnavailable"),
            Error::OutcomeUnknown => (StatusCode::SERVICE_UNAVAILABLE, "OutcomeUnknown"),
            Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
        };
        let cause = if let Error::Internal(cause) = &error { Some(cause.to_string()) } else { None };
        Self { status, code, message, cause }
    }
}
