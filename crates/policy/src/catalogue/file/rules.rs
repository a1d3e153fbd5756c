//! What names and texts of a file may look like: each rule in words, and as a function.

use base::text;

/// A rule: what it is about, the rule as `must …`, and whether a text keeps it.
pub(super) struct Rule {
    pub(super) what: &'static str,
    pub(super) says: &'static str,
    pub(super) holds: fn(&str) -> bool,
}

pub(super) const SERVICE: Rule = Rule {
    what: "service",
    says: "must be up to 48 lower-case letters, digits, `-` and `_`, beginning with a letter",
    holds: |text| text.len() <= 48 && is_name(text, "-_") && !text.bytes().any(|byte| byte.is_ascii_uppercase()),
};

pub(super) const SERVICE_FREE: Rule = Rule {
    what: "service",
    says: "must not be `aws`, `bce`, `claviger` or `volc`, which stand before names of all services",
    holds: |text| !matches!(text, "aws" | "bce" | "claviger" | "volc"),
};

pub(super) const TITLE: Rule = Rule {
    what: "title",
    says: "must be up to 48 letters and digits, beginning with a letter",
    holds: |text| text.len() <= 48 && is_name(text, ""),
};

pub(super) const ABOUT: Rule = Rule {
    what: "about",
    says: "must be a sentence of up to 300 characters, without control characters",
    holds: |about| {
        let length = about.chars().count();
        (1..=300).contains(&length) && about.trim() == about && text::is_plain(about)
    },
};

pub(super) const RESOURCE: Rule = Rule {
    what: "resource",
    says: "must be up to 48 letters, digits, `-` and `_`, beginning with a letter",
    holds: |text| text.len() <= 48 && is_name(text, "-_"),
};

pub(super) const PATH: Rule = Rule {
    what: "path",
    says: "must be up to 300 characters without spaces, `?`, `$` and unpaired braces, with names of letters, digits, \
           `-`, `_` and `/` in the braces",
    holds: is_path,
};

pub(super) const ACTION: Rule = Rule {
    what: "action",
    says: "must be up to 128 letters, digits, `-` and `_`, beginning with a letter",
    holds: |text| text.len() <= 128 && is_name(text, "-_"),
};

pub(super) const WORD: Rule = Rule { what: "word", ..ACTION };

/// The part of a key behind the service's prefix.
pub(super) fn is_key(name: &str) -> bool {
    let name = name.strip_suffix('/').unwrap_or(name);
    name.len() <= 128 && is_name(name, "-_.")
}

/// Letters, digits and `also`, beginning with a letter.
fn is_name(text: &str, also: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
}

fn is_path(path: &str) -> bool {
    let legal = |c: char| !c.is_whitespace() && !matches!(c, '?' | '$');
    let mut parts = path.split('{');
    let whole = parts.next().is_some_and(|start| !start.contains('}'))
        && parts
            .all(|part| part.split_once('}').is_some_and(|(name, rest)| is_name(name, "-_/") && !rest.contains('}')));
    whole && (1..=300).contains(&path.len()) && path.chars().all(legal) && text::is_plain(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_whole_placeholders() {
        for path in ["order/{id}", "{bucket}/{key}", "{a}{b}", "user/*", "user/{path/name}", "a:b", "x", "订单/{id}"]
        {
            assert!(is_path(path), "{path}");
        }
        let long = "x".repeat(301);
        for path in ["", "{", "}", "a{}", "{a}}", "{{a}", "a}b", "{a", "{a b}", "a b", "a?", "${a}", "a\n", &long] {
            assert!(!is_path(path), "{path}");
        }
    }

    #[test]
    fn keys_may_be_families() {
        for key in ["Channel", "x-bce-acl", "ResourceTag/", "a.b"] {
            assert!(is_key(key), "{key}");
        }
        for key in ["", "/", "a/b", "a//", "a:b", "a b", "1a", "a*"] {
            assert!(!is_key(key), "{key}");
        }
    }
}
