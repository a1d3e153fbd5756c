//! What tests are made of: documents in few words, circumstances, and seeded randomness.

use std::borrow::Cow;

use crate::{
    catalogue::Catalogue,
    compiled::Compiled,
    condition::Operator,
    document::{Action, Condition, Document, Effect, Listed, Partition, Principal, Quantifier, Resource, Statement},
    key::Key,
    request::{ActionName, Context, Request, ResourceName, SCHEMES, Value, Values},
};

pub(crate) mod world;

/// What a key has, in tests.
#[derive(Debug, Clone)]
pub(crate) enum Has {
    One(Value<'static>),
    Several(Vec<String>),
}

/// Circumstances: keys in their one spelling.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys(pub(crate) Vec<(&'static str, Has)>);

impl Keys {
    pub(crate) fn with(mut self, key: &'static str, value: impl Into<Has>) -> Self {
        self.0.push((key, value.into()));
        self
    }
}

impl From<&'static str> for Has {
    fn from(text: &'static str) -> Self {
        Self::One(Value::Text(Cow::Borrowed(text)))
    }
}

impl From<String> for Has {
    fn from(text: String) -> Self {
        Self::One(Value::Text(Cow::Owned(text)))
    }
}

impl From<Value<'static>> for Has {
    fn from(value: Value<'static>) -> Self {
        Self::One(value)
    }
}

impl<const N: usize> From<[&str; N]> for Has {
    fn from(texts: [&str; N]) -> Self {
        Self::Several(texts.map(str::to_owned).to_vec())
    }
}

impl Context for Keys {
    fn values(&self, key: &Key) -> Values<'_> {
        match self.0.iter().find(|(name, _)| *name == key.name()) {
            None => Values::Absent,
            Some((_, Has::Several(texts))) => Values::Several(texts),
            Some((_, Has::One(Value::Text(text)))) => Values::One(Value::Text(Cow::Borrowed(text))),
            Some((_, Has::One(value))) => Values::One(value.clone()),
        }
    }
}

pub(crate) fn document(statements: impl IntoIterator<Item = Statement>) -> Document {
    Document { version: None, id: None, variables: true, statements: statements.into_iter().collect() }
}

pub(crate) fn compile(document: &Document) -> Compiled {
    Compiled::new(document, &Catalogue::built_in())
}

/// Compiles a document in which the names of users, groups and roles are their numbers.
pub(crate) fn compile_numbered(document: &Document) -> Compiled {
    Compiled::resolved(document, &Catalogue::built_in(), &|principal| match principal {
        Principal::User { name, .. } | Principal::Group { name, .. } | Principal::Role { name, .. } => {
            name.parse().ok()
        }
        Principal::Session { role, .. } => role.parse().ok(),
        _ => None,
    })
}

pub(crate) fn allow(actions: &[&str], resources: &[&str]) -> Statement {
    Statement {
        id: None,
        effect: Effect::Allow,
        principals: None,
        actions: listed(actions.iter().map(|text| action(text))),
        resources: listed(resources.iter().map(|text| resource(text))),
        conditions: Vec::new(),
    }
}

pub(crate) fn deny(actions: &[&str], resources: &[&str]) -> Statement {
    Statement { effect: Effect::Deny, ..allow(actions, resources) }
}

impl Statement {
    pub(crate) fn when(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    pub(crate) fn to(mut self, principals: impl IntoIterator<Item = Principal>) -> Self {
        self.principals = Some(listed(principals));
        self
    }

    /// `NotAction`, `NotResource`, `NotPrincipal`, as asked.
    pub(crate) fn not(mut self, actions: bool, resources: bool, principals: bool) -> Self {
        self.actions.negated = actions;
        self.resources.negated = resources;
        if let Some(listed) = &mut self.principals {
            listed.negated = principals;
        }
        self
    }
}

pub(crate) fn listed<T>(items: impl IntoIterator<Item = T>) -> Listed<T> {
    Listed { negated: false, items: items.into_iter().collect() }
}

/// `*`, `service:Name`, or `service/WORD` for a permission of an acl entry.
pub(crate) fn action(text: &str) -> Action {
    if text == "*" {
        Action::Any
    } else if let Some((service, name)) = text.split_once(':') {
        Action::Named { service: service.into(), name: name.into() }
    } else {
        let (service, word) = text.split_once('/').unwrap();
        Action::Permission { service: (service != "*").then(|| service.into()), word: word.into() }
    }
}

/// `*`, the spelling of a resource, or `service/region/path` for an acl entry's.
pub(crate) fn resource(text: &str) -> Resource {
    if text != "*" && !text.contains(':') {
        let mut parts = text.splitn(3, '/').map(str::to_owned);
        let mut part = || parts.next().unwrap();
        return Resource::Entry { service: part(), region: part(), path: part() };
    }
    match ResourceName::read(text).unwrap() {
        ResourceName::None => Resource::Any,
        ResourceName::Named { partition, service, region, account, path } => Resource::Named {
            partition: match partition {
                None => Partition::Open,
                Some(name) => SCHEMES
                    .into_iter()
                    .find(|scheme| *scheme == name)
                    .map_or_else(|| Partition::Named(name.into()), Partition::Scheme),
            },
            service: service.into(),
            region: region.into(),
            account: account.into(),
            path: path.into(),
        },
    }
}

pub(crate) fn condition(operator: Operator, key: &str, values: &[&str]) -> Condition {
    Condition {
        operator,
        quantifier: Quantifier::None,
        if_exists: false,
        key: Key::named(key),
        values: values.iter().map(|&value| value.to_owned()).collect(),
    }
}

/// A request of an action, with its levels by the built-in catalogue, on a resource.
pub(crate) fn request<'a>(action: &'a str, resource: &'a str) -> Request<'a> {
    Request { action: action_name(action), resource: ResourceName::read(resource).unwrap() }
}

pub(crate) fn action_name(action: &str) -> ActionName<'_> {
    Catalogue::built_in().action(action).unwrap()
}

/// Numbers that look random and are the same each time (known as `SplitMix64`).
#[derive(Debug, Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    /// Yes, once in `of` times.
    pub(crate) fn once_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}
