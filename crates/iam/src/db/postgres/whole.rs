//! Whole stores in PostgreSQL: one that is looked at while everybody goes on, and one that is filled.

use std::sync::Arc;

use base::secret::SecretText;

use super::{
    Shared,
    failure::Failed,
    migrate::{self, Found},
    session::Session,
    target::Target,
    transaction::Begin,
};
use crate::{
    db::{
        Connection as _, DbError, Sql,
        whole::{self, Whole},
    },
    error::Error,
    store::OpenError,
};

static LOCK: Sql = Sql::new("LOCK TABLE schema_migration IN EXCLUSIVE MODE");

/// Looks at the database in one read transaction, on a connection of its own. Not inside an asynchronous runtime.
pub(crate) fn look<T, E>(shared: &Arc<Shared>, work: impl FnOnce(&mut dyn Whole) -> Result<T, E>) -> Result<T, E>
where
    E: From<OpenError> + From<DbError>,
{
    let mut session = Session::connect(&shared.target)?;
    session.transact(Begin::Copy, |tx| work(tx)).map_err(ended)
}

/// The same in a database on which no node works.
#[cfg(test)]
pub(crate) fn look_at<T, E>(url: &SecretText, work: impl FnOnce(&mut dyn Whole) -> Result<T, E>) -> Result<T, E>
where
    E: From<OpenError> + From<DbError>,
{
    let mut session = Session::connect(&Target::parse(url)?)?;
    session.transact(Begin::Copy, |tx| work(tx)).map_err(ended)
}

/// An empty database that is to become a store.
pub(crate) struct Fresh {
    session: Session,
}

impl Fresh {
    /// Connects. `None` where something is in the database. Not inside an asynchronous runtime.
    pub(crate) fn new(url: &SecretText) -> Result<Option<Self>, OpenError> {
        let mut session = Session::connect(&Target::parse(url)?)?;
        let found = migrate::inspect(&mut session)?;
        Ok((found == Found::Empty).then_some(Self { session }))
    }

    /// Fills it in one transaction; `None` where somebody else has begun to make a store here meanwhile.
    pub(crate) fn fill<T, E>(mut self, work: impl FnOnce(&mut dyn Whole) -> Result<T, E>) -> Result<Option<T>, E>
    where
        E: From<DbError> + From<Error>,
    {
        let outcome = self.session.transact(Begin::Migrate, |tx| {
            whole::make(tx, 0)?;
            tx.run(&LOCK, &[])?;
            if !whole::applied(tx)?.is_empty() {
                return Ok(None);
            }
            work(tx).map(Some)
        });
        outcome.map_err(ended)
    }
}

fn ended<E: From<DbError>>(failed: Failed<E>) -> E {
    match failed {
        Failed::Work(error) => error,
        Failed::Again(error) | Failed::Stale(error) | Failed::Lost(error) => error.into(),
        Failed::Unknown => DbError::OutcomeUnknown.into(),
    }
}
