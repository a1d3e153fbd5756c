//! `claviger master-key …`

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{
    operator,
    output::{self, View},
};
use crate::{admin::Operator, cli::MasterKey, terminal::Progress};

/// How often the store is asked how far it is.
const LOOK: Duration = Duration::from_millis(500);
/// How long nothing may move before the command gives up waiting.
const STUCK: Duration = Duration::from_mins(1);

const VERSIONS: View = View {
    things: "master keys",
    columns: &[
        ("version", "version"),
        ("state", "state"),
        ("data keys", "data_keys"),
        ("own keys", "instance_keys"),
        ("created", "created"),
        ("used from", "used_from"),
        ("in this file", "at_hand"),
    ],
};

pub(super) fn run(command: MasterKey) -> Result<ExitCode> {
    match command {
        MasterKey::List(list) => {
            let answer = operator(&list.store)?.call("/operator/master-keys/list", &json!({}))?;
            output::answer(list.output, &answer, |answer| Ok(VERSIONS.table(output::list(answer, "versions")?)))?;
        }
        MasterKey::Add(add) => {
            let answer = operator(&add.store)?.call("/operator/master-keys/add", &json!({}))?;
            output::answer(add.output, &answer, added)?;
        }
        MasterKey::Rotate(rotate) => {
            let operator = operator(&rotate.store)?;
            let answer = operator.call("/operator/master-keys/rotate", &json!({}))?;
            let version = number(&answer, "version")?;
            output::line(&format!("Version {version} wraps what is new."))?;
            if !rotate.no_wait {
                wait(&operator, version)?;
                output::line(&format!("Version {version} wraps everything: older ones can be dropped."))?;
            }
        }
        MasterKey::Drop(drop) => {
            let body = json!({ "version": drop.version });
            let answer = operator(&drop.store)?.call("/operator/master-keys/drop", &body)?;
            let (version, file) = (drop.version, output::field(&answer, "file")?);
            output::line(&format!(
                "Version {version} is not needed any more: remove its line from `{file}`, and from the files of other \
                 nodes. A backup that is older than this needs it still."
            ))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn added(answer: &Value) -> Result<String> {
    let (version, file) = (number(answer, "version")?, output::field(answer, "file")?);
    let made = if answer.get("made").and_then(Value::as_bool) == Some(true) {
        "has a line of its own"
    } else {
        "had a line already"
    };
    Ok(format!(
        "Version {version} {made} in `{file}`.\nKeep a copy where the backups are not, copy the line to the file of \
         every other node, and then: claviger master-key rotate"
    ))
}

/// Waits until older versions than this wrap nothing. Errors: nothing moves.
fn wait(operator: &Operator, version: u64) -> Result<()> {
    let (mut progress, mut least, mut moved) = (Progress::new(), u64::MAX, Instant::now());
    loop {
        let answer = operator.call("/operator/master-keys/list", &json!({}))?;
        let left = left(&answer, version)?;
        if left == 0 {
            return Ok(());
        }
        progress.show(&format!("{left} keys are to be wrapped anew"));
        if left < least {
            (least, moved) = (left, Instant::now());
        }
        ensure!(
            moved.elapsed() < STUCK,
            "{left} keys are left, and nothing has moved for a minute: the server's log says why; it goes on trying"
        );
        operator.pause(LOOK);
    }
}

fn left(answer: &Value, version: u64) -> Result<u64> {
    let older = output::list(answer, "versions")?.iter().map(|one| {
        let wraps = number(one, "data_keys")? + number(one, "instance_keys")?;
        Ok(if number(one, "version")? < version { wraps } else { 0 })
    });
    older.sum()
}

fn number(answer: &Value, name: &str) -> Result<u64> {
    answer.get(name).and_then(Value::as_u64).with_context(|| format!("the answer has no `{name}`"))
}
