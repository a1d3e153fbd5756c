//! What can be done with accounts.

use base::{
    ids::{AccessKeyId, AccountId, UserId},
    secret::SecretText,
    timestamp::Timestamp,
};
use decide::seal::SealingKey;

use super::{ACCOUNTS, Alias, Summary, sql};

use crate::{
    access_keys,
    action::Action,
    caller::Caller,
    db::Value,
    door::{Operation, Query, Read, Target, Write},
    error::{Error, Noun, Quota, Result},
    feed::Change,
    master_keys,
    page::{Page, PageSize},
    quotas,
};

/// Creates an account with its root user and a first access key for it.
///
/// Errors: `Conflict` where the drawn account number is taken: asking again draws another; `InUse` where it was to be
/// the first account of the store and is not (SEC-270).
#[derive(Debug, Clone, Copy)]
pub struct Create {
    /// Whether it must be the first.
    pub occasion: Occasion,
    /// The number that the account gets; see [`crate::Iam::draw_account_id`].
    pub account: AccountId,
}

/// When an account is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// To begin with, on a store that has none.
    First,
    /// At any time.
    Any,
}

/// A new account. The secret is shown here and never again.
#[derive(Debug)]
pub struct Created {
    /// The account.
    pub account: AccountId,
    /// Its root user's access key.
    pub access_key: AccessKeyId,
    /// The secret half of it.
    pub secret: SecretText,
}

impl Operation for Create {
    const ACTION: Action = Action::CreateAccount;
    const CREATES_ACCOUNT: bool = true;
    type Found = ();
    type Output = Created;

    fn account(&self, _caller: &Caller) -> AccountId {
        self.account
    }

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<()> {
        if self.occasion == Occasion::First { refuse_second(tx) } else { Ok(()) }
    }

    fn run(&self, (): (), tx: &mut Write<'_>) -> Result<Created> {
        let (root, data_key) = make(tx)?;
        let minted = access_keys::mint(tx, root, &data_key)?;
        Ok(Created { account: self.account, access_key: minted.key.id, secret: minted.secret })
    }
}

/// Makes the account that is being changed; gives its root user and what seals its secrets.
pub(crate) fn make(tx: &mut Write<'_>) -> Result<(UserId, SealingKey)> {
    // The account's own number: no other user can have it, since drawn ids begin above all account numbers.
    let root = UserId::new(tx.account().number()).map_err(Error::internal)?;
    let core = tx.core();
    let registered = master_keys::sql::registered_in(tx)?;
    let by = master_keys::current(&registered)?;
    let (wrapped, data_key) = core.keyring.make_data_key(by, tx.account(), &*core.random)?;
    if !tx.insert(&ACCOUNTS, &[root.into(), Value::Null, wrapped.into(), tx.now().into()])? {
        return Err(Error::Conflict);
    }
    tx.changed(Change::Account);
    Ok((root, data_key))
}

/// Errors: `InUse` where the store has an account already (SEC-270).
pub(crate) fn refuse_second(tx: &Read<'_>) -> Result<()> {
    if sql::page(tx, None, PageSize::ONE)?.is_empty() {
        return Ok(());
    }
    Err(Error::InUse { noun: Noun::Account, by: "the store has an account already".to_owned() })
}

/// An account, as the installation's operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its alias, where it has one.
    pub alias: Option<String>,
    /// When it was made.
    pub created: Timestamp,
}

/// Lists all accounts in the order of their ids.
#[derive(Debug, Clone, Copy)]
pub struct List {
    /// Begin behind this account.
    pub after: Option<AccountId>,
    /// How many at most.
    pub size: PageSize,
}

impl Query for List {
    const ACTION: Action = Action::ListAccounts;
    type Found = ();
    type Output = Page<Account, AccountId>;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Page<Account, AccountId>> {
        Ok(Page::cut(sql::page(tx, self.after, self.size)?, self.size, |account| account.id))
    }
}

/// Sets, changes or removes an account's alias.
///
/// Errors: `Exists` where another account has it; `NotFound` for the account.
#[derive(Debug, Clone)]
pub struct SetAlias {
    /// The account that the operator means; a principal's is always its own.
    pub account: AccountId,
    /// The alias; `None` removes it.
    pub alias: Option<Alias>,
}

impl Operation for SetAlias {
    const ACTION: Action = Action::SetAccountAlias;
    type Found = ();
    type Output = ();

    fn account(&self, caller: &Caller) -> AccountId {
        caller.chosen_account(self.account)
    }

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &mut Write<'_>) -> Result<()> {
        let alias = self.alias.as_ref().map(Alias::as_str);
        if let Some(alias) = alias
            && sql::bearer(tx, alias)?.is_some_and(|account| account != tx.account())
        {
            return Err(Error::exists(Noun::Alias, alias));
        }
        // Another account may take it at the same moment: the unique index decides.
        match (tx.update(&ACCOUNTS, &[], &[("alias", alias.into())]), alias) {
            (Err(Error::Conflict), Some(alias)) => Err(Error::exists(Noun::Alias, alias)),
            (outcome, _) => outcome.map(|_| ()),
        }
    }
}

/// Tells how full the account is.
#[derive(Debug, Clone, Copy)]
pub struct GetSummary;

impl Query for GetSummary {
    const ACTION: Action = Action::GetAccountSummary;
    type Found = ();
    type Output = Summary;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Summary> {
        let limits = Quota::ALL.iter().map(|quota| Ok((*quota, quotas::limit(tx, *quota)?)));
        Ok(Summary {
            alias: sql::alias(tx)?,
            limits: limits.collect::<Result<_>>()?,
            users: tx.count(Noun::User)?,
            groups: tx.count(Noun::Group)?,
            policies: tx.count(Noun::Policy)?,
            roles: tx.count(Noun::Role)?,
        })
    }
}
