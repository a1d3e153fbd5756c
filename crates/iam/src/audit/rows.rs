//! Changed rows as the trail shows them: enough to rebuild every table, and no secret.

use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use crate::{
    db::{
        Row, Value,
        table::{Kind, Table},
    },
    error::{Error, Result},
};

/// One changed row.
pub(crate) enum RowChange<'a> {
    Insert { row: &'a [Value] },
    Update { key: &'a [Value], before: &'a Row, after: &'a [(&'static str, Value)] },
    Delete { key: &'a [Value] },
}

/// Writes a changed row: table, key, and each field's new value (and old one, for an update). Secrets and
/// documents appear as their SHA-256.
pub(crate) fn row_change(table: &Table, change: &RowChange<'_>) -> Result<Json> {
    let name_key = |values: &[Value]| -> Map<String, Json> {
        let columns = table.key.iter().zip(values);
        columns.map(|(column, value)| (column.name.to_owned(), shown(column.kind, value))).collect()
    };
    let (deed, key, fields) = match change {
        RowChange::Insert { row } => {
            let (key, rest) = row.split_at_checked(table.key.len()).ok_or_else(|| misfit(table))?;
            let fields = table.columns.iter().zip(rest);
            let fields = fields.map(|(column, value)| (column.name.to_owned(), shown(column.kind, value))).collect();
            ("insert", name_key(key), Some(fields))
        }
        RowChange::Update { key, before, after } => {
            let mut fields = Map::new();
            for (column, value) in *after {
                let (place, kind) = table.column(column).ok_or_else(|| misfit(table))?;
                let old = shown(kind, before.value(place)?);
                fields.insert((*column).to_owned(), json!({ "old": old, "new": shown(kind, value) }));
            }
            ("update", name_key(key), Some(fields))
        }
        RowChange::Delete { key } => ("delete", name_key(key), None),
    };
    Ok(json!({ "table": table.name, "deed": deed, "key": key, "fields": fields }))
}

fn misfit(table: &Table) -> Error {
    Error::internal(format!("a row does not fit table `{}`", table.name))
}

/// A field's value in the form of the trail.
pub(crate) fn shown(kind: Kind, value: &Value) -> Json {
    match (kind, value) {
        (_, Value::Null) => Json::Null,
        (Kind::Bool, Value::Int(number)) => Json::Bool(*number == 1),
        (_, Value::Bool(flag)) => Json::Bool(*flag),
        (_, Value::Int(number)) => json!(number),
        (Kind::Digest, Value::Text(text)) => digest(text.as_bytes()),
        (_, Value::Text(text)) => json!(text),
        (_, Value::Bytes(bytes)) => digest(bytes),
    }
}

fn digest(bytes: &[u8]) -> Json {
    json!({ "sha256": data_encoding::HEXLOWER.encode(&Sha256::digest(bytes)) })
}
