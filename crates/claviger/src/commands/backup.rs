//! `claviger backup`, `claviger backup verify` and `claviger restore`

use std::{
    path::{Path, absolute},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use iam::{
    backup::{self, Sessions, Step, Watch, make_key},
    clock::SystemEntropy,
};
use serde_json::{Value, json};

use super::{operator, output, progress::ProgressLine, store};
use crate::{
    cli::{Backup, BackupCommand, Restore, VerifyBackup},
    server,
    terminal::plain,
};

pub(super) fn run(command: &Backup) -> Result<ExitCode> {
    match &command.command {
        Some(BackupCommand::Verify(arguments)) => verify(arguments)?,
        None => back_up(command)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The server writes the file where one holds the store, else this command does; either way it is asked how far it is.
fn back_up(arguments: &Backup) -> Result<()> {
    let file = whole(arguments.file.as_deref())?;
    let key_file = whole(arguments.key_file.as_deref())?;
    if arguments.make_key {
        make_key(Path::new(&key_file), &SystemEntropy::default())?;
    }
    let operator = operator(&arguments.store)?;
    let begun = operator.call("/operator/backups", &json!({ "file": file, "key_file": key_file }))?;
    let mut line = ProgressLine::new();
    let made = loop {
        let answer = operator.call("/operator/backups/progress", &begun)?;
        if let Some(failed) = answer.get("failed").and_then(Value::as_str) {
            drop(line);
            bail!("no backup was made: {failed}");
        }
        if let Some(made) = answer.get("made") {
            break made.clone();
        }
        let number = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or_default();
        line.show("copying", number("rows"), number("all_rows"), number("bytes"));
    };
    drop(line);
    output::answer(arguments.output, &made, |made| Ok(format!("{}\n{}", sealed(&file, made)?, about(made)?)))
}

/// A path that means the same to a server that was started elsewhere. Errors: it is not text.
fn whole(path: Option<&Path>) -> Result<String> {
    let path = absolute(path.context("a file is missing")?)?;
    path.into_os_string().into_string().ok().context("a path must be valid Unicode")
}

fn verify(arguments: &VerifyBackup) -> Result<()> {
    let mut line = ProgressLine::new();
    let mut tell = |progress| line.tell(progress);
    let verified = backup::verify(&arguments.file, &arguments.key_file, &mut Watch::new(&mut tell))?;
    drop(line);
    let mut answer = api::describe_backup(&verified.manifest);
    let bytes = std::fs::metadata(&arguments.file)?.len();
    add(&mut answer, [("bytes", json!(bytes)), ("sha256", json!(verified.sha256)), ("key_id", json!(verified.key_id))]);
    output::answer(arguments.output, &answer, |answer| {
        let tables = answer.get("tables").and_then(Value::as_object).into_iter().flatten();
        let tables: Vec<String> = tables.map(|(name, rows)| format!("  {name:<24}{rows:>12}")).collect();
        let file = arguments.file.display().to_string();
        Ok(format!("{}\n{}\n\nIt is whole. Rows:\n{}", sealed(&file, answer)?, about(answer)?, tables.join("\n")))
    })
}

pub(super) fn restore(arguments: &Restore) -> Result<ExitCode> {
    let settings = server::settings(store(&arguments.store)?, "command".to_owned())?;
    let sessions = if arguments.keep_sessions { Sessions::Keep } else { Sessions::End };
    let (archive, key) = (arguments.file.clone(), arguments.key_file.clone());
    let order = backup::Restore { archive, key, sessions, compare: arguments.compare.clone() };
    let mut line = ProgressLine::new();
    let mut tell = |progress| line.tell(progress);
    let restored = backup::restore(&settings, &order, &mut Watch::new(&mut tell))?;
    drop(line);
    let mut answer = api::describe_backup(&restored.manifest);
    let more = [
        ("gap_s", json!(restored.gap_s())),
        ("sessions_ended", json!(restored.sessions == Sessions::End)),
        ("deleted_since", json!(restored.deleted_since)),
    ];
    add(&mut answer, more);
    let file = arguments.file.display().to_string();
    output::answer(arguments.output, &answer, |answer| {
        let sessions = if restored.sessions == Sessions::End { "ended" } else { "still valid" };
        let created = output::field(answer, "created")?;
        let deleted = restored.deleted_since.as_deref().map(listed).unwrap_or_default();
        Ok(format!(
            "restored           {}\n{}\nsessions           {sessions}\n\nNothing that was done after {created} is in \
             it. What was revoked, deleted or limited since then is\nvalid again, unless you do that again.{deleted}",
            plain(&file),
            about(answer)?,
        ))
    })?;
    Ok(ExitCode::SUCCESS)
}

fn listed(keys: &[String]) -> String {
    let list = if keys.is_empty() { " none".to_owned() } else { format!("\n  {}", keys.join("\n  ")) };
    format!("\n\nKeys that the old store did not have any more:{list}")
}

fn add<const N: usize>(answer: &mut Value, members: [(&str, Value); N]) {
    if let Some(object) = answer.as_object_mut() {
        object.extend(members.map(|(name, value)| (name.to_owned(), value)));
    }
}

/// The file, for people.
fn sealed(file: &str, answer: &Value) -> Result<String> {
    let bytes = answer.get("bytes").and_then(Value::as_u64).unwrap_or_default();
    Ok(format!(
        "backup             {}\nbytes              {bytes}\nSHA-256            {}\nkey                {}",
        plain(file),
        output::field(answer, "sha256")?,
        output::field(answer, "key_id")?,
    ))
}

/// What is in it, for people.
fn about(answer: &Value) -> Result<String> {
    let number = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or_default();
    let heads = answer.get("audit_heads").and_then(Value::as_object);
    // The installation has a chain, too, and is no account.
    let accounts = heads.map_or(0, |heads| heads.len().saturating_sub(1));
    Ok(format!(
        "made               {} by {} (claviger {}, {})\nschema             {}\naccounts           {accounts}\nrows               \
         {}",
        output::field(answer, "created")?,
        plain(output::field(answer, "node")?),
        output::field(answer, "program")?,
        output::field(answer, "database")?,
        number("schema"),
        number("rows"),
    ))
}

impl ProgressLine {
    /// For work of this process. It goes on whatever is told.
    fn tell(&mut self, progress: backup::Progress) -> bool {
        let what = match progress.step {
            Step::Copying => "copying",
            Step::Proving => "reading",
            Step::Restoring => "writing",
        };
        self.show(what, progress.rows, progress.all_rows, progress.bytes);
        true
    }
}
