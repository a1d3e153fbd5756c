//! What can be done with permissions boundaries.

use super::{BOUNDARIES, KEY, sql};
use crate::{
    action::Action,
    attachments::{Holder, Kind, OfRole, OfUser},
    db::Value,
    door::{Needs, Operation, Read, Target, Write},
    error::{Error, Noun, Result},
    policies::{self, Policy, PolicyRef},
};

/// A kind of holder that can have a boundary: users and roles. Groups have none.
pub trait Bounded: Kind {
    /// What it takes to set one.
    const PUT: Action;
    /// What it takes to take it away.
    const DELETE: Action;

    /// The name, as the request has it.
    fn name(&self) -> &str;
}

impl Bounded for OfUser {
    const PUT: Action = Action::PutUserPermissionsBoundary;
    const DELETE: Action = Action::DeleteUserPermissionsBoundary;

    fn name(&self) -> &str {
        &self.0
    }
}

impl Bounded for OfRole {
    const PUT: Action = Action::PutRolePermissionsBoundary;
    const DELETE: Action = Action::DeleteRolePermissionsBoundary;

    fn name(&self) -> &str {
        &self.0
    }
}

/// Sets a boundary, in place of the one that is there.
///
/// Errors: `NotFound` for either.
#[derive(Debug, Clone)]
pub struct Put<K> {
    /// Whose.
    pub holder: K,
    /// The policy that bounds it.
    pub policy: PolicyRef,
}

/// Whom a boundary is about, and the policy, as conditions spell it.
#[derive(Debug)]
pub struct Found {
    holder: Holder,
    target: Target,
    policy: Policy,
    spelled: String,
}

impl Found {
    fn new(tx: &Read<'_>, (holder, target): (Holder, Target), policy: Policy) -> Self {
        let spelled = policy.spelled(tx.account());
        Self { holder, target, policy, spelled }
    }

    /// The action on the holder and on the policy.
    fn needs(&self, action: Action) -> Needs {
        let needs = Needs::action(action).on(self.target.clone()).and(action, self.policy.target());
        needs.with(KEY, &self.spelled)
    }
}

impl<K: Bounded> Operation for Put<K> {
    const ACTION: Action = K::PUT;
    type Found = Found;
    type Output = ();

    fn named(&self) -> Target {
        self.holder.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Found> {
        let holder = self.holder.find(tx)?;
        Ok(Found::new(tx, holder, policies::by_ref(tx, &self.policy)?))
    }

    fn needs(&self, found: &Found) -> Needs {
        found.needs(Self::ACTION)
    }

    fn run(&self, found: Found, tx: &mut Write<'_>) -> Result<()> {
        let (holder, policy, now) = (found.holder, found.policy.id, tx.now());
        let [kind, id] = key(holder);
        if tx.insert(&BOUNDARIES, &[kind, id, policy.into(), now.into()])? {
            tx.changed(holder.change());
        } else if tx.update(&BOUNDARIES, &key(holder), &[("policy_id", policy.into())])? {
            tx.update(&BOUNDARIES, &key(holder), &[("set_us", now.into())])?;
            tx.changed(holder.change());
        }
        Ok(())
    }
}

/// Takes a boundary away. Errors: `NotFound` for the holder, and where it has none.
#[derive(Debug, Clone)]
pub struct Delete<K> {
    /// Whose.
    pub holder: K,
}

impl<K: Bounded> Operation for Delete<K> {
    const ACTION: Action = K::DELETE;
    type Found = Found;
    type Output = ();

    fn named(&self) -> Target {
        self.holder.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Found> {
        let (holder, target) = self.holder.find(tx)?;
        let policy = sql::of_holder(tx, holder)?;
        let policy = policy.ok_or_else(|| Error::not_found(Noun::PermissionsBoundary, self.holder.name()))?;
        let policy = policies::held_by_ref(tx, &PolicyRef::Id(policy))?;
        Ok(Found::new(tx, (holder, target), policy))
    }

    fn needs(&self, found: &Found) -> Needs {
        found.needs(Self::ACTION)
    }

    fn run(&self, found: Found, tx: &mut Write<'_>) -> Result<()> {
        delete_of(tx, found.holder)
    }
}

/// The policy that bounds a holder, where there is one.
pub(crate) fn of(tx: &Read<'_>, holder: Holder) -> Result<Option<Policy>> {
    let policy = sql::of_holder(tx, holder)?;
    policy.map(|policy| policies::held_by_ref(tx, &PolicyRef::Id(policy))).transpose()
}

/// How conditions spell it.
pub(crate) fn spelled(tx: &Read<'_>, holder: Holder) -> Result<Option<String>> {
    Ok(of(tx, holder)?.map(|policy| policy.spelled(tx.account())))
}

/// Takes the boundary away from a holder that may have one.
pub(crate) fn delete_of(tx: &mut Write<'_>, holder: Holder) -> Result<()> {
    if tx.delete(&BOUNDARIES, &key(holder))? {
        tx.changed(holder.change());
    }
    Ok(())
}

/// The row's key.
fn key(holder: Holder) -> [Value; 2] {
    [holder.kind().into(), holder.number().into()]
}
