//! What can be done with sessions at the console. Everybody may see and end their own (SEC-045).

use base::ids::{AccountId, ConsoleSessionId, UserId};
use decide::{
    identity::{Actor, Credential, Identity},
    snapshot::Snapshot,
};
use serde_json::json;

use super::{ConsoleSession, USERS_AT_A_TIME, end_all, sql};
use crate::{
    access_keys::Owner,
    action::Action,
    attachments::Holder,
    caller::Caller,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Error, Noun, Result},
    page::{Page, PageSize},
    users,
};

/// Whose sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The caller's own.
    Own,
    /// Those of a user, or of root.
    Of(Owner),
    /// Everybody's in the account.
    Everybody,
}

/// Lists sessions that last still, in the order in which they began.
///
/// Errors: `NotFound` for the user.
#[derive(Debug, Clone)]
pub struct List {
    /// Whose.
    pub whose: Whose,
    /// Begin behind this one.
    pub after: Option<ConsoleSessionId>,
    /// How many at most.
    pub size: PageSize,
}

/// Ends a session.
///
/// Errors: `NotFound` for one that is not there, or over and forgotten.
#[derive(Debug, Clone, Copy)]
pub struct End {
    /// Which.
    pub id: ConsoleSessionId,
}

/// Ends all sessions of a user, but for one; gives how many.
///
/// Errors: `NotFound` for the user.
#[derive(Debug, Clone)]
pub struct EndAll {
    /// Whose.
    pub owner: Owner,
    /// The one that goes on: the caller's own, where it wants to stay.
    pub but: Option<ConsoleSessionId>,
}

/// Ends everybody's sessions in the account, but for one and for root's, which the root user alone ends. Some hundred
/// users' at a time: see [`Ended::more`].
///
/// Errors: `Denied`, too, where somebody among them can do more than the caller.
#[derive(Debug, Clone, Copy)]
pub struct EndEverybodys {
    /// The one that goes on: the caller's own, where it wants to stay.
    pub but: Option<ConsoleSessionId>,
}

/// How many sessions were ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// So many.
    pub sessions: u64,
    /// Whether there are more, so that it is to be done again.
    pub more: bool,
}

impl EndAll {
    /// All of the caller's but the one by which it acts. `None` for callers that are no users.
    pub fn others_of(caller: &Caller) -> Option<Self> {
        let Caller::Principal { identity: Identity { actor: Actor::User(user), credential, .. }, .. } = caller else {
            return None;
        };
        let but = if let Credential::Console(id) = credential { Some(*id) } else { None };
        Some(Self { owner: Owner::Id(*user), but })
    }
}

impl Query for List {
    const ACTION: Action = Action::ListConsoleSessions;
    type Found = Option<(UserId, Target)>;
    type Output = Page<ConsoleSession, ConsoleSessionId>;

    fn named(&self) -> Target {
        match &self.whose {
            Whose::Own | Whose::Everybody => Target::account(),
            Whose::Of(owner) => owner.named(),
        }
    }

    fn known(&self, snapshot: &Snapshot, account: AccountId) -> Target {
        match &self.whose {
            Whose::Own | Whose::Everybody => Target::account(),
            Whose::Of(owner) => owner.known(snapshot, account),
        }
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        match &self.whose {
            Whose::Everybody => Ok(None),
            Whose::Of(owner) => users::by_owner(tx, owner).map(Some),
            Whose::Own => match tx.caller() {
                Caller::Principal { identity: Identity { actor: Actor::User(user), .. }, .. } => {
                    users::by_owner(tx, &Owner::Id(*user)).map(Some)
                }
                _ => Err(Error::not_found(Noun::User, "self")),
            },
        }
    }

    fn needs(&self, found: &Self::Found) -> Needs {
        let target = found.as_ref().map_or_else(Target::account, |(_, target)| target.clone());
        Needs::action(Self::ACTION).on(target)
    }

    fn run(&self, found: Self::Found, tx: &Read<'_>) -> Result<Self::Output> {
        let after = self.after.map_or(0, ConsoleSessionId::number).into();
        let (now, size) = (tx.now().into(), self.size.probe().into());
        let rows = match found {
            Some((user, _)) => tx.rows(&sql::PAGE_OF_USER, &[user.into(), after, now, size])?,
            None => tx.rows(&sql::PAGE, &[after, now, size])?,
        };
        let sessions = rows.iter().map(|row| Ok(sql::known(row)?.session)).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(sessions, self.size, |session| session.id))
    }
}

impl Operation for End {
    const ACTION: Action = Action::EndConsoleSessions;
    type Found = (UserId, Target);
    type Output = ();

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        let rows = tx.rows(&sql::STANDING, &[self.id.into()])?;
        let row = rows.first().ok_or_else(|| Error::not_found(Noun::ConsoleSession, self.id))?;
        users::by_owner(tx, &Owner::Id(row.user(0)?))
    }

    fn needs(&self, (_, target): &Self::Found) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (user, _): Self::Found, tx: &mut Write<'_>) -> Result<()> {
        tx.acts_as(Holder::User(user));
        tx.keep(&sql::END, &[tx.account().into(), self.id.into()])?;
        tx.tell("ended", json!({ "user": user.number(), "session": self.id.number() }));
        Ok(())
    }
}

impl Operation for EndAll {
    const ACTION: Action = Action::EndConsoleSessions;
    type Found = (UserId, Target);
    type Output = u64;

    fn named(&self) -> Target {
        self.owner.named()
    }

    fn known(&self, snapshot: &Snapshot, account: AccountId) -> Target {
        self.owner.known(snapshot, account)
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        users::by_owner(tx, &self.owner)
    }

    fn needs(&self, (_, target): &Self::Found) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (user, _): Self::Found, tx: &mut Write<'_>) -> Result<u64> {
        tx.acts_as(Holder::User(user));
        let ended = end_all(tx, user, self.but)?;
        tx.tell("ended", json!({ "user": user.number(), "sessions": ended }));
        Ok(ended)
    }
}

impl Operation for EndEverybodys {
    const ACTION: Action = Action::EndConsoleSessions;
    type Found = Vec<UserId>;
    type Output = Ended;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        let but = self.but.map_or(0, ConsoleSessionId::number).into();
        let mut users = tx.rows(&sql::USERS_WITH_OTHERS, &[but, USERS_AT_A_TIME.into()])?;
        let users = users.drain(..).map(|row| row.user(0)).collect::<Result<Vec<_>>>()?;
        let root = users::by_owner(tx, &Owner::Root)?.0;
        let asks = match tx.caller() {
            Caller::Principal { identity, .. } => identity.actor == Actor::User(root),
            Caller::Operator { .. } => false,
        };
        Ok(users.into_iter().chain(asks.then_some(root)).collect())
    }

    fn run(&self, users: Self::Found, tx: &mut Write<'_>) -> Result<Ended> {
        let more = i64::try_from(users.len()).is_ok_and(|users| users >= USERS_AT_A_TIME);
        let mut sessions = 0;
        for user in users {
            tx.acts_as(Holder::User(user));
            sessions += end_all(tx, user, self.but)?;
        }
        tx.tell("ended", json!({ "sessions": sessions }));
        Ok(Ended { sessions, more })
    }
}
