//! Arguments that several nouns have.

use std::path::PathBuf;

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use policy::grammar::Flavour;

/// Whether somebody who sits there is still asked.
#[derive(Debug, Clone, Args)]
pub(crate) struct Yes {
    /// Do it without asking
    #[arg(long)]
    pub(crate) yes: bool,
}

/// What a deletion may take with it, and when it counts.
#[derive(Debug, Args)]
pub(crate) struct Deletion {
    /// Delete what hangs on it as well, in place of a refusal
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) unchanged: Unchanged,
    #[command(flatten)]
    pub(crate) sure: Yes,
}

/// Whether a change counts only for the state that was seen.
#[derive(Debug, Clone, Args)]
pub(crate) struct Unchanged {
    /// Look at it first, and change nothing where somebody else has changed it since
    #[arg(long)]
    pub(crate) if_unchanged: bool,
}

/// How much of a list is wanted.
#[derive(Debug, Clone, Args)]
pub(crate) struct Limit {
    /// At most so many [default: all]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<usize>,
}

/// From when on sessions still count.
#[derive(Debug, Args)]
pub(crate) struct Before {
    /// Time before which they were issued, as `2026-11-24T11:00:00Z` [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) before: Option<String>,
    #[command(flatten)]
    pub(crate) sure: Yes,
}

/// A document that must be given.
#[derive(Debug, Args)]
pub(crate) struct DocumentFile {
    /// File of the document; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Whose way of writing it follows [default: acl with `accessControlList`, else native]
    #[arg(long, value_parser = flavour())]
    pub(crate) flavour: Option<Flavour>,
}

/// A document that may be given.
#[derive(Debug, Args)]
pub(crate) struct MaybeDocument {
    /// File of a document; `-` is standard input
    #[arg(long = "document", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Whose way of writing it follows [default: acl with `accessControlList`, else native]
    #[arg(long, value_parser = flavour(), requires = "file")]
    pub(crate) flavour: Option<Flavour>,
}

/// Who holds something: exactly one.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Holder {
    /// The user of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// The group of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) group: Option<String>,
    /// The role of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) role: Option<String>,
}

impl Holder {
    /// The collection that the holder is in, and its name.
    pub(crate) fn path(&self) -> (&'static str, &str) {
        match (&self.user, &self.group, &self.role) {
            (Some(user), ..) => ("users", user),
            (_, Some(group), _) => ("groups", group),
            (.., role) => ("roles", role.as_deref().unwrap_or_default()),
        }
    }

    /// The holder for people: what it is, and its name.
    pub(crate) fn words(&self) -> String {
        let (collection, name) = self.path();
        format!("{} `{name}`", collection.trim_end_matches('s'))
    }
}

/// Splits at the first `=`, so that values may hold more of them.
pub(super) fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (key, value) = text.split_once('=').ok_or("a key, `=` and a value are wanted")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// A span of time in seconds: a number, perhaps with `s`, `m`, `h` or `d` behind it.
pub(super) fn seconds(text: &str) -> Result<u64, &'static str> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(number) => (number, text.get(number.len()..).unwrap_or_default()),
        None => (text, "s"),
    };
    let factor = match unit {
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => 1,
    };
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let number: Option<u64> = number.parse().ok().filter(|_| digits);
    number.and_then(|number| number.checked_mul(factor)).ok_or("a span is a number with `s`, `m`, `h` or `d`, as `90m`")
}

pub(super) fn flavour() -> impl TypedValueParser<Value = Flavour> {
    PossibleValuesParser::new(Flavour::ALL.map(Flavour::word))
        .try_map(|word| Flavour::from_word(&word).ok_or("not a flavour"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_units() {
        for (text, wanted) in [("90", 90), ("90s", 90), ("15m", 900), ("2h", 7_200), ("1d", 86_400), ("0", 0)] {
            assert_eq!(seconds(text), Ok(wanted));
        }
        for bad in ["", "s", "1w", "+1", "-1", "1.5h", "1 h", "h1", "99999999999999999999", "999999999999999999d"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
