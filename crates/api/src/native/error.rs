//! Errors in the dialect's form: `{"code", "message", "requestId"}` (SEC-002).

use std::fmt::Display;

use decide::verify::Refusal;
use hyper::{
    StatusCode,
    header::{HeaderValue, RETRY_AFTER},
};
use iam::{audit, error::Error};
use serde_json::{Value, json};
use signing::sigv4::Malformed;

use crate::{
    edge::{JSON, Refused, Reply, reply},
    members::MemberError,
};

/// An error on its way out.
#[derive(Debug)]
pub(super) struct Fault {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after_s: Option<u32>,
    /// What it is counted as, where it turns somebody unknown away.
    refusal: Option<audit::Refusal>,
    /// For the log only.
    cause: Option<String>,
}

impl Fault {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after_s: None, refusal: None, cause: None }
    }

    fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    fn unavailable(code: &'static str, message: String) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, message)
    }

    fn counted(self, refusal: audit::Refusal) -> Self {
        Self { refusal: Some(refusal), ..self }
    }

    /// The request is not as it must be.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequest", message)
    }

    pub(super) fn refused(refused: Refused) -> Self {
        let (status, message) = refused.parts();
        let code = if status == StatusCode::PAYLOAD_TOO_LARGE { "RequestTooLarge" } else { "InvalidRequest" };
        Self::new(status, code, message)
    }

    /// A fault of ours. Errors tell nothing of the cause.
    pub(super) fn internal(cause: impl Display) -> Self {
        Self { cause: Some(cause.to_string()), ..Self::panicked() }
    }

    /// A fault of ours whose cause is in the log already.
    pub(super) fn panicked() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "internal error")
    }

    pub(super) fn no_such_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", "there is no such call")
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", "the call does not know this method")
    }

    /// The request's signature cannot be read.
    pub(super) fn bad_signature(malformed: Malformed) -> Self {
        match malformed {
            Malformed::Unsigned => Self::forbidden("AccessDenied", "the request is not signed").counted(UNSIGNED),
            Malformed::InHeaderAndQuery => {
                Self::new(StatusCode::BAD_REQUEST, "AmbiguousCredentials", malformed.to_string()).counted(MALFORMED)
            }
            other => Self::malformed(&other),
        }
    }

    /// The request's signature is not one that is taken here.
    pub(super) fn malformed(what: &dyn Display) -> Self {
        Self::invalid(format!("the request's signature is not valid: {what}")).counted(MALFORMED)
    }

    /// Access-key ids are public, so the codes tell what is wrong (SEC-307). Whether a key is switched off shows only to
    /// who holds its secret. `now` is told to clients whose clocks are wrong (SEC-074).
    pub(super) fn not_accepted(refusal: Refusal, now: &str) -> Self {
        let fault = match refusal {
            Refusal::UnknownKey | Refusal::Broken(..) => Self::no_such_key(),
            Refusal::WrongSignature => Self::forbidden(
                "SignatureDoesNotMatch",
                "the signature is not the one that the request and the key's secret give",
            ),
            Refusal::NotFresh(_) => Self::forbidden(
                "RequestExpired",
                format!("the request has expired, or lies in the future: it is {now}"),
            ),
            Refusal::Disabled => Self::forbidden("AccessDenied", "the access key or its user is disabled"),
            Refusal::BadToken => {
                Self::forbidden("InvalidToken", "the token is not valid, or belongs to another access key")
            }
            Refusal::SessionOver => Self::forbidden("ExpiredToken", "the session has expired or was ended"),
        };
        fault.counted(refusal.into())
    }

    fn no_such_key() -> Self {
        Self::forbidden("InvalidAccessKeyId", "there is no such access key")
    }

    /// The caller asked about somebody else's principals.
    pub(super) fn not_your_principals() -> Self {
        Self::forbidden(
            "AccessDenied",
            "access denied: only a service's account, as the operator lists them, asks about principals of others",
        )
    }

    /// What the fault is counted as, where it turns away somebody who did not prove who it is.
    pub(super) const fn refusal(&self) -> Option<audit::Refusal> {
        self.refusal
    }

    /// It as a part of an answer.
    pub(super) fn to_json(&self) -> Value {
        json!({ "code": self.code, "message": self.message })
    }

    /// The answer; what only we may see goes to the log.
    pub(super) fn reply(self, request_id: &str) -> Reply {
        if let Some(cause) = self.cause {
            tracing::error!(request.id = %request_id, cause = %cause, "a call failed");
        }
        let body = json!({ "code": self.code, "message": self.message, "requestId": request_id });
        let mut reply = reply(self.status, JSON, body.to_string());
        if let Some(seconds) = self.retry_after_s {
            reply.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        reply
    }
}

const UNSIGNED: audit::Refusal = audit::Refusal::Unsigned;
const MALFORMED: audit::Refusal = audit::Refusal::Malformed;

impl From<MemberError> for Fault {
    fn from(error: MemberError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::NotFound { .. } => Self::new(StatusCode::NOT_FOUND, "NotFound", message),
            Error::Exists { .. } => Self::conflict("Exists", message),
            Error::Conflict => Self::conflict("Conflict", message),
            Error::InUse { .. } => Self::conflict("InUse", message),
            Error::LastAdministrator => Self::conflict("LastAdministrator", message),
            Error::Invalid { .. } => Self::invalid(message),
            Error::LimitExceeded { .. } => Self::forbidden("LimitExceeded", message),
            Error::Immutable { .. } => Self::forbidden("Immutable", message),
            Error::Denied { .. } => Self::forbidden("AccessDenied", format!("access denied: {message}")),
            // The key was good when its signature was verified, and is no more.
            Error::Unauthenticated => Self::no_such_key().counted(audit::Refusal::Disabled),
            Error::Unavailable { retry_after_s } => {
                Self { retry_after_s: Some(retry_after_s), ..Self::unavailable("ServiceUnavailable", message) }
            }
            Error::AuditUnavailable => Self::unavailable("AuditUnavailable", message),
            Error::OutcomeUnknown => Self::unavailable("OutcomeUnknown", message),
            Error::Internal(cause) => Self::internal(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever is turned away before it has proved who it is, is counted; whoever proved it is not.
    #[test]
    fn each_refusal_is_counted() {
        for (fault, counted) in [
            (Fault::bad_signature(Malformed::Unsigned), Some(UNSIGNED)),
            (Fault::bad_signature(Malformed::InHeaderAndQuery), Some(MALFORMED)),
            (Fault::bad_signature(Malformed::Date), Some(MALFORMED)),
            (Fault::not_accepted(Refusal::WrongSignature, ""), Some(audit::Refusal::WrongSignature)),
            (Error::Unauthenticated.into(), Some(audit::Refusal::Disabled)),
            (Error::Conflict.into(), None),
            (Fault::no_such_path(), None),
            (Fault::not_your_principals(), None),
        ] {
            assert_eq!(fault.refusal(), counted, "{}", fault.message);
        }
    }

    /// SEC-002: the cause of a fault of ours is for the log.
    #[test]
    fn sec_002_causes_are_not_told() {
        let fault = Fault::from(Error::Internal("SELECT secret".into()));
        assert_eq!(fault.to_json(), json!({ "code": "InternalError", "message": "internal error" }));
    }
}
