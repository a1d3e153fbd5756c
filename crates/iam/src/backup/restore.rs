//! Restoring: an archive becomes a store again, in either database, or nothing does.

use std::path::{Path, PathBuf};

use base::{ids::AccountId, timestamp::Timestamp};
use serde_json::json;

use super::{
    Manifest, Progress, Step, Watch, contents,
    copy::heads,
    error::BackupError,
    key,
    manifest::TableEntry,
    proof::{Proven, prove},
    sql,
};
use crate::{
    SESSION_TOKENS, Settings,
    action::Action,
    audit::{self, Event, KeptHead},
    db::{
        Connection, head,
        migrate::MIGRATIONS,
        whole::{self, Fresh, Whole},
    },
    error::Error,
    master_keys,
    store::{self, Directory},
};

/// What is to be restored.
#[derive(Debug, Clone)]
pub struct Restore {
    /// The archive.
    pub archive: PathBuf,
    /// The file of its key.
    pub key: PathBuf,
    /// What becomes of those who were signed in.
    pub sessions: Sessions,
    /// The data directory of the old store, where that can still be read.
    pub compare: Option<PathBuf>,
}

/// What becomes of sessions and temporary credentials that the archive knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sessions {
    /// They end: some of them may have been ended since.
    End,
    /// They go on.
    Keep,
}

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What the archive says of itself.
    pub manifest: Manifest,
    /// When it was restored.
    pub at: Timestamp,
    /// What became of sessions.
    pub sessions: Sessions,
    /// The ids of access keys and API keys that the archive has and the old store had no more, where it was compared.
    pub deleted_since: Option<Vec<String>>,
}

impl Restored {
    /// What happened in so many seconds before the restore is in neither the archive nor its trail.
    pub fn gap_s(&self) -> i64 {
        (self.at.seconds() - self.manifest.created.seconds()).max(0)
    }
}

/// Restores an archive into the place that the settings name, which must be empty, with the master key that they name.
///
/// The whole archive is proved before the place is touched. Then everything is written in one transaction, and read
/// again before that ends: counts, and every chain of the audit trail. Whatever goes wrong, and whenever the process is
/// killed, the place is as empty as it was.
pub fn restore(settings: &Settings, order: &Restore, watch: &mut Watch<'_>) -> Result<Restored, BackupError> {
    let key = key::read(&order.key)?;
    let Proven { manifest, hash, deleted_since } = prove(settings, order, &key, watch)?;
    let keyring = store::find_keys(&store::key_path(settings), false, &*settings.random)?.keyring;
    let directory = Directory::lock(&settings.directory)?;
    let not_empty = || BackupError::NotEmpty(place(settings));
    let fresh = Fresh::new(&settings.database, &settings.directory)?.ok_or_else(not_empty)?;
    let restored = Restored { manifest, at: settings.clock.now(), sessions: order.sessions, deleted_since };
    let filled = fresh.fill(|connection| {
        let mut contents = contents::open(&order.archive, &key)?;
        let failed = BackupError::reading(&order.archive);
        whole::make(connection, restored.manifest.schema())?;
        let tables = tables_for(connection, &restored.manifest)?;
        tables.iter().rev().try_for_each(|table| whole::clear(connection, table))?;
        let mut progress = Progress { all_rows: restored.manifest.rows(), ..Progress::at(Step::Restoring) };
        for (table, entry) in tables.iter().zip(&restored.manifest.tables) {
            let rows = (0..entry.rows).map(|_| {
                let row = contents.row(entry.columns.len()).map_err(&failed)?;
                progress = Progress { rows: progress.rows + 1, bytes: contents.bytes(), ..progress };
                watch.see(progress)?;
                Ok::<_, BackupError>(row)
            });
            whole::insert(connection, table, rows)?;
        }
        if contents.finish().map_err(&failed)? != hash {
            return Err(BackupError::Differs("the archive was changed meanwhile".to_owned()));
        }
        count(connection, &restored.manifest, &tables)?;
        whole::make(connection, MIGRATIONS.len())?;
        check_chains(connection, &restored.manifest)?;
        keyring.prove(&master_keys::sql::registered(connection, true)?)?;
        if order.sessions == Sessions::End {
            end_sessions(connection)?;
        }
        record(connection, settings, &restored)
    });
    filled?.ok_or_else(not_empty)?;
    directory.mark()?;
    Ok(restored)
}

/// The tables of the new store in the archive's order. Errors: they are not those of the archive, a bug.
fn tables_for(connection: &mut dyn Whole, manifest: &Manifest) -> Result<Vec<whole::Table>, BackupError> {
    let present = whole::tables(connection)?;
    let find = |entry: &TableEntry| {
        let table = present.iter().find(|table| table.name == entry.name && table.column_names().eq(&entry.columns));
        table.cloned().ok_or_else(|| BackupError::Differs(format!("table `{}` is another", entry.name)))
    };
    let tables = manifest.tables.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    if tables.len() == present.len() { Ok(tables) } else { Err(BackupError::Differs("tables are missing".to_owned())) }
}

/// Whether every table has as many rows as it had.
fn count(connection: &mut dyn Whole, manifest: &Manifest, tables: &[whole::Table]) -> Result<(), BackupError> {
    for (table, entry) in tables.iter().zip(&manifest.tables) {
        let found = whole::count(connection, table)?;
        if found != entry.rows {
            let (name, rows) = (&entry.name, entry.rows);
            return Err(BackupError::Differs(format!("table `{name}` has {found} rows, not {rows}")));
        }
    }
    Ok(())
}

/// Reads every chain of the audit trail: whether it is whole, and as long as it was.
fn check_chains(connection: &mut dyn Whole, manifest: &Manifest) -> Result<(), BackupError> {
    if heads(connection)? != manifest.audit_heads {
        return Err(BackupError::Differs("the chains of the audit trail end elsewhere".to_owned()));
    }
    manifest.audit_heads.iter().try_for_each(|(account, head)| check_chain(connection, *account, head))
}

fn check_chain(connection: &mut dyn Connection, account: AccountId, head: &KeptHead) -> Result<(), BackupError> {
    let differs = |problem: String| BackupError::Differs(format!("the audit trail of {account}: {problem}"));
    match audit::follow(connection, account)? {
        Ok(found) if found == *head => Ok(()),
        Ok(found) => Err(differs(format!("it ends at {found}"))),
        Err(fault) => Err(differs(fault.to_string())),
    }
}

/// Lets nobody go on with what may have been ended since (SEC-252). A new key is made when the store is opened.
fn end_sessions(connection: &mut dyn Connection) -> Result<(), BackupError> {
    connection.run(&sql::DELETE_INSTANCE_KEY, &[SESSION_TOKENS.into()])?;
    connection.run(&sql::DELETE_ANSWERS, &[])?;
    connection.run(&sql::DELETE_PROOFS, &[])?;
    connection.run(&sql::DELETE_CONSOLE_SESSIONS, &[])?;
    connection.run(&sql::DELETE_SETUP_LINKS, &[])?;
    Ok(())
}

/// Enters the restore in the installation's own chain.
fn record(connection: &mut dyn Connection, settings: &Settings, restored: &Restored) -> Result<(), BackupError> {
    let head = head::lock(connection, AccountId::INSTANCE)?;
    let mut head = head.ok_or_else(|| Error::internal("the installation has no audit chain"))?;
    let mut event = Event::of_node(Action::Restore, AccountId::INSTANCE, restored.at);
    let manifest = &restored.manifest;
    let details = [
        ("backup_time", json!(manifest.created.to_milliseconds())),
        ("backup_time_us", json!(manifest.created.micros())),
        ("backup_node", json!(manifest.node)),
        ("backup_schema", json!(manifest.schema())),
        ("gap_s", json!(restored.gap_s())),
        ("sessions_ended", json!(restored.sessions == Sessions::End)),
    ];
    event.details.extend(details.map(|(name, value)| (name.to_owned(), value)));
    audit::append_at(connection, &settings.node, &mut head, &event)?;
    Ok(head::save(connection, &head)?)
}

/// Where the store is to be, in words.
fn place(settings: &Settings) -> String {
    match settings.database {
        crate::Database::Embedded => shown(&settings.directory),
        crate::Database::Postgres { .. } => "the database".to_owned(),
    }
}

fn shown(path: &Path) -> String {
    format!("`{}`", path.display())
}
