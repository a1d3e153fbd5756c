//! What deleting a user would break.

use base::timestamp::Timestamp;
use decide::power;

use super::{User, by_name, sql};
use crate::{
    access_keys::{self, AccessKey},
    action::Action,
    api_keys, attachments,
    attachments::Holder,
    door::{Needs, Query, Read, Target},
    error::Result,
    groups, inline_policies, login_profiles,
};

/// Tells what deleting a user would break, to those who may delete it. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct GetImpact {
    /// The user's name.
    pub name: String,
}

/// What goes with a user, and what would miss it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact {
    /// The user.
    pub user: User,
    /// When it last signed in or used a key; a minute behind at most. `None` for never.
    pub last_active: Option<Timestamp>,
    /// When it last signed in to the console. `None` for never.
    pub last_signed_in: Option<Timestamp>,
    /// Whether it has a way in to the console.
    pub has_login_profile: bool,
    /// Its access keys, oldest first, with their last uses.
    pub access_keys: Vec<AccessKey>,
    /// How many API keys it has.
    pub api_keys: u64,
    /// How many sessions it has at the console.
    pub sessions: u64,
    /// The names of its groups.
    pub groups: Vec<String>,
    /// How many policies are attached to it.
    pub attached_policies: u64,
    /// How many documents of its own it has.
    pub inline_policies: u64,
    /// The names of the account's roles that trust it by name, at most [`Impact::ROLES_MAX`].
    pub trusting_roles: Vec<String>,
    /// Whether it administers the account.
    pub administrator: bool,
}

impl Impact {
    /// How many roles are named.
    pub const ROLES_MAX: i64 = 100;
}

impl Query for GetImpact {
    const ACTION: Action = Action::GetUser;
    type Found = User;
    type Output = Impact;

    fn named(&self) -> Target {
        Target::user(&self.name)
    }

    fn find(&self, tx: &Read<'_>) -> Result<User> {
        by_name(tx, &self.name)
    }

    fn needs(&self, user: &User) -> Needs {
        Needs::action(Self::ACTION).on(user.target()).and(Action::DeleteUser, user.target())
    }

    fn run(&self, user: User, tx: &Read<'_>) -> Result<Impact> {
        let (id, holder) = (user.id, Holder::User(user.id));
        let (last_active, last_signed_in) = sql::activity(tx, id)?;
        Ok(Impact {
            last_active,
            last_signed_in,
            has_login_profile: login_profiles::sql::of_user(tx, id)?.is_some(),
            access_keys: access_keys::list_of(tx, id)?,
            api_keys: api_keys::sql::count(tx, id)?,
            sessions: sql::count_sessions(tx, id)?,
            groups: groups::sql::names_of_user(tx, id)?,
            attached_policies: attachments::sql::count_of_holder(tx, holder)?,
            inline_policies: inline_policies::sql::count(tx, holder)?,
            trusting_roles: sql::roles_that_trust(tx, id)?,
            administrator: power::administers(tx.snapshot(), id),
            user,
        })
    }
}
