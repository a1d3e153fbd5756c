//! What the caller's own next password must be.

use super::{Broken, check, names_of};
use crate::{
    access_keys::Owner,
    accounts,
    action::Action,
    caller::Caller,
    door::{Needs, Query, Read, Target},
    error::{Error, Noun, Result},
    password_settings::{self, PasswordSettings},
    users,
};
use base::ids::UserId;
use decide::{
    identity::{Actor, Identity},
    snapshot::Kind,
};

/// Tells what the account asks of the caller's own password, so that one can be looked at before it is set.
///
/// Errors: `NotFound` for callers that have no password.
#[derive(Debug, Clone, Copy)]
pub struct GetOwnRules;

/// See [`GetOwnRules`].
#[derive(Debug, Clone)]
pub struct OwnRules {
    /// What the account asks for.
    pub settings: PasswordSettings,
    /// What the password must not be made of.
    names: Vec<String>,
}

impl OwnRules {
    /// Everything that is wrong with a password. Whether it was used before is told when it is set.
    pub fn check(&self, text: &str) -> Vec<Broken> {
        check(text, &self.settings, &self.names)
    }
}

impl Query for GetOwnRules {
    const ACTION: Action = Action::GetOwnPasswordRules;
    type Found = (UserId, Target);
    type Output = OwnRules;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        match tx.caller() {
            Caller::Principal { identity: Identity { actor: Actor::User(user), .. }, .. } => {
                users::by_owner(tx, &Owner::Id(*user))
            }
            _ => Err(Error::not_found(Noun::User, "self")),
        }
    }

    fn needs(&self, (_, target): &Self::Found) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (id, _): Self::Found, tx: &Read<'_>) -> Result<OwnRules> {
        let names = match tx.snapshot().principals.get(&id).map(|known| &known.kind) {
            Some(Kind::User { name, .. }) => names_of(tx, &users::by_name(tx, name)?)?,
            _ => accounts::names_of_root(tx)?,
        };
        Ok(OwnRules { settings: password_settings::of_account(tx)?, names })
    }
}
