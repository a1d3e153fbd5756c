//! The guard: what a change may do to somebody's power (SEC-094, SEC-095, SEC-096, SEC-103).
//!
//! Whoever may write policies could write themselves, or a friend, more than they have. So after an operation has
//! run, and before it is committed, the door looks at everybody whose power hangs on the rows that it changed:
//! what they could do before, and what they can do now, must lie inside what the caller can do. That is one rule
//! for every operation, those that will be written included: which rows touch whom stands in the tables'
//! descriptions.

use std::collections::{BTreeMap, BTreeSet};

use base::ids::{PolicyId, UserId};
use decide::{
    identity::{Actor, Identity, Who},
    power::{self, Measure, Subject},
    session::Session,
    sheds,
    snapshot::{ApiKey, Kind, Snapshot},
};

use super::{Needs, Read};
use crate::{
    access_keys, accounts, api_keys, attachments,
    attachments::Holder,
    boundaries,
    caller::Caller,
    error::{Error, Result, Why},
    groups, login_profiles, users,
};

/// Whose rows a change touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Touched {
    Holder(Holder),
    Policy(PolicyId),
    /// Every user there is or will be.
    Everybody,
}

/// Everybody whom a change reaches.
type Reached = BTreeMap<Holder, Through>;

/// How a change reaches somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Through {
    /// By its own rows.
    Itself,
    /// By a policy or a group of its: its own rows may look as before.
    Another,
}

/// What is looked at.
pub(super) struct Guard<'a> {
    pub(super) caller: &'a Caller,
    pub(super) needs: &'a Needs,
    /// As the operation found things.
    pub(super) before: &'a Snapshot,
    /// As it leaves them.
    pub(super) after: &'a Snapshot,
    pub(super) touched: &'a BTreeSet<Touched>,
    /// Who could sign in to the console before, and cannot now.
    pub(super) shut_out: &'a BTreeSet<UserId>,
}

/// Whether anybody must be looked at: the guard needs a snapshot of what a change leaves, and most changes touch
/// nobody who matters.
pub(super) fn concerns(caller: &Caller, before: &Snapshot, touched: &BTreeSet<Touched>) -> bool {
    #[cfg(test)]
    if crate::simulation::faulty::skips_guard() {
        return false;
    }
    let limited = match caller {
        Caller::Operator { .. } => false,
        Caller::Principal { identity, .. } => !is_whole_root(before, identity),
    };
    touched.iter().any(|touched| match touched {
        Touched::Holder(Holder::User(user)) => limited || power::administers(before, *user),
        Touched::Everybody => limited,
        Touched::Holder(_) | Touched::Policy(_) => true,
    })
}

impl Guard<'_> {
    /// Errors: `Denied` where somebody has, or would have, power that the caller has not; `LastAdministrator`.
    pub(super) fn check(&self, tx: &Read<'_>) -> Result<()> {
        let reached = self.reached(tx)?;
        if let Caller::Principal { identity, .. } = self.caller
            && !is_whole_root(self.before, identity)
        {
            let who = Who::of(identity, self.before).ok_or(Error::Unauthenticated)?;
            if self.touched.contains(&Touched::Everybody) && !power::acts_unlimited(self.before, who) {
                let holder = "every user".to_owned();
                return Err(self.refusal(Why::Administrator { holder }));
            }
            // One for all: it looks at a document once, however many hold it, and its work is bounded.
            let measure = Measure::of(self.before, who);
            for (holder, through) in &reached {
                self.within(&measure, who, *holder, *through)?;
            }
        }
        // Whoever runs the installation can always let somebody in again.
        if matches!(self.caller, Caller::Operator { .. }) {
            return Ok(());
        }
        self.somebody_administers(tx, &reached)
    }

    /// Everybody whose power hangs on what was touched. What was deleted is no longer in the tables, but each row
    /// that held it was touched, too.
    fn reached(&self, tx: &Read<'_>) -> Result<Reached> {
        let mut reached = Reached::new();
        for touched in self.touched {
            match touched {
                Touched::Holder(holder) => reach(tx, *holder, Through::Itself, &mut reached)?,
                Touched::Policy(policy) => {
                    for holder in attachments::sql::holders_of(tx, *policy)? {
                        reach(tx, holder, Through::Another, &mut reached)?;
                    }
                    for holder in boundaries::sql::holders_of(tx, *policy)? {
                        reach(tx, holder, Through::Another, &mut reached)?;
                    }
                }
                // Nobody's power has changed; whoever may do this at all may do everything.
                Touched::Everybody => {}
            }
        }
        Ok(reached)
    }

    /// That what `holder` could do and can do lies inside what `who` can.
    fn within(&self, measure: &Measure<'_>, who: Who<'_>, holder: Holder, through: Through) -> Result<()> {
        let subject = subject(holder);
        if let Holder::User(user) = holder
            && is_root(self.before, user)
        {
            return Err(self.refusal(Why::Root));
        }
        if power::acts_unlimited(self.before, who) {
            return Ok(());
        }
        let is_itself = match (holder, who.actor) {
            (Holder::User(holder), Actor::User(actor)) => holder == actor,
            (Holder::Role(holder), Actor::Role(actor)) => holder == actor,
            _ => false,
        };
        let changed = through == Through::Another || power::differs(self.before, self.after, subject);
        // A credential that is limited makes none that is not, whatever its document is about (SEC-099).
        if through == Through::Itself && is_owner(who, holder) {
            return Err(self.refusal(Why::Limited));
        }
        // Its own keys, its own password.
        if !changed && is_itself {
            return Ok(());
        }
        if is_itself && let Some(limit) = sheds::sheds(self.before, self.after, subject) {
            return Err(self.refusal(Why::Sheds { limit }));
        }
        // Neither does it become an administrator, nor is one touched: who has an administrator's key is one.
        if [self.before, self.after].into_iter().any(|snapshot| power::holds_everything(snapshot, subject)) {
            return Err(self.refusal(Why::Administrator { holder: self.name_of(holder) }));
        }
        // Where only credentials are touched, what somebody may do to itself is no power over others.
        let before =
            if is_itself && who.limit.is_none() { None } else { measure.excess(self.before, subject, !changed) };
        let excess = match before {
            None if changed => measure.excess(self.after, subject, false),
            other => other,
        };
        excess.map_or(Ok(()), |statement| {
            let holder = self.name_of(holder);
            Err(self.refusal(Why::Exceeds { holder, statement }))
        })
    }

    /// What policies call a holder.
    fn name_of(&self, holder: Holder) -> String {
        let name = |snapshot| power::name(snapshot, subject(holder));
        name(self.before).or_else(|| name(self.after)).unwrap_or_default()
    }

    fn refusal(&self, why: Why) -> Error {
        let (action, target) = self.needs.first();
        Error::Denied { action: action.row().name, resource: target.path().to_owned(), why: Box::new(why) }
    }

    /// That somebody can still administer the account, if anybody could (SEC-103): its root user, or a user who may do
    /// everything with identities and policies, with a key that may be used.
    fn somebody_administers(&self, tx: &Read<'_>, reached: &Reached) -> Result<()> {
        let lost = |user: UserId| power::administers(self.before, user);
        let may_be_lost = reached.keys().any(|holder| match holder {
            Holder::User(user) => lost(*user),
            Holder::Group(_) | Holder::Role(_) => false,
        });
        if !may_be_lost || root_can_act(tx)? {
            return Ok(());
        }
        let mut after = 0;
        loop {
            let page = users::sql::ids_of_enabled(tx, after)?;
            for user in &page {
                if power::administers(self.after, *user) && can_act(tx, *user)? {
                    return Ok(());
                }
            }
            match page.last() {
                Some(last) => after = last.number(),
                None if self.somebody_did(tx, reached)? => return Err(Error::LastAdministrator),
                None => return Ok(()),
            }
        }
    }

    /// Whether one of those reached could administer the account: nobody is the last who never was one. This looks at
    /// all keys, and is asked only where a change would otherwise be refused.
    fn somebody_did(&self, tx: &Read<'_>, reached: &Reached) -> Result<bool> {
        let before = self.before;
        let did = |owner: UserId| reached.contains_key(&Holder::User(owner)) && power::administers(before, owner);
        let by_key = before.access_keys.iter().any(|(_, key)| key.enabled && did(key.owner))
            || before.api_keys.iter().any(|(_, key)| is_unlimited(key) && did(key.owner));
        if by_key || self.shut_out.iter().any(|user| did(*user)) {
            return Ok(true);
        }
        for holder in reached.keys() {
            // How it signs in was not touched, or it would be among those who were shut out.
            if let Holder::User(user) = holder
                && did(*user)
                && login_profiles::sql::can_sign_in(tx, *user)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn subject(holder: Holder) -> Subject {
    match holder {
        Holder::User(id) => Subject::User(id),
        Holder::Group(id) => Subject::Group(id),
        Holder::Role(id) => Subject::Role(id),
    }
}

/// Whether it is the root user itself, by a credential that may do all that root may.
fn is_whole_root(snapshot: &Snapshot, identity: &Identity) -> bool {
    Who::of(identity, snapshot).is_some_and(|who| who.is_whole_root(snapshot))
}

/// Whether the credential is limited, or goes back to one that was, and the holder is whose that is.
fn is_owner(who: Who<'_>, holder: Holder) -> bool {
    let limited = match who.actor {
        Actor::User(user) => who.limit.is_some() && holder == Holder::User(user),
        Actor::Role(role) => who.limit.is_some() && holder == Holder::Role(role),
    };
    let behind = who.session.filter(|session| session.goes_back_to_limited());
    limited || behind.and_then(Session::begun_by).is_some_and(|user| holder == Holder::User(user))
}

fn is_root(snapshot: &Snapshot, user: UserId) -> bool {
    snapshot.principals.get(&user).is_some_and(|principal| principal.kind == Kind::Root)
}

/// A holder, and where it is a group, its members.
fn reach(tx: &Read<'_>, holder: Holder, through: Through, reached: &mut Reached) -> Result<()> {
    let known = reached.insert(holder, through);
    if known == Some(Through::Another) {
        reached.insert(holder, Through::Another);
    }
    if known.is_none()
        && let Holder::Group(group) = holder
    {
        for user in groups::sql::ids_of_members(tx, group)? {
            reached.insert(Holder::User(user), Through::Another);
        }
    }
    Ok(())
}

fn root_can_act(tx: &Read<'_>) -> Result<bool> {
    match tx.snapshot().accounts.get(&tx.account()) {
        Some(account) => Ok(accounts::sql::root_password(tx)?.is_some() || can_act(tx, account.root)?),
        None => Ok(false),
    }
}

/// Whether somebody has a key that may be used, for all that they may do, and for good; or a password to sign in with.
fn can_act(tx: &Read<'_>, user: UserId) -> Result<bool> {
    Ok(access_keys::sql::has_enabled(tx, user)?
        || api_keys::sql::has_unlimited(tx, user)?
        || login_profiles::sql::can_sign_in(tx, user)?)
}

/// Whether an API key is one of those, as far as it hangs on the key alone.
fn is_unlimited(key: &ApiKey) -> bool {
    key.enabled && key.expires.is_none() && key.rules.is_none()
}
