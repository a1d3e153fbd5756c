//! The smallest change that would turn a deny into an allow, as it is told.

use decide::{check::Step, reasons::StatementName};
use policy::{
    catalogue::Catalogue,
    document::Document,
    grammar::{Flavour, print},
};
use serde::Serialize;

use super::super::error::Fault;

/// A step.
#[derive(Serialize)]
pub(super) struct StepModel {
    step: &'static str,
    policy: Option<String>,
    statement: Option<String>,
    group: Option<String>,
    document: Option<String>,
    groups: Vec<String>,
    account: Option<String>,
    text: String,
}

/// The steps of a change.
pub(super) fn told(steps: &[Step], catalogue: &Catalogue) -> Result<Vec<StepModel>, Fault> {
    steps.iter().map(|step| one(step, catalogue)).collect()
}

fn one(step: &Step, catalogue: &Catalogue) -> Result<StepModel, Fault> {
    let written = |grant: &Document| print(grant, Flavour::Native, catalogue).map(Some).map_err(Fault::internal);
    let plain = StepModel {
        step: step.word(),
        policy: None,
        statement: None,
        group: None,
        document: None,
        groups: Vec::new(),
        account: None,
        text: text(step),
    };
    Ok(match step {
        Step::Enable | Step::TakeAway | Step::Restore => plain,
        Step::Lift(name) => {
            let StatementName { policy, statement, group } = name.clone();
            StepModel { policy: Some(policy), statement: Some(statement), group, ..plain }
        }
        Step::Allow { grant, groups } => StepModel { document: written(grant)?, groups: groups.clone(), ..plain },
        Step::Widen { policy, grant } => StepModel { policy: Some(policy.clone()), document: written(grant)?, ..plain },
        Step::Credential(grant) => StepModel { document: written(grant)?, ..plain },
        Step::OtherAccount(account) => StepModel { account: Some(account.to_string()), ..plain },
    })
}

fn text(step: &Step) -> String {
    match step {
        Step::Enable => "the principal must be switched on".to_owned(),
        Step::TakeAway => "some of the principal's policies must go: they are too many to be looked through".to_owned(),
        Step::Lift(statement) => format!("{statement} must go, or deny less"),
        Step::Allow { groups, .. } if groups.is_empty() => "a policy must allow it".to_owned(),
        Step::Allow { groups, .. } => {
            format!("a policy must allow it, or the principal must join one of the groups `{}`", groups.join("`, `"))
        }
        Step::Widen { policy, .. } => format!("the permissions boundary `{policy}` must allow it"),
        Step::Restore => "the principal needs another permissions boundary, or none: its own is gone".to_owned(),
        Step::Credential(_) => "the document that limits the credential must allow it: it needs another".to_owned(),
        Step::OtherAccount(account) => format!("account {account} must let the principal in"),
    }
}
