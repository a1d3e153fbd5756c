//! What can be done with access keys.

use base::ids::{AccessKeyId, AccountId, UserId};
use decide::snapshot::{Kind, Snapshot};

use super::{ACCESS_KEYS, AccessKey, Minted, Owner, mint, sql};
use crate::{
    action::Action,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Error, Noun, Quota, Result},
    feed::{Change, PAGE},
    quotas,
    usage::Use,
    users,
};

impl Owner {
    /// What is asked about while it is not known whether there is one.
    pub(crate) fn named(&self) -> Target {
        match self {
            Self::Root => Target::root(),
            Self::User(name) => Target::user(name),
            Self::Id(_) => Target::users(),
        }
    }

    /// The same with what `snapshot` knows of it.
    pub(crate) fn known(&self, snapshot: &Snapshot, account: AccountId) -> Target {
        let known = match self {
            Self::Root => None,
            Self::User(name) => snapshot.principals.user(account, name),
            Self::Id(id) => snapshot.principals.get(id).filter(|known| known.account == account),
        };
        known.map_or_else(|| self.named(), |known| Target::principal(known).unwrap_or_else(Target::root))
    }
}

/// Makes an access key. The answer shows its secret, once.
///
/// Errors: `NotFound` for the user, `LimitExceeded` at the quota.
#[derive(Debug, Clone)]
pub struct Create {
    /// Whose key.
    pub owner: Owner,
}

impl Operation for Create {
    const ACTION: Action = Action::CreateAccessKey;
    type Found = (UserId, Target);
    type Output = Minted;

    fn named(&self) -> Target {
        self.owner.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<(UserId, Target)> {
        users::by_owner(tx, &self.owner)
    }

    fn needs(&self, (_, target): &(UserId, Target)) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (owner, _): (UserId, Target), tx: &mut Write<'_>) -> Result<Minted> {
        create_for(tx, owner)
    }
}

/// Lists the keys of a user, oldest first. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct List {
    /// Whose keys.
    pub owner: Owner,
}

impl Query for List {
    const ACTION: Action = Action::ListAccessKeys;
    type Found = (UserId, Target);
    type Output = Vec<AccessKey>;

    fn named(&self) -> Target {
        self.owner.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<(UserId, Target)> {
        users::by_owner(tx, &self.owner)
    }

    fn needs(&self, (_, target): &(UserId, Target)) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (owner, _): (UserId, Target), tx: &Read<'_>) -> Result<Vec<AccessKey>> {
        list_of(tx, owner)
    }
}

/// Switches a key on or off. Off, it proves nothing any more from the next request on.
///
/// Errors: `NotFound` for the user or the key.
#[derive(Debug, Clone)]
pub struct SetEnabled {
    /// Whose key.
    pub owner: Owner,
    /// The key's id.
    pub key: String,
    /// On or off.
    pub enabled: bool,
}

impl Operation for SetEnabled {
    const ACTION: Action = Action::UpdateAccessKey;
    type Found = (AccessKey, Target);
    type Output = AccessKey;

    fn named(&self) -> Target {
        self.owner.named()
    }

    fn known(&self, snapshot: &Snapshot, account: AccountId) -> Target {
        self.owner.known(snapshot, account)
    }

    fn find(&self, tx: &Read<'_>) -> Result<(AccessKey, Target)> {
        find(tx, &self.owner, &self.key)
    }

    fn needs(&self, (_, target): &(AccessKey, Target)) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (mut key, _): (AccessKey, Target), tx: &mut Write<'_>) -> Result<AccessKey> {
        if tx.update(&ACCESS_KEYS, &[key.id.into()], &[("enabled", self.enabled.into())])? {
            tx.changed(Change::AccessKey(key.id));
        }
        key.enabled = self.enabled;
        Ok(key)
    }
}

/// Deletes a key for good; the last one too.
///
/// Errors: `NotFound` for the user or the key.
#[derive(Debug, Clone)]
pub struct Delete {
    /// Whose key.
    pub owner: Owner,
    /// The key's id.
    pub key: String,
}

impl Operation for Delete {
    const ACTION: Action = Action::DeleteAccessKey;
    type Found = (AccessKey, Target);
    type Output = ();

    fn named(&self) -> Target {
        self.owner.named()
    }

    fn known(&self, snapshot: &Snapshot, account: AccountId) -> Target {
        self.owner.known(snapshot, account)
    }

    fn find(&self, tx: &Read<'_>) -> Result<(AccessKey, Target)> {
        find(tx, &self.owner, &self.key)
    }

    fn needs(&self, (_, target): &(AccessKey, Target)) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (key, _): (AccessKey, Target), tx: &mut Write<'_>) -> Result<()> {
        delete_one(tx, key.id)
    }
}

/// Tells when a key was last used, whoever owns it; at most a minute behind. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct LastUsed {
    /// The key's id.
    pub key: String,
}

impl Query for LastUsed {
    const ACTION: Action = Action::GetAccessKeyLastUsed;
    type Found = AccessKey;
    type Output = Option<Use>;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<AccessKey> {
        let id = parse(&self.key)?;
        let rows = tx.rows(&sql::ANY, &[id.into()])?;
        rows.first().map_or_else(|| Err(absent(&self.key)), sql::key)
    }

    fn run(&self, key: AccessKey, tx: &Read<'_>) -> Result<Option<Use>> {
        Ok(tx.core().usage.freshest(key.id, key.last_used))
    }
}

/// Tells whose a key is, to those who may ask when it was used. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct GetOwner {
    /// The key's id.
    pub key: String,
}

impl Query for GetOwner {
    const ACTION: Action = Action::GetAccessKeyLastUsed;
    type Found = UserId;
    /// The name of the user; `None` for root.
    type Output = Option<String>;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<UserId> {
        let id = parse(&self.key)?;
        let rows = tx.rows(&sql::ANY, &[id.into()])?;
        rows.first().map_or_else(|| Err(absent(&self.key)), |row| row.user(6))
    }

    fn run(&self, owner: UserId, tx: &Read<'_>) -> Result<Option<String>> {
        let owner = tx.snapshot().principals.get(&owner);
        Ok(owner.and_then(|owner| match &owner.kind {
            Kind::User { name, .. } => Some(name.clone()),
            Kind::Root => None,
        }))
    }
}

/// Makes a key for `owner`. Errors: `LimitExceeded` at the quota.
pub(crate) fn create_for(tx: &mut Write<'_>, owner: UserId) -> Result<Minted> {
    let present = sql::ids_of(tx, owner)?.len();
    quotas::check(tx, Quota::AccessKeysPerUser, u64::try_from(present).map_err(Error::internal)?)?;
    let data_key = tx.data_key()?;
    mint(tx, owner, &data_key)
}

/// The keys of `owner`, oldest first.
pub(crate) fn list_of(tx: &Read<'_>, owner: UserId) -> Result<Vec<AccessKey>> {
    let rows = tx.rows(&sql::OF_OWNER, &[owner.into(), PAGE.into()])?;
    let freshest = |key: AccessKey| {
        let last_used = tx.core().usage.freshest(key.id, key.last_used);
        AccessKey { last_used, ..key }
    };
    rows.iter().map(|row| sql::key(row).map(freshest)).collect()
}

/// Deletes a key, for good.
pub(crate) fn delete_one(tx: &mut Write<'_>, key: AccessKeyId) -> Result<()> {
    tx.delete(&ACCESS_KEYS, &[key.into()])?;
    tx.changed(Change::AccessKey(key));
    Ok(())
}

/// The key of that id among the owner's, and what policies call the owner.
pub(crate) fn find(tx: &Read<'_>, owner: &Owner, key: &str) -> Result<(AccessKey, Target)> {
    let (owner, target) = users::by_owner(tx, owner)?;
    let rows = tx.rows(&sql::OF_OWNER_ONE, &[owner.into(), parse(key)?.into()])?;
    let key = rows.first().map_or_else(|| Err(absent(key)), sql::key)?;
    Ok((key, target))
}

/// A text that is no key id names a key that is not there.
fn parse(key: &str) -> Result<AccessKeyId> {
    AccessKeyId::parse(key).map_err(|_| absent(key))
}

fn absent(key: &str) -> Error {
    Error::not_found(Noun::AccessKey, key)
}
