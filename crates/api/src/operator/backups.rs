//! Backups of the store at work, for the operator.

use std::{path::PathBuf, time::Duration};

use iam::backup::{BackupError, Begin, Made, Manifest, TableEntry};
use serde_json::{Map, Value, json};

use super::{Answer, Call, error::Fault};

/// How long a question about a backup's progress waits for its end.
const PATIENCE: Duration = Duration::from_millis(400);

/// `POST /operator/backups`, with `{"file", "key_file"}`, both absolute: begins to write a backup, and gives its number.
pub(super) fn begin(call: Call) -> Answer {
    Box::pin(async move {
        let begin = Begin { archive: path(&call, "file")?, key: path(&call, "key_file")? };
        let permit = call.iam.query(call.request.operator(), begin).await?;
        let running = call.iam.begin_backup(permit)?;
        Ok(json!({ "backup": running.number }))
    })
}

/// `POST /operator/backups/progress`, with `{"backup"}`: how far it is, and what came of it once it has ended.
pub(super) fn progress(call: Call) -> Answer {
    Box::pin(async move {
        let number = call.body.required_number("backup")?;
        let running = call.iam.backup(number);
        let running = running.ok_or_else(|| Fault::bad_request(format!("backup {number} is not the last one")))?;
        let waited = tokio::task::spawn_blocking(move || {
            let outcome = running.wait(PATIENCE, |outcome| outcome.map(ended));
            (outcome, running.progress())
        });
        let (outcome, progress) = waited.await.map_err(|_| Fault::bad_request("the backup was lost"))?;
        let mut answer = json!({ "rows": progress.rows, "all_rows": progress.all_rows, "bytes": progress.bytes });
        if let (Some(outcome), Some(members)) = (outcome, answer.as_object_mut()) {
            members.extend(outcome);
        }
        Ok(answer)
    })
}

fn ended(outcome: &Result<Made, BackupError>) -> Map<String, Value> {
    let (name, value) = match outcome {
        Ok(made) => {
            let mut made_of = describe(&made.manifest);
            if let Some(members) = made_of.as_object_mut() {
                members.insert("bytes".to_owned(), json!(made.bytes));
                members.insert("sha256".to_owned(), json!(made.sha256));
                members.insert("key_id".to_owned(), json!(made.key_id));
            }
            ("made", made_of)
        }
        Err(error) => ("failed", json!(error.to_string())),
    };
    std::iter::once((name.to_owned(), value)).collect()
}

/// The manifest, as the commands show it.
pub(crate) fn describe(manifest: &Manifest) -> Value {
    let rows = |table: &TableEntry| (table.name.clone(), json!(table.rows));
    let heads = manifest.audit_heads.iter().map(|(account, head)| (account.to_string(), json!(head.to_string())));
    json!({
        "created": manifest.created.to_seconds(),
        "node": manifest.node,
        "program": manifest.program,
        "schema": manifest.schema(),
        "migrations": manifest.migrations,
        "database": manifest.database,
        "rows": manifest.rows(),
        "tables": manifest.tables.iter().map(rows).collect::<Map<_, _>>(),
        "audit_heads": heads.collect::<Map<_, _>>(),
    })
}

fn path(call: &Call, member: &'static str) -> Result<PathBuf, Fault> {
    let path = PathBuf::from(call.body.required_text(member)?);
    // Where the server was started is nobody's business.
    if path.is_absolute() { Ok(path) } else { Err(Fault::bad_request(format!("`{member}` is not an absolute path"))) }
}
