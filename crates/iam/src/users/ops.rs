//! What can be done with users.

use base::{ids::UserId, text};

use super::{Remarks, USERS, User, UserName, sql};
use crate::{
    access_keys,
    action::Action,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Error, Noun, Quota, Result},
    feed::Change,
    names,
    page::{Page, PageSize},
    quotas,
};

/// Creates a user.
///
/// Errors: `Exists` where a user or contact of the account bears the name, `LimitExceeded` at the quota.
#[derive(Debug, Clone)]
pub struct Create {
    /// The name.
    pub name: UserName,
    /// A note.
    pub remarks: Remarks,
}

impl Operation for Create {
    const ACTION: Action = Action::CreateUser;
    type Found = ();
    type Output = User;

    fn named(&self) -> Target {
        Target::user(self.name.as_str())
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &mut Write<'_>) -> Result<User> {
        let id = UserId::new(tx.new_id()).map_err(Error::internal)?;
        names::claim(tx, self.name.as_str(), Noun::User, id.number())?;
        quotas::check(tx, Quota::Users, tx.count(Noun::User)?)?;
        let user = User {
            id,
            name: self.name.to_string(),
            path: "/".to_owned(),
            display_name: String::new(),
            remarks: self.remarks.as_str().to_owned(),
            mobile: None,
            email: None,
            tags: std::collections::BTreeMap::new(),
            enabled: true,
            created: tx.now(),
            updated: tx.now(),
        };
        if !tx.insert(&USERS, &sql::row(&user))? {
            // Another node drew the same number in the same millisecond: asking again draws another.
            return Err(Error::Unavailable { retry_after_s: 1 });
        }
        tx.add_to_count(Noun::User, 1)?;
        tx.changed(Change::User(id));
        Ok(user)
    }
}

/// Shows a user. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct Get {
    /// The user's name.
    pub name: String,
}

impl Query for Get {
    const ACTION: Action = Action::GetUser;
    type Found = User;
    type Output = User;

    fn named(&self) -> Target {
        Target::user(&self.name)
    }

    fn find(&self, tx: &Read<'_>) -> Result<User> {
        by_name(tx, &self.name)
    }

    fn needs(&self, user: &User) -> Needs {
        Needs::action(Self::ACTION).on(Target::user_at(&user.path, &user.name))
    }

    fn run(&self, user: User, _tx: &Read<'_>) -> Result<User> {
        Ok(user)
    }
}

/// Lists users in the order of their creation.
#[derive(Debug, Clone)]
pub struct List {
    /// Begin behind this user.
    pub after: Option<UserId>,
    /// How many at most.
    pub size: PageSize,
}

impl Query for List {
    const ACTION: Action = Action::ListUsers;
    type Found = ();
    type Output = Page<User, UserId>;

    fn named(&self) -> Target {
        Target::users()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Page<User, UserId>> {
        let after = self.after.map_or(0, UserId::number);
        let rows = tx.rows(&sql::PAGE, &[after.into(), self.size.probe().into()])?;
        let users = rows.iter().map(sql::user).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(users, self.size, |user| user.id))
    }
}

/// Deletes a user for good, with its access keys.
///
/// Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct Delete {
    /// The user's name.
    pub name: String,
}

impl Operation for Delete {
    const ACTION: Action = Action::DeleteUser;
    type Found = User;
    type Output = ();

    fn named(&self) -> Target {
        Target::user(&self.name)
    }

    fn find(&self, tx: &Read<'_>) -> Result<User> {
        by_name(tx, &self.name)
    }

    fn needs(&self, user: &User) -> Needs {
        Needs::action(Self::ACTION).on(Target::user_at(&user.path, &user.name))
    }

    fn run(&self, user: User, tx: &mut Write<'_>) -> Result<()> {
        access_keys::delete_all(tx, user.id)?;
        names::release(tx, &user.name)?;
        tx.delete(&USERS, &[user.id.into()])?;
        tx.add_to_count(Noun::User, -1)?;
        tx.changed(Change::User(user.id));
        Ok(())
    }
}

/// The user of that name, whatever its case.
pub(crate) fn by_name(tx: &Read<'_>, name: &str) -> Result<User> {
    let rows = tx.rows(&sql::BY_NAME, &[text::name_key(name).into()])?;
    rows.first().map_or_else(|| Err(Error::not_found(Noun::User, name)), sql::user)
}
