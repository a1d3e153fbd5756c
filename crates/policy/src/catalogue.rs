//! The catalogue: what services there are, and what can be done with them.
//!
//! It is read from files, one a service (`docs/catalogue.md`), of which some are built in; the operator adds more.
//! Policies are compiled with it, because words of acl permissions stand for levels of access, and requests are
//! looked up in it.

use std::{
    cmp::Ordering,
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use serde::Deserialize;

use crate::{
    catalogue::{
        error::CatalogueError,
        index::Index,
        service::{ActionEntry, KeyEntry, Service},
    },
    request::ActionName,
    system::{self, SystemPolicy},
};

pub mod error;
mod file;
mod global;
pub(crate) mod hash;
mod index;
pub mod service;

/// How much an action can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Shows one thing.
    Read,
    /// Shows which things there are.
    List,
    /// Changes things.
    Write,
    /// Changes who may do what.
    Manage,
}

impl Level {
    /// As the files of the catalogue write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::List => "list",
            Self::Write => "write",
            Self::Manage => "manage",
        }
    }
}

/// Levels of access: a set of read, list, write and manage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Levels(u8);

impl Levels {
    /// No level: what is not in the catalogue has none.
    pub const NONE: Self = Self(0);
    /// All four.
    pub const ALL: Self = Self(0b1111);

    /// The one level.
    pub const fn of(level: Level) -> Self {
        Self(1 << level as u8)
    }

    /// The levels of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether each level of `other` is one of these. As with all sets, true where `other` has none: whoever asks
    /// what a word covers asks [`Levels::is_empty`] of the action first.
    pub const fn contains_all(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether there is no level.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What a word of acl permissions stands for, in any ASCII case: `READ`, `LIST`, `WRITE`, `MODIFY`, `OPERATE` or
    /// `FULL_CONTROL`.
    pub fn of_word(word: &str) -> Option<Self> {
        WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, levels)| *levels)
    }
}

const READ: Levels = Levels::of(Level::Read).union(Levels::of(Level::List));
const WRITE: Levels = Levels::of(Level::Write);

/// The words that every service has.
const WORDS: [(&str, Levels); 6] = [
    ("READ", READ),
    ("LIST", Levels::of(Level::List)),
    ("WRITE", WRITE),
    ("MODIFY", WRITE),
    ("OPERATE", READ.union(WRITE)),
    ("FULL_CONTROL", Levels::ALL),
];

/// The files that Claviger brings: name and text.
const FILES: [(&str, &str); 5] = [
    ("bos.toml", include_str!("../../../catalogue/bos.toml")),
    ("fc.toml", include_str!("../../../catalogue/fc.toml")),
    ("iam.toml", include_str!("../../../catalogue/iam.toml")),
    ("qianfan.toml", include_str!("../../../catalogue/qianfan.toml")),
    ("sts.toml", include_str!("../../../catalogue/sts.toml")),
];

static BUILT_IN: LazyLock<Arc<Catalogue>> = LazyLock::new(|| {
    // A test reads them, so a build with a broken file does not leave the house.
    Arc::new(Catalogue::with([]).expect("the built-in files are whole"))
});

/// All services, and the system policies that come from them.
#[derive(Debug)]
pub struct Catalogue {
    services: Vec<Service>,
    index: Index,
    global: Vec<KeyEntry>,
    policies: Vec<SystemPolicy>,
    /// Where in `policies` each id is.
    ids: BTreeMap<u64, usize>,
}

impl Catalogue {
    /// What Claviger brings; read once.
    pub fn built_in() -> Arc<Self> {
        Arc::clone(&BUILT_IN)
    }

    /// What Claviger brings and `files`, each a name, for errors, and its text. Errors: the first rule of
    /// `docs/catalogue.md` that is broken.
    pub fn with<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, CatalogueError> {
        let services = file::services(FILES.into_iter().chain(files))?;
        let policies = system::policies(&services)?;
        let ids = policies.iter().enumerate().map(|(at, policy)| (policy.id, at)).collect();
        Ok(Self { index: Index::of(&services), global: global::keys(), services, policies, ids })
    }

    /// The action that `text` names as `service:Name`, with its levels: the catalogue's in any ASCII case; or, where
    /// the name is itself a word for levels, those; else none. `None` where it is not of that form, or a pattern.
    pub fn action<'a>(&self, text: &'a str) -> Option<ActionName<'a>> {
        let (service, name) = text.split_once(':')?;
        let literal = |half: &str| !half.is_empty() && !half.bytes().any(|byte| matches!(byte, b'*' | b'?' | b':'));
        if !literal(service) || !literal(name) {
            return None;
        }
        let known = self.entry(service, name).map(|entry| Levels::of(entry.level));
        let levels = known.or_else(|| Levels::of_word(name)).unwrap_or(Levels::NONE);
        Some(ActionName { service, name, levels })
    }

    /// What is known of an action, in any ASCII case.
    pub fn entry(&self, service: &str, name: &str) -> Option<&ActionEntry> {
        self.index.find(&self.services, service, name)
    }

    /// The actions that a service's own word for acl permissions stands for, in any ASCII case.
    pub fn own_word(&self, service: &str, word: &str) -> Option<&[String]> {
        let words = &self.service(service)?.words;
        words.iter().find(|own| own.name.eq_ignore_ascii_case(word)).map(|own| own.actions.as_slice())
    }

    /// The service with this prefix, in any ASCII case.
    pub fn service(&self, name: &str) -> Option<&Service> {
        let at = self.services.binary_search_by(|service| without_case(&service.name, name)).ok()?;
        self.services.get(at)
    }

    /// All services, by prefix.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// All actions with their services, by prefix and name.
    pub fn actions(&self) -> impl Iterator<Item = (&Service, &ActionEntry)> {
        self.services.iter().flat_map(|service| service.actions.iter().map(move |action| (service, action)))
    }

    /// What is known of a condition key, global or a service's own, by its one spelling ([`crate::key::Key::name`]).
    pub fn key(&self, name: &str) -> Option<&KeyEntry> {
        let own = name.split_once(':').and_then(|(service, _)| self.service(service));
        own.map_or(&self.global, |service| &service.keys).iter().find(|key| key.is(name))
    }

    /// The condition keys that come with actions of all services.
    pub fn global_keys(&self) -> &[KeyEntry] {
        &self.global
    }

    /// The system policies, by name.
    pub fn system_policies(&self) -> &[SystemPolicy] {
        &self.policies
    }

    /// The system policy with this id.
    pub fn system_policy(&self, id: u64) -> Option<&SystemPolicy> {
        self.policies.get(*self.ids.get(&id)?)
    }

    /// The system policy of this name, in any ASCII case.
    pub fn system_policy_by_name(&self, name: &str) -> Option<&SystemPolicy> {
        let at = self.policies.binary_search_by(|policy| without_case(&policy.name, name)).ok()?;
        self.policies.get(at)
    }

    /// Whether a system policy has this name in some ASCII case, so that nobody else's policy may (SEC-102).
    pub fn is_reserved(&self, name: &str) -> bool {
        self.system_policy_by_name(name).is_some()
    }
}

/// The order of names without regard to ASCII case; everything here that is searched is sorted by it.
pub(crate) fn without_case(left: &str, right: &str) -> Ordering {
    left.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(right.bytes().map(|byte| byte.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests;
