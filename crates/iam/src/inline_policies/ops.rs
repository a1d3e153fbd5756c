//! What can be done with inline policies: written once for users, groups and roles, each of which has actions of its
//! own for it.

use base::{text, timestamp::Timestamp};

use super::{
    Heading, INLINE_POLICIES, InlinePolicy,
    kinds::{Found, Kind},
    sql,
};
use crate::{
    action::Action,
    attachments::Holder,
    db::Value,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Error, Quota, Result},
    policies::PolicyDocument,
    quotas,
    values::EntityName,
};

/// Gives a holder a document of its own, in place of the one of that name if it has it.
///
/// Errors: `NotFound` for the holder, `LimitExceeded` at the quota.
#[derive(Debug, Clone)]
pub struct Put<K> {
    /// Whose it becomes.
    pub holder: K,
    /// Its name.
    pub name: EntityName,
    /// What it says.
    pub document: PolicyDocument,
}

impl<K: Kind> Operation for Put<K> {
    const ACTION: Action = K::PUT;
    type Found = (Found, Option<InlinePolicy>);
    type Output = InlinePolicy;

    fn named(&self) -> Target {
        self.holder.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        let found = Found::new(tx, &self.holder)?;
        let present = match sql::by_name(tx, found.holder, self.name.as_str()) {
            Err(Error::NotFound { .. }) => None,
            present => Some(present?),
        };
        Ok((found, present))
    }

    fn needs(&self, (found, _): &Self::Found) -> Needs {
        found.needs(Self::ACTION)
    }

    fn version(&self, (_, present): &Self::Found) -> Option<Timestamp> {
        present.as_ref().map(|present| present.updated)
    }

    fn run(&self, (found, present): Self::Found, tx: &mut Write<'_>) -> Result<InlinePolicy> {
        let (name, now) = (self.name.as_str(), tx.now());
        let mut policy = InlinePolicy {
            name: name.to_owned(),
            flavour: self.document.flavour(),
            document: self.document.text().to_owned(),
            created: present.as_ref().map_or(now, |present| present.created),
            updated: present.as_ref().map_or(now, |present| present.updated),
        };
        let [kind, id, name_key] = key(found.holder, name);
        let (flavour, document): (Value, Value) = (policy.flavour.word().into(), policy.document.as_str().into());
        if present.is_none() {
            let row = [kind, id, name_key, name.into(), flavour, document, now.into(), now.into()];
            tx.insert(&INLINE_POLICIES, &row)?;
            // The new row is among those counted.
            quotas::check(tx, Quota::InlinePoliciesPerHolder, sql::count(tx, found.holder)? - 1)?;
            tx.changed(found.holder.change());
            return Ok(policy);
        }
        let key = [kind, id, name_key];
        let to = [("name", name.into()), ("flavour", flavour), ("document", document)];
        if tx.update(&INLINE_POLICIES, &key, &to)? {
            policy.updated = now;
            tx.update(&INLINE_POLICIES, &key, &[("updated_us", now.into())])?;
            tx.changed(found.holder.change());
        }
        Ok(policy)
    }
}

/// Shows an inline policy. Errors: `NotFound` for either.
#[derive(Debug, Clone)]
pub struct Get<K> {
    /// Whose.
    pub holder: K,
    /// Its name.
    pub name: String,
}

impl<K: Kind> Query for Get<K> {
    const ACTION: Action = K::GET;
    type Found = (Found, InlinePolicy);
    type Output = InlinePolicy;

    fn named(&self) -> Target {
        self.holder.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        let found = Found::new(tx, &self.holder)?;
        let policy = sql::by_name(tx, found.holder, &self.name)?;
        Ok((found, policy))
    }

    fn needs(&self, (found, _): &Self::Found) -> Needs {
        found.needs(Self::ACTION)
    }

    fn run(&self, (_, policy): Self::Found, _tx: &Read<'_>) -> Result<InlinePolicy> {
        Ok(policy)
    }
}

/// Lists a holder's inline policies in the order of their names, without their documents: all of them, as the quota keeps them few.
///
/// Errors: `NotFound` for the holder.
#[derive(Debug, Clone)]
pub struct List<K> {
    /// Whose.
    pub holder: K,
}

impl<K: Kind> Query for List<K> {
    const ACTION: Action = <K as Kind>::LIST;
    type Found = Found;
    type Output = Vec<Heading>;

    fn named(&self) -> Target {
        self.holder.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Found> {
        Found::new(tx, &self.holder)
    }

    fn needs(&self, found: &Found) -> Needs {
        found.needs(Self::ACTION)
    }

    fn run(&self, found: Found, tx: &Read<'_>) -> Result<Vec<Heading>> {
        sql::headings(tx, found.holder)
    }
}

/// Deletes an inline policy. Errors: `NotFound` for either.
#[derive(Debug, Clone)]
pub struct Delete<K> {
    /// Whose.
    pub holder: K,
    /// Its name.
    pub name: String,
}

impl<K: Kind> Operation for Delete<K> {
    const ACTION: Action = K::DELETE;
    type Found = (Found, InlinePolicy);
    type Output = ();

    fn named(&self) -> Target {
        self.holder.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        let found = Found::new(tx, &self.holder)?;
        let policy = sql::by_name(tx, found.holder, &self.name)?;
        Ok((found, policy))
    }

    fn needs(&self, (found, _): &Self::Found) -> Needs {
        found.needs(Self::ACTION)
    }

    fn version(&self, (_, policy): &Self::Found) -> Option<Timestamp> {
        Some(policy.updated)
    }

    fn run(&self, (found, _): Self::Found, tx: &mut Write<'_>) -> Result<()> {
        tx.delete(&INLINE_POLICIES, &key(found.holder, &self.name))?;
        tx.changed(found.holder.change());
        Ok(())
    }
}

/// Deletes all inline policies of a holder.
pub(crate) fn delete_all(tx: &mut Write<'_>, holder: Holder) -> Result<()> {
    for name in sql::names(tx, holder)? {
        tx.delete(&INLINE_POLICIES, &key(holder, &name))?;
        tx.changed(holder.change());
    }
    Ok(())
}

/// The row's key.
fn key(holder: Holder, name: &str) -> [Value; 3] {
    [holder.kind().into(), holder.number().into(), text::name_key(name).into()]
}
