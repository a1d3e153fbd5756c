//! What decided and what would change it, in the reader's words.

use decide::{
    check::Step,
    reasons::{Nearest, StatementName},
};
use policy::{
    catalogue::Catalogue,
    explain::Missing,
    grammar::{Flavour, print},
};

use crate::{failure::Failure, form::segment, text::Value, visit::Visit};

/// A statement that decided.
#[expect(clippy::struct_field_names, reason = "it is what the field is called everywhere")]
pub(super) struct Statement {
    pub(super) policy: String,
    pub(super) statement: String,
    /// The group through which it is held; empty where none is.
    pub(super) group: String,
    /// The policy's page.
    pub(super) href: String,
}

impl From<&StatementName> for Statement {
    fn from(name: &StatementName) -> Self {
        Self {
            policy: name.policy.clone(),
            statement: name.statement.clone(),
            group: name.group.clone().unwrap_or_default(),
            href: format!("/policies/{}", segment(&name.policy)),
        }
    }
}

/// A statement as a sentence names it: with its policy, and the group through which that is held.
fn called(visit: &Visit, name: &StatementName) -> String {
    let group = name.group.as_deref().unwrap_or_default();
    let id = if group.is_empty() { "explain-called" } else { "explain-called-through" };
    visit
        .lang
        .say(id, &[("statement", (&name.statement).into()), ("policy", (&name.policy).into()), ("group", group.into())])
}

/// What was nearest to an allow.
pub(super) fn nearest(visit: &Visit, nearest: &Nearest) -> String {
    let statement = called(visit, &nearest.statement);
    let (id, key) = match &nearest.missing {
        Missing::Action => ("explain-near-action", String::new()),
        Missing::Resource => ("explain-near-resource", String::new()),
        Missing::Condition { operator, key, .. } => {
            ("explain-near-condition", format!("{} {}", operator.name(), key.name()))
        }
        Missing::Boundary => ("explain-near-boundary", String::new()),
        Missing::Session => ("explain-near-session", String::new()),
        Missing::OtherAccount => ("explain-near-account", String::new()),
    };
    visit.lang.say(id, &[("statement", Value::Text(&statement)), ("key", Value::Text(&key))])
}

/// One step of the smallest change.
pub(super) struct Change {
    pub(super) text: String,
    /// The document that would allow it; empty where none is needed.
    pub(super) document: String,
    /// Where that can be done; empty where nowhere here.
    pub(super) href: String,
}

/// The steps of the smallest change, for whom they are needed.
pub(super) fn changes(
    visit: &Visit,
    steps: &[Step],
    catalogue: &Catalogue,
    principal: &str,
) -> Result<Vec<Change>, Failure> {
    steps.iter().map(|step| change(visit, step, catalogue, principal)).collect()
}

fn change(visit: &Visit, step: &Step, catalogue: &Catalogue, principal: &str) -> Result<Change, Failure> {
    let say = |id: &str, name: &str| visit.lang.say(id, &[("name", name.into()), ("principal", principal.into())]);
    let written = |grant| print(grant, Flavour::Native, catalogue).map_err(Failure::internal);
    let user = format!("/users/{}", segment(principal));
    let plain = |text: String, href: String| Change { text, document: String::new(), href };
    Ok(match step {
        Step::Enable => plain(say("explain-step-enable", ""), user),
        Step::TakeAway => plain(say("explain-step-take-away", ""), format!("{user}/permissions")),
        Step::Lift(statement) => {
            let href = format!("/policies/{}", segment(&statement.policy));
            plain(say("explain-step-lift", &called(visit, statement)), href)
        }
        Step::Allow { grant, groups } => {
            let text = if groups.is_empty() {
                say("explain-step-allow", "")
            } else {
                say("explain-step-allow-or-join", &groups.join(", "))
            };
            // A role's policies have no page to be attached on.
            let is_role = principal.starts_with("role/");
            let href = if is_role { String::new() } else { crate::form::address("/attach", &[("user", principal)]) };
            Change { text, document: written(grant)?, href }
        }
        Step::Widen { policy, grant } => Change {
            text: say("explain-step-widen", policy),
            document: written(grant)?,
            href: format!("/policies/{}", segment(policy)),
        },
        Step::Restore => plain(say("explain-step-restore", ""), format!("{user}/permissions")),
        Step::Credential(grant) => {
            Change { text: say("explain-step-credential", ""), document: written(grant)?, href: String::new() }
        }
        Step::OtherAccount(account) => plain(say("explain-step-account", &account.to_string()), String::new()),
    })
}
