//! Ending sessions before their time.

use base::timestamp::Timestamp;

use super::SESSION_MARKS;
use crate::{
    access_keys::Owner,
    action::Action,
    attachments::Holder,
    db::Value,
    door::{Needs, Operation, Read, Target, Write},
    error::{Error, Result},
    roles, users,
};

/// Ends all sessions of a user that began before a moment, those of roles too that it assumed. Marks only go forward.
///
/// Errors: `NotFound` for the user, `Invalid` for a moment that lies ahead.
#[derive(Debug, Clone)]
pub struct RevokeOfUser {
    /// Whose.
    pub owner: Owner,
    /// The moment; now where there is none.
    pub before: Option<Timestamp>,
}

/// Ends all sessions of a role that began before a moment. Marks only go forward.
///
/// Errors: `NotFound` for the role, `Invalid` for a moment that lies ahead.
#[derive(Debug, Clone)]
pub struct RevokeOfRole {
    /// The role's name.
    pub role: String,
    /// The moment; now where there is none.
    pub before: Option<Timestamp>,
}

impl Operation for RevokeOfUser {
    const ACTION: Action = Action::RevokeUserSessions;
    type Found = (Holder, Target);
    type Output = Timestamp;

    fn named(&self) -> Target {
        self.owner.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        users::by_owner(tx, &self.owner).map(|(user, target)| (Holder::User(user), target))
    }

    fn needs(&self, (_, target): &Self::Found) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (holder, _): Self::Found, tx: &mut Write<'_>) -> Result<Timestamp> {
        mark(tx, holder, self.before)
    }
}

impl Operation for RevokeOfRole {
    const ACTION: Action = Action::RevokeRoleSessions;
    type Found = (Holder, Target);
    type Output = Timestamp;

    fn named(&self) -> Target {
        Target::role(&self.role)
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        roles::by_name(tx, &self.role).map(|role| (Holder::Role(role.id), role.target()))
    }

    fn needs(&self, (_, target): &Self::Found) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (holder, _): Self::Found, tx: &mut Write<'_>) -> Result<Timestamp> {
        mark(tx, holder, self.before)
    }
}

/// Sets the mark, unless a later one is there; gives the one that counts.
fn mark(tx: &mut Write<'_>, holder: Holder, before: Option<Timestamp>) -> Result<Timestamp> {
    let before = before.unwrap_or(tx.now());
    if before > tx.now() {
        return Err(Error::invalid("moment", "must not lie ahead: sessions that have not begun cannot be ended"));
    }
    let snapshot = tx.snapshot();
    let present = match holder {
        Holder::User(id) => snapshot.principals.get(&id).and_then(|user| user.grants.sessions_from),
        Holder::Role(id) => snapshot.roles.get(&id).and_then(|role| role.grants.sessions_from),
        Holder::Group(_) => None,
    };
    if let Some(present) = present.filter(|present| *present >= before) {
        return Ok(present);
    }
    let [kind, id] = key(holder);
    if !tx.insert(&SESSION_MARKS, &[kind, id, before.into()])? {
        tx.update(&SESSION_MARKS, &key(holder), &[("before_us", before.into())])?;
    }
    tx.changed(holder.change());
    Ok(before)
}

/// Takes the mark away with its holder.
pub(crate) fn delete_of(tx: &mut Write<'_>, holder: Holder) -> Result<()> {
    tx.delete(&SESSION_MARKS, &key(holder)).map(|_| ())
}

fn key(holder: Holder) -> [Value; 2] {
    [holder.kind().into(), holder.number().into()]
}
