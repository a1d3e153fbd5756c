//! What has to be done here so that what is there is here, too: each step with what becomes of it, and why.

mod grants;
mod rewriting;
mod things;

use std::collections::BTreeMap;

use base::text::name_key;

pub(crate) use self::rewriting::Rewriting;
use super::{Account, Secrets};
use crate::client::Call;

/// What becomes of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is not here, and can be made.
    Create,
    /// It is here already.
    Exists,
    /// Something of that name is here, and is another. It stays as it is.
    Differs,
    /// It cannot be made here.
    Cannot,
}

impl Verdict {
    pub(crate) const ALL: [Self; 4] = [Self::Create, Self::Exists, Self::Differs, Self::Cannot];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Exists => "exists",
            Self::Differs => "differs",
            Self::Cannot => "cannot",
        }
    }
}

/// A thing that a step is about: its kind, and its name folded.
pub(crate) type Key = (&'static str, String);

/// One thing that is there.
#[derive(Debug)]
pub(crate) struct Step {
    /// Its kind, in a word.
    pub(crate) what: &'static str,
    pub(crate) name: String,
    pub(crate) verdict: Verdict,
    /// Why so; empty where that is plain.
    pub(crate) reason: String,
    /// How it is made, in this order.
    pub(crate) calls: Vec<Call>,
    /// Without which it must not be made.
    pub(crate) needs: Vec<Key>,
}

impl Step {
    fn new(what: &'static str, name: impl Into<String>, verdict: Verdict, reason: impl Into<String>) -> Self {
        Self { what, name: name.into(), verdict, reason: reason.into(), calls: Vec::new(), needs: Vec::new() }
    }

    fn making(mut self, call: Call) -> Self {
        self.calls.push(call);
        self
    }

    /// What other steps need of it.
    pub(crate) fn key(&self) -> Key {
        key(self.what, &self.name)
    }
}

fn key(what: &'static str, name: &str) -> Key {
    (what, name_key(name))
}

/// All steps, and who will need new secrets.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) secrets: Vec<(String, Secrets)>,
    /// What each thing will be once the steps are done.
    after: BTreeMap<Key, Verdict>,
}

impl Plan {
    /// Compares. `system` are the names of the system's policies here.
    pub(crate) fn new(there: &Account, here: &Account, system: &[String], rewriting: &Rewriting) -> Self {
        let mut plan = Self::default();
        things::plan(&mut plan, there, here, rewriting);
        grants::plan(&mut plan, there, here, &grants::Terms { system, rewriting });
        for (what, name, reason) in &there.left {
            plan.push(Step::new(what, name, Verdict::Cannot, reason));
        }
        let brought = |user: &&super::User| plan.after(&key("user", &user.name)) != Verdict::Cannot;
        let in_need = there.users.iter().filter(|user| user.secrets != Secrets::default()).filter(brought);
        plan.secrets = in_need.map(|user| (user.name.clone(), user.secrets)).collect();
        plan
    }

    /// How many steps there are of a kind.
    pub(crate) fn count(&self, verdict: Verdict) -> usize {
        self.steps.iter().filter(|step| step.verdict == verdict).count()
    }

    fn push(&mut self, step: Step) {
        self.push_as(step.verdict, step);
    }

    /// Adds a step about a thing that others may take for this.
    fn push_as(&mut self, after: Verdict, step: Step) {
        self.after.insert(step.key(), after);
        self.steps.push(step);
    }

    /// What a thing will be; what nobody planned is not there.
    fn after(&self, key: &Key) -> Verdict {
        self.after.get(key).copied().unwrap_or(Verdict::Cannot)
    }
}

#[cfg(test)]
mod tests;
