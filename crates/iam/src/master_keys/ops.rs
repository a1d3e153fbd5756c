//! What the operator can do with master keys, and wrapping anew.

use base::{ids::AccountId, timestamp::Timestamp};

use super::{Registered, Version, current, sql, wrapping::version_of};
use crate::{
    accounts::ACCOUNTS,
    action::Action,
    caller::Caller,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Error, Noun, Result},
    feed::Change,
    hashing::Prepare,
};

/// Makes a master key: a line in this node's file, and a check by which all nodes know it. What is new goes on being
/// wrapped by the current one. Where the file has a line of that version already, that key is the one.
///
/// Errors: `Invalid` where the file cannot be changed; `Conflict` where the version is not the next.
#[derive(Debug, Clone)]
pub struct Add {
    version: Version,
    prepared: Option<Prepared>,
}

#[derive(Debug, Clone)]
struct Prepared {
    check: Vec<u8>,
    made: bool,
}

/// A master key that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// Its version.
    pub version: Version,
    /// Whether it was made now. `false` where its line stood in the file before.
    pub made: bool,
}

impl Add {
    /// Makes that version: the one behind the last that [`List`] shows.
    pub const fn new(version: Version) -> Self {
        Self { version, prepared: None }
    }

    /// The same with its line in the file of this node already.
    #[cfg(test)]
    pub(crate) const fn with_check(version: Version, check: Vec<u8>) -> Self {
        Self { version, prepared: Some(Prepared { check, made: false }) }
    }
}

impl Operation for Add {
    const ACTION: Action = Action::AddMasterKey;
    type Found = ();
    type Output = Added;

    fn needs_preparing(&self) -> bool {
        true
    }

    fn prepare(&mut self, prepare: &Prepare<'_>) -> Result<()> {
        let core = prepare.core;
        let unusable = |error| Error::invalid("master key file", format_args!("was not changed: {error}"));
        let made = core.keyring.add(self.version, &*core.random).map_err(unusable)?;
        self.prepared = Some(Prepared { check: core.keyring.make_check(self.version, &*core.random)?, made });
        Ok(())
    }

    fn named(&self) -> Target {
        Target::master_key(self.version)
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &mut Write<'_>) -> Result<Added> {
        let prepared = self.prepared.as_ref().ok_or_else(|| Error::internal("a master key was not prepared"))?;
        let last = sql::registered_in(tx)?.last().map(|one| one.version);
        if last.map(Version::next).transpose()? != Some(self.version)
            || !sql::register(tx, self.version, &prepared.check)?
        {
            return Err(Error::Conflict);
        }
        Ok(Added { version: self.version, made: prepared.made })
    }
}

/// Takes the newest master key into use: from now on it wraps what is new. Gives its version. Where it is in use
/// already, nothing changes.
///
/// Errors: `Invalid` where there is only the first, or where this node's file has not the newest.
#[derive(Debug, Clone, Copy)]
pub struct Rotate;

impl Operation for Rotate {
    const ACTION: Action = Action::RotateMasterKey;
    type Found = Registered;
    type Output = Version;

    fn named(&self) -> Target {
        Target::master_keys()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Registered> {
        let newest = sql::registered_in(tx)?.into_iter().rfind(|one| one.dropped.is_none());
        newest.ok_or_else(|| Error::internal("the store knows no master key"))
    }

    fn needs(&self, newest: &Registered) -> Needs {
        Needs::action(Self::ACTION).on(Target::master_key(newest.version))
    }

    fn run(&self, newest: Registered, tx: &mut Write<'_>) -> Result<Version> {
        let version = newest.version;
        if version == Version::FIRST {
            return Err(Error::invalid("master key", "has no other version to rotate to: add one first"));
        }
        if newest.used_from.is_none() {
            match tx.core().keyring.passes(version, &newest.check) {
                Ok(true) => {}
                Ok(false) => return Err(wrong_file(format_args!("has another key as version {version}"))),
                Err(missing) => return Err(wrong_file(format_args!("cannot be used: {missing}"))),
            }
            sql::take_into_use(tx, version)?;
        }
        Ok(version)
    }
}

fn wrong_file(what: impl std::fmt::Display) -> Error {
    Error::invalid("master key file", what)
}

/// Wraps the data key of an account by the current master key; for the installation itself, its keys. A node does this
/// by itself.
///
/// Errors: `Conflict` where nothing is left to do; `NotFound` for the account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rewrap {
    pub(crate) account: AccountId,
}

/// What is to be wrapped anew, and by which.
pub(crate) struct Old {
    by: Registered,
    /// `None` for the installation itself.
    data_key: Option<Vec<u8>>,
}

impl Operation for Rewrap {
    const ACTION: Action = Action::RewrapDataKey;
    type Found = Old;
    type Output = ();

    fn account(&self, _caller: &Caller) -> AccountId {
        self.account
    }

    fn named(&self) -> Target {
        Target::master_keys()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Old> {
        let by = current(&sql::registered_in(tx)?)?.clone();
        let data_key = if self.account == AccountId::INSTANCE {
            None
        } else {
            let data_key = sql::data_key(tx)?;
            Some(data_key.ok_or_else(|| Error::not_found(Noun::Account, self.account))?)
        };
        Ok(Old { by, data_key })
    }

    fn needs(&self, old: &Old) -> Needs {
        Needs::action(Self::ACTION).on(Target::master_key(old.by.version))
    }

    fn run(&self, old: Old, tx: &mut Write<'_>) -> Result<()> {
        match old.data_key {
            Some(data_key) => rewrap_data_key(tx, &old.by, &data_key),
            None => rewrap_instance_keys(tx, &old.by),
        }
    }
}

fn rewrap_data_key(tx: &mut Write<'_>, by: &Registered, data_key: &[u8]) -> Result<()> {
    if version_of(data_key)? >= by.version {
        return Err(Error::Conflict);
    }
    let core = tx.core();
    let wrapped = core.keyring.rewrap_data_key(by, tx.account(), data_key, &*core.random)?;
    tx.update(&ACCOUNTS, &[], &[("data_key", wrapped.into())])?;
    tx.changed(Change::Account);
    Ok(())
}

fn rewrap_instance_keys(tx: &mut Write<'_>, by: &Registered) -> Result<()> {
    let old = sql::older_instance_keys(tx, by.version)?;
    if old.is_empty() {
        return Err(Error::Conflict);
    }
    for (name, wrapped) in old {
        let core = tx.core();
        let wrapped = core.keyring.rewrap_instance_key(by, &name, &wrapped, &*core.random)?;
        sql::keep_instance_key(tx, &name, wrapped)?;
    }
    Ok(())
}

/// Lets the store do without a master key: its line can be removed from the file.
///
/// Errors: `NotFound`; `InUse` while it is current, or wraps anything.
#[derive(Debug, Clone, Copy)]
pub struct Drop {
    /// Which.
    pub version: Version,
}

impl Operation for Drop {
    const ACTION: Action = Action::DropMasterKey;
    type Found = Vec<Registered>;
    type Output = ();

    fn named(&self) -> Target {
        Target::master_key(self.version)
    }

    fn find(&self, tx: &Read<'_>) -> Result<Vec<Registered>> {
        let registered = sql::registered_in(tx)?;
        if registered.iter().any(|one| one.version == self.version && one.dropped.is_none()) {
            return Ok(registered);
        }
        Err(Error::not_found(Noun::MasterKey, self.version))
    }

    fn run(&self, registered: Vec<Registered>, tx: &mut Write<'_>) -> Result<()> {
        let in_use = |by: String| Err(Error::InUse { noun: Noun::MasterKey, by });
        if current(&registered)?.version == self.version {
            return in_use("it wraps what is new".to_owned());
        }
        let wraps = sql::wrapped_by(tx, self.version)?;
        if wraps.0 + wraps.1 > 0 {
            return in_use(format!("it wraps {} data keys and {} keys of the installation", wraps.0, wraps.1));
        }
        let one = registered.iter().find(|one| one.version == self.version);
        let one = one.ok_or_else(|| Error::not_found(Noun::MasterKey, self.version))?;
        sql::drop_one(tx, one)
    }
}

/// Lists all master keys that the store knows, by their versions.
#[derive(Debug, Clone, Copy)]
pub struct List;

/// A master key, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its version.
    pub version: Version,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it wrapped what was new; `None` where it was only added.
    pub used_from: Option<Timestamp>,
    /// Since when the store does without it.
    pub dropped: Option<Timestamp>,
    /// Whether it wraps what is new.
    pub current: bool,
    /// How many accounts' data keys it wraps.
    pub data_keys: u64,
    /// How many keys of the installation it wraps.
    pub instance_keys: u64,
    /// Whether this node's file has it.
    pub at_hand: bool,
}

impl Query for List {
    const ACTION: Action = Action::ListMasterKeys;
    type Found = ();
    type Output = Vec<Listed>;

    fn named(&self) -> Target {
        Target::master_keys()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Vec<Listed>> {
        let registered = sql::registered_in(tx)?;
        let newest = current(&registered)?.version;
        let listed = registered.iter().map(|one| {
            let counted = one.dropped.is_none().then(|| sql::wrapped_by(tx, one.version)).transpose()?;
            let (data_keys, instance_keys) = counted.unwrap_or_default();
            let Registered { version, created, used_from, dropped, .. } = *one;
            let (current, at_hand) = (version == newest, tx.core().keyring.has(version));
            Ok(Listed { version, created, used_from, dropped, current, data_keys, instance_keys, at_hand })
        });
        listed.collect()
    }
}
