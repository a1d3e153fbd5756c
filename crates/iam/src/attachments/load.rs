//! What holders hold, as the snapshot has it.

use std::{collections::HashMap, sync::Arc};

use base::ids::AccountId;
use decide::snapshot::{Grants, Inline, Mark};
use policy::catalogue::Catalogue;
use sha2::{Digest, Sha256};

use super::{Holder, sql};
use crate::{
    db::{Connection, Row, Select, Value},
    error::Result,
    feed,
    policies::stored_rules,
};

/// More than one holder can have: what it holds comes whole.
pub(crate) const GRANTS_MAX: u64 = 10_000;

/// What holders hold. Who holds nothing is not in it.
pub(crate) type Held = HashMap<Holder, Grants>;

/// What these hold: all of one kind, at most [`feed::NAMED`].
pub(crate) fn held_by(
    connection: &mut dyn Connection,
    catalogue: &Catalogue,
    account: AccountId,
    holders: &[Holder],
) -> Result<Held> {
    let mut held = Held::new();
    let Some(kind) = holders.first().map(|holder| holder.kind()) else { return Ok(held) };
    let most = GRANTS_MAX * holders.len() as u64;
    let rows = match holders {
        [one] => connection
            .rows(&sql::GRANTS_OF_ONE.sql, &[account.into(), kind.into(), one.number().into(), most.into()])?,
        many => {
            let numbers: Vec<u64> = many.iter().map(|holder| holder.number()).collect();
            let mut parameters = feed::named(account, &numbers);
            parameters.extend([kind.into(), most.into()]);
            connection.rows(&sql::GRANTS.sql, &parameters)?
        }
    };
    for row in &rows {
        let grants = held.entry(Holder::from_columns(kind, row.number(0)?)?).or_default();
        match row.int(1)? {
            1 => grants.attached.push(row.policy(2)?),
            2 => grants.boundary = Some(row.policy(2)?),
            4 => grants.sessions_from.moment = Some(row.timestamp(2)?),
            5 => grants.sessions_from.event = row.number(2)?,
            _ => grants.inline.push(inline(row, 4, catalogue)?),
        }
    }
    Ok(held)
}

/// What everybody holds.
pub(crate) fn held_by_all(connection: &mut dyn Connection, catalogue: &Catalogue) -> Result<Held> {
    let mut held = Held::new();
    let before_all = |last: Value| vec!["".into(), 0i64.into(), last];
    each_row(connection, &sql::ATTACHED_OF_ALL, before_all(0i64.into()), feed::PAGE, |row| {
        held.entry(sql::holder(row)?).or_default().attached.push(row.policy(2)?);
        Ok(())
    })?;
    each_row(connection, &sql::BOUNDARIES_OF_ALL, vec!["".into(), 0i64.into()], feed::PAGE, |row| {
        held.entry(sql::holder(row)?).or_default().boundary = Some(row.policy(2)?);
        Ok(())
    })?;
    each_row(connection, &sql::MARKS_OF_ALL, vec!["".into(), 0i64.into()], feed::PAGE, |row| {
        let mark = Mark { moment: Some(row.timestamp(2)?), event: row.number(3)? };
        held.entry(sql::holder(row)?).or_default().sessions_from = mark;
        Ok(())
    })?;
    each_row(connection, &sql::INLINE_OF_ALL, before_all("".into()), feed::DOCUMENTS, |row| {
        held.entry(sql::holder(row)?).or_default().inline.push(inline(row, 3, catalogue)?);
        Ok(())
    })?;
    Ok(held)
}

/// Reads a table page by page. `before_all` lies before its first key; the key's columns come first in each row.
fn each_row(
    connection: &mut dyn Connection,
    select: &Select,
    before_all: Vec<Value>,
    page: i64,
    mut enter: impl FnMut(&Row) -> Result<()>,
) -> Result<()> {
    let key = before_all.len();
    let mut bounds = before_all;
    loop {
        bounds.push(page.into());
        let mut rows = connection.rows(&select.sql, &bounds)?;
        for row in &rows {
            enter(row)?;
        }
        match rows.pop() {
            Some(Row(values)) => bounds = values.into_iter().take(key).collect(),
            None => return Ok(()),
        }
    }
}

/// A document from a row that has name, flavour and text from `first` on.
fn inline(row: &Row, first: usize, catalogue: &Catalogue) -> Result<Inline> {
    let (flavour, text) = (row.text(first + 1)?, row.text(first + 2)?);
    let document = Arc::new(stored_rules(&flavour, &text, catalogue)?);
    let digest = Sha256::new().chain_update(flavour).chain_update([0]).chain_update(text).finalize().into();
    Ok(Inline { name: row.text(first)?, document, digest })
}
