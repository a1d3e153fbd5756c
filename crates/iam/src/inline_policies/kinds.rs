//! Whose an inline policy is.

use crate::{
    action::Action,
    attachments::{self, Holder, OfGroup, OfRole, OfUser},
    boundaries,
    door::{Needs, Read, Target},
    error::Result,
};

/// A kind of holder, with the actions that its inline policies take.
pub trait Kind: attachments::Kind {
    /// What it takes to give one a document.
    const PUT: Action;
    /// What it takes to show one.
    const GET: Action;
    /// What it takes to delete one.
    const DELETE: Action;
    /// What it takes to list them.
    const LIST: Action;
}

impl Kind for OfUser {
    const PUT: Action = Action::PutUserPolicy;
    const GET: Action = Action::GetUserPolicy;
    const DELETE: Action = Action::DeleteUserPolicy;
    const LIST: Action = Action::ListUserPolicies;
}

impl Kind for OfGroup {
    const PUT: Action = Action::PutGroupPolicy;
    const GET: Action = Action::GetGroupPolicy;
    const DELETE: Action = Action::DeleteGroupPolicy;
    const LIST: Action = Action::ListGroupPolicies;
}

impl Kind for OfRole {
    const PUT: Action = Action::PutRolePolicy;
    const GET: Action = Action::GetRolePolicy;
    const DELETE: Action = Action::DeleteRolePolicy;
    const LIST: Action = Action::ListRolePolicies;
}

/// A holder that was found.
#[derive(Debug)]
pub struct Found {
    pub(super) holder: Holder,
    target: Target,
    /// How conditions spell the policy that bounds it.
    boundary: Option<String>,
}

impl Found {
    pub(super) fn new(tx: &Read<'_>, holder: &impl Kind) -> Result<Self> {
        let (holder, target) = holder.find(tx)?;
        Ok(Self { holder, target, boundary: boundaries::spelled(tx, holder)? })
    }

    /// An action on it. Conditions can ask what bounds it.
    pub(super) fn needs(&self, action: Action) -> Needs {
        let needs = Needs::action(action).on(self.target.clone());
        match &self.boundary {
            Some(policy) => needs.with(boundaries::KEY, policy),
            None => needs,
        }
    }
}
