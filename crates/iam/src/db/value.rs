//! Values and rows, as both databases give and take them.

use crate::error::{Error, Result};

/// A value that goes into a statement or comes out of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// SQL's NULL.
    Null,
    /// A whole number; times are microseconds since 1970.
    Int(i64),
    /// True or false.
    Bool(bool),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Value {
    /// What it is, for messages; never the value itself.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Int(_) => "a number",
            Self::Bool(_) => "a flag",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u64> for Value {
    /// Our numbers stay below 2^53; a larger one would be a bug and becomes an id that no row has.
    fn from(value: u64) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(-1))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! value_from_id {
    ($($id:ty),+) => {$(
        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                id.number().into()
            }
        }
    )+};
}

value_from_id!(
    base::ids::AccountId,
    base::ids::UserId,
    base::ids::GroupId,
    base::ids::PolicyId,
    base::ids::RoleId,
    base::ids::ConsoleSessionId
);

impl From<base::ids::AccessKeyId> for Value {
    fn from(id: base::ids::AccessKeyId) -> Self {
        id.as_str().into()
    }
}

impl From<base::ids::ApiKeyId> for Value {
    fn from(id: base::ids::ApiKeyId) -> Self {
        id.as_str().into()
    }
}

impl From<base::timestamp::Timestamp> for Value {
    fn from(moment: base::timestamp::Timestamp) -> Self {
        moment.micros().into()
    }
}

/// A row of an answer. Columns are read by place, and a column of another type than asked for is a
/// damaged store, not a panic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Row {
    pub(crate) fn value(&self, place: usize) -> Result<&Value> {
        self.0.get(place).ok_or_else(|| Error::internal(format!("a row has no column {place}")))
    }

    pub(crate) fn int(&self, place: usize) -> Result<i64> {
        match self.value(place)? {
            Value::Int(number) => Ok(*number),
            other => Err(unexpected(place, "a number", other)),
        }
    }

    pub(crate) fn number(&self, place: usize) -> Result<u64> {
        u64::try_from(self.int(place)?).map_err(Error::internal)
    }

    pub(crate) fn timestamp(&self, place: usize) -> Result<base::timestamp::Timestamp> {
        Ok(base::timestamp::Timestamp::from_micros(self.int(place)?))
    }

    pub(crate) fn account(&self, place: usize) -> Result<base::ids::AccountId> {
        base::ids::AccountId::new(self.number(place)?).map_err(Error::internal)
    }

    pub(crate) fn user(&self, place: usize) -> Result<base::ids::UserId> {
        base::ids::UserId::new(self.number(place)?).map_err(Error::internal)
    }

    pub(crate) fn group(&self, place: usize) -> Result<base::ids::GroupId> {
        base::ids::GroupId::new(self.number(place)?).map_err(Error::internal)
    }

    pub(crate) fn policy(&self, place: usize) -> Result<base::ids::PolicyId> {
        base::ids::PolicyId::new(self.number(place)?).map_err(Error::internal)
    }

    pub(crate) fn role(&self, place: usize) -> Result<base::ids::RoleId> {
        base::ids::RoleId::new(self.number(place)?).map_err(Error::internal)
    }

    pub(crate) fn console_session(&self, place: usize) -> Result<base::ids::ConsoleSessionId> {
        base::ids::ConsoleSessionId::new(self.number(place)?).map_err(Error::internal)
    }

    pub(crate) fn access_key(&self, place: usize) -> Result<base::ids::AccessKeyId> {
        base::ids::AccessKeyId::parse(&self.text(place)?).map_err(Error::internal)
    }

    pub(crate) fn api_key(&self, place: usize) -> Result<base::ids::ApiKeyId> {
        base::ids::ApiKeyId::parse(&self.text(place)?).map_err(Error::internal)
    }

    /// A flag: SQLite answers 0 or 1, PostgreSQL a boolean.
    pub(crate) fn bool(&self, place: usize) -> Result<bool> {
        match self.value(place)? {
            Value::Bool(flag) => Ok(*flag),
            Value::Int(number @ (0 | 1)) => Ok(*number == 1),
            other => Err(unexpected(place, "a flag", other)),
        }
    }

    pub(crate) fn text(&self, place: usize) -> Result<String> {
        match self.value(place)? {
            Value::Text(text) => Ok(text.clone()),
            other => Err(unexpected(place, "text", other)),
        }
    }

    pub(crate) fn bytes(&self, place: usize) -> Result<Vec<u8>> {
        match self.value(place)? {
            Value::Bytes(bytes) => Ok(bytes.clone()),
            other => Err(unexpected(place, "bytes", other)),
        }
    }

    /// The column by `read`, or `None` where it is NULL.
    pub(crate) fn optional<T>(&self, place: usize, read: impl Fn(&Self, usize) -> Result<T>) -> Result<Option<T>> {
        match self.value(place)? {
            Value::Null => Ok(None),
            _ => read(self, place).map(Some),
        }
    }
}

fn unexpected(place: usize, wanted: &str, found: &Value) -> Error {
    Error::internal(format!("column {place} should hold {wanted} and holds {}", found.kind()))
}
