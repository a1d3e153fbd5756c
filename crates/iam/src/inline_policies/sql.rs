//! The inline policies' statements.

use base::text;

use super::{Heading, InlinePolicy};
use crate::{
    attachments::Holder,
    db::{Row, Value, selects},
    door::Read,
    error::{Error, Noun, Quota, Result},
    policies,
};

selects! {
    /// One of a holder's.
    BY_NAME: scoped "SELECT name, flavour, document, created_us, updated_us FROM inline_policy WHERE account_id = $1 AND holder_kind = $2 AND holder_id = $3 AND name_key = $4";
    /// The names of a holder's.
    NAMES: scoped "SELECT name FROM inline_policy WHERE account_id = $1 AND holder_kind = $2 AND holder_id = $3 ORDER BY name_key LIMIT $4";
    /// A holder's, without their documents.
    HEADINGS: scoped "SELECT name, flavour, created_us, updated_us FROM inline_policy WHERE account_id = $1 AND holder_kind = $2 AND holder_id = $3 ORDER BY name_key LIMIT $4";
    /// How many a holder has.
    COUNT: scoped "SELECT count(*) FROM inline_policy WHERE account_id = $1 AND holder_kind = $2 AND holder_id = $3";
}

/// The holder's inline policy of that name, whatever its case. Errors: `NotFound`.
pub(super) fn by_name(tx: &Read<'_>, holder: Holder, name: &str) -> Result<InlinePolicy> {
    let [kind, id] = of(holder);
    let rows = tx.rows(&BY_NAME, &[kind, id, text::name_key(name).into()])?;
    rows.first().map_or_else(|| Err(Error::not_found(Noun::InlinePolicy, name)), inline_policy)
}

/// The names of the holder's inline policies, in their order.
pub(super) fn names(tx: &Read<'_>, holder: Holder) -> Result<Vec<String>> {
    let [kind, id] = of(holder);
    let rows = tx.rows(&NAMES, &[kind, id, Quota::InlinePoliciesPerHolder.highest().into()])?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// The holder's inline policies without their documents, in the order of their names.
pub(super) fn headings(tx: &Read<'_>, holder: Holder) -> Result<Vec<Heading>> {
    let [kind, id] = of(holder);
    let rows = tx.rows(&HEADINGS, &[kind, id, Quota::InlinePoliciesPerHolder.highest().into()])?;
    rows.iter().map(heading).collect()
}

/// How many inline policies a holder has.
pub(crate) fn count(tx: &Read<'_>, holder: Holder) -> Result<u64> {
    tx.rows(&COUNT, &of(holder))?.first().map_or(Ok(0), |row| row.number(0))
}

fn of(holder: Holder) -> [Value; 2] {
    [holder.kind().into(), holder.number().into()]
}

fn heading(row: &Row) -> Result<Heading> {
    Ok(Heading {
        name: row.text(0)?,
        flavour: policies::stored_flavour(&row.text(1)?)?,
        created: row.timestamp(2)?,
        updated: row.timestamp(3)?,
    })
}

fn inline_policy(row: &Row) -> Result<InlinePolicy> {
    Ok(InlinePolicy {
        name: row.text(0)?,
        flavour: policies::stored_flavour(&row.text(1)?)?,
        document: row.text(2)?,
        created: row.timestamp(3)?,
        updated: row.timestamp(4)?,
    })
}
