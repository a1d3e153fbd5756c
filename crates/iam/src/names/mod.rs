//! Names that are unique within an account, whatever bears them: IAM users and message contacts share
//! this table, so that "send it to Alice" has one meaning.

use base::text;

use crate::{
    db::{
        Value,
        table::{Column, Kind, Table, Touches},
    },
    door::Write,
    error::{Error, Noun, Result},
};

/// The table of names.
pub(crate) static NAMES: Table = Table {
    name: "name",
    key: &[Column { name: "name_key", kind: Kind::Text }],
    columns: &[Column { name: "noun", kind: Kind::Text }, Column { name: "entity_id", kind: Kind::Int }],
    touches: Touches::Nobody,
};

/// Checks that nothing bears `name`. Errors: `Exists`.
pub(crate) fn refuse_taken(tx: &Write<'_>, name: &str, noun: Noun) -> Result<()> {
    if tx.has(&NAMES, &[text::name_key(name).into()])? { Err(Error::exists(noun, name)) } else { Ok(()) }
}

/// Takes `name` for an entity. Errors: `Exists` where something bears it.
pub(crate) fn claim(tx: &mut Write<'_>, name: &str, noun: Noun, entity_id: u64) -> Result<()> {
    let row = [text::name_key(name).into(), noun.word().into(), entity_id.into()];
    if tx.insert(&NAMES, &row)? { Ok(()) } else { Err(Error::exists(noun, name)) }
}

/// Gives `name` back.
pub(crate) fn release(tx: &mut Write<'_>, name: &str) -> Result<()> {
    tx.delete(&NAMES, &[Value::from(text::name_key(name))])?;
    Ok(())
}
