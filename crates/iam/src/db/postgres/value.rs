//! Values on their way to PostgreSQL and back. Strict both ways: a value of another type than the
//! server expects is a bug that must not be papered over by a conversion.

use std::error::Error as StdError;

use bytes::BytesMut;
use tokio_postgres::{
    Row as PgRow,
    types::{IsNull, ToSql, Type},
};

use crate::db::{DbError, Row, Value};

/// A value that does not go where a statement puts it.
#[derive(Debug, thiserror::Error)]
#[error("{value} was given for a parameter of type {wanted}")]
struct Misfit {
    value: &'static str,
    wanted: String,
}

impl ToSql for Value {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match (self, wanted) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(number), &Type::INT8) => number.to_sql(wanted, out),
            (Self::Bool(flag), &Type::BOOL) => flag.to_sql(wanted, out),
            (Self::Text(text), &Type::TEXT) => text.to_sql(wanted, out),
            (Self::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(wanted, out),
            (other, _) => Err(Box::new(Misfit { value: other.kind(), wanted: wanted.name().to_owned() })),
        }
    }

    fn accepts(_wanted: &Type) -> bool {
        true // `to_sql` looks at the value, too
    }

    fn to_sql_checked(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(wanted, out)
    }
}

/// A row of an answer.
pub(super) fn row(found: &PgRow) -> Result<Row, DbError> {
    (0..found.len()).map(|place| value(found, place)).collect::<Result<_, _>>().map(Row)
}

fn value(found: &PgRow, place: usize) -> Result<Value, DbError> {
    let Some(column) = found.columns().get(place) else {
        return Err(DbError::Other(format!("an answer has no column {place}")));
    };
    let value = match *column.type_() {
        Type::INT8 => found.try_get::<_, Option<i64>>(place).map(Into::into),
        Type::INT4 => found.try_get::<_, Option<i32>>(place).map(|number| number.map(i64::from).into()),
        Type::BOOL => found.try_get::<_, Option<bool>>(place).map(Into::into),
        Type::TEXT => found.try_get::<_, Option<String>>(place).map(Into::into),
        Type::BYTEA => found.try_get::<_, Option<Vec<u8>>>(place).map(Into::into),
        ref other => {
            let (name, other) = (column.name(), other.name());
            return Err(DbError::Other(format!("column `{name}` is of type {other}: a statement must cast it")));
        }
    };
    value.map_err(|error| DbError::Other(error.to_string()))
}
