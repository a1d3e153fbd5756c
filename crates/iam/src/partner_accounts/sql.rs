//! The partner accounts' statements.

use super::{PartnerAccount, Record};
use crate::{
    db::{Row, Value, selects},
    door::Read,
    error::Result,
    page::PageSize,
};

selects! {
    /// The record of a user id.
    BY_USER: scoped "SELECT user_id, reference, name, email, mobile, kind, company, created_us FROM partner_account WHERE account_id = $1 AND user_id = $2";
    /// Records behind a user id.
    PAGE: scoped "SELECT user_id, reference, name, email, mobile, kind, company, created_us FROM partner_account WHERE account_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3";
    /// The same of those that refer to one account.
    PAGE_OF_REFERENCE: scoped "SELECT user_id, reference, name, email, mobile, kind, company, created_us FROM partner_account WHERE account_id = $1 AND user_id > $2 AND reference = $3 ORDER BY user_id LIMIT $4";
    /// How many an account has.
    COUNT: scoped "SELECT count(*) FROM partner_account WHERE account_id = $1";
}

/// The record of that user id.
pub(super) fn by_user(tx: &Read<'_>, user_id: &str) -> Result<Option<PartnerAccount>> {
    tx.rows(&BY_USER, &[user_id.into()])?.first().map(account).transpose()
}

/// Records behind a user id, and one more than the page holds.
pub(super) fn page(tx: &Read<'_>, reference: Option<&str>, after: &str, size: PageSize) -> Result<Vec<PartnerAccount>> {
    let rows = match reference {
        None => tx.rows(&PAGE, &[after.into(), size.probe().into()])?,
        Some(reference) => tx.rows(&PAGE_OF_REFERENCE, &[after.into(), reference.into(), size.probe().into()])?,
    };
    rows.iter().map(account).collect()
}

/// How many records the account has.
pub(super) fn count(tx: &Read<'_>) -> Result<u64> {
    tx.rows(&COUNT, &[])?.first().map_or(Ok(0), |row| row.number(0))
}

fn account(row: &Row) -> Result<PartnerAccount> {
    let record = Record {
        user_id: row.text(0)?,
        reference: row.text(1)?,
        name: row.text(2)?,
        email: row.text(3)?,
        mobile: row.text(4)?,
        kind: row.text(5)?,
        company: row.text(6)?,
    };
    Ok(PartnerAccount { record, created: row.timestamp(7)? })
}

/// The columns that an update sets.
pub(super) fn columns(record: &Record) -> [(&'static str, Value); 6] {
    [
        ("reference", record.reference.as_str().into()),
        ("name", record.name.as_str().into()),
        ("email", record.email.as_str().into()),
        ("mobile", record.mobile.as_str().into()),
        ("kind", record.kind.as_str().into()),
        ("company", record.company.as_str().into()),
    ]
}

/// The row of a new record, in the order of [`super::PARTNER_ACCOUNTS`].
pub(super) fn row(account: &PartnerAccount) -> [Value; 8] {
    let [reference, name, email, mobile, kind, company] = columns(&account.record).map(|(_, value)| value);
    let user_id = account.record.user_id.as_str().into();
    [user_id, reference, name, email, mobile, kind, company, account.created.into()]
}
