//! Tags: keys and values that an account hangs on its entities, for policies to ask about.

use std::collections::BTreeMap;

use super::plain;
use crate::error::{Error, Result};

/// Tags by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(BTreeMap<String, String>);

impl Tags {
    /// How many tags an entity may have.
    pub const MAX: usize = 50;
    /// The longest key and the longest value, in characters.
    pub const KEY_MAX: usize = 128;
    /// See [`Tags::KEY_MAX`].
    pub const VALUE_MAX: usize = 256;

    /// Checks tags. Errors: `Invalid` with the broken rule.
    pub fn parse(tags: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut checked = BTreeMap::new();
        for (key, value) in tags {
            if key.is_empty() {
                return Err(Error::invalid("tag key", "must not be empty"));
            }
            plain::check("tag key", &key, Self::KEY_MAX)?;
            plain::check("tag value", &value, Self::VALUE_MAX)?;
            if checked.insert(key, value).is_some() {
                return Err(Error::invalid("tag key", "must not come twice"));
            }
        }
        if checked.len() > Self::MAX {
            return Err(Error::invalid("tags", "must be at most 50"));
        }
        Ok(Self(checked))
    }

    /// As their column holds them: a JSON object, sorted by key.
    pub(crate) fn to_column(&self) -> String {
        serde_json::json!(self.0).to_string()
    }

    pub(crate) fn from_column(text: &str) -> Result<Self> {
        serde_json::from_str(text).map(Self).map_err(Error::internal)
    }

    /// As the snapshot holds them.
    pub(crate) fn shared(&self) -> decide::snapshot::Tags {
        self.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }

    /// The tags, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let tags = Tags::parse([pair("team", "build"), pair("env", "")]).unwrap();
        assert_eq!(tags.to_column(), r#"{"env":"","team":"build"}"#);
        assert_eq!(Tags::from_column(&tags.to_column()).unwrap(), tags);
        for bad in [
            vec![pair("", "x")],
            vec![pair("a", "1"), pair("a", "2")],
            vec![pair("a\0", "")],
            vec![pair(&"k".repeat(129), "")],
        ] {
            assert!(Tags::parse(bad).is_err());
        }
        assert!(Tags::parse((0..51).map(|n| pair(&n.to_string(), ""))).is_err());
    }
}
