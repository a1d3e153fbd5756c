//! The audit trail: one chain of events per account.
//!
//! An event is JSON text with sorted members. Its hash is SHA-256 over the hash before it and the text, so
//! that no event can be edited, removed, inserted or moved without breaking the chain. The event of a change
//! commits in the transaction of the change.

pub(crate) mod denial;
pub(crate) mod sql;

use base::timestamp::Timestamp;
use decide::snapshot::{Kind as PrincipalKind, Snapshot};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::{
    action::Action,
    caller::Caller,
    core::Core,
    db::{
        Connection, Row, Value,
        head::{HASH_BYTES, Head},
        table::{Kind, Table},
    },
    error::{Error, Result},
};

/// The version of the event's form.
const FORM: u32 = 1;

/// How a deed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    Denied,
}

impl Outcome {
    const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Denied => "denied",
        }
    }
}

/// What is to be recorded.
pub(crate) struct Event<'a> {
    pub(crate) action: Action,
    pub(crate) caller: &'a Caller,
    pub(crate) resources: &'a [String],
    pub(crate) outcome: Outcome,
    /// The row changes, as [`row_change`] writes them.
    pub(crate) changes: &'a [Json],
    /// How many equal deeds the event stands for.
    pub(crate) count: u64,
    pub(crate) now: Timestamp,
    /// Where the caller's name is looked up.
    pub(crate) snapshot: &'a Snapshot,
}

/// Appends an event to the chain whose head the caller holds.
pub(crate) fn append(connection: &mut dyn Connection, core: &Core, head: &mut Head, event: &Event<'_>) -> Result<()> {
    let seq = head.audit_seq + 1;
    let body = body(core, head, seq, event).to_string();
    let hash = link(&head.audit_hash, &body);
    let row = [
        head.account.into(),
        seq.into(),
        event.now.into(),
        event.action.row().name.into(),
        principal_id(event.caller).into(),
        event.outcome.word().into(),
        body.into(),
        hash.to_vec().into(),
    ];
    connection.run(&sql::APPEND, &row).map_err(|error| {
        tracing::error!(error = %error, "an audit event could not be written");
        match Error::from(error) {
            Error::Internal(_) => Error::AuditUnavailable,
            passing => passing,
        }
    })?;
    head.audit_seq = seq;
    head.audit_hash = hash;
    Ok(())
}

/// The hash of the event that follows `previous`.
pub(crate) fn link(previous: &[u8; HASH_BYTES], body: &str) -> [u8; HASH_BYTES] {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(body.as_bytes());
    hasher.finalize().into()
}

fn body(core: &Core, head: &Head, seq: i64, event: &Event<'_>) -> Json {
    let origin = event.caller.origin();
    let (action, account) = (event.action.row().name, head.account.to_string());
    // serde_json's map is sorted by member name, which makes the text canonical.
    json!({
        "form": FORM,
        "account": account,
        "seq": seq,
        "time": event.now.to_milliseconds(),
        "time_us": event.now.micros(),
        "action": action,
        "outcome": event.outcome.word(),
        "count": event.count,
        "principal": principal(event.caller, event.snapshot),
        "source": origin.source,
        "agent": origin.agent,
        "request_id": origin.request_id,
        "resources": event.resources,
        "changes": event.changes,
        "node": core.node,
        "version": env!("CARGO_PKG_VERSION"),
    })
}

fn principal_id(caller: &Caller) -> Option<u64> {
    match caller {
        Caller::Principal { principal, .. } => Some(principal.number()),
        Caller::Operator { .. } => None,
    }
}

fn principal(caller: &Caller, snapshot: &Snapshot) -> Json {
    let Caller::Principal { account, principal, access_key, .. } = caller else {
        return json!({ "type": "operator" });
    };
    let (kind, name) = match snapshot.principals.get(principal).map(|known| &known.kind) {
        Some(PrincipalKind::Root) => ("root", None),
        Some(PrincipalKind::User { name, .. }) => ("user", Some(name.as_str())),
        None => ("unknown", None),
    };
    json!({
        "type": kind,
        "account": account.to_string(),
        "id": principal.number(),
        "name": name,
        "access_key": access_key.as_str(),
        "mfa": false,
    })
}

/// One changed row, as the trail keeps it.
pub(crate) enum RowChange<'a> {
    Insert { row: &'a [Value] },
    Update { key: &'a [Value], before: &'a Row, after: &'a [(&'static str, Value)] },
    Delete { key: &'a [Value] },
}

/// Writes a changed row: table, key, and each field's new value (and old one, for an update). Secrets and
/// documents appear as their SHA-256.
pub(crate) fn row_change(table: &Table, change: &RowChange<'_>) -> Result<Json> {
    let name_key = |values: &[Value]| -> serde_json::Map<String, Json> {
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
            let mut fields = serde_json::Map::new();
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
