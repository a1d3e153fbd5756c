//! Paths of users, groups, roles and policies: part of what policies call them, not of their uniqueness.

use base::text;

use crate::error::{Error, Result};

/// `/`, or `/one/two/`: each part as legal as a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityPath(String);

impl EntityPath {
    /// The longest path, in characters.
    pub const MAX: usize = 512;

    /// Checks a path. Errors: `Invalid` with the broken rule.
    pub fn parse(path: &str) -> Result<Self> {
        let broken = |rule: &str| Err(Error::invalid("path", rule));
        if path.chars().count() > Self::MAX {
            return broken("must have at most 512 characters");
        }
        if path == "/" {
            return Ok(Self::default());
        }
        let Some(parts) = path.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) else {
            return broken("must begin and end with `/`");
        };
        if !parts.split('/').all(|part| text::check_name(part).is_ok()) {
            return broken("must have legal names between its slashes");
        }
        Ok(Self(path.to_owned()))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How the paths of what is listed begin; `/` is how all do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathPrefix(String);

impl PathPrefix {
    /// Checks a prefix, which need not end with a slash. Errors: `Invalid` with the broken rule.
    pub fn parse(prefix: &str) -> Result<Self> {
        let broken = |rule: &str| Err(Error::invalid("path prefix", rule));
        if prefix.chars().count() > EntityPath::MAX {
            return broken("must have at most 512 characters");
        }
        if !prefix.starts_with('/') || !text::is_plain(prefix) {
            return broken("must begin with `/` and hold no control or invisible characters");
        }
        Ok(Self(prefix.to_owned()))
    }

    /// The prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for PathPrefix {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl Default for EntityPath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for good in ["/", "/a/", "/dev/team-1/", "/研发/"] {
            assert_eq!(EntityPath::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "a", "/a", "a/", "//", "/a//b/", "/a b/", "/*/", "/a:b/"] {
            assert!(EntityPath::parse(bad).is_err(), "{bad}");
        }
        assert!(EntityPath::parse(&format!("/{}/", "a/".repeat(256))).is_err());
    }

    #[test]
    fn prefixes_of_paths() {
        for good in ["/", "/a", "/a/", "/dev/te"] {
            assert_eq!(PathPrefix::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(PathPrefix::default().as_str(), "/");
        for bad in ["", "a", "a/", "/a\0", "/a\n"] {
            assert!(PathPrefix::parse(bad).is_err(), "{bad:?}");
        }
    }
}
