//! The members of a body's JSON object. What is `null` is as if it were absent.

use std::fmt;

use base::{
    json::{Kind, Member, Value},
    text::shown,
};

/// A body, or nothing. What is no object has no members.
pub(crate) struct Members(Option<Value>);

/// An object inside a body, looked at where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Object<'v>(&'v [Member]);

/// A member that cannot be taken. A dialect answers it as its own fault.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MemberError {
    /// It must be there.
    Missing(&'static str),
    /// It must be of that type.
    Not(Wanted, &'static str),
    /// There is no such member, at that line and column.
    Unknown(String, u32, u32),
}

/// What a member must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Text,
    Flag,
    Number,
    Object,
    List,
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
        self.read(name, Wanted::Number, natural)
    }

    pub(crate) fn required_number(&self, name: &'static str) -> Result<u64, MemberError> {
        self.number(name)?.ok_or(MemberError::Missing(name))
    }

    /// An object member, where it is there.
    pub(crate) fn object(&self, name: &'static str) -> Result<Option<&Value>, MemberError> {
        self.read(name, Wanted::Object, |value| matches!(value.kind, Kind::Object(_)).then_some(value))
    }

    /// The texts of a member that is one or a list of them; none where it is not there.
    pub(crate) fn texts(&self, name: &'static str) -> Result<Vec<&str>, MemberError> {
        Ok(self.read(name, Wanted::List, texts)?.unwrap_or_default())
    }

    /// The elements of a list; none where it is not there.
    pub(crate) fn list(&self, name: &'static str) -> Result<&[Value], MemberError> {
        let elements = self.read(name, Wanted::List, |value| match &value.kind {
            Kind::Array(elements) => Some(elements.as_slice()),
            _ => None,
        });
        Ok(elements?.unwrap_or_default())
    }

    fn read<'m, T>(
        &'m self,
        name: &'static str,
        wanted: Wanted,
        read: impl FnOnce(&'m Value) -> Option<T>,
    ) -> Result<Option<T>, MemberError> {
        taken(self.0.as_ref().and_then(|body| body.get(name)), name, wanted, read)
    }
}

impl<'v> Object<'v> {
    /// The object that this value is. Errors: it is none, or it has a member that is not one of `names`.
    pub(crate) fn of(value: &'v Value, what: &'static str, names: &[&str]) -> Result<Self, MemberError> {
        let Kind::Object(members) = &value.kind else { return Err(MemberError::Not(Wanted::Object, what)) };
        match members.iter().find(|member| !names.contains(&member.name.as_str())) {
            None => Ok(Self(members)),
            Some(other) => Err(MemberError::Unknown(shown(&other.name), other.line, other.column)),
        }
    }

    /// A text member, where it is there.
    pub(crate) fn text(self, name: &'static str) -> Result<Option<&'v str>, MemberError> {
        taken(self.get(name), name, Wanted::Text, Value::as_str)
    }

    pub(crate) fn required_text(self, name: &'static str) -> Result<&'v str, MemberError> {
        self.text(name)?.ok_or(MemberError::Missing(name))
    }

    /// A flag member, where it is there.
    pub(crate) fn flag(self, name: &'static str) -> Result<Option<bool>, MemberError> {
        taken(self.get(name), name, Wanted::Flag, Value::as_bool)
    }

    /// A whole number that is not below 0, where it is there.
    pub(crate) fn number(self, name: &'static str) -> Result<Option<u64>, MemberError> {
        taken(self.get(name), name, Wanted::Number, natural)
    }

    /// The members of an object member; none where it is not there.
    pub(crate) fn members(self, name: &'static str) -> Result<&'v [Member], MemberError> {
        let members = taken(self.get(name), name, Wanted::Object, |value| match &value.kind {
            Kind::Object(members) => Some(members.as_slice()),
            _ => None,
        });
        Ok(members?.unwrap_or_default())
    }

    /// The elements of a list that must be there.
    pub(crate) fn required_list(self, name: &'static str) -> Result<&'v [Value], MemberError> {
        let elements = taken(self.get(name), name, Wanted::List, |value| match &value.kind {
            Kind::Array(elements) => Some(elements.as_slice()),
            _ => None,
        });
        elements?.ok_or(MemberError::Missing(name))
    }

    /// The value of a member that may be of several types, where it is there.
    pub(crate) fn get(self, name: &str) -> Option<&'v Value> {
        let member = self.0.iter().find(|member| member.name == name);
        member.map(|member| &member.value).filter(|value| value.kind != Kind::Null)
    }
}

/// The texts that a value is: one, or a list of them.
pub(crate) fn texts(value: &Value) -> Option<Vec<&str>> {
    match &value.kind {
        Kind::String(text) => Some(vec![text]),
        Kind::Array(elements) => elements.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

fn natural(value: &Value) -> Option<u64> {
    value.as_i64().and_then(|number| u64::try_from(number).ok())
}

fn taken<'v, T>(
    value: Option<&'v Value>,
    name: &'static str,
    wanted: Wanted,
    read: impl FnOnce(&'v Value) -> Option<T>,
) -> Result<Option<T>, MemberError> {
    let value = value.filter(|value| value.kind != Kind::Null);
    value.map(|value| read(value).ok_or(MemberError::Not(wanted, name))).transpose()
}

impl fmt::Display for MemberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "`{name}` is missing"),
            Self::Not(Wanted::Text, name) => write!(f, "`{name}` must be text"),
            Self::Not(Wanted::Flag, name) => write!(f, "`{name}` must be true or false"),
            Self::Not(Wanted::Number, name) => write!(f, "`{name}` must be a number, 0 or more"),
            Self::Not(Wanted::Object, name) => write!(f, "`{name}` must be an object"),
            Self::Not(Wanted::List, name) => write!(f, "`{name}` must be a list"),
            Self::Unknown(name, line, column) => {
                write!(f, "there is no member `{name}` here (line {line}, column {column})")
            }
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

    #[test]
    fn an_object_has_the_members_that_are_known_and_no_other() {
        let value = json::parse(br#"{"a":"x","b":null,"c":{"d":1},"e":[1]}"#, Limits::API).unwrap();
        let object = Object::of(&value, "it", &["a", "b", "c", "e"]).unwrap();
        assert_eq!((object.text("a"), object.text("b"), object.flag("b")), (Ok(Some("x")), Ok(None), Ok(None)));
        assert_eq!(object.text("c"), Err(MemberError::Not(Wanted::Text, "c")));
        assert_eq!((object.number("b"), object.number("a")), (Ok(None), Err(MemberError::Not(Wanted::Number, "a"))));
        assert_eq!(object.members("c").map(<[Member]>::len), Ok(1));
        assert_eq!(object.members("b").map(<[Member]>::len), Ok(0));
        assert_eq!(object.members("e").map(<[Member]>::len), Err(MemberError::Not(Wanted::Object, "e")));
        assert_eq!(object.required_list("e").map(<[Value]>::len), Ok(1));
        assert_eq!(object.required_list("b").map(<[Value]>::len), Err(MemberError::Missing("b")));
        assert!(object.get("b").is_none() && object.get("c").is_some());
        let unknown = Object::of(&value, "it", &["a", "c", "e"]).unwrap_err();
        assert_eq!(unknown.to_string(), "there is no member `b` here (line 1, column 10)");
        let none = Object::of(object.get("e").unwrap(), "it", &[]).unwrap_err();
        assert_eq!(none.to_string(), "`it` must be an object");
    }

    #[test]
    fn texts_are_one_or_a_list() {
        let value = json::parse(br#"[["a","b"],"a",[],["a",1],1,null]"#, Limits::API).unwrap();
        let Kind::Array(values) = &value.kind else { panic!("a list") };
        let read: Vec<_> = values.iter().map(texts).collect();
        assert_eq!(read, [Some(vec!["a", "b"]), Some(vec!["a"]), Some(vec![]), None, None, None]);
    }
}
