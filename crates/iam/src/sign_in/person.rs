//! Who is meant, as the store has it, and whether it may come in.

use base::{
    ids::{AccountId, ConsoleSessionId, UserId},
    text,
    timestamp::Timestamp,
};

use super::{Claim, NOWHERE, sql};
use crate::{
    accounts::{self, Alias},
    db::{Connection, Row, table::Table},
    door::Target,
    error::Result,
    login_profiles,
    password_settings::{self, PasswordSettings},
};

/// Who is meant.
#[derive(Debug, Clone)]
pub(super) enum Meant {
    /// Whoever bears a name.
    Claimed(Claim),
    /// The user of a session, who is to prove itself again.
    Known(AccountId, UserId, Option<ConsoleSessionId>),
}

/// What the store knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The account, where there is one.
    pub(super) account: Option<AccountId>,
    /// The person, where there is one.
    pub(super) person: Option<Person>,
    /// What the account asks for; the defaults where there is none.
    pub(super) settings: PasswordSettings,
}

/// A root or IAM user, and how it signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) user: UserId,
    /// Name and path; root has none.
    pub(super) called: Option<(String, String)>,
    /// Whether it may act at all.
    pub(super) enabled: bool,
    /// Whether it may sign in to the console.
    pub(super) console: bool,
    pub(super) hash: Option<String>,
    pub(super) must_reset: bool,
    /// Until when its password may be used.
    pub(super) expires: Option<Timestamp>,
    /// When it was set.
    pub(super) changed: Option<Timestamp>,
}

/// Somebody who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Welcome<'a> {
    pub(super) person: &'a Person,
    /// Whether it must set a password before anything else.
    pub(super) must_reset: bool,
}

/// Why somebody is not let in: for the trail alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    UnknownAccount,
    UnknownUser,
    Disabled,
    NoConsole,
    Locked,
    WrongPassword,
    PasswordExpired,
}

impl Cause {
    /// As the trail writes it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::UnknownAccount => "UnknownAccount",
            Self::UnknownUser => "UnknownUser",
            Self::Disabled => "Disabled",
            Self::NoConsole => "NoConsole",
            Self::Locked => "Locked",
            Self::WrongPassword => "WrongPassword",
            Self::PasswordExpired => "PasswordExpired",
        }
    }
}

/// Whether somebody may come in, and why not: the one place, and the one order (SEC-025). `right` says whether the
/// password is that of the very hash in `found`. What a second factor asks for belongs between the password and its age.
pub(super) fn judge(found: &Found, locked: bool, right: bool, now: Timestamp) -> Result<Welcome<'_>, Cause> {
    if found.account.is_none() {
        return Err(Cause::UnknownAccount);
    }
    let Some(person) = &found.person else { return Err(Cause::UnknownUser) };
    if !person.enabled {
        return Err(Cause::Disabled);
    }
    if !person.console || person.hash.is_none() {
        return Err(Cause::NoConsole);
    }
    if locked {
        return Err(Cause::Locked);
    }
    if !right {
        return Err(Cause::WrongPassword);
    }
    let is_old = found.settings.is_too_old(person.changed, now);
    // Nobody could let root in again.
    let is_shut_out = is_old && !found.settings.expired_may_reset && person.called.is_some();
    if is_shut_out || person.expires.is_some_and(|expires| expires <= now) {
        return Err(Cause::PasswordExpired);
    }
    Ok(Welcome { person, must_reset: person.must_reset || is_old })
}

impl Meant {
    /// Looks who it is. Whatever comes of it, the statements are the same.
    pub(super) fn find(&self, connection: &mut dyn Connection) -> Result<Found> {
        let (account, person) = match self {
            Self::Claimed(Claim::Root { email }) => {
                let rows = connection.rows(&sql::ROOT_OF_EMAIL.sql, &[text::name_key(email).into()])?;
                let account = rows.first().map(|row| row.account(0)).transpose()?;
                (account, rows.first().map(|row| root(row, 1)).transpose()?)
            }
            Self::Claimed(Claim::User { account, name }) => {
                let account = account_of(connection, account)?;
                let key = [account.unwrap_or(NOWHERE).into(), text::name_key(name).into()];
                (account, connection.rows(&sql::USER.sql, &key)?.first().map(person).transpose()?)
            }
            Self::Known(account, user, _) => {
                let key = [(*account).into(), (*user).into()];
                let of_root = connection.rows(&sql::ROOT_OF_ID.sql, &key)?;
                let of_user = connection.rows(&sql::USER_OF_ID.sql, &key)?;
                let found = match (of_root.first(), of_user.first()) {
                    (Some(row), _) => Some(root(row, 0)?),
                    (None, row) => row.map(person).transpose()?,
                };
                (Some(*account), found)
            }
        };
        let settings = password_settings::of(connection, account.unwrap_or(NOWHERE))?;
        Ok(Found { account, person, settings })
    }

    /// The session by which it is known.
    pub(super) const fn session(&self) -> Option<ConsoleSessionId> {
        match self {
            Self::Claimed(_) => None,
            Self::Known(_, _, session) => *session,
        }
    }

    /// One text for all spellings of it, under which failures are counted where nobody is found.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Claimed(Claim::Root { email }) => format!("root/{}", text::name_key(email)),
            Self::Claimed(Claim::User { account, name }) => {
                format!("user/{}/{}", text::name_key(account), text::name_key(name))
            }
            Self::Known(account, user, _) => format!("known/{account}/{user}"),
        }
    }

    /// One text for all spellings of the account; root users are found without one.
    pub(super) fn account_key(&self) -> String {
        match self {
            Self::Claimed(Claim::Root { .. }) => "root".to_owned(),
            Self::Claimed(Claim::User { account, .. }) => text::name_key(account),
            Self::Known(account, ..) => account.to_string(),
        }
    }
}

impl Person {
    /// The table that holds its password's hash.
    pub(super) fn table(&self) -> &'static Table {
        if self.called.is_some() { &login_profiles::LOGIN_PROFILES } else { &accounts::ROOT_LOGINS }
    }

    /// What policies and the trail call it.
    pub(super) fn target(&self) -> Target {
        match &self.called {
            Some((name, path)) => Target::user_at(path, name),
            None => Target::root(),
        }
    }
}

/// The account of an alias, whatever its case, or of twelve digits.
fn account_of(connection: &mut dyn Connection, text: &str) -> Result<Option<AccountId>> {
    let text = text.trim();
    let number = AccountId::parse(text).map_or(-1, |id| i64::try_from(id.number()).unwrap_or(-1));
    let alias = Alias::parse(&text::name_key(text)).map_or(String::new(), |alias| alias.as_str().to_owned());
    let rows = connection.rows(&sql::ACCOUNT.sql, &[alias.into(), number.into()])?;
    rows.first().map(|row| row.account(0)).transpose()
}

fn person(row: &Row) -> Result<Person> {
    Ok(Person {
        user: row.user(0)?,
        called: Some((row.text(1)?, row.text(2)?)),
        enabled: row.bool(3)?,
        console: row.optional(4, Row::bool)?.unwrap_or(false),
        hash: row.optional(5, Row::text)?,
        must_reset: row.optional(6, Row::bool)?.unwrap_or(false),
        expires: row.optional(7, Row::timestamp)?,
        changed: row.optional(8, Row::timestamp)?,
    })
}

/// A root user from its id, hash and the moment that was set, which begin at `first`.
fn root(row: &Row, first: usize) -> Result<Person> {
    Ok(Person {
        user: row.user(first)?,
        called: None,
        enabled: true,
        console: true,
        hash: row.optional(first + 1, Row::text)?,
        must_reset: false,
        expires: None,
        changed: row.optional(first + 2, Row::timestamp)?,
    })
}
