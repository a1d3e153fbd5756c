//! Questions that each snapshot is asked about everybody, and that it must decide as the naive model does at the same
//! revision.

use std::collections::BTreeMap;

use base::{
    ids::{AccountId, UserId},
    timestamp::Timestamp,
};
use decide::{
    check::{Decision, Question, Resource, check},
    facts::Circumstances,
    identity::{Actor, Who},
    snapshot::Snapshot,
};
use policy::request::ResourceName;

use super::{
    history::{Violation, ensure},
    power::Holding,
};

/// To whom something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    Itself,
    Nobody,
}

/// Together they tell each document from each other one.
const PROBES: [(&str, To); 7] = [
    ("iam:CreateUser", To::Nobody),
    ("iam:CreateAccessKey", To::Nobody),
    ("iam:CreateAccessKey", To::Itself),
    ("iam:AttachUserPolicy", To::Nobody),
    ("iam:GetPolicy", To::Nobody),
    ("bos:GetObject", To::Nobody),
    ("bos:PutObject", To::Nobody),
];
/// No user bears this name.
const NOBODY: &str = "user/nobody";

/// Asks about everybody in an account who holds something at the revision that the snapshot shows.
pub(super) fn ask(snapshot: &Snapshot, account: AccountId, holdings: &BTreeMap<u64, Holding>) -> Result<(), Violation> {
    for (principal, holding) in holdings {
        let id = UserId::new(*principal).map_err(Violation::new)?;
        ask_as(snapshot, account, Who::unlimited(Actor::User(id)), holding)?;
    }
    Ok(())
}

/// Asks about whoever acts, who holds that as far as its credential leaves it. What a document limits may do nothing that
/// whose it is may not.
pub(super) fn ask_as(
    snapshot: &Snapshot,
    account: AccountId,
    who: Who<'_>,
    holding: &Holding,
) -> Result<(), Violation> {
    let digits = account.to_string();
    for (action, to) in PROBES {
        let path = if to == To::Itself { &holding.path } else { NOBODY };
        let name = ResourceName::Named { partition: None, service: "iam", region: "", account: &digits, path };
        let known = snapshot.system.catalogue.action(action);
        let action_known = known.ok_or_else(|| Violation::new(format!("the catalogue does not know {action}")))?;
        let is_allowed = |who| {
            let question = Question {
                who,
                action: action_known,
                resource: Resource { account, name, tags: &[] },
                circumstances: &Circumstances::at(Timestamp::from_micros(0)),
            };
            check(snapshot, &question) == Decision::Allow
        };
        let (allowed, right) = (is_allowed(who), holding.enabled && holding.may(action, path));
        ensure!(
            allowed == right,
            "{:?} may {action} to {path}: {allowed}, and right is {right}, as it holds {holding:?}",
            who.actor
        );
        let whole = Who { limit: None, ..who };
        ensure!(!allowed || is_allowed(whole), "{:?} may {action} by a credential, and not by itself", who.actor);
    }
    Ok(())
}
