//! Names, and text for people.

use base::text;

use crate::error::{Error, Result};

/// A name of a user, group or the like: see [`text::check_name`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityName(String);

/// What people call a user: at most [`DisplayName::MAX`] characters, none of them control or invisible.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DisplayName(String);

/// A note for people: at most [`Remarks::MAX`] characters, none of them control or invisible.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remarks(String);

impl EntityName {
    /// Checks a name. Errors: `Invalid` with the broken rule.
    pub fn parse(name: &str) -> Result<Self> {
        text::check_name(name).map_err(|problem| Error::invalid("name", problem))?;
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DisplayName {
    /// The most characters.
    pub const MAX: usize = 128;

    /// Checks a display name. Errors: `Invalid` with the broken rule.
    pub fn parse(name: &str) -> Result<Self> {
        check("display name", name, Self::MAX)?;
        Ok(Self(name.to_owned()))
    }

    /// The display name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Remarks {
    /// The most characters.
    pub const MAX: usize = 1_000;

    /// Checks a note. Errors: `Invalid` with the broken rule.
    pub fn parse(remarks: &str) -> Result<Self> {
        check("description", remarks, Self::MAX)?;
        Ok(Self(remarks.to_owned()))
    }

    /// The note.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks text for people.
pub(crate) fn check(field: &'static str, value: &str, most: usize) -> Result<()> {
    if value.chars().count() > most {
        return Err(Error::invalid(field, format!("must have at most {most} characters")));
    }
    if !text::is_plain(value) {
        return Err(Error::invalid(field, "must not hold control or invisible characters"));
    }
    Ok(())
}

/// Checks text that may have lines, but nothing else that is hidden.
pub(crate) fn check_text(field: &'static str, value: &str) -> Result<()> {
    if value.split(['\n', '\r', '\t']).all(text::is_plain) {
        return Ok(());
    }
    Err(Error::invalid(field, "must not hold control or invisible characters but tabs and ends of lines"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_for_people_has_nothing_hidden_and_an_end() {
        assert!(Remarks::parse("for the build, 编译用 🙂").is_ok());
        assert!(Remarks::parse("").is_ok());
        assert!(Remarks::parse(&"好".repeat(1_000)).is_ok());
        assert!(Remarks::parse(&"好".repeat(1_001)).is_err());
        for bad in ["a\0b", "a\nb", "a\u{202E}b", "a\u{200B}b"] {
            assert!(Remarks::parse(bad).is_err() && DisplayName::parse(bad).is_err(), "{bad:?}");
        }
        assert!(check_text("text", "<a>\r\n\t编译\n</a>").is_ok());
        assert!(check_text("text", "a\0b").is_err() && check_text("text", "a\n\u{202E}b").is_err());
    }
}
