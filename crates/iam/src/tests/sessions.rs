//! Sessions on both databases: how they begin, what they may do, how they end, and what the trails tell of it.

mod begin;
mod chains;
mod ending;
mod foreign;
mod nodes;
mod trails;

pub(super) use self::begin::by_api_key;
use super::support::{
    Company,
    deeds::{allow, create_role, document, put, role, trusting},
};
use crate::{
    caller::Caller,
    error::{Error, Result, Why},
    roles::{Changes, MaxSession},
    sessions::{Assumed, Credentials},
    tests::support::deeds::update_role,
};

/// A role that trusts its whole account, and whose sessions may look at users.
fn reading_role(company: &Company<'_>, name: &str) {
    company.does(create_role(name, trusting(&company.account().to_string())));
    company.does(put(role(name), "reads", document([allow(&["iam:GetUser", "iam:ListUsers"], &["*"])])));
}

/// A role that trusts another account, and whose sessions may look at users.
fn role_for(company: &Company<'_>, name: &str, other: &Company<'_>) {
    company.does(create_role(name, trusting(&other.account().to_string())));
    company.does(put(role(name), "reads", document([allow(&["iam:GetUser", "iam:ListUsers"], &["*"])])));
}

/// Lets a role's sessions assume others.
fn may_assume(company: &Company<'_>, name: &str) {
    company.does(put(role(name), "assumes", document([allow(&["sts:*"], &["*"])])));
}

fn lasts(company: &Company<'_>, name: &str, seconds: u64) {
    let max_session = Some(MaxSession::from_seconds(seconds).unwrap());
    company.does(update_role(name, Changes { max_session, ..Changes::default() }));
}

/// Why something was denied, in a word.
fn refusal<T: std::fmt::Debug>(answer: &Result<T>) -> &'static str {
    match answer {
        Err(Error::Denied { why, .. }) => match **why {
            Why::Kind => "kind",
            Why::Policies(_) => "policies",
            Why::Trust => "trust",
            Why::Credential => "credential",
            Why::Limited => "limited",
            Why::Root => "root",
            _ => "guard",
        },
        Err(Error::Invalid { .. }) => "invalid",
        Err(Error::NotFound { .. }) => "absent",
        Err(Error::Unauthenticated) => "unauthenticated",
        other => panic!("{other:?}"),
    }
}

fn seconds(credentials: &Credentials) -> i64 {
    credentials.expires.seconds() - credentials.issued.seconds()
}

/// Somebody's session, and as it calls.
struct Begun {
    credentials: Credentials,
    caller: Caller,
}

impl Begun {
    fn new(company: &Company<'_>, credentials: Credentials) -> Self {
        let caller = super::support::calling(company.node, &credentials);
        Self { credentials, caller }
    }

    fn assumed(company: &Company<'_>, assumed: Assumed) -> Self {
        Self::new(company, assumed.credentials)
    }
}
