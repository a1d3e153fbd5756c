//! `claviger audit checkpoint` and `claviger audit key`, and what was kept of them.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{
    admin::Operator,
    cli::{Checkpoint, CheckpointKey},
    commands::{account::each_account, audit::INSTANCE, operator, output},
};

/// Prints the last checkpoint of one chain, or of each.
pub(super) fn print(arguments: &Checkpoint) -> Result<()> {
    let operator = operator(&arguments.store)?;
    if let Some(account) = &arguments.account {
        return print_one(&operator, account);
    }
    print_one(&operator, INSTANCE)?;
    each_account(&operator, |account| print_one(&operator, output::field(account, "account_id")?))
}

fn print_one(operator: &Operator, account: &str) -> Result<()> {
    let answer = operator.call("/operator/audit/checkpoint", &json!({ "account": account }))?;
    match answer.get("checkpoint") {
        // A chain that has just begun has none yet.
        None | Some(Value::Null) => Ok(()),
        Some(checkpoint) => output::line(&checkpoint.to_string()),
    }
}

/// Prints the key that verifies checkpoints.
pub(super) fn print_key(arguments: &CheckpointKey) -> Result<()> {
    let answer = operator(&arguments.store)?.call("/operator/audit/key", &json!({}))?;
    output::answer(arguments.output, &answer, |answer| Ok(output::field(answer, "key")?.to_owned()))
}

/// Checkpoints that were kept, by account.
#[derive(Debug, Default)]
pub(super) struct Kept(BTreeMap<String, Vec<Value>>);

impl Kept {
    /// How many one call takes.
    pub(super) const AT_ONCE: usize = 500;

    /// Reads a file of checkpoints, one JSON object a line. Errors: what is none.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
        let mut kept = Self::default();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let not_one = || format!("`{shown}`, line {}, is not a checkpoint", number + 1);
            let checkpoint: Value = serde_json::from_str(line).with_context(not_one)?;
            let account = checkpoint.get("account").and_then(Value::as_str).with_context(not_one)?.to_owned();
            kept.0.entry(account).or_default().push(checkpoint);
        }
        Ok(kept)
    }

    /// Takes out those of an account.
    pub(super) fn take(&mut self, account: &str) -> Vec<Value> {
        self.0.remove(account).unwrap_or_default()
    }

    /// The accounts of those that nobody took out.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_by_account() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(
            file.path(),
            "{\"account\":\"1\",\"seq\":1}\n\n{\"account\":\"2\"}\n{\"account\":\"1\",\"seq\":2}\n",
        )
        .unwrap();
        let mut kept = Kept::read(file.path()).unwrap();
        assert_eq!(kept.take("1").iter().map(|checkpoint| &checkpoint["seq"]).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(kept.take("1").len(), 0);
        assert_eq!(kept.accounts().collect::<Vec<_>>(), ["2"]);
        for bad in ["x\n", "{}\n", "{\"account\":1}\n"] {
            std::fs::write(file.path(), bad).unwrap();
            let told = Kept::read(file.path()).unwrap_err().to_string();
            assert!(told.ends_with("line 1, is not a checkpoint"), "{told}");
        }
    }
}
