//! The naive evaluator: the rules of `docs/decisions/0007-policy-language.md` said again, as plainly as they can be.
//!
//! It exists to disagree with the compiled one, so nothing is shared with it: each case is read from its JSON, each
//! document is parsed again, patterns are matched by recursion. Slow on purpose; where a shortcut would need an
//! argument, there is none.

#![cfg(test)]

mod acl;
mod actions;
mod catalogue;
mod conditions;
mod context;
mod documents;
mod json;
mod patterns;
mod principals;
mod resources;
mod statements;
mod values;

use context::Context;
use documents::Statement;
use principals::Principal;
use resources::Resource;
use serde_json::{Value, json};

/// Decides one case: `{"id", "decision"}`, or `{"id", "error"}` where the case itself is not valid.
pub(crate) fn answer(case: &Value) -> Value {
    let id = case.get("id").cloned().unwrap_or(Value::Null);
    match decide(case) {
        Ok(decision) => json!({ "id": id, "decision": decision }),
        Err(error) => json!({ "id": id, "error": error }),
    }
}

/// What is asked, as every rule sees it.
pub(crate) struct Request {
    action: String,
    resource: Resource,
    context: Context,
}

fn decide(case: &Value) -> Result<&'static str, String> {
    let policies = case.get("policies").ok_or("no policies")?;
    let asked = case.get("request").ok_or("no request")?;

    let identity = each_document(policies.get("identity").ok_or("no identity policies")?)?;
    let boundary = match policies.get("boundary").unwrap_or(&Value::Null) {
        Value::Null => None,
        document => Some(documents::read(document)?),
    };
    let session = match policies.get("session").unwrap_or(&Value::Null) {
        Value::Null => Vec::new(),
        several @ Value::Array(_) => each_document(several)?,
        document => vec![documents::read(document)?],
    };

    let principal = principals::read(json::member_text(asked, "principal")?)?;
    let owner = match asked.get("resource_account") {
        None => principal.account.clone(),
        Some(account) => json::text(account)?.to_owned(),
    };
    let request = Request {
        action: actions::read_asked(json::member_text(asked, "action")?)?,
        resource: resources::read_asked(json::member_text(asked, "resource")?)?,
        context: context::read(asked.get("context").unwrap_or(&Value::Null))?,
    };

    let layers = Layers { identity, boundary, session };
    Ok(layers.decide(&request, &principal, &owner))
}

/// The documents that a case brings; each is a list of statements.
struct Layers {
    identity: Vec<Vec<Statement>>,
    boundary: Option<Vec<Statement>>,
    session: Vec<Vec<Statement>>,
}

impl Layers {
    fn decide(&self, request: &Request, principal: &Principal, owner: &str) -> &'static str {
        // 1. A matching Deny in any layer. It binds root too.
        let documents = self.identity.iter().chain(&self.boundary).chain(&self.session);
        if documents.into_iter().any(|document| denies(document, request)) {
            return "explicit_deny";
        }
        // 2. Another account's resource needs a policy of the resource, and the cases have none.
        if owner != principal.account {
            return "implicit_deny";
        }
        let session_allows = self.session.is_empty() || self.session.iter().any(|document| allows(document, request));
        // 3. Root in its own account, limited by a session policy only.
        if principal.is_root {
            return if session_allows { "allow" } else { "implicit_deny" };
        }
        // 5. Identity and boundary and session.
        let identity_allows = self.identity.iter().any(|document| allows(document, request));
        let boundary_allows = self.boundary.as_ref().is_none_or(|document| allows(document, request));
        if identity_allows && boundary_allows && session_allows { "allow" } else { "implicit_deny" }
    }
}

fn allows(document: &[Statement], request: &Request) -> bool {
    document.iter().any(|statement| statement.allow && matches(statement, request))
}

fn denies(document: &[Statement], request: &Request) -> bool {
    document.iter().any(|statement| !statement.allow && matches(statement, request))
}

fn matches(statement: &Statement, request: &Request) -> bool {
    statement.actions.cover(&request.action)
        && statement.resources.cover(&request.resource, &request.context)
        && statement.conditions.iter().all(|condition| condition.holds(&request.context))
}

fn each_document(list: &Value) -> Result<Vec<Vec<Statement>>, String> {
    json::list(list)?.iter().map(documents::read).collect()
}
