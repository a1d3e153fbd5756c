//! Ending sessions before their time.

use base::timestamp::Timestamp;

use decide::{
    identity::Actor,
    snapshot::{Kind, Snapshot},
};

use super::{SESSION_MARKS, mark_of};
use crate::{
    access_keys::Owner,
    action::Action,
    attachments::Holder,
    db::Value,
    door::{Needs, Operation, Read, Target, Write},
    error::{Error, Result},
    feed::Change,
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
    type Found = (Actor, Target);
    type Output = Timestamp;

    fn named(&self) -> Target {
        self.owner.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        users::by_owner(tx, &self.owner).map(|(user, target)| (Actor::User(user), target))
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
    type Found = (Actor, Target);
    type Output = Timestamp;

    fn named(&self) -> Target {
        Target::role(&self.role)
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        roles::by_name(tx, &self.role).map(|role| (Actor::Role(role.id), role.target()))
    }

    fn needs(&self, (_, target): &Self::Found) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (holder, _): Self::Found, tx: &mut Write<'_>) -> Result<Timestamp> {
        mark(tx, holder, self.before)
    }
}

/// Sets the mark, where it reaches further than the one that is there; gives the moment that counts.
fn mark(tx: &mut Write<'_>, holder: Actor, before: Option<Timestamp>) -> Result<Timestamp> {
    let present = mark_of(tx.snapshot(), holder);
    let moment = before.unwrap_or(tx.now());
    if moment > tx.now() {
        return Err(Error::invalid("moment", "must not lie ahead: sessions that have not begun cannot be ended"));
    }
    let moment = present.moment.map_or(moment, |present| present.max(moment));
    // Of all that there are, the trail tells exactly which they are; a moment that was said is by the nodes' clocks.
    let event = if before.is_none() { tx.event_in(tx.account())? } else { present.event };
    let holder = match holder {
        Actor::User(id) => Holder::User(id),
        Actor::Role(id) => Holder::Role(id),
    };
    let (before_us, before_event) = (Value::from(moment), Value::from(event));
    let [kind, id] = key(holder);
    let is_new = tx.insert(&SESSION_MARKS, &[kind, id, before_us.clone(), before_event.clone()])?;
    let to = [("before_us", before_us), ("before_event", before_event)];
    if is_new || tx.update(&SESSION_MARKS, &key(holder), &to)? {
        let change = if is_root(tx.snapshot(), holder) { Change::Account } else { holder.change() };
        tx.changed(change);
    }
    Ok(moment)
}

/// A root user is part of its account, and not looked at by itself.
fn is_root(snapshot: &Snapshot, holder: Holder) -> bool {
    let Holder::User(user) = holder else { return false };
    snapshot.principals.get(&user).is_some_and(|user| user.kind == Kind::Root)
}

/// Takes the mark away with its holder.
pub(crate) fn delete_of(tx: &mut Write<'_>, holder: Holder) -> Result<()> {
    tx.delete(&SESSION_MARKS, &key(holder)).map(|_| ())
}

fn key(holder: Holder) -> [Value; 2] {
    [holder.kind().into(), holder.number().into()]
}
