//! Errors in the dialect's form: `{"code", "message", "requestId"}` (SEC-002).

use std::fmt::Display;

use decide::verify::Refusal;
use edge::{JSON, Refused, Reply, reply};
use hyper::{
    StatusCode,
    header::{ALLOW, HeaderValue, RETRY_AFTER},
};
use iam::{audit, error::Error};
use serde_json::{Value, json};
use signing::sigv4::Malformed;

use crate::{members::MemberError, paths::Unreadable};

/// Writes the enum, the table and the list from one text, so that a code without a row cannot be.
macro_rules! codes {
    ($($code:ident: $status:ident, $about:literal;)+) => {
        /// The codes of errors.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Code {
            $($code,)+
        }

        /// All of them, in the order of their statuses.
        pub(super) static CODES: &[Code] = &[$(Code::$code,)+];

        impl Code {
            /// As the wire has it.
            pub(super) const fn word(self) -> &'static str {
                match self {
                    $(Self::$code => stringify!($code),)+
                }
            }

            /// The status with which it comes.
            pub(super) const fn status(self) -> StatusCode {
                match self {
                    $(Self::$code => StatusCode::$status,)+
                }
            }

            /// What it means, and what to do about it.
            pub(super) const fn about(self) -> &'static str {
                match self {
                    $(Self::$code => $about,)+
                }
            }
        }
    };
}

codes! {
    InvalidRequest: BAD_REQUEST, "The request is not as it must be, or a value in it breaks a rule; the message says which. (The same code comes with 408, 414 and 431 where the request is too slow, its URL or its headers too long.)";
    WeakPassword: BAD_REQUEST, "The password may not be set; the message tells every rule that it breaks.";
    AmbiguousCredentials: BAD_REQUEST, "The request brings more than one credential.";
    AccessDenied: FORBIDDEN, "The request is not signed, its credential is switched off, or the caller may not do this.";
    InvalidAccessKeyId: FORBIDDEN, "There is no such access key, or it is no longer there.";
    SignatureDoesNotMatch: FORBIDDEN, "The signature is not the one that the request and the key's secret give.";
    RequestExpired: FORBIDDEN, "The request was signed too long ago, or in the future. The message tells the time here.";
    InvalidToken: FORBIDDEN, "The session's token is not valid, or belongs to another access key.";
    ExpiredToken: FORBIDDEN, "The session has expired or was ended.";
    StepUpRequired: FORBIDDEN, "The caller must prove once more who it is before it may do this.";
    LimitExceeded: FORBIDDEN, "One more would exceed a quota.";
    Immutable: FORBIDDEN, "It is the system's own and the same for everybody.";
    NotFound: NOT_FOUND, "There is no such thing in the caller's account, or no such call.";
    MethodNotAllowed: METHOD_NOT_ALLOWED, "The path does not know the method; `Allow` lists those it knows.";
    Exists: CONFLICT, "A thing of that name is there already.";
    Conflict: CONFLICT, "Somebody else made or changed the same thing at the same moment. Ask again.";
    InUse: CONFLICT, "Something else needs it as it is.";
    LastAdministrator: CONFLICT, "Nobody could administer the account afterwards.";
    Oneself: CONFLICT, "Nobody switches off or deletes the user that they act as.";
    IdempotencyKeyReused: CONFLICT, "The idempotency key was used for another request.";
    RequestReplayed: CONFLICT, "The request was done before, and its answer held a secret, which is not kept.";
    PreconditionFailed: PRECONDITION_FAILED, "It was changed since the version in `If-Match`. Look at it again.";
    RequestTooLarge: PAYLOAD_TOO_LARGE, "The body is larger than 256 KiB.";
    TooManyRequests: TOO_MANY_REQUESTS, "Too many attempts. Ask again after `Retry-After` seconds.";
    InternalError: INTERNAL_SERVER_ERROR, "A fault of ours. The request's id leads to its cause in the log.";
    ServiceUnavailable: SERVICE_UNAVAILABLE, "Not now; nothing was changed. Ask again after `Retry-After` seconds.";
    AuditUnavailable: SERVICE_UNAVAILABLE, "The audit trail cannot be written, so nothing may be changed.";
    OutcomeUnknown: SERVICE_UNAVAILABLE, "Whether the change was made is not known. Asking again with the same idempotency key is safe.";
}

/// An error on its way out.
#[derive(Debug)]
pub(super) struct Fault {
    status: StatusCode,
    code: Code,
    message: String,
    retry_after_s: Option<u32>,
    /// The methods that the path knows.
    allow: Option<String>,
    /// What it is counted as, where it turns somebody unknown away.
    refusal: Option<audit::Refusal>,
    /// For the log only.
    cause: Option<String>,
}

impl Fault {
    fn new(code: Code, message: impl Into<String>) -> Self {
        let (status, message) = (code.status(), message.into());
        Self { status, code, message, retry_after_s: None, allow: None, refusal: None, cause: None }
    }

    fn counted(self, refusal: audit::Refusal) -> Self {
        Self { refusal: Some(refusal), ..self }
    }

    /// The request is not as it must be.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidRequest, message)
    }

    pub(super) fn refused(refused: Refused) -> Self {
        let (status, message) = refused.parts();
        let code = if status == StatusCode::PAYLOAD_TOO_LARGE { Code::RequestTooLarge } else { Code::InvalidRequest };
        Self { status, ..Self::new(code, message) }
    }

    /// A fault of ours. Errors tell nothing of the cause.
    pub(super) fn internal(cause: impl Display) -> Self {
        Self { cause: Some(cause.to_string()), ..Self::panicked() }
    }

    /// A fault of ours whose cause is in the log already.
    pub(super) fn panicked() -> Self {
        Self::new(Code::InternalError, "internal error")
    }

    pub(super) fn no_such_path() -> Self {
        Self::new(Code::NotFound, "there is no such call")
    }

    /// There is no such thing, as its name already tells.
    pub(super) fn no_such(noun: &str, name: &str) -> Self {
        Self::new(Code::NotFound, format!("{noun} `{}` does not exist", base::text::shown(name)))
    }

    pub(super) fn method_not_allowed(allowed: &[&str]) -> Self {
        let fault = Self::new(Code::MethodNotAllowed, "the call does not know this method");
        Self { allow: Some(allowed.join(", ")), ..fault }
    }

    /// The version for which a change is meant is none that we gave.
    pub(super) fn stale() -> Self {
        Error::Stale.into()
    }

    /// The request's signature cannot be read.
    pub(super) fn bad_signature(malformed: Malformed) -> Self {
        match malformed {
            Malformed::Unsigned => Self::new(Code::AccessDenied, "the request is not signed").counted(UNSIGNED),
            Malformed::InHeaderAndQuery => Self::ambiguous(malformed.to_string()),
            other => Self::malformed(&other),
        }
    }

    /// The request brings more than one credential.
    pub(super) fn ambiguous(message: impl Into<String>) -> Self {
        Self::new(Code::AmbiguousCredentials, message).counted(MALFORMED)
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
            Refusal::WrongSignature => Self::new(
                Code::SignatureDoesNotMatch,
                "the signature is not the one that the request and the key's secret give",
            ),
            Refusal::NotFresh(_) => {
                Self::new(Code::RequestExpired, format!("the request has expired, or lies in the future: it is {now}"))
            }
            Refusal::Disabled => Self::new(Code::AccessDenied, "the access key or its user is disabled"),
            Refusal::BadToken => {
                Self::new(Code::InvalidToken, "the token is not valid, or belongs to another access key")
            }
            Refusal::SessionOver => Self::new(Code::ExpiredToken, "the session has expired or was ended"),
        };
        fault.counted(refusal.into())
    }

    fn no_such_key() -> Self {
        Self::new(Code::InvalidAccessKeyId, "there is no such access key")
    }

    /// The caller asked about somebody else's principals.
    pub(super) fn not_your_principals() -> Self {
        Self::new(
            Code::AccessDenied,
            "access denied: only a service's account, as the operator lists them, asks about principals of others",
        )
    }

    /// What the fault is counted as, where it turns away somebody who did not prove who it is.
    pub(super) const fn refusal(&self) -> Option<audit::Refusal> {
        self.refusal
    }

    /// As an error of the core, where an answer cannot be written in the midst of a change.
    pub(super) fn into_error(self) -> Error {
        Error::Internal(self.cause.unwrap_or(self.message).into())
    }

    /// Its code.
    #[cfg(test)]
    pub(super) fn code(&self) -> &'static str {
        self.code.word()
    }

    /// It as a part of an answer.
    pub(super) fn to_json(&self) -> Value {
        json!({ "code": self.code.word(), "message": self.message })
    }

    /// The answer; what only we may see goes to the log.
    pub(super) fn reply(self, request_id: &str) -> Reply {
        if let Some(cause) = self.cause {
            tracing::error!(cause = %cause, "a call failed");
        }
        let body = json!({ "code": self.code.word(), "message": self.message, "requestId": request_id });
        let mut reply = reply(self.status, JSON, body.to_string());
        if let Some(seconds) = self.retry_after_s {
            reply.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(allow) = self.allow.and_then(|allow| HeaderValue::try_from(allow).ok()) {
            reply.headers_mut().insert(ALLOW, allow);
        }
        reply
    }
}

const UNSIGNED: audit::Refusal = audit::Refusal::Unsigned;
const MALFORMED: audit::Refusal = audit::Refusal::Malformed;

impl From<Unreadable> for Fault {
    fn from(unreadable: Unreadable) -> Self {
        Self::invalid(format!("the URI could not be read: {unreadable}"))
    }
}

impl From<MemberError> for Fault {
    fn from(error: MemberError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::NotFound { .. } => Self::new(Code::NotFound, message),
            Error::Exists { .. } => Self::new(Code::Exists, message),
            Error::Conflict => Self::new(Code::Conflict, message),
            Error::Stale => Self::new(Code::PreconditionFailed, message),
            Error::IdempotencyKeyReused => Self::new(Code::IdempotencyKeyReused, message),
            Error::RequestReplayed => Self::new(Code::RequestReplayed, message),
            Error::InUse { .. } => Self::new(Code::InUse, message),
            Error::LastAdministrator => Self::new(Code::LastAdministrator, message),
            Error::Oneself => Self::new(Code::Oneself, message),
            Error::Invalid { .. } => Self::invalid(message),
            Error::WeakPassword { .. } => Self::new(Code::WeakPassword, message),
            Error::LimitExceeded { .. } => Self::new(Code::LimitExceeded, message),
            Error::Immutable { .. } => Self::new(Code::Immutable, message),
            Error::Denied { .. } => Self::new(Code::AccessDenied, format!("access denied: {message}")),
            // The key was good when its signature was verified, and is no more.
            Error::Unauthenticated => Self::no_such_key().counted(audit::Refusal::Disabled),
            Error::StepUp { .. } => Self::new(Code::StepUpRequired, message),
            Error::RateLimited { retry_after_s } => {
                Self { retry_after_s: Some(retry_after_s), ..Self::new(Code::TooManyRequests, message) }
            }
            Error::Unavailable { retry_after_s } => {
                Self { retry_after_s: Some(retry_after_s), ..Self::new(Code::ServiceUnavailable, message) }
            }
            Error::AuditUnavailable => Self::new(Code::AuditUnavailable, message),
            Error::OutcomeUnknown => Self::new(Code::OutcomeUnknown, message),
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
