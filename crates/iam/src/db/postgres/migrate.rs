//! Bringing the schema up to date, also when several nodes start at once.

use super::{
    session::Session,
    transaction::{Begin, Tx},
};
use crate::{
    db::{Connection, Sql, instance, migrate, whole::Whole},
    error::Error,
    store::OpenError,
};

/// What stands in the schema that the connection works in.
static RELATIONS: Sql = Sql::new(
    "SELECT CAST(c.relname AS TEXT) FROM pg_catalog.pg_class c \
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f') LIMIT 1000",
);
static APPLIED: Sql = Sql::new("SELECT sha256 FROM schema_migration ORDER BY version");
static REMEMBER: Sql = Sql::new("INSERT INTO schema_migration (version, sha256) VALUES ($1, $2)");

/// What a database is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing is in it.
    Empty,
    /// One of our stores, whose making was broken off or is under way.
    Begun,
    /// One of our stores, perhaps an old one.
    Ours {
        /// Whether it has a table of master keys.
        master_keys: bool,
    },
}

/// Looks what is there. Errors: `Foreign` where it is somebody else's.
pub(super) fn inspect(session: &mut Session) -> Result<Found, OpenError> {
    let rows = session.rows(&RELATIONS, &[])?;
    let names = rows.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, Error>>()?;
    match names.as_slice() {
        [] => Ok(Found::Empty),
        names if !names.iter().any(|name| name == "schema_migration") => Err(OpenError::Foreign),
        names if names.iter().any(|name| name == instance::TABLE) => {
            Ok(Found::Ours { master_keys: names.iter().any(|name| name == instance::MASTER_KEYS) })
        }
        _ => Ok(Found::Begun),
    }
}

/// Applies what is missing. Errors: the schema is newer than this program, or another.
pub(super) fn bring_up_to_date(session: &mut Session) -> Result<(), OpenError> {
    if inspect(session)? == Found::Empty {
        let memory = migrate::spell(migrate::MEMORY, &migrate::POSTGRES);
        let made = session.transact(Begin::Migrate, |tx| tx.batch(&memory).map_err(OpenError::from));
        // Where another node makes it in the same moment, ours fails: then it is there.
        if let Err(error) = made
            && inspect(session)? == Found::Empty
        {
            return Err(error.into());
        }
    }
    if missing(session.transact(Begin::Read, applied)?.as_slice())?.is_empty() {
        return Ok(());
    }
    while session.transact(Begin::Migrate, step)? {}
    Ok(())
}

/// Applies the next step that is missing, in a transaction; `false` where none is. One node at a time: the others
/// wait at the lock and then find the step applied.
fn step(tx: &mut Tx<'_>) -> Result<bool, OpenError> {
    tx.batch("LOCK TABLE schema_migration IN EXCLUSIVE MODE")?;
    let applied = applied(tx)?;
    let Some((version, text)) = missing(&applied)?.first().copied() else { return Ok(false) };
    tx.batch(&migrate::spell(text, &migrate::POSTGRES))?;
    tx.run(&REMEMBER, &[(version as u64).into(), migrate::fingerprint(text).into()])?;
    Ok(true)
}

fn applied(tx: &mut Tx<'_>) -> Result<Vec<String>, OpenError> {
    let rows = tx.rows(&APPLIED, &[])?;
    Ok(rows.iter().map(|row| row.text(0)).collect::<Result<_, Error>>()?)
}

fn missing(applied: &[String]) -> Result<Vec<(usize, &'static str)>, OpenError> {
    Ok(migrate::pending(applied, migrate::MIGRATIONS.iter().map(|step| step.postgres))?)
}
