//! The members of a body's JSON object. What is `null` is as if it were absent.

use std::fmt;

use base::json::{Kind, Value};

/// A body, or nothing. What is no object has no members.
pub(crate) struct Members(Option<Value>);

/// A member that cannot be taken. A dialect answers it as its own fault.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MemberError {
    /// It must be there.
    Missing(&'static str),
    /// It must be of that type.
    Not(Wanted, &'static str),
}

/// What a member must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Text,
    Flag,
    Number,
}

impl Members {
    pub(crate) const fn of(body: Option<Value>) -> Self {
        Self(body)
    }

    /// A text member, where it is there.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<&str>, MemberError> {
        self.read(name, Wanted::Text, Value::as_str)
    }

    pub(crate) fn required_text(&self, name: &'static str) -> Result<&str, MemberError> {
        self.text(name)?.ok_or(MemberError::Missing(name))
    }

    /// A flag member, where it is there.
    pub(crate) fn flag(&self, name: &'static str) -> Result<Option<bool>, MemberError> {
        self.read(name, Wanted::Flag, Value::as_bool)
    }

    pub(crate) fn required_flag(&self, name: &'static str) -> Result<bool, MemberError> {
        self.flag(name)?.ok_or(MemberError::Missing(name))
    }

    /// A whole number that is not below 0, where it is there.
    pub(crate) fn number(&self, name: &'static str) -> Result<Option<u64>, MemberError> {
        self.read(name, Wanted::Number, |value| value.as_i64().and_then(|number| u64::try_from(number).ok()))
    }

    pub(crate) fn required_number(&self, name: &'static str) -> Result<u64, MemberError> {
        self.number(name)?.ok_or(MemberError::Missing(name))
    }

    fn read<'m, T>(
        &'m self,
        name: &'static str,
        wanted: Wanted,
        read: impl FnOnce(&'m Value) -> Option<T>,
    ) -> Result<Option<T>, MemberError> {
        let value = self.0.as_ref().and_then(|body| body.get(name)).filter(|value| value.kind != Kind::Null);
        value.map(|value| read(value).ok_or(MemberError::Not(wanted, name))).transpose()
    }
}

impl fmt::Display for MemberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "`{name}` is missing"),
            Self::Not(Wanted::Text, name) => write!(f, "`{name}` must be text"),
            Self::Not(Wanted::Flag, name) => write!(f, "`{name}` must be true or false"),
            Self::Not(Wanted::Number, name) => write!(f, "`{name}` must be a number, 0 or more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use base::json::{self, Limits};

    use super::*;

    fn members(text: &str) -> Members {
        Members::of(Some(json::parse(text.as_bytes(), Limits::API).unwrap()))
    }

    #[test]
    fn members_are_of_the_type_that_is_wanted() {
        let members = members(r#"{"text":"","flag":false,"number":0,"below":-1,"broken":1.0}"#);
        assert_eq!(members.required_text("text"), Ok(""));
        assert_eq!(members.required_flag("flag"), Ok(false));
        assert_eq!(members.required_number("number"), Ok(0));
        assert_eq!(members.text("flag"), Err(MemberError::Not(Wanted::Text, "flag")));
        assert_eq!(members.flag("number"), Err(MemberError::Not(Wanted::Flag, "number")));
        for not in ["text", "below", "broken"] {
            assert_eq!(members.number(not), Err(MemberError::Not(Wanted::Number, not)));
        }
    }

    #[test]
    fn null_is_absent() {
        for members in [members(r#"{"name":null}"#), members("{}"), members(r#"["name"]"#), Members::of(None)] {
            assert_eq!(members.text("name"), Ok(None));
            assert_eq!(members.flag("name"), Ok(None));
            assert_eq!(members.number("name"), Ok(None));
            assert_eq!(members.required_text("name"), Err(MemberError::Missing("name")));
            assert_eq!(members.required_flag("name"), Err(MemberError::Missing("name")));
            assert_eq!(members.required_number("name"), Err(MemberError::Missing("name")));
        }
    }
}
