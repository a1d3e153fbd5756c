//! Which entities the names in a trust document mean.
//!
//! Names are looked up once, when the document is saved, and the ids are kept beside it. So whoever later bears the
//! name of somebody that was deleted is not trusted (SEC-093), and somebody that is renamed still is. A name of another
//! account that nobody bears gets no id and matches nobody: were it refused, the refusal would tell who
//! there is elsewhere. Accounts, services and providers are not looked up.

use std::collections::BTreeSet;

use base::{ids::AccountId, text};
use data_encoding::HEXLOWER;
use policy::document::{Document, Principal};
use serde_json::{Value as Json, json};

use super::{ops::by_name, sql};
use crate::{
    db::Select,
    door::Read,
    error::{Error, Result},
    groups, users,
};

/// What looking up found. What is missing is said by [`Resolution::complete`], which is for *run*: only who may save
/// the document learns it.
#[derive(Debug)]
pub struct Resolution {
    principals: Principals,
    /// A name of the account itself that nobody bears.
    missing: Option<String>,
}

/// The entities that a saved document's names mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Principals {
    entities: Vec<Entity>,
    /// Random where other accounts are named. The audit trail shows the digest of the column, and without it would
    /// tell by that which of the names were found.
    salt: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entity {
    kind: String,
    account: String,
    name: String,
    id: u64,
}

/// A name that is to be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wanted<'a> {
    kind: EntityKind,
    account: &'a str,
    /// Path and name, as `dev/alice`. The name alone is enough, whatever the path: it is unique without it.
    name: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum EntityKind {
    User,
    Group,
    Role,
}

impl EntityKind {
    const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }

    /// How it is looked up in another account.
    const fn elsewhere(self) -> &'static Select {
        match self {
            Self::User => &sql::USER_ELSEWHERE,
            Self::Group => &sql::GROUP_ELSEWHERE,
            Self::Role => &sql::ROLE_ELSEWHERE,
        }
    }
}

impl<'a> Wanted<'a> {
    /// What is to be looked up for a principal, if anything is.
    fn of(principal: &'a Principal) -> Option<Self> {
        let (kind, account, name) = match principal {
            Principal::User { account, name } => (EntityKind::User, account, name),
            Principal::Group { account, name } => (EntityKind::Group, account, name),
            Principal::Role { account, name } | Principal::Session { account, role: name, .. } => {
                (EntityKind::Role, account, name)
            }
            Principal::Everyone
            | Principal::Account(_)
            | Principal::Provider { .. }
            | Principal::Service(_)
            | Principal::Id(_) => return None,
        };
        Some(Self { kind, account, name })
    }

    fn entity(self, id: u64) -> Entity {
        Entity { kind: self.kind.word().to_owned(), account: self.account.to_owned(), name: self.name.to_owned(), id }
    }

    /// As a refusal has it.
    fn shown(self) -> String {
        format!("{}/{}", self.kind.word(), self.name)
    }

    /// The key of the name without its path.
    fn key(self) -> String {
        text::name_key(self.split().1)
    }

    /// Whether what was found at `path` is what is named.
    fn is_at(self, path: &str) -> bool {
        let written = self.split().0;
        written.is_empty() || path.strip_prefix('/') == Some(written)
    }

    /// Path, without its first slash, and name.
    fn split(self) -> (&'a str, &'a str) {
        self.name.split_at(self.name.rfind('/').map_or(0, |slash| slash + 1))
    }
}

/// Looks up whom `document` names, each once.
pub(super) fn resolve(tx: &Read<'_>, document: &Document) -> Result<Resolution> {
    let own = tx.account().to_string();
    let listed = document.statements.iter().filter_map(|statement| statement.principals.as_ref());
    let names: BTreeSet<Wanted<'_>> = listed.flat_map(|listed| &listed.items).filter_map(Wanted::of).collect();
    let (mut entities, mut missing) = (Vec::new(), None);
    for name in &names {
        let found = if name.account == own { here(tx, *name)? } else { elsewhere(tx, *name)? };
        match found {
            Some(id) => entities.push(name.entity(id)),
            None if name.account == own => missing = missing.or_else(|| Some(name.shown())),
            None => {}
        }
    }
    let salted = names.iter().any(|name| name.account != own);
    let salt = if salted { HEXLOWER.encode(&tx.core().random::<16>()) } else { String::new() };
    Ok(Resolution { principals: Principals { entities, salt }, missing })
}

/// The number of what a name means in the caller's account.
fn here(tx: &Read<'_>, name: Wanted<'_>) -> Result<Option<u64>> {
    let bare = name.split().1;
    let found = match name.kind {
        EntityKind::User => users::by_name(tx, bare).map(|user| (user.id.number(), user.path)),
        EntityKind::Group => groups::by_name(tx, bare).map(|group| (group.id.number(), group.path)),
        EntityKind::Role => by_name(tx, bare).map(|role| (role.id.number(), role.path)),
    };
    match found {
        Ok((id, path)) => Ok(name.is_at(&path).then_some(id)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The number of what a name means in another account, of which nothing else is read.
fn elsewhere(tx: &Read<'_>, name: Wanted<'_>) -> Result<Option<u64>> {
    // Accounts may be named that are none of ours.
    let Ok(account) = AccountId::parse(name.account) else { return Ok(None) };
    let rows = tx.rows(name.kind.elsewhere(), &[account.into(), name.key().into()])?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(if name.is_at(&row.text(1)?) { Some(row.number(0)?) } else { None })
}

impl Resolution {
    /// Whom the document means. Errors: `Invalid` where a name of the account itself is nobody's.
    pub(super) fn complete(self) -> Result<Principals> {
        match self.missing {
            None => Ok(self.principals),
            Some(name) => {
                Err(Error::invalid("trust document", format!("names the principal `{name}`, which does not exist")))
            }
        }
    }
}

impl Principals {
    /// The number of the entity that `principal` names; for a session that of its role.
    pub(super) fn number(&self, principal: &Principal) -> Option<u64> {
        let name = Wanted::of(principal)?;
        let means = |entity: &&Entity| {
            entity.kind == name.kind.word() && entity.account == name.account && entity.name == name.name
        };
        self.entities.iter().find(means).map(|entity| entity.id)
    }

    /// As their column holds them: JSON text.
    pub(super) fn to_column(&self) -> String {
        let entity = |entity: &Entity| json!({ "kind": entity.kind, "account": entity.account, "name": entity.name, "id": entity.id });
        json!({ "entities": self.entities.iter().map(entity).collect::<Vec<_>>(), "salt": self.salt }).to_string()
    }

    pub(super) fn from_column(column: &str) -> Result<Self> {
        let whole: Json = serde_json::from_str(column).map_err(Error::internal)?;
        let broken = || Error::internal("the principals of a trust document cannot be read");
        let text =
            |value: &Json, member: &str| value.get(member).and_then(Json::as_str).map(str::to_owned).ok_or_else(broken);
        let entity = |value: &Json| {
            Ok(Entity {
                kind: text(value, "kind")?,
                account: text(value, "account")?,
                name: text(value, "name")?,
                id: value.get("id").and_then(Json::as_u64).ok_or_else(broken)?,
            })
        };
        let entities = whole.get("entities").and_then(Json::as_array).ok_or_else(broken)?;
        Ok(Self { entities: entities.iter().map(entity).collect::<Result<_>>()?, salt: text(&whole, "salt")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> Principal {
        Principal::User { account: "100000000001".to_owned(), name: name.to_owned() }
    }

    #[test]
    fn a_name_has_a_path_or_none() {
        let principal = user("dev/team/alice");
        let name = Wanted::of(&principal).unwrap();
        assert!(name.is_at("/dev/team/") && !name.is_at("/dev/") && !name.is_at("/"));
        assert_eq!(name.key(), "alice");
        let principal = user("Alice");
        let name = Wanted::of(&principal).unwrap();
        assert!(name.is_at("/dev/team/") && name.is_at("/"));
        assert_eq!(name.key(), "alice");
        assert_eq!(Wanted::of(&Principal::Account("100000000001".to_owned())), None);
    }

    #[test]
    fn principals_survive_their_column() {
        let entity = |kind: &str, name: &str, id| Entity {
            kind: kind.to_owned(),
            account: "100000000001".to_owned(),
            name: name.to_owned(),
            id,
        };
        let entities = vec![entity("user", "dev/alice", (1 << 53) - 1), entity("role", "deploy", 7)];
        let principals = Principals { entities, salt: "00ff".to_owned() };
        assert_eq!(Principals::from_column(&principals.to_column()).unwrap(), principals);
        assert_eq!(principals.number(&user("dev/alice")), Some((1 << 53) - 1));
        assert_eq!(principals.number(&user("alice")), None);
        let (account, name) = ("100000000001".to_owned(), "build".to_owned());
        let session = Principal::Session { account, role: "deploy".to_owned(), name };
        assert_eq!(principals.number(&session), Some(7));
        for broken in ["", "[]", "{}", r#"{"entities":[{}],"salt":""}"#, r#"{"entities":[]}"#] {
            assert!(Principals::from_column(broken).is_err(), "{broken}");
        }
    }
}
