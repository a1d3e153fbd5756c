//! Failures, as people are told of them: what failed, that nothing changed, what to do next.

use askama::Template;
use edge::{Refused, Reply};
use hyper::{
    StatusCode,
    header::{HeaderValue, RETRY_AFTER},
};
use iam::{
    error::{Error, Noun, Quota},
    passwords::{Broken, Class},
};

use crate::{
    chrome::{Chrome, Section},
    form::address,
    reply, routes, rules,
    text::{Lang, Value},
    visit::Visit,
};

/// Why a request is not answered with its page.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It broke a bound of the edge.
    Refused(Refused),
    /// There is no such page.
    NothingHere,
    /// One must sign in first.
    SignIn,
    /// The form was not this console's, or belonged to another session.
    NotOwnForm,
    /// It brought a signature or a key beside its cookie (SEC-048).
    AmbiguousCredentials,
    /// It was sent to a name that is not this console's.
    WrongHost,
    /// The core refused.
    Core(Error),
    /// A fault of ours, which was logged.
    Internal,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl Failure {
    /// A fault of ours. Its cause goes to the log.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(cause = %cause, "a page failed");
        Self::Internal
    }
}

/// What was asked for, or nothing where that is not allowed: a page shows the rest.
pub(crate) fn allowed<T>(answer: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Failure::Core(Error::Denied { .. })) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// What a page says of a failure.
struct Told {
    status: StatusCode,
    title: String,
    text: String,
    /// Where the denial is explained.
    explain: Option<String>,
    icon: &'static str,
}

#[derive(Template)]
#[template(path = "failure/app.html")]
struct InApp {
    c: Chrome,
    told: Told,
    request_id: String,
}

#[derive(Template)]
#[template(path = "failure/gate.html")]
struct AtGate {
    c: Chrome,
    told: Told,
    request_id: String,
}

/// The page of a failure.
pub(crate) fn show(visit: &Visit, failure: Failure) -> Reply {
    let failure = match failure {
        Failure::SignIn | Failure::Core(Error::Unauthenticated) => return routes::to_sign_in(visit),
        other => other,
    };
    let told = tell(visit.lang, &failure, visit.session().ok().map(|session| session.user_name.as_str()));
    let (status, retry) = (told.status, retry_after(&failure));
    let (c, request_id) = (visit.chrome(Section::None), visit.received.origin.request_id.clone());
    let page = if c.who.is_some() {
        reply::page(status, &InApp { c, told, request_id })
    } else {
        reply::page(status, &AtGate { c, told, request_id })
    };
    let mut page = page.unwrap_or_else(|_| bare(&Failure::Internal, &visit.received.origin.request_id));
    if let Some(seconds) = retry {
        page.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    visit.seen(page)
}

/// A failure before it is known who asks, in words alone.
pub(crate) fn bare(failure: &Failure, request_id: &str) -> Reply {
    let told = tell(Lang::En, failure, None);
    let (title, text) = (told.title, told.text);
    reply::html(
        told.status,
        format!(
            "<!doctype html><html lang=\"en\"><title>{title}</title><h1>{title}</h1><p>{text}</p><p>{request_id}</p></html>"
        ),
    )
}

const fn retry_after(failure: &Failure) -> Option<u32> {
    match failure {
        Failure::Core(Error::Unavailable { retry_after_s } | Error::RateLimited { retry_after_s }) => {
            Some(*retry_after_s)
        }
        _ => None,
    }
}

fn tell(lang: Lang, failure: &Failure, who: Option<&str>) -> Told {
    let simple = |status, id: &str| {
        let (title, text) = (lang.say(&format!("{id}-title"), &[]), lang.say(&format!("{id}-text"), &[]));
        Told { status, title, text, explain: None, icon: "alert" }
    };
    match failure {
        Failure::Refused(refused) => {
            Told { text: refused.parts().1.to_owned(), ..simple(refused.parts().0, "failure-refused") }
        }
        Failure::NothingHere => simple(StatusCode::NOT_FOUND, "failure-nothing"),
        Failure::SignIn => simple(StatusCode::UNAUTHORIZED, "failure-sign-in"),
        Failure::NotOwnForm => simple(StatusCode::FORBIDDEN, "failure-form"),
        Failure::AmbiguousCredentials => simple(StatusCode::BAD_REQUEST, "failure-ambiguous"),
        Failure::WrongHost => simple(StatusCode::MISDIRECTED_REQUEST, "failure-host"),
        Failure::Internal | Failure::Core(Error::Internal(_)) => {
            if let Failure::Core(error) = failure {
                let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
                tracing::error!(cause = %cause, "a call failed");
            }
            simple(StatusCode::INTERNAL_SERVER_ERROR, "failure-internal")
        }
        Failure::Core(Error::Denied { action, resource, .. }) => {
            let values = [("action", Value::from(*action)), ("who", who.unwrap_or_default().into())];
            let resource = resource.as_str();
            let question = [("principal", who.unwrap_or_default()), ("action", *action), ("resource", resource)];
            Told {
                title: lang.say("failure-denied-title", &[]),
                text: lang.say("failure-denied-text", &values),
                explain: Some(address("/explain", &question)),
                icon: "lock",
                status: StatusCode::FORBIDDEN,
            }
        }
        Failure::Core(error) => Told { text: sentence(lang, error), ..simple(status(error), "failure-core") },
    }
}

/// The status of a page that tells of it.
pub(crate) const fn status(error: &Error) -> StatusCode {
    match error {
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::Invalid { .. } | Error::WeakPassword { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Denied { .. } | Error::StepUp { .. } => StatusCode::FORBIDDEN,
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Exists { .. }
        | Error::InUse { .. }
        | Error::LimitExceeded { .. }
        | Error::Immutable { .. }
        | Error::LastAdministrator
        | Error::Oneself
        | Error::Stale
        | Error::IdempotencyKeyReused
        | Error::RequestReplayed
        | Error::Conflict => StatusCode::CONFLICT,
        Error::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable { .. } | Error::AuditUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        Error::OutcomeUnknown | Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What the core says, in the reader's language: from the parts, not from its English text.
pub(crate) fn sentence(lang: Lang, error: &Error) -> String {
    let named =
        |id: &str, of: Noun, name: &str| lang.say(id, &[("noun", Value::Text(&noun(lang, of))), ("name", name.into())]);
    match error {
        Error::NotFound { noun, name } => named("failure-not-found", *noun, name),
        Error::Exists { noun, name } => named("failure-exists", *noun, name),
        Error::Immutable { noun, name } => named("failure-immutable", *noun, name),
        Error::InUse { noun, by } => named("failure-in-use", *noun, by),
        Error::Invalid { field, rule } => {
            let field = rules::field(lang, field);
            lang.say(
                "failure-invalid",
                &[("field", Value::Text(&field)), ("rule", Value::Text(&rules::rule(lang, rule)))],
            )
        }
        Error::WeakPassword { broken } => {
            let rules: Vec<String> = broken.iter().map(|broken| password_rule(lang, *broken)).collect();
            lang.paragraph(&rules)
        }
        Error::Denied { action, .. } => lang.say("failure-denied-short", &[("action", Value::from(*action))]),
        Error::LimitExceeded { quota: which, limit } => {
            let name = quota(lang, *which);
            lang.say("failure-limit", &[("quota", Value::Text(&name)), ("limit", (*limit).into())])
        }
        Error::LastAdministrator => lang.say("failure-last-administrator", &[]),
        Error::Oneself => lang.say("failure-oneself", &[]),
        Error::Stale | Error::Conflict => lang.say("failure-stale", &[]),
        Error::IdempotencyKeyReused | Error::RequestReplayed => lang.say("failure-replayed", &[]),
        Error::Unauthenticated => lang.say("failure-sign-in-text", &[]),
        Error::StepUp { .. } => lang.say("failure-step-up", &[]),
        Error::RateLimited { .. } => lang.say("sign-in-too-many", &[]),
        Error::Unavailable { .. } => lang.say("failure-unavailable", &[]),
        Error::AuditUnavailable => lang.say("failure-audit", &[]),
        Error::OutcomeUnknown => lang.say("failure-unknown", &[]),
        Error::Internal(_) => lang.say("failure-internal-text", &[]),
    }
}

/// What a password must have, as a sentence.
pub(crate) fn password_rule(lang: Lang, broken: Broken) -> String {
    let counted = |id: &str, n: usize| lang.say(id, &[("n", n.into())]);
    match broken {
        Broken::TooShort { least } => counted("password-too-short", least),
        Broken::TooLong { most } => counted("password-too-long", most),
        Broken::Lacks(Class::Upper) => lang.say("password-lacks-upper", &[]),
        Broken::Lacks(Class::Lower) => lang.say("password-lacks-lower", &[]),
        Broken::Lacks(Class::Digit) => lang.say("password-lacks-digit", &[]),
        Broken::Lacks(Class::Special) => lang.say("password-lacks-special", &[]),
        Broken::Common => lang.say("password-common", &[]),
        Broken::Name => lang.say("password-name", &[]),
        Broken::Used { last } => counted("password-used", last.into()),
    }
}

fn noun(lang: Lang, noun: Noun) -> String {
    lang.say(&format!("noun-{}", rules::slug(noun.word())), &[])
}

fn quota(lang: Lang, quota: Quota) -> String {
    let id = match quota {
        Quota::Users => "quota-users",
        Quota::AccessKeysPerUser => "quota-access-keys",
        Quota::ApiKeysPerUser => "quota-api-keys",
        Quota::Groups => "quota-groups",
        Quota::UsersPerGroup => "quota-users-per-group",
        Quota::GroupsPerUser => "quota-groups-per-user",
        Quota::Policies => "quota-policies",
        Quota::VersionsPerPolicy => "quota-versions",
        Quota::AttachmentsPerHolder => "quota-attachments",
        Quota::InlinePoliciesPerHolder => "quota-inline",
        Quota::Roles => "quota-roles",
        Quota::PartnerAccounts => "quota-partners",
    };
    lang.say(id, &[])
}
