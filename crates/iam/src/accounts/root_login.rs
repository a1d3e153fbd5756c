//! How a root user signs in to the console, and what its account is called.

use base::{
    ids::{AccountId, UserId},
    text,
    timestamp::Timestamp,
};

use super::sql;
use crate::{
    access_keys::Owner,
    action::Action,
    caller::Caller,
    console_sessions,
    db::{
        Value,
        table::{Column, Kind, Table, Touches, Whom},
    },
    door::{Operation, Read, Target, Write},
    error::{Error, Noun, Result},
    hashing::{Password, Prepare},
    password_settings, passwords, sign_in, users,
    values::{DisplayName, Email},
};

/// The table of root users' logins: one an account, or none.
pub(crate) static ROOT_LOGINS: Table = Table {
    name: "root_login",
    key: &[Column { name: "root_id", kind: Kind::Int }],
    columns: &[
        Column { name: "account_name", kind: Kind::Text },
        Column { name: "email", kind: Kind::Text },
        Column { name: "email_key", kind: Kind::Text },
        Column { name: "password_hash", kind: Kind::Digest },
        Column { name: "password_changed_us", kind: Kind::Int },
        Column { name: "created_us", kind: Kind::Int },
        Column { name: "updated_us", kind: Kind::Int },
    ],
    touches: Touches::Power {
        whom: Whom::User("root_id"),
        harmless: &["account_name", "email", "email_key", "created_us", "updated_us"],
    },
};

/// How a root user signs in. Its password is never part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootLogin {
    /// What the account is called.
    pub account_name: String,
    /// The address that it signs in with.
    pub email: String,
    /// When the password was last set; `None` where there is none.
    pub password_changed: Option<Timestamp>,
}

/// What a root user is to sign in with.
#[derive(Debug, Clone)]
pub struct NewRootLogin {
    /// What the account is called.
    pub account_name: DisplayName,
    /// The address; no other root user has it.
    pub email: Email,
    /// The password.
    pub password: Password,
}

/// Sets how an account's root user signs in, in place of what was set before: also how a lost root is recovered. Ends its
/// sessions at the console.
///
/// Errors: `NotFound` for the account, `Exists` where another root user has the address, `Invalid` where it has none so far
/// and none is given.
#[derive(Debug)]
pub struct SetRootLogin {
    account: AccountId,
    email: Option<Email>,
    account_name: Option<DisplayName>,
    password: Password,
    password_hash: Option<String>,
}

impl SetRootLogin {
    /// Sets the password; address and account's name too, where they are given.
    pub const fn new(
        account: AccountId,
        email: Option<Email>,
        account_name: Option<DisplayName>,
        password: Password,
    ) -> Self {
        Self { account, email, account_name, password, password_hash: None }
    }
}

impl Operation for SetRootLogin {
    const ACTION: Action = Action::SetRootLogin;
    type Found = UserId;
    type Output = RootLogin;

    fn needs_preparing(&self) -> bool {
        true
    }

    fn prepare(&mut self, prepare: &Prepare<'_>) -> Result<()> {
        self.password_hash = Some(prepare.hash(&self.password)?);
        Ok(())
    }

    fn account(&self, _caller: &Caller) -> AccountId {
        self.account
    }

    fn named(&self) -> Target {
        Target::root()
    }

    fn find(&self, tx: &Read<'_>) -> Result<UserId> {
        users::by_owner(tx, &Owner::Root).map(|(root, _)| root)
    }

    fn run(&self, root: UserId, tx: &mut Write<'_>) -> Result<RootLogin> {
        let Some(hash) = self.password_hash.as_deref() else {
            // It was not hashed, as the caller seemed not to be allowed to set it; now it is.
            return Err(Error::Unavailable { retry_after_s: 1 });
        };
        let login = match (sql::root_login(tx)?, &self.email) {
            (Some(present), email) => RootLogin {
                account_name: self.account_name.as_ref().map_or(present.account_name, |name| name.as_str().to_owned()),
                email: email.as_ref().map_or(present.email, |email| email.as_str().to_owned()),
                password_changed: Some(tx.now()),
            },
            (None, Some(email)) => RootLogin {
                account_name: self.account_name.as_ref().map_or(String::new(), |name| name.as_str().to_owned()),
                email: email.as_str().to_owned(),
                password_changed: Some(tx.now()),
            },
            (None, None) => return Err(Error::invalid("e-mail", "must be given: the root user has none yet")),
        };
        put(tx, root, &login, hash)?;
        check_password(tx, &self.password)?;
        Ok(login)
    }
}

/// Looks whether the account takes a password for its root user. Errors: `WeakPassword` with all that is wrong.
pub(crate) fn check_password(tx: &Read<'_>, password: &Password) -> Result<()> {
    let settings = password_settings::of_account(tx)?;
    passwords::refuse(passwords::check(password.expose(), &settings, &names_of_root(tx)?))
}

/// What the root user's password must not be made of: its address, and what the account is called.
pub(crate) fn names_of_root(tx: &Read<'_>) -> Result<Vec<String>> {
    let login = sql::root_login(tx)?;
    let mailbox = login.as_ref().and_then(|login| login.email.split('@').next()).map(str::to_owned);
    Ok([sql::alias(tx)?, mailbox, login.map(|login| login.account_name)].into_iter().flatten().collect())
}

/// Puts a root user's login in place of what is there. What was proved by the old one holds no more.
pub(crate) fn put(tx: &mut Write<'_>, root: UserId, login: &RootLogin, hash: &str) -> Result<()> {
    let key = text::name_key(&login.email);
    if sql::root_of_email(tx, &key)?.is_some_and(|account| account != tx.account()) {
        return Err(Error::exists(Noun::RootLogin, &login.email));
    }
    let now = Value::from(tx.now());
    let row = [
        root.into(),
        login.account_name.as_str().into(),
        login.email.as_str().into(),
        key.into(),
        hash.into(),
        login.password_changed.into(),
        now.clone(),
        now.clone(),
    ];
    if !tx.insert(&ROOT_LOGINS, &row)? {
        let columns = ROOT_LOGINS.columns.iter().map(|column| column.name).zip(row.into_iter().skip(1));
        let to: Vec<(&'static str, Value)> = columns.filter(|(name, _)| *name != "created_us").collect();
        // Another account may take the address at the same moment: the unique index decides.
        let updated = tx.update(&ROOT_LOGINS, &[root.into()], &to);
        match updated {
            Ok(true) => {}
            Ok(false) | Err(Error::Conflict) => return Err(Error::exists(Noun::RootLogin, &login.email)),
            Err(error) => return Err(error),
        }
    }
    console_sessions::end_all(tx, root, None)?;
    sign_in::start_afresh(tx, root)
}
