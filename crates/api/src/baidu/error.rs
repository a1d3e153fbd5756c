//! Errors in the dialect's form: `{"requestId", "code", "message"}`, all three always present as text.

use std::fmt::Display;

use base::json::JsonError;
use decide::verify::Refusal;
use edge::{JSON, Refused, Reply, reply};
use hyper::{StatusCode, header::HeaderValue};
use iam::{
    audit,
    error::{Error, Why},
};
use serde_json::json;

use crate::{members::MemberError, paths::Unreadable};

/// An error on its way out.
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

    fn counted(self, refusal: audit::Refusal) -> Self {
        Self { refusal: Some(refusal), ..self }
    }

    fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(super) fn refused(refused: Refused) -> Self {
        let (status, message) = refused.parts();
        Self::new(status, "InvalidHTTPRequest", message)
    }

    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "internal error, please try again")
    }

    pub(super) fn no_such_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", "there is no such interface")
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", "the interface does not know this method")
    }

    pub(super) fn bad_uri(what: impl Display) -> Self {
        Self::bad("InvalidURI", format!("the URI could not be parsed: {what}"))
    }

    pub(super) fn bad_json(error: &JsonError) -> Self {
        if error.problem.is_syntax() {
            return Self::bad("MalformedJSON", format!("the body is not well-formed JSON: {error}"));
        }
        Self::inappropriate_json(format!("the body is JSON that is not taken: {error}"))
    }

    /// What limits a session cannot be read at all.
    pub(super) fn invalid_request_body(error: &JsonError) -> Self {
        Self::bad("InvalidRequestBody", format!("the body is not well-formed JSON: {error}"))
    }

    /// What limits a session says nothing.
    pub(super) fn bad_acl(what: &str) -> Self {
        Self::bad("InvalidRequest", format!("the body is no access-control list: {what}"))
    }

    pub(super) fn inappropriate_json(what: impl Into<String>) -> Self {
        Self::bad("InappropriateJSON", what)
    }

    pub(super) fn bad_authorization(what: &dyn Display) -> Self {
        Self::bad("InvalidHTTPAuthHeader", format!("the authorization is not valid: {what}"))
            .counted(audit::Refusal::Malformed)
    }

    /// What a call says of whose data it asks for is not the caller's account.
    pub(super) fn of_another_account() -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDenied", "`domainId` is not the account of the access key")
    }

    pub(super) fn no_authorization() -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDenied", "the request is not signed").counted(audit::Refusal::Unsigned)
    }

    pub(super) fn bad_digest() -> Self {
        Self::bad("InvalidHTTPRequest", "the body is not the one whose hash the headers tell")
            .counted(audit::Refusal::Malformed)
    }

    pub(super) fn body_not_covered() -> Self {
        let message = "without TLS, a request with a body must sign `content-md5` or `x-bce-content-sha256`";
        Self::new(StatusCode::FORBIDDEN, "AccessDenied", message).counted(audit::Refusal::Malformed)
    }

    pub(super) fn operation_denied(what: &str) -> Self {
        Self::new(StatusCode::CONFLICT, "OperationDenied", what)
    }

    /// Access-key ids are public, so the vendor's own codes tell what is wrong (SEC-307). Whether a key is
    /// switched off shows only to who holds its secret.
    pub(super) fn not_accepted(refusal: Refusal) -> Self {
        let fault = match refusal {
            Refusal::UnknownKey | Refusal::Broken(..) => Self::no_such_key(),
            Refusal::WrongSignature => Self::bad(
                "SignatureDoesNotMatch",
                "the signature calculated from the request differs from the one provided",
            ),
            Refusal::NotFresh(_) => Self::bad("RequestExpired", "the request has expired, or lies in the future"),
            Refusal::Disabled => {
                Self::new(StatusCode::FORBIDDEN, "AccessDenied", "the access key or its user is disabled")
            }
            Refusal::BadToken => Self::new(
                StatusCode::FORBIDDEN,
                "InvalidAccessKeyId",
                "the token is not valid, or belongs to another access key",
            ),
            Refusal::SessionOver => {
                Self::new(StatusCode::FORBIDDEN, "AccessDenied", "the session has expired or was ended")
            }
        };
        fault.counted(refusal.into())
    }

    fn no_such_key() -> Self {
        let message = "the access key id does not exist in our records";
        Self::new(StatusCode::FORBIDDEN, "InvalidAccessKeyId", message)
    }

    /// What the fault is counted as, where it turns away somebody who did not prove who it is.
    pub(super) const fn refusal(&self) -> Option<audit::Refusal> {
        self.refusal
    }

    /// The answer; what only we may see goes to the log.
    pub(super) fn reply(self, request_id: &str) -> Reply {
        if let Some(cause) = self.cause {
            tracing::error!(cause = %cause, "a call failed");
        }
        let body = json!({ "requestId": request_id, "code": self.code, "message": self.message });
        let mut reply = reply(self.status, JSON, body.to_string());
        if let Some(seconds) = self.retry_after_s {
            reply.headers_mut().insert(hyper::header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        reply
    }
}

impl From<Unreadable> for Fault {
    fn from(unreadable: Unreadable) -> Self {
        Self::bad_uri(unreadable)
    }
}

impl From<MemberError> for Fault {
    fn from(error: MemberError) -> Self {
        Self::inappropriate_json(error.to_string())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::NotFound { .. } => Self::new(StatusCode::NOT_FOUND, "NotFound", message),
            // The service's documents name no code for a duplicate, a broken rule, a quota or a thing in use.
            Error::Stale => Self::new(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", message),
            Error::Exists { .. } | Error::Conflict | Error::IdempotencyKeyReused | Error::RequestReplayed => {
                Self::new(StatusCode::CONFLICT, "Conflict", message)
            }
            Error::Invalid { .. } | Error::WeakPassword { .. } => Self::inappropriate_json(message),
            Error::LimitExceeded { .. } => Self::new(StatusCode::FORBIDDEN, "LimitExceeded", message),
            Error::InUse { .. } | Error::Immutable { .. } | Error::LastAdministrator | Error::Oneself => {
                Self::new(StatusCode::CONFLICT, "OperationDenied", message)
            }
            // The service's own words for it, which its SDKs' tests expect.
            Error::Denied { why, .. } if matches!(*why, Why::Credential) => {
                Self::bad("InvalidRequest", "not support temporal credential")
            }
            Error::Denied { .. } | Error::StepUp { .. } => {
                Self::new(StatusCode::FORBIDDEN, "AccessDenied", format!("access denied: {message}"))
            }
            // The key was good when its signature was verified, and is no more.
            Error::Unauthenticated => Self::no_such_key().counted(audit::Refusal::Disabled),
            Error::RateLimited { retry_after_s } => Self {
                retry_after_s: Some(retry_after_s),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", message)
            },
            Error::Unavailable { retry_after_s } => Self {
                retry_after_s: Some(retry_after_s),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message)
            },
            Error::AuditUnavailable => Self::new(StatusCode::SERVICE_UNAVAILABLE, "AuditUnavailable", message),
            Error::OutcomeUnknown => Self::new(StatusCode::SERVICE_UNAVAILABLE, "OutcomeUnknown", message),
            Error::Internal(cause) => Self { cause: Some(cause.to_string()), ..Self::internal() },
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
            (Fault::no_authorization(), Some(audit::Refusal::Unsigned)),
            (Fault::bad_authorization(&"x"), Some(audit::Refusal::Malformed)),
            (Fault::bad_digest(), Some(audit::Refusal::Malformed)),
            (Fault::body_not_covered(), Some(audit::Refusal::Malformed)),
            (Fault::not_accepted(Refusal::WrongSignature), Some(audit::Refusal::WrongSignature)),
            (Error::Unauthenticated.into(), Some(audit::Refusal::Disabled)),
            (Error::Conflict.into(), None),
            (Fault::no_such_path(), None),
        ] {
            assert_eq!(fault.refusal(), counted, "{}", fault.message);
        }
    }
}
