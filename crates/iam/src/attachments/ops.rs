//! Attaching and detaching policies.

use base::{ids::PolicyId, timestamp::Timestamp};

use super::{ATTACHMENTS, Holder, Kind, sql};
use crate::{
    action::Action,
    boundaries,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Error, Noun, Quota, Result},
    policies::{self, Policy, PolicyRef},
    quotas,
};

/// Attaches a policy to a user, a group or a role. Where it is attached already, nothing changes.
///
/// Errors: `NotFound` for either, `LimitExceeded` at the quota.
#[derive(Debug, Clone)]
pub struct Attach<K> {
    /// To whom.
    pub holder: K,
    /// Which.
    pub policy: PolicyRef,
}

/// A holder and a policy that were found.
#[derive(Debug)]
pub struct Pair {
    holder: Holder,
    target: Target,
    policy: Policy,
    /// How conditions spell the policy.
    spelled: String,
    /// How conditions spell the policy that bounds the holder.
    boundary: Option<String>,
}

impl<K: Kind> Operation for Attach<K> {
    const ACTION: Action = K::ATTACH;
    type Found = Pair;
    type Output = ();

    fn named(&self) -> Target {
        self.holder.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Pair> {
        Pair::new(tx, &self.holder, policies::by_ref(tx, &self.policy)?)
    }

    fn needs(&self, pair: &Pair) -> Needs {
        pair.needs(Self::ACTION)
    }

    fn run(&self, Pair { holder, policy, .. }: Pair, tx: &mut Write<'_>) -> Result<()> {
        let [kind, number, id] = holder.attachment(policy.id);
        if !tx.insert(&ATTACHMENTS, &[kind, number, id, tx.now().into()])? {
            return Ok(());
        }
        // The new row is among those counted.
        quotas::check(tx, Quota::AttachmentsPerHolder, sql::count_of_holder(tx, holder)? - 1)?;
        tx.changed(holder.change());
        Ok(())
    }
}

/// Detaches a policy.
///
/// Errors: `NotFound` for either, and where it is not attached.
#[derive(Debug, Clone)]
pub struct Detach<K> {
    /// From whom.
    pub holder: K,
    /// Which.
    pub policy: PolicyRef,
}

impl<K: Kind> Operation for Detach<K> {
    const ACTION: Action = K::DETACH;
    type Found = Pair;
    type Output = ();

    fn named(&self) -> Target {
        self.holder.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Pair> {
        Pair::new(tx, &self.holder, policies::held_by_ref(tx, &self.policy)?)
    }

    fn needs(&self, pair: &Pair) -> Needs {
        pair.needs(Self::ACTION)
    }

    fn run(&self, Pair { holder, policy, .. }: Pair, tx: &mut Write<'_>) -> Result<()> {
        if detach(tx, holder, policy.id)? { Ok(()) } else { Err(Error::not_found(Noun::Attachment, policy.name)) }
    }
}

/// Lists the policies of a user, a group or a role: all of them, by their ids, the system's first. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct ListAttached<K> {
    /// Whose.
    pub holder: K,
}

/// A policy that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The policy.
    pub policy: Policy,
    /// Since when.
    pub attached: Timestamp,
}

impl<K: Kind> Query for ListAttached<K> {
    const ACTION: Action = K::LIST;
    type Found = (Holder, Target);
    type Output = Vec<Attached>;

    fn named(&self) -> Target {
        self.holder.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<(Holder, Target)> {
        self.holder.find(tx)
    }

    fn needs(&self, (_, target): &(Holder, Target)) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (holder, _): (Holder, Target), tx: &Read<'_>) -> Result<Vec<Attached>> {
        sql::of_holder(tx, holder)
    }
}

impl Pair {
    fn new(tx: &Read<'_>, holder: &impl Kind, policy: Policy) -> Result<Self> {
        let (holder, target) = holder.find(tx)?;
        let boundary = boundaries::spelled(tx, holder)?;
        Ok(Self { holder, target, spelled: policy.spelled(tx.account()), boundary, policy })
    }

    /// The action on both (SEC-083); conditions can ask which policy it is, and what bounds the holder.
    fn needs(&self, action: Action) -> Needs {
        let needs = Needs::action(action).on(self.target.clone()).and(action, self.policy.target());
        let needs = needs.with("iam:PolicyArn", &self.spelled);
        match &self.boundary {
            Some(policy) => needs.with(boundaries::KEY, policy),
            None => needs,
        }
    }
}

/// Takes a policy from a holder; `false` where it has it not.
pub(crate) fn detach(tx: &mut Write<'_>, holder: Holder, policy: PolicyId) -> Result<bool> {
    let detached = tx.delete(&ATTACHMENTS, &holder.attachment(policy))?;
    if detached {
        tx.changed(holder.change());
    }
    Ok(detached)
}

/// Takes all policies from a holder, which is being deleted.
pub(crate) fn delete_all(tx: &mut Write<'_>, holder: Holder) -> Result<()> {
    for policy in sql::ids_of_holder(tx, holder)? {
        detach(tx, holder, policy)?;
    }
    Ok(())
}
