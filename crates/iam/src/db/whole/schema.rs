//! Making the schema step by step, inside one transaction.

use super::Whole;
use crate::{
    db::{
        Sql,
        migrate::{self, MIGRATIONS},
        postgres, sqlite,
    },
    error::Result,
};

static APPLIED: Sql = Sql::new("SELECT sha256 FROM schema_migration ORDER BY version");
static REMEMBER: Sql = Sql::new("INSERT INTO schema_migration (version, sha256) VALUES ($1, $2)");

/// The hashes of all steps that this program knows, as a store in the database of that name remembers them. `None` where
/// there is no such database.
pub(crate) fn hashes(name: &str) -> Option<Vec<String>> {
    let engine = [sqlite::engine(), postgres::engine()].into_iter().find(|engine| engine.name == name)?;
    Some(MIGRATIONS.iter().map(|step| migrate::fingerprint((engine.text)(step))).collect())
}

/// The hashes of the steps that a store has.
pub(crate) fn applied(connection: &mut dyn Whole) -> Result<Vec<String>> {
    connection.rows(&APPLIED, &[])?.iter().map(|row| row.text(0)).collect()
}

/// Makes an empty database, or one that an earlier call has made, into a store of that schema version.
pub(crate) fn make(connection: &mut dyn Whole, version: usize) -> Result<()> {
    let engine = connection.engine();
    connection.batch(&migrate::spell(migrate::MEMORY, engine.spelling))?;
    let present = applied(connection)?.len();
    for (place, step) in MIGRATIONS.iter().enumerate().take(version).skip(present) {
        let text = (engine.text)(step);
        connection.batch(&migrate::spell(text, engine.spelling))?;
        connection.run(&REMEMBER, &[(place as u64 + 1).into(), migrate::fingerprint(text).into()])?;
    }
    Ok(())
}
