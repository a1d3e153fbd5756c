//! Copying a store into an archive, out of one read transaction.

use std::{io::Write, path::Path};

use base::timestamp::Timestamp;

use super::{
    Progress, Step, Watch,
    error::BackupError,
    manifest::{Manifest, TableEntry},
    record, sql,
    writer::ArchiveWriter,
};
use crate::{
    audit::KeptHead,
    db::{
        Connection, Value,
        whole::{self, Whole},
    },
    error::{Error, Result as CoreResult},
};

/// How many heads are read at a time.
const PAGE: i64 = 1_000;

/// Where an archive comes from.
pub(crate) struct Source<'a> {
    /// The node that makes it.
    pub(crate) node: &'a str,
    /// When it is made.
    pub(crate) now: Timestamp,
}

/// Writes the manifest and every row. Errors name `path`, where the archive is written to.
pub(crate) fn write_all<W: Write>(
    connection: &mut dyn Whole,
    archive: &mut ArchiveWriter<W>,
    source: &Source<'_>,
    path: &Path,
    watch: &mut Watch<'_>,
) -> Result<Manifest, BackupError> {
    let tables = whole::tables(connection)?;
    let manifest = manifest(connection, &tables, source)?;
    let text = manifest.to_json();
    let failed = BackupError::file(path);
    archive.write(&record::length(text.as_bytes())).and_then(|()| archive.write(text.as_bytes())).map_err(&failed)?;
    let mut progress = Progress { all_rows: manifest.rows(), ..Progress::at(Step::Copying) };
    let mut record = Vec::new();
    for (table, entry) in tables.iter().zip(&manifest.tables) {
        let before = progress.rows;
        whole::each_row(connection, table, |row| {
            record::write_row(&row, &mut record);
            archive.write(&record::length(&record)).and_then(|()| archive.write(&record)).map_err(&failed)?;
            progress.rows += 1;
            progress.bytes = archive.bytes();
            watch.see(progress)
        })?;
        if progress.rows - before != entry.rows {
            return Err(BackupError::Database(format!("table `{}` changed while it was read", table.name)));
        }
    }
    Ok(manifest)
}

fn manifest(connection: &mut dyn Whole, tables: &[whole::Table], source: &Source<'_>) -> Result<Manifest, BackupError> {
    let mut entries = Vec::with_capacity(tables.len());
    for table in tables {
        let columns = table.column_names().map(str::to_owned).collect();
        entries.push(TableEntry { name: table.name.clone(), columns, rows: whole::count(connection, table)? });
    }
    Ok(Manifest {
        migrations: whole::applied(connection)?,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        created: source.now,
        node: source.node.to_owned(),
        database: connection.engine().name.to_owned(),
        tables: entries,
        audit_heads: heads(connection)?,
    })
}

/// The end of every chain, by account.
pub(super) fn heads(connection: &mut dyn Connection) -> CoreResult<Vec<(base::ids::AccountId, KeptHead)>> {
    let (mut heads, mut after) = (Vec::new(), Value::Int(-1));
    loop {
        let rows = connection.rows(&sql::HEADS.sql, &[after, PAGE.into()])?;
        for row in &rows {
            let hash = row.bytes(2)?.try_into().map_err(|_| Error::internal("an audit hash has another length"))?;
            heads.push((row.account(0)?, KeptHead { seq: row.number(1)?, hash }));
        }
        match heads.last() {
            Some((account, _)) if !rows.is_empty() => after = (*account).into(),
            _ => return Ok(heads),
        }
    }
}
