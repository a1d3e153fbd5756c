//! What can be done with partner accounts.

use super::{PARTNER_ACCOUNTS, PartnerAccount, Record, sql};
use crate::{
    action::Action,
    door::{Operation, Query, Read, Target, Write},
    error::{Error, Noun, Quota, Result},
    page::{Page, PageSize},
    quotas,
};

/// Keeps a record, in place of the one with its user id if there is one.
///
/// Errors: `LimitExceeded` at the quota.
#[derive(Debug, Clone)]
pub struct Put {
    record: Record,
}

impl Put {
    /// Errors: `Invalid` for a record that breaks a rule.
    pub fn new(record: Record) -> Result<Self> {
        record.check()?;
        Ok(Self { record })
    }
}

impl Operation for Put {
    const ACTION: Action = Action::PutPartnerAccount;
    type Found = Option<PartnerAccount>;
    type Output = PartnerAccount;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Option<PartnerAccount>> {
        sql::by_user(tx, &self.record.user_id)
    }

    fn run(&self, present: Option<PartnerAccount>, tx: &mut Write<'_>) -> Result<PartnerAccount> {
        let created = present.as_ref().map_or(tx.now(), |present| present.created);
        let account = PartnerAccount { record: self.record.clone(), created };
        if present.is_none() {
            quotas::check(tx, Quota::PartnerAccounts, sql::count(tx)?)?;
            tx.insert(&PARTNER_ACCOUNTS, &sql::row(&account))?;
        } else {
            let key = [account.record.user_id.as_str().into()];
            tx.update(&PARTNER_ACCOUNTS, &key, &sql::columns(&account.record))?;
        }
        Ok(account)
    }
}

/// Shows a record. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct Get {
    /// Its user id.
    pub user_id: String,
}

impl Query for Get {
    const ACTION: Action = Action::GetPartnerAccount;
    type Found = PartnerAccount;
    type Output = PartnerAccount;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<PartnerAccount> {
        sql::by_user(tx, &self.user_id)?.ok_or_else(|| Error::not_found(Noun::PartnerAccount, &self.user_id))
    }

    fn run(&self, account: PartnerAccount, _tx: &Read<'_>) -> Result<PartnerAccount> {
        Ok(account)
    }
}

/// Lists records in the order of their user ids.
#[derive(Debug, Clone)]
pub struct List {
    /// Only those that refer to this account.
    pub reference: Option<String>,
    /// Begin behind this user id.
    pub after: Option<String>,
    /// How many at most.
    pub size: PageSize,
}

impl Query for List {
    const ACTION: Action = Action::ListPartnerAccounts;
    type Found = ();
    type Output = Page<PartnerAccount, String>;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Page<PartnerAccount, String>> {
        let after = self.after.as_deref().unwrap_or_default();
        let accounts = sql::page(tx, self.reference.as_deref(), after, self.size)?;
        Ok(Page::cut(accounts, self.size, |account| account.record.user_id.clone()))
    }
}
