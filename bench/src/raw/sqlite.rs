//! The floor on SQLite: one connection, set as the core's writer is.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, config::DbConfig, params};

use super::{Rows, STANDING, WRITES};

/// A connection and what it writes next.
pub(crate) struct Writer {
    connection: Connection,
    writes: [String; 7],
    rows: Rows,
}

impl Writer {
    /// Opens a store's file, in whose `account` the core has created a user, and which it has closed.
    pub(crate) fn open(directory: &Path, account: i64) -> Result<Self> {
        let connection = Connection::open(directory.join("claviger.db"))?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
             PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA cache_size = -65536;",
        )?;
        let rows = connection.query_row(&numbered(STANDING), [account], |row| {
            Ok(Rows {
                account,
                revision: row.get(0)?,
                seq: row.get(1)?,
                id: row.get(2)?,
                tags: row.get(3)?,
                body: row.get(4)?,
                principal: row.get(5)?,
                hash: [7; 32],
                name: String::new(),
                reference: String::new(),
            })
        })?;
        Ok(Self { connection, writes: WRITES.map(numbered), rows })
    }

    /// Writes the rows of `group` creations, durable by one COMMIT.
    pub(crate) fn commit(&mut self, group: u32) -> Result<()> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for _ in 0..group {
            self.write()?;
        }
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        let Self { connection, writes: [name, user, tally, event, head, feed_head, feed_entry], rows } = self;
        rows.advance();
        let (account, time, shard) = (rows.account, rows.time(), rows.shard());
        connection.prepare_cached(name)?.execute(params![account, rows.name, rows.id])?;
        connection
            .prepare_cached(user)?
            .execute(params![account, rows.id, rows.name, rows.name, rows.tags, rows.name, true, time, time])?;
        connection.prepare_cached(tally)?.execute([account])?;
        connection.prepare_cached(event)?.execute(params![
            account,
            rows.seq,
            time,
            rows.principal,
            rows.body,
            rows.hash
        ])?;
        connection.prepare_cached(head)?.execute(params![account, rows.revision, rows.seq, rows.hash])?;
        let seq: i64 = connection.prepare_cached(feed_head)?.query_row([shard], |row| row.get(0))?;
        connection.prepare_cached(feed_entry)?.execute(params![shard, seq, account, rows.reference, time])?;
        Ok(())
    }
}

/// SQLite takes `$2` for a name, so it gets `?2`.
fn numbered(text: &str) -> String {
    text.replace('$', "?")
}
