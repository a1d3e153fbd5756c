//! From what is written to what is meant: the rules of a file, checked one after the other.

use std::collections::BTreeSet;

use crate::catalogue::{
    Levels,
    error::{CatalogueError, Problem},
    file::{
        File, RawAction, Text,
        rules::{self, Rule},
    },
    global,
    service::{ActionEntry, KeyEntry, On, Service, Shape, Word},
    without_case,
};

type Checked<T> = Result<T, CatalogueError>;

/// The service that `file` describes. `all` are all files, whose resources its actions may be done to.
pub(super) fn service(file: &File<'_>, all: &[File<'_>]) -> Checked<Service> {
    let raw = &file.raw;
    file.must(&rules::SERVICE, &raw.service)?;
    file.must(&rules::SERVICE_FREE, &raw.service)?;
    let resources = raw.resources.iter().map(|(name, path)| {
        Ok(Shape { name: file.must(&rules::RESOURCE, name)?, path: file.must(&rules::PATH, path)? })
    });
    let resources = resources.collect::<Checked<_>>()?;
    let keys = file.keys()?;
    let actions = file.actions(&keys, all)?;
    Ok(Service {
        name: raw.service.get_ref().clone(),
        title: file.must(&rules::TITLE, &raw.title)?,
        about: file.must(&rules::ABOUT, &raw.about)?,
        file: file.name.to_owned(),
        resources,
        words: file.words(&actions)?,
        keys,
        actions,
    })
}

impl File<'_> {
    /// The text, which keeps the rule.
    fn must(&self, rule: &Rule, text: &Text) -> Checked<String> {
        if (rule.holds)(text.get_ref()) {
            Ok(text.get_ref().clone())
        } else {
            Err(self.breaks(rule.what, text, rule.says))
        }
    }

    fn breaks(&self, what: &'static str, text: &Text, rule: &'static str) -> CatalogueError {
        self.fail(text, Problem::Rule { what, name: text.get_ref().clone(), rule })
    }

    /// No two of `names` differ in case only.
    fn once<'n>(&self, what: &'static str, names: impl Iterator<Item = &'n Text>) -> Checked<()> {
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name.get_ref().to_ascii_lowercase()) {
                return Err(self.fail(name, Problem::Twice { what, name: name.get_ref().clone() }));
            }
        }
        Ok(())
    }

    fn keys(&self) -> Checked<Vec<KeyEntry>> {
        self.once("key", self.raw.keys.keys())?;
        let described = self.raw.keys.iter().map(|(name, key)| {
            let own = name.get_ref().split_once(':').filter(|(service, _)| service == self.raw.service.get_ref());
            if !own.is_some_and(|(_, rest)| rules::is_key(rest)) {
                let rule = "must be the service, `:`, and letters, digits, `-`, `_`, `.`, beginning with a letter";
                return Err(self.breaks("key", name, rule));
            }
            let about = self.must(&rules::ABOUT, &key.about)?;
            Ok(KeyEntry { name: name.get_ref().clone(), kind: key.kind, several: key.several, about })
        });
        described.collect()
    }

    fn actions(&self, keys: &[KeyEntry], all: &[File<'_>]) -> Checked<Vec<ActionEntry>> {
        if self.raw.actions.is_empty() {
            return Err(self.breaks("service", &self.raw.service, "must have an action"));
        }
        self.once("action", self.raw.actions.keys())?;
        let described = self.raw.actions.iter().map(|(name, action)| {
            self.must(&rules::ACTION, name)?;
            if Levels::of_word(name.get_ref()).is_some() {
                return Err(self.breaks("action", name, "must not be a word for levels"));
            }
            self.action(name, action, keys, all)
        });
        let mut actions = described.collect::<Checked<Vec<_>>>()?;
        actions.sort_by(|left, right| without_case(&left.name, &right.name));
        Ok(actions)
    }

    fn action(&self, name: &Text, raw: &RawAction, own: &[KeyEntry], all: &[File<'_>]) -> Checked<ActionEntry> {
        let global = global::keys();
        let keys = raw.keys.iter().map(|written| {
            let mut known = own.iter().chain(&global);
            let found = known.find(|key| key.name.eq_ignore_ascii_case(written.get_ref()));
            found.map(|key| key.name.clone()).ok_or_else(|| self.unknown("key", written))
        });
        Ok(ActionEntry {
            name: name.get_ref().clone(),
            level: raw.level,
            on: raw.on.iter().map(|written| self.on(written, all)).collect::<Checked<_>>()?,
            keys: keys.collect::<Checked<_>>()?,
            about: self.must(&rules::ABOUT, &raw.about)?,
        })
    }

    /// A resource of this file, or `service:resource` of another.
    fn on(&self, written: &Text, all: &[File<'_>]) -> Checked<On> {
        let here = (self.raw.service.get_ref().as_str(), written.get_ref().as_str());
        let (service, shape) = written.get_ref().split_once(':').unwrap_or(here);
        let described = all.iter().filter(|file| file.raw.service.get_ref() == service);
        if described.flat_map(|file| file.raw.resources.keys()).any(|name| name.get_ref() == shape) {
            return Ok(On { service: service.to_owned(), shape: shape.to_owned() });
        }
        Err(self.unknown("resource", written))
    }

    fn words(&self, actions: &[ActionEntry]) -> Checked<Vec<Word>> {
        self.once("word", self.raw.words.keys())?;
        let find = |name: &str| actions.iter().find(|action| action.name.eq_ignore_ascii_case(name));
        let described = self.raw.words.iter().map(|(name, listed)| {
            self.must(&rules::WORD, name)?;
            if Levels::of_word(name.get_ref()).is_some() || find(name.get_ref()).is_some() {
                return Err(self.breaks("word", name, "must not be an action, nor a word that all services have"));
            }
            if listed.is_empty() {
                return Err(self.breaks("word", name, "must list an action"));
            }
            let named = |written: &Text| match find(written.get_ref()) {
                Some(action) => Ok(action.name.clone()),
                None => Err(self.unknown("action", written)),
            };
            Ok(Word { name: name.get_ref().clone(), actions: listed.iter().map(named).collect::<Checked<_>>()? })
        });
        described.collect()
    }

    fn unknown(&self, what: &'static str, written: &Text) -> CatalogueError {
        self.fail(written, Problem::Unknown { what, name: written.get_ref().clone() })
    }
}
