//! What can be done with API keys.

use base::{
    ids::{AccountId, ApiKeyId, UserId},
    timestamp::Timestamp,
};
use decide::{api_key, snapshot::Snapshot};

use super::{API_KEYS, ApiKey, Changes, KeyDocument, KeyName, Minted, Position, sql};
use crate::{
    access_keys::Owner,
    action::Action,
    db::Value,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Error, Noun, Quota, Result},
    feed::Change,
    page::{Page, PageSize},
    policies::PolicyDocument,
    quotas, users,
};

/// Makes an API key. The answer shows its text, once.
///
/// Errors: `NotFound` for the user, `Invalid` for an end that lies not in the future, `LimitExceeded` at the quota.
#[derive(Debug, Clone)]
pub struct Create {
    /// Whose key.
    pub owner: Owner,
    /// What people call it.
    pub name: KeyName,
    /// From when on it may not be used any more.
    pub expires: Option<Timestamp>,
    /// What limits it, beside what its owner may do.
    pub document: Option<PolicyDocument>,
}

impl Operation for Create {
    const ACTION: Action = Action::CreateApiKey;
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
        check_end(self.expires, tx.now())?;
        quotas::check(tx, Quota::ApiKeysPerUser, sql::count(tx, owner)?)?;
        let random = &tx.core().random;
        let (text, presented) = api_key::draw(&|bytes| random.fill(bytes));
        let key = ApiKey {
            id: presented.id,
            owner,
            name: self.name.as_str().to_owned(),
            enabled: true,
            expires: self.expires,
            document: self.document.as_ref().map(KeyDocument::of),
            created: tx.now(),
            updated: tx.now(),
            last_used: None,
        };
        if !tx.insert(&API_KEYS, &sql::row(&key, presented.digest))? {
            return Err(Error::internal("a new API key has the id of another"));
        }
        tx.changed(Change::ApiKey(key.id));
        Ok(Minted { key, text })
    }
}

/// Shows a key. Errors: `NotFound` for the user or the key.
#[derive(Debug, Clone)]
pub struct Get {
    /// Whose key.
    pub owner: Owner,
    /// The key's id.
    pub key: String,
}

impl Query for Get {
    const ACTION: Action = Action::GetApiKey;
    type Found = (ApiKey, Target);
    type Output = ApiKey;

    fn named(&self) -> Target {
        self.owner.named()
    }

    fn known(&self, snapshot: &Snapshot, account: AccountId) -> Target {
        self.owner.known(snapshot, account)
    }

    fn find(&self, tx: &Read<'_>) -> Result<(ApiKey, Target)> {
        find(tx, &self.owner, &self.key)
    }

    fn needs(&self, (_, target): &(ApiKey, Target)) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (key, _): (ApiKey, Target), _tx: &Read<'_>) -> Result<ApiKey> {
        Ok(key)
    }
}

/// Lists the keys of a user, oldest first. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct List {
    /// Whose keys.
    pub owner: Owner,
    /// Begin behind this key.
    pub after: Option<Position>,
    /// How many at most.
    pub size: PageSize,
}

impl Query for List {
    const ACTION: Action = Action::ListApiKeys;
    type Found = (UserId, Target);
    type Output = Page<ApiKey, Position>;

    fn named(&self) -> Target {
        self.owner.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<(UserId, Target)> {
        users::by_owner(tx, &self.owner)
    }

    fn needs(&self, (_, target): &(UserId, Target)) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn run(&self, (owner, _): (UserId, Target), tx: &Read<'_>) -> Result<Page<ApiKey, Position>> {
        let keys = sql::page(tx, owner, self.after, self.size)?;
        Ok(Page::cut(keys, self.size, |key| Position { created: key.created, id: key.id }))
    }
}

/// Changes a key. Switched off, it proves nothing any more from the next request on.
///
/// Errors: `NotFound` for the user or the key, `Invalid` for an end that lies not in the future.
#[derive(Debug, Clone)]
pub struct Update {
    /// Whose key.
    pub owner: Owner,
    /// The key's id.
    pub key: String,
    /// What to change.
    pub to: Changes,
}

impl Operation for Update {
    const ACTION: Action = Action::UpdateApiKey;
    type Found = (ApiKey, Target);
    type Output = ApiKey;

    fn named(&self) -> Target {
        self.owner.named()
    }

    fn known(&self, snapshot: &Snapshot, account: AccountId) -> Target {
        self.owner.known(snapshot, account)
    }

    fn find(&self, tx: &Read<'_>) -> Result<(ApiKey, Target)> {
        find(tx, &self.owner, &self.key)
    }

    fn needs(&self, (_, target): &(ApiKey, Target)) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn version(&self, (key, _): &(ApiKey, Target)) -> Option<Timestamp> {
        Some(key.updated)
    }

    fn run(&self, (mut key, _): (ApiKey, Target), tx: &mut Write<'_>) -> Result<ApiKey> {
        check_end(self.to.expires.flatten(), tx.now())?;
        self.to.put_into(&mut key);
        let id = [Value::from(key.id)];
        if tx.update(&API_KEYS, &id, &sql::columns(&key))? {
            key.updated = tx.now();
            tx.update(&API_KEYS, &id, &[("updated_us", key.updated.into())])?;
            tx.changed(Change::ApiKey(key.id));
        }
        Ok(key)
    }
}

impl Changes {
    fn put_into(&self, key: &mut ApiKey) {
        if let Some(name) = &self.name {
            name.as_str().clone_into(&mut key.name);
        }
        key.enabled = self.enabled.unwrap_or(key.enabled);
        key.expires = self.expires.unwrap_or(key.expires);
        if let Some(document) = &self.document {
            key.document = document.as_ref().map(KeyDocument::of);
        }
    }
}

impl KeyDocument {
    fn of(document: &PolicyDocument) -> Self {
        Self { flavour: document.flavour(), text: document.text().to_owned() }
    }
}

/// Deletes a key for good. Errors: `NotFound` for the user or the key.
#[derive(Debug, Clone)]
pub struct Delete {
    /// Whose key.
    pub owner: Owner,
    /// The key's id.
    pub key: String,
}

impl Operation for Delete {
    const ACTION: Action = Action::DeleteApiKey;
    type Found = (ApiKey, Target);
    type Output = ();

    fn named(&self) -> Target {
        self.owner.named()
    }

    fn known(&self, snapshot: &Snapshot, account: AccountId) -> Target {
        self.owner.known(snapshot, account)
    }

    fn find(&self, tx: &Read<'_>) -> Result<(ApiKey, Target)> {
        find(tx, &self.owner, &self.key)
    }

    fn needs(&self, (_, target): &(ApiKey, Target)) -> Needs {
        Needs::action(Self::ACTION).on(target.clone())
    }

    fn version(&self, (key, _): &(ApiKey, Target)) -> Option<Timestamp> {
        Some(key.updated)
    }

    fn run(&self, (key, _): (ApiKey, Target), tx: &mut Write<'_>) -> Result<()> {
        delete_one(tx, key.id)
    }
}

/// Deletes all API keys of `owner`, for good.
pub(crate) fn delete_all(tx: &mut Write<'_>, owner: UserId) -> Result<()> {
    for id in sql::ids_of(tx, owner)? {
        delete_one(tx, id)?;
    }
    Ok(())
}

fn delete_one(tx: &mut Write<'_>, key: ApiKeyId) -> Result<()> {
    tx.delete(&API_KEYS, &[key.into()])?;
    tx.changed(Change::ApiKey(key));
    Ok(())
}

/// The key of that id among the owner's, and what policies call the owner. A text that is no key id names a key that is
/// not there.
fn find(tx: &Read<'_>, owner: &Owner, key: &str) -> Result<(ApiKey, Target)> {
    let (owner, target) = users::by_owner(tx, owner)?;
    let found = ApiKeyId::parse(key).ok().map(|id| sql::one(tx, owner, id)).transpose()?.flatten();
    let key = found.ok_or_else(|| Error::not_found(Noun::ApiKey, key))?;
    Ok((key, target))
}

fn check_end(expires: Option<Timestamp>, now: Timestamp) -> Result<()> {
    match expires {
        Some(end) if end <= now => Err(Error::invalid("expiry", "must lie in the future")),
        _ => Ok(()),
    }
}
