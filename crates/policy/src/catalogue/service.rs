//! What a file of the catalogue says about its service.

use serde::Deserialize;

use crate::catalogue::Level;

/// A service that Claviger decides for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The prefix of its actions, in lower case.
    pub name: String,
    /// What the names of its system policies begin with.
    pub title: String,
    /// A sentence for people.
    pub about: String,
    /// The file that describes it.
    pub file: String,
    /// What its actions are done to, by name.
    pub resources: Vec<Shape>,
    /// Its own condition keys, by name.
    pub keys: Vec<KeyEntry>,
    /// Its own words for acl permissions, by name.
    pub words: Vec<Word>,
    /// Its actions, by name without regard to ASCII case; at least one.
    pub actions: Vec<ActionEntry>,
}

/// A kind of resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// What the file calls it.
    pub name: String,
    /// The path of such a resource: literal but for `{placeholders}`. `*` is what stands for all of a collection.
    pub path: String,
}

impl Shape {
    /// Its path as a pattern: what differs from one resource to the next is `*`.
    pub fn pattern(&self) -> String {
        let mut pattern = String::new();
        let mut rest = self.path.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            pattern.push_str(before);
            pattern.push('*');
            rest = behind.split_once('}').map_or("", |(_, behind)| behind);
        }
        pattern.push_str(rest);
        pattern
    }
}

/// A condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEntry {
    /// Its name as people write it; for global keys without a prefix. One that ends in `/` stands for a key per tag.
    pub name: String,
    /// What its values are.
    pub kind: KeyType,
    /// Whether a request may have several values for it.
    pub several: bool,
    /// A sentence for people.
    pub about: String,
}

impl KeyEntry {
    /// Whether `name` is this key, in any ASCII case; or one of its tags' keys.
    pub fn is(&self, name: &str) -> bool {
        if !self.name.ends_with('/') {
            return self.name.eq_ignore_ascii_case(name);
        }
        name.split_at_checked(self.name.len())
            .is_some_and(|(start, tag)| !tag.is_empty() && self.name.eq_ignore_ascii_case(start))
    }
}

/// What the values of a condition key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyType {
    /// Text.
    Text,
    /// A decimal number.
    Number,
    /// A date or a moment.
    Date,
    /// A moment in seconds since 1970: compares as a date and as a number.
    Epoch,
    /// `true` or `false`.
    Bool,
    /// A network address.
    Address,
    /// A resource or a principal.
    Arn,
    /// Base64.
    Binary,
}

/// A service's own word for acl permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub name: String,
    /// The names of the actions that it stands for; at least one.
    pub actions: Vec<String>,
}

/// An action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionEntry {
    /// Its name, without the service.
    pub name: String,
    /// How much it can do.
    pub level: Level,
    /// What it is done to; nothing: `*`.
    pub on: Vec<On>,
    /// The condition keys that come with it beside those that come with every action.
    pub keys: Vec<String>,
    /// A sentence for people.
    pub about: String,
}

/// What an action is done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct On {
    /// The service whose resource it is.
    pub service: String,
    /// The name of its [`Shape`].
    pub shape: String,
}
