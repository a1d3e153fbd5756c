//! What must be allowed before an operation runs, and asking for it.

use base::ids::AccountId;
use decide::{
    check::{self, Decision, Request, Resource},
    snapshot::Snapshot,
};

use crate::{
    action::{Action, Gate},
    caller::Caller,
    error::{Error, Result},
};

/// A thing in the account that an action is done to, as policies call it: `user/alice`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(String);

impl Target {
    /// The account itself.
    pub fn account() -> Self {
        Self("account".to_owned())
    }

    /// The account's root user.
    pub fn root() -> Self {
        Self("root".to_owned())
    }

    /// The collection of users under a path.
    pub fn users() -> Self {
        Self("user/*".to_owned())
    }

    /// A user as the request names it, before its path is known.
    pub fn user(name: &str) -> Self {
        Self(format!("user/{name}"))
    }

    /// A user that was found: its path is part of what policies call it.
    pub fn user_at(path: &str, name: &str) -> Self {
        Self(format!("user{path}{name}"))
    }

    /// The collection of groups.
    pub fn groups() -> Self {
        Self("group/*".to_owned())
    }

    /// A group as the request names it, before its path is known.
    pub fn group(name: &str) -> Self {
        Self(format!("group/{name}"))
    }

    /// A group that was found.
    pub fn group_at(path: &str, name: &str) -> Self {
        Self(format!("group{path}{name}"))
    }
}

/// Everything that must be allowed, one action on one target each. Never empty: it begins with an action.
#[derive(Debug, Clone)]
#[must_use = "needs that nobody asks about protect nothing"]
pub struct Needs {
    first: (Action, Target),
    others: Vec<(Action, Target)>,
}

/// Half of a need: an action that still wants its target.
#[derive(Debug, Clone, Copy)]
#[must_use = "an action without a target is no need yet"]
pub struct NeedsAction(Action);

impl Needs {
    /// Begins with an action.
    pub const fn action(action: Action) -> NeedsAction {
        NeedsAction(action)
    }

    /// Needs another action on another target as well.
    pub fn and(mut self, action: Action, target: Target) -> Self {
        self.others.push((action, target));
        self
    }

    /// The targets, for the audit event.
    pub(super) fn resources(&self) -> Vec<String> {
        std::iter::once(&self.first).chain(&self.others).map(|(_, target)| target.0.clone()).collect()
    }

    /// Asks for all of them. Errors: `Denied` with the first that is missing; `Unauthenticated` where the
    /// caller's credential has ceased to be good since it was verified.
    pub(super) fn ask(&self, caller: &Caller, account: AccountId, snapshot: &Snapshot) -> Result<()> {
        still_good(caller, snapshot)?;
        for (action, target) in std::iter::once(&self.first).chain(&self.others) {
            let row = action.row();
            let resource = Resource { account, path: target.0.clone() };
            let allowed = match (row.gate, caller) {
                (Gate::Operator | Gate::PolicyOrOperator, Caller::Operator { .. }) => true,
                (Gate::Policy | Gate::PolicyOrOperator, Caller::Principal { principal, .. }) => {
                    let request = Request { principal: *principal, action: row.name, resource: &resource };
                    check::check(snapshot, &request) == Decision::Allow
                }
                (Gate::Operator, Caller::Principal { .. })
                | (Gate::Policy, Caller::Operator { .. })
                | (Gate::Internal, _) => false,
            };
            if !allowed {
                return Err(Error::Denied { action: row.name, resource: resource.path });
            }
        }
        Ok(())
    }
}

impl NeedsAction {
    /// … on this target.
    pub fn on(self, target: Target) -> Needs {
        Needs { first: (self.0, target), others: Vec::new() }
    }
}

/// Looks again, in the newest snapshot, whether key and principal are still what was verified: a key that
/// is being deleted must not do one thing more (SEC-078).
fn still_good(caller: &Caller, snapshot: &Snapshot) -> Result<()> {
    let Caller::Principal { account, principal, access_key, .. } = caller else { return Ok(()) };
    let key = snapshot.access_keys.get(access_key).filter(|key| key.enabled && key.owner == *principal);
    let owner = snapshot.principals.get(principal).filter(|owner| owner.enabled && owner.account == *account);
    if key.is_some() && owner.is_some() { Ok(()) } else { Err(Error::Unauthenticated) }
}
