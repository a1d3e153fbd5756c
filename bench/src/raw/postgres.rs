//! The floor on PostgreSQL: connections that write the rows, one statement after the other.

use anyhow::{Context, Result};
use postgres::{Client, NoTls, Statement};

use super::{Rows, STANDING, WRITES};

/// A connection and what it writes next.
pub(crate) struct Writer {
    client: Client,
    writes: Vec<Statement>,
    rows: Rows,
}

impl Writer {
    /// Connects to a store's database, in whose `account` the core has created a user.
    pub(crate) fn open(url: &str, account: i64) -> Result<Self> {
        let mut client = Client::connect(url, NoTls)?;
        let row = client.query_one(STANDING, &[&account])?;
        let rows = Rows {
            account,
            revision: row.try_get(0)?,
            seq: row.try_get(1)?,
            id: row.try_get(2)?,
            tags: row.try_get(3)?,
            body: row.try_get(4)?,
            principal: row.try_get(5)?,
            hash: [7; 32],
            name: String::new(),
            reference: String::new(),
        };
        let writes = WRITES.iter().map(|text| client.prepare(text)).collect::<Result<_, _>>()?;
        Ok(Self { client, writes, rows })
    }

    /// Writes the rows of one creation, in a transaction.
    pub(crate) fn commit(&mut self) -> Result<()> {
        let Self { client, writes, rows } = self;
        let [name, user, tally, event, head, feed_head, feed_entry] = writes.as_slice() else {
            anyhow::bail!("statements are missing");
        };
        rows.advance();
        let (account, time, shard, hash) = (rows.account, rows.time(), rows.shard(), rows.hash.as_slice());
        let mut tx = client.transaction()?;
        tx.execute(name, &[&account, &rows.name, &rows.id])?;
        tx.execute(user, &[&account, &rows.id, &rows.name, &rows.name, &rows.tags, &rows.name, &true, &time, &time])?;
        tx.execute(tally, &[&account])?;
        tx.execute(event, &[&account, &rows.seq, &time, &rows.principal, &rows.body, &hash])?;
        tx.execute(head, &[&account, &rows.revision, &rows.seq, &hash])?;
        let seq: i64 = tx.query_one(feed_head, &[&shard])?.try_get(0)?;
        tx.execute(feed_entry, &[&shard, &seq, &account, &rows.reference, &time])?;
        tx.commit()?;
        Ok(())
    }
}

/// Has a database tidy up and count its rows.
pub(crate) fn vacuum(url: &str) -> Result<()> {
    Ok(Client::connect(url, NoTls)?.batch_execute("VACUUM ANALYZE")?)
}

/// Databases of this run, dropped when it ends.
pub(crate) struct Databases {
    url: String,
    names: Vec<String>,
}

impl Databases {
    /// On the server of `url`, which names a database that is there already.
    pub(crate) fn on(url: &str) -> Self {
        Self { url: url.to_owned(), names: Vec::new() }
    }

    /// Makes an empty one and gives its URL.
    pub(crate) fn make(&mut self, name: &str) -> Result<String> {
        let name = format!("claviger_bench_{}_{name}", std::process::id());
        let (server, _) = self.url.rsplit_once('/').context("the URL names no database")?;
        let url = format!("{server}/{name}");
        Client::connect(&self.url, NoTls)?.batch_execute(&format!("CREATE DATABASE {name}"))?;
        self.names.push(name);
        Ok(url)
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        let Ok(mut client) = Client::connect(&self.url, NoTls) else { return };
        for name in &self.names {
            if let Err(error) = client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")) {
                eprintln!("bench: the database {name} stays behind: {error}");
            }
        }
    }
}
