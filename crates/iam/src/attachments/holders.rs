//! Users, groups and roles as requests name them.

use std::fmt::Debug;

use super::Holder;
use crate::{
    action::Action,
    door::{Read, Target},
    error::Result,
    groups, roles, users,
};

/// A kind of holder, as the name of one of it. What is done with the policies of users, groups and roles is the same,
/// and is written once for all; the actions that it takes are not, and an operation's action must be known when the
/// program is compiled. So each kind is a type.
pub trait Kind: Debug + Clone + Send + 'static {
    /// What it takes to attach a policy to one.
    const ATTACH: Action;
    /// What it takes to detach one.
    const DETACH: Action;
    /// What it takes to list them.
    const LIST: Action;

    /// What is asked about while nothing is known but the name.
    fn named(&self) -> Target;

    /// The one of that name, and what policies call it. Errors: `NotFound`.
    fn find(&self, tx: &Read<'_>) -> Result<(Holder, Target)>;
}

/// The user of this name.
#[derive(Debug, Clone)]
pub struct OfUser(pub String);

/// The group of this name.
#[derive(Debug, Clone)]
pub struct OfGroup(pub String);

/// The role of this name.
#[derive(Debug, Clone)]
pub struct OfRole(pub String);

impl Kind for OfUser {
    const ATTACH: Action = Action::AttachUserPolicy;
    const DETACH: Action = Action::DetachUserPolicy;
    const LIST: Action = Action::ListAttachedUserPolicies;

    fn named(&self) -> Target {
        Target::user(&self.0)
    }

    fn find(&self, tx: &Read<'_>) -> Result<(Holder, Target)> {
        users::by_name(tx, &self.0).map(|user| (Holder::User(user.id), user.target()))
    }
}

impl Kind for OfGroup {
    const ATTACH: Action = Action::AttachGroupPolicy;
    const DETACH: Action = Action::DetachGroupPolicy;
    const LIST: Action = Action::ListAttachedGroupPolicies;

    fn named(&self) -> Target {
        Target::group(&self.0)
    }

    fn find(&self, tx: &Read<'_>) -> Result<(Holder, Target)> {
        groups::by_name(tx, &self.0).map(|group| (Holder::Group(group.id), group.target()))
    }
}

impl Kind for OfRole {
    const ATTACH: Action = Action::AttachRolePolicy;
    const DETACH: Action = Action::DetachRolePolicy;
    const LIST: Action = Action::ListAttachedRolePolicies;

    fn named(&self) -> Target {
        Target::role(&self.0)
    }

    fn find(&self, tx: &Read<'_>) -> Result<(Holder, Target)> {
        roles::by_name(tx, &self.0).map(|role| (Holder::Role(role.id), role.target()))
    }
}
