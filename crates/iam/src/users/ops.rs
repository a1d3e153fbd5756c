//! What can be done with users.

use base::{ids::UserId, text, timestamp::Timestamp};

use super::{Changes, Profile, USERS, User, sql};
use crate::{
    access_keys::{self, Owner},
    action::Action,
    api_keys,
    attachments::{self, Holder},
    boundaries, console_sessions,
    db::Value,
    dependents::Dependents,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Error, Noun, Quota, Result},
    feed::Change,
    groups, inline_policies, login_profiles, names,
    page::{Page, PageSize, Search},
    policies::Policy,
    quotas, sessions,
};

/// Creates a user.
///
/// Errors: `Exists` where a user or contact of the account bears the name, `LimitExceeded` at the quota.
#[derive(Debug, Clone)]
pub struct Create {
    /// What it begins with.
    pub profile: Profile,
}

impl Operation for Create {
    const ACTION: Action = Action::CreateUser;
    type Found = ();
    type Output = User;

    fn named(&self) -> Target {
        Target::user_at(self.profile.path.as_str(), self.profile.name.as_str())
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn needs(&self, (): &()) -> Needs {
        Needs::action(Self::ACTION).on(self.named()).with_tags(&self.profile.tags)
    }

    fn run(&self, (): (), tx: &mut Write<'_>) -> Result<User> {
        let profile = &self.profile;
        names::refuse_taken(tx, profile.name.as_str(), Noun::User)?;
        quotas::check(tx, Quota::Users, tx.count(Noun::User)?)?;
        let now = tx.now();
        let user = tx.insert_drawn(&USERS, |id| {
            let user = profile.user(UserId::new(id).map_err(Error::internal)?, now);
            let row = sql::row(&user);
            Ok((user, row))
        })?;
        names::claim(tx, &user.name, Noun::User, user.id.number())?;
        tx.add_to_count(Noun::User, 1)?;
        tx.changed(Change::User(user.id));
        Ok(user)
    }
}

/// A user, and what bounds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The user.
    pub user: User,
    /// The policy beyond which it may do nothing, where there is one.
    pub boundary: Option<Policy>,
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
    type Output = Detail;

    fn named(&self) -> Target {
        Target::user(&self.name)
    }

    fn find(&self, tx: &Read<'_>) -> Result<User> {
        by_name(tx, &self.name)
    }

    fn needs(&self, user: &User) -> Needs {
        Needs::action(Self::ACTION).on(user.target())
    }

    fn run(&self, user: User, tx: &Read<'_>) -> Result<Detail> {
        Ok(Detail { boundary: boundaries::of(tx, Holder::User(user.id))?, user })
    }
}

/// Lists users in the order of their creation.
#[derive(Debug, Clone)]
pub struct List {
    /// Only those with this text in name, display name, mobile number or e-mail address.
    pub search: Option<Search>,
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
        let (after, size) = (self.after.map_or(0, UserId::number).into(), self.size.probe().into());
        let rows = match &self.search {
            None => tx.rows(&sql::PAGE, &[after, size])?,
            Some(search) => tx.rows(&sql::SEARCH, &[after, search.pattern().into(), size])?,
        };
        let users = rows.iter().map(sql::user).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(users, self.size, |user| user.id))
    }
}

/// Changes a user, renames it, switches it on or off. Off stops everything it can do, at once, and keeps all it
/// has; on restores it.
///
/// Errors: `NotFound`; `Exists` where another bears the new name; `Oneself` where the caller would switch itself off.
#[derive(Debug, Clone)]
pub struct Update {
    /// The user's present name.
    pub name: String,
    /// What to change.
    pub to: Changes,
}

impl Operation for Update {
    const ACTION: Action = Action::UpdateUser;
    type Found = User;
    type Output = User;

    fn named(&self) -> Target {
        Target::user(&self.name)
    }

    fn find(&self, tx: &Read<'_>) -> Result<User> {
        by_name(tx, &self.name)
    }

    /// The user as it is, and as it will be called.
    fn needs(&self, user: &User) -> Needs {
        let mut needs = Needs::action(Self::ACTION).on(user.target());
        if let Some(tags) = &self.to.tags {
            needs = needs.with_tags(tags);
        }
        let name = self.to.name.as_ref().map_or(user.name.as_str(), |name| name.as_str());
        let path = self.to.path.as_ref().map_or(user.path.as_str(), |path| path.as_str());
        if name == user.name && path == user.path {
            return needs;
        }
        needs.and(Self::ACTION, Target::user_at(path, name).tagged(self.to.tags.as_ref().unwrap_or(&user.tags)))
    }

    fn version(&self, user: &User) -> Option<Timestamp> {
        Some(user.updated)
    }

    fn run(&self, mut user: User, tx: &mut Write<'_>) -> Result<User> {
        if self.to.enabled == Some(false) {
            tx.refuse_oneself(user.id)?;
        }
        if let Some(name) = &self.to.name
            && name.as_str() != user.name
        {
            if text::name_key(name.as_str()) != text::name_key(&user.name) {
                names::release(tx, &user.name)?;
                names::claim(tx, name.as_str(), Noun::User, user.id.number())?;
            }
            name.as_str().clone_into(&mut user.name);
        }
        self.to.put_into(&mut user);
        let key = [user.id.into()];
        let row = sql::row(&user);
        let columns = USERS.columns.iter().map(|column| column.name).zip(row.into_iter().skip(1));
        let without_times = columns.filter(|(name, _)| !matches!(*name, "created_us" | "updated_us"));
        if tx.update(&USERS, &key, &without_times.collect::<Vec<(&'static str, Value)>>())? {
            user.updated = tx.now();
            if !user.enabled {
                console_sessions::end_all(tx, user.id, None)?;
            }
            tx.update(&USERS, &key, &[("updated_us", user.updated.into())])?;
            tx.changed(Change::User(user.id));
        }
        Ok(user)
    }
}

/// Deletes a user for good.
///
/// Errors: `NotFound`; `Oneself` where it is the caller; `InUse` where it has keys, groups, policies or a password and
/// dependents are to be kept.
#[derive(Debug, Clone)]
pub struct Delete {
    /// The user's name.
    pub name: String,
    /// Its keys, memberships, policies and password.
    pub dependents: Dependents,
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
        Needs::action(Self::ACTION).on(user.target())
    }

    fn version(&self, user: &User) -> Option<Timestamp> {
        Some(user.updated)
    }

    fn run(&self, user: User, tx: &mut Write<'_>) -> Result<()> {
        tx.refuse_oneself(user.id)?;
        if self.dependents == Dependents::Refuse {
            refuse_with_dependents(tx, &user)?;
        }
        access_keys::delete_all(tx, user.id)?;
        api_keys::delete_all(tx, user.id)?;
        groups::leave_all(tx, user.id)?;
        login_profiles::delete_of(tx, user.id)?;
        let holder = Holder::User(user.id);
        attachments::delete_all(tx, holder)?;
        inline_policies::delete_all(tx, holder)?;
        boundaries::delete_of(tx, holder)?;
        sessions::delete_of(tx, holder)?;
        names::release(tx, &user.name)?;
        tx.delete(&USERS, &[user.id.into()])?;
        tx.add_to_count(Noun::User, -1)?;
        tx.changed(Change::User(user.id));
        Ok(())
    }
}

fn refuse_with_dependents(tx: &Read<'_>, user: &User) -> Result<()> {
    let keys = access_keys::sql::ids_of(tx, user.id)?.len();
    let api_keys = api_keys::sql::count(tx, user.id)?;
    let groups = groups::sql::ids_of_user(tx, user.id)?.len();
    let profile = login_profiles::sql::of_user(tx, user.id)?.is_some();
    let attached = attachments::sql::count_of_holder(tx, Holder::User(user.id))?;
    let inline = inline_policies::sql::count(tx, Holder::User(user.id))?;
    if keys == 0 && api_keys == 0 && groups == 0 && !profile && attached == 0 && inline == 0 {
        return Ok(());
    }
    let profile = if profile { ", a login profile" } else { "" };
    let policies = format!("attached policies: {attached}, inline policies: {inline}");
    let keys = format!("access keys: {keys}, API keys: {api_keys}");
    Err(Error::InUse { noun: Noun::User, by: format!("{keys}, groups: {groups}, {policies}{profile}") })
}

/// The user of that name, whatever its case. Errors: `NotFound`.
pub(crate) fn by_name(tx: &Read<'_>, name: &str) -> Result<User> {
    let rows = tx.rows(&sql::BY_NAME, &[text::name_key(name).into()])?;
    rows.first().map_or_else(|| Err(Error::not_found(Noun::User, name)), sql::user)
}

/// The id and the target of an owner of keys.
pub(crate) fn by_owner(tx: &Read<'_>, owner: &Owner) -> Result<(UserId, Target)> {
    match owner {
        Owner::Root => {
            let account = tx.snapshot().accounts.get(&tx.account());
            let account = account.ok_or_else(|| Error::not_found(Noun::Account, tx.account()))?;
            Ok((account.root, Target::root()))
        }
        Owner::User(name) => by_name(tx, name).map(|user| (user.id, user.target())),
        Owner::Id(id) => {
            let known = tx.snapshot().principals.get(id).filter(|known| known.account == tx.account());
            let known = known.ok_or_else(|| Error::not_found(Noun::User, id))?;
            Ok((*id, Target::principal(known).unwrap_or_else(Target::root)))
        }
    }
}
