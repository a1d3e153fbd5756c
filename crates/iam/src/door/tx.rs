//! What an operation holds while it works: [`Read`] to look, [`Write`] to change.

use std::{cell::RefCell, collections::BTreeSet, ops::Deref};

use base::{
    ids::{AccountId, UserId},
    timestamp::Timestamp,
};
use decide::{identity::Actor, seal::SealingKey, snapshot::Snapshot};
use serde_json::{Map, Value as Json};

use super::{Touched, needs::Asking};
use crate::{
    attachments::Holder,
    audit::{self, RowChange},
    caller::Caller,
    core::Core,
    db::{
        Connection, Row, Select, Sql, Value,
        head::Head,
        table::{Table, Touches, Whom},
        tally,
    },
    error::{Error, Noun, Result},
    feed::{self, Change, Committed},
    users::listing,
};

/// How often an id is drawn before the caller is asked to come again.
const DRAWS: usize = 8;

/// Looks at one account's data, inside a transaction.
pub struct Read<'a> {
    connection: RefCell<&'a mut dyn Connection>,
    core: &'a Core,
    caller: &'a Caller,
    account: AccountId,
    now: Timestamp,
    snapshot: &'a Snapshot,
    heads: &'a [Head],
}

impl<'a> Read<'a> {
    pub(super) fn new(connection: &'a mut dyn Connection, core: &'a Core, asking: &Asking<'a>) -> Self {
        let Asking { caller, account, snapshot, now, heads } = *asking;
        Self { connection: RefCell::new(connection), core, caller, account, now, snapshot, heads }
    }

    /// Who asks for the operation.
    pub fn caller(&self) -> &Caller {
        self.caller
    }

    /// That `user` is not whoever acts, by whatever credential of its: nobody ends what they act by. Errors: `Oneself`.
    pub(crate) fn refuse_oneself(&self, user: UserId) -> Result<()> {
        match self.caller {
            Caller::Principal { identity, .. } if identity.actor == Actor::User(user) => Err(Error::Oneself),
            _ => Ok(()),
        }
    }

    /// The account whose data this is.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The operation's one moment.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The number that the change's event will have in the trail of `account`: its own account's, or the caller's.
    pub(crate) fn event_in(&self, account: AccountId) -> Result<u64> {
        let head = self.heads.iter().find(|head| head.account == account);
        let head = head.ok_or_else(|| Error::internal(format!("account {account} is not being changed")))?;
        u64::try_from(head.audit_seq + 1).map_err(Error::internal)
    }

    /// The snapshot that the operation is decided by.
    pub(crate) fn snapshot(&self) -> &Snapshot {
        self.snapshot
    }

    pub(crate) fn core(&self) -> &Core {
        self.core
    }

    /// Runs a query; a scoped one gets the account as `$1`.
    pub(crate) fn rows(&self, select: &Select, parameters: &[Value]) -> Result<Vec<Row>> {
        let mut connection = self.connection.borrow_mut();
        if select.global {
            return Ok(connection.rows(&select.sql, parameters)?);
        }
        let mut all = Vec::with_capacity(parameters.len() + 1);
        all.push(self.account.into());
        all.extend_from_slice(parameters);
        Ok(connection.rows(&select.sql, &all)?)
    }

    /// How many of `noun` the account has.
    pub(crate) fn count(&self, noun: Noun) -> Result<u64> {
        tally::count(&mut **self.connection.borrow_mut(), self.account, noun)
    }

    /// The key that seals this account's secrets.
    pub(crate) fn data_key(&self) -> Result<std::sync::Arc<SealingKey>> {
        let account = self.snapshot.accounts.get(&self.account);
        account
            .map(|account| std::sync::Arc::clone(&account.data_key))
            .ok_or_else(|| Error::not_found(Noun::Account, self.account))
    }
}

/// Changes one account's data, inside a transaction that holds the account's head.
///
/// State is changed by `Write::insert`, `Write::update` and `Write::delete` alone, and each enters the
/// fields it changed in the operation's audit event.
pub struct Write<'a> {
    read: Read<'a>,
    changes: BTreeSet<Change>,
    rows: Vec<Json>,
    touched: BTreeSet<Touched>,
    /// Whose rows in the listing of users are to be written anew.
    listed: BTreeSet<UserId>,
    /// Who could sign in to the console, and cannot any more: its row may be gone.
    shut_out: BTreeSet<UserId>,
    details: Map<String, Json>,
}

/// What a change leaves behind, for deciding and for the audit event.
pub(super) struct Changes {
    pub(super) entities: Vec<Change>,
    pub(super) rows: Vec<Json>,
    pub(super) details: Map<String, Json>,
}

impl<'a> Deref for Write<'a> {
    type Target = Read<'a>;

    fn deref(&self) -> &Read<'a> {
        &self.read
    }
}

impl<'a> Write<'a> {
    pub(super) fn new(read: Read<'a>) -> Self {
        Self {
            read,
            changes: BTreeSet::new(),
            rows: Vec::new(),
            touched: BTreeSet::new(),
            listed: BTreeSet::new(),
            shut_out: BTreeSet::new(),
            details: Map::new(),
        }
    }

    /// Looks and writes past the tables of state: what the door itself keeps.
    pub(super) fn with_connection<T>(&mut self, work: impl FnOnce(&mut dyn Connection) -> T) -> T {
        work(&mut **self.read.connection.borrow_mut())
    }

    /// What was changed.
    pub(super) fn into_changes(self) -> Changes {
        Changes { entities: self.changes.into_iter().collect(), rows: self.rows, details: self.details }
    }

    /// Has the audit event tell something that no row does. Never a secret.
    pub(crate) fn tell(&mut self, member: &'static str, value: Json) {
        self.details.insert(member.to_owned(), value);
    }

    /// Has the guard look at somebody whose rows stay as they are: the caller is about to act as them.
    pub(crate) fn acts_as(&mut self, holder: Holder) {
        self.touched.insert(Touched::Holder(holder));
    }

    /// Says that a user could sign in to the console, and cannot any more.
    pub(crate) fn shuts_out(&mut self, user: UserId) {
        self.shut_out.insert(user);
    }

    /// Who was shut out.
    pub(super) fn shut_out(&self) -> &BTreeSet<UserId> {
        &self.shut_out
    }

    /// Whose power hangs on what was changed.
    pub(super) fn touched(&self) -> &BTreeSet<Touched> {
        &self.touched
    }

    /// What deciding will see once this is committed.
    pub(super) fn outcome(&self) -> Result<Snapshot> {
        let read = &self.read;
        let mut after = read.snapshot.clone();
        let changes = self.changes.iter().copied().collect();
        let revision = after.revision(read.account) + 1;
        let committed = Committed(vec![feed::Touched { account: read.account, revision, changes }]);
        feed::apply(&mut **read.connection.borrow_mut(), &mut after, &committed, &read.core.keyring)?;
        Ok(after)
    }

    /// A number for a new entity.
    pub(crate) fn new_id(&self) -> u64 {
        self.read.core.entity_id(self.read.now)
    }

    /// Says that deciding must look at an entity again.
    pub(crate) fn changed(&mut self, change: Change) {
        self.changes.insert(change);
    }

    /// Adds to how many of `noun` the account has.
    pub(crate) fn add_to_count(&mut self, noun: Noun, difference: i64) -> Result<()> {
        tally::add(&mut **self.read.connection.borrow_mut(), self.read.account, noun, difference)
    }

    /// Runs a statement on the core's own bookkeeping, which replaying does not know; tells how many rows it changed.
    pub(crate) fn keep(&mut self, sql: &Sql, parameters: &[Value]) -> Result<u64> {
        Ok(self.read.connection.borrow_mut().run(sql, parameters)?)
    }

    /// Inserts a row: the key, then all other columns, in the table's order. `false` where a row with that
    /// key, or another unique value of it, is there already; then nothing has changed.
    pub(crate) fn insert(&mut self, table: &Table, row: &[Value]) -> Result<bool> {
        if !table.fits(row) {
            return Err(Error::internal(format!("a row does not fit table `{}`", table.name)));
        }
        let inserted = self.run(&table.insert(), row)? == 1;
        if inserted {
            self.touch(table, row)?;
            self.list(table, row)?;
            self.rows.push(audit::row_change(table, &RowChange::Insert { row })?);
        }
        Ok(inserted)
    }

    /// Draws an id for a new entity, whose name is known to be free, and inserts the row that `make` gives with it.
    /// Where another node has drawn the same id in the same millisecond, another is drawn.
    pub(crate) fn insert_drawn<E, const N: usize>(
        &mut self,
        table: &Table,
        make: impl Fn(u64) -> Result<(E, [Value; N])>,
    ) -> Result<E> {
        for _ in 0..DRAWS {
            let (entity, row) = make(self.new_id())?;
            if self.insert(table, &row)? {
                return Ok(entity);
            }
        }
        Err(Error::Unavailable { retry_after_s: 1 })
    }

    /// Sets the given columns of the row with that key. Columns that hold the value already are left out of
    /// the event; `false` where nothing differed or no such row is there.
    pub(crate) fn update(&mut self, table: &Table, key: &[Value], to: &[(&'static str, Value)]) -> Result<bool> {
        let updated = update(&mut **self.read.connection.borrow_mut(), self.read.account, table, key, to)?;
        let Some(Updated { before, columns, entry }) = updated else { return Ok(false) };
        let harmless = match &table.touches {
            Touches::Nobody => true,
            Touches::Power { harmless, .. } => columns.iter().all(|column| harmless.contains(column)),
        };
        if !harmless {
            self.touch(table, &before.0)?;
        }
        self.list(table, &before.0)?;
        self.rows.push(entry);
        Ok(true)
    }

    /// Whether the row with that key is there.
    pub(crate) fn has(&self, table: &Table, key: &[Value]) -> Result<bool> {
        Ok(!self.with_account(&table.select_one(), key)?.is_empty())
    }

    /// Deletes the row with that key; `false` where there is none.
    pub(crate) fn delete(&mut self, table: &Table, key: &[Value]) -> Result<bool> {
        let before = match &table.touches {
            Touches::Nobody => None,
            Touches::Power { whom, .. } if whom.is_in_key(table) => Some(Row(key.to_vec())),
            Touches::Power { .. } => self.with_account(&table.select_one(), key)?.into_iter().next(),
        };
        let deleted = self.run(&table.delete(), key)? == 1;
        if deleted {
            if let Some(before) = before {
                self.touch(table, &before.0)?;
                self.list(table, &before.0)?;
            }
            self.rows.push(audit::row_change(table, &RowChange::Delete { key })?);
        }
        Ok(deleted)
    }

    /// Writes the rows of the listing anew that what was changed is about. It follows from the tables of state, so no
    /// event tells of it.
    pub(super) fn relist(&mut self) -> Result<()> {
        for user in std::mem::take(&mut self.listed) {
            let row = [self.read.account.into(), user.into()];
            self.keep(&listing::sql::RELIST, &row)?;
        }
        Ok(())
    }

    /// Notes whose row in the listing a row is about, key first.
    fn list(&mut self, table: &Table, row: &[Value]) -> Result<()> {
        let Some((place, _)) = listing::concerns(table).and_then(|name| table.column(name)) else { return Ok(()) };
        self.listed.insert(Row(row.to_vec()).user(place)?);
        Ok(())
    }

    /// Notes whose power hangs on a row, key first; where the key tells, it is enough.
    fn touch(&mut self, table: &Table, row: &[Value]) -> Result<()> {
        let Touches::Power { whom, .. } = &table.touches else { return Ok(()) };
        let row = Row(row.to_vec());
        let place = |name: &str| {
            let column = table.column(name).map(|(place, _)| place);
            column.ok_or_else(|| Error::internal(format!("table `{}` has no column `{name}`", table.name)))
        };
        let touched = match whom {
            Whom::User(column) => Touched::Holder(Holder::User(row.user(place(column)?)?)),
            Whom::Group(column) => Touched::Holder(Holder::Group(row.group(place(column)?)?)),
            Whom::Role(column) => Touched::Holder(Holder::Role(row.role(place(column)?)?)),
            Whom::Holder(kind, number) => {
                Touched::Holder(Holder::from_columns(&row.text(place(kind)?)?, row.number(place(number)?)?)?)
            }
            Whom::Policy(column) => Touched::Policy(row.policy(place(column)?)?),
            Whom::Everybody => Touched::Everybody,
        };
        self.touched.insert(touched);
        Ok(())
    }

    fn run(&mut self, sql: &Sql, parameters: &[Value]) -> Result<u64> {
        let all = self.account_first(parameters);
        Ok(self.read.connection.borrow_mut().run(sql, &all)?)
    }

    fn with_account(&self, sql: &Sql, parameters: &[Value]) -> Result<Vec<Row>> {
        let all = self.account_first(parameters);
        Ok(self.read.connection.borrow_mut().rows(sql, &all)?)
    }

    fn account_first(&self, parameters: &[Value]) -> Vec<Value> {
        std::iter::once(self.read.account.into()).chain(parameters.iter().cloned()).collect()
    }
}

/// A row that was updated.
struct Updated {
    before: Row,
    /// The columns that differ now.
    columns: Vec<&'static str>,
    /// What the event is to say of it.
    entry: Json,
}

/// Sets columns of the row with that key, but for those that hold the value already. `None` where none differed or no such
/// row is there.
fn update(
    connection: &mut dyn Connection,
    account: AccountId,
    table: &Table,
    key: &[Value],
    to: &[(&'static str, Value)],
) -> Result<Option<Updated>> {
    let account_first = |values: &[Value]| [&[account.into()], values].concat();
    let found = connection.rows(&table.select_one(), &account_first(key))?;
    let Some(before) = found.into_iter().next() else { return Ok(None) };
    let mut after = Vec::new();
    for (column, value) in to {
        let (place, kind) = table
            .column(column)
            .ok_or_else(|| Error::internal(format!("table `{}` has no column `{column}`", table.name)))?;
        if audit::shown(kind, before.value(place)?) != audit::shown(kind, value) {
            after.push((*column, value.clone()));
        }
    }
    if after.is_empty() {
        return Ok(None);
    }
    let columns: Vec<&'static str> = after.iter().map(|(column, _)| *column).collect();
    let values: Vec<Value> = key.iter().chain(after.iter().map(|(_, value)| value)).cloned().collect();
    connection.run(&table.update(&columns), &account_first(&values))?;
    let entry = audit::row_change(table, &RowChange::Update { key, before: &before, after: &after })?;
    Ok(Some(Updated { before, columns, entry }))
}

/// Puts another hash of the same password in the place of one: the one change of state that nobody asks for, made while
/// somebody signs in. It concerns nobody's power. Gives what the event of that sign-in is to say of it.
pub(crate) fn renew_hash(
    connection: &mut dyn Connection,
    account: AccountId,
    table: &Table,
    user: UserId,
    hash: &str,
) -> Result<Option<Json>> {
    let updated = update(connection, account, table, &[user.into()], &[("password_hash", hash.into())])?;
    Ok(updated.map(|updated| updated.entry))
}
