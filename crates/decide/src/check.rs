//! The decision: may this principal do this action on this resource?
//!
//! Default deny. As long as no policy exists the rule is short: an account's root user may do
//! everything in its account, and nobody else anything.

use base::ids::{AccountId, UserId};

use crate::snapshot::{Kind, Snapshot};

/// A thing that an action is done to: a service's resource in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The account that owns it.
    pub account: AccountId,
    /// What it is called inside the `iam` service, as `user/alice`.
    pub path: String,
}

/// The question.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Who asks to act.
    pub principal: UserId,
    /// The action's name, as `iam:CreateUser`.
    pub action: &'a str,
    /// What it would be done to.
    pub resource: &'a Resource,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a decision that nobody looks at protects nothing"]
pub enum Decision {
    /// It may.
    Allow,
    /// Nothing allows it.
    ImplicitDeny,
}

/// Decides. An unknown or disabled principal, and one of another account, gets a deny.
pub fn check(snapshot: &Snapshot, request: &Request<'_>) -> Decision {
    match snapshot.principals.get(&request.principal) {
        Some(principal)
            if principal.kind == Kind::Root && principal.enabled && principal.account == request.resource.account =>
        {
            Decision::Allow
        }
        _ => Decision::ImplicitDeny,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::snapshot::Principal;

    #[test]
    fn root_may_in_its_own_account_and_nobody_else_may() {
        let [home, away] = [100_000_000_000, 200_000_000_000].map(|n| AccountId::new(n).unwrap());
        let [root, user, off, nobody] = [1, 2, 3, 4].map(|n| UserId::new(n).unwrap());
        let mut snapshot = Snapshot::default();
        let mut add = |id, kind, enabled| {
            snapshot
                .principals
                .insert(id, Arc::new(Principal { id, account: home, kind, enabled, groups: Vec::new() }));
        };
        add(root, Kind::Root, true);
        add(user, Kind::User { name: "alice".into(), path: "/".into() }, true);
        add(off, Kind::Root, false);
        let ask = |principal, account| {
            let resource = Resource { account, path: "user/alice".into() };
            check(&snapshot, &Request { principal, action: "iam:GetUser", resource: &resource })
        };
        assert_eq!(ask(root, home), Decision::Allow);
        for (principal, account) in [(root, away), (user, home), (off, home), (nobody, home)] {
            assert_eq!(ask(principal, account), Decision::ImplicitDeny);
        }
    }
}
