//! Answers what policies would decide, one case in a line of JSON, one answer in a line of JSON.
//!
//! ```json
//! {"id": 1,
//!  "policies": {"identity": [document, …], "boundary": document, "session": document or [document, …]},
//!  "request": {"principal": "arn:aws:iam::123456789012:user/alice", "action": "bos:GetObject",
//!              "resource": "crn:bos:::photos/cat.jpg", "resource_account": "123456789012",
//!              "context": {"aws:SourceIp": "192.0.2.7", "aws:TagKeys": ["stage", "team"]}}}
//! ```
//!
//! A document stands there as it is or as text; acl where it has an `accessControlList`, else native. The context is
//! all that is known: nothing is filled in. Without `resource_account` the resource is in the principal's account. The
//! answer is
//! `{"id": 1, "decision": "allow", "statements": [{"policy": "identity[0]", "statement": "#1"}]}`: `allow`,
//! `implicit_deny` or `explicit_deny`, and the statements that decided, by their `Sid` or their place. Of a case that
//! cannot be read it is `{"id": 1, "error": "identity[0]: line 2, column 5: …"}`.

mod case;

use base::json::{self, Limits, Value};

use self::case::{Case, Known};
use crate::{
    catalogue::Catalogue,
    compiled::Compiled,
    document::Document,
    evaluate::{Boundary, Decision, Layers},
    explain::{Layer, Place, explain},
    grammar::PolicyError,
    json_text::Json,
    request::{Asker, Request},
};

/// The longest line, in bytes.
pub const MAX_LINE_BYTES: usize = 1024 * 1024;
/// How deep a line may nest, and how many members and elements it may have.
const LIMITS: Limits = Limits { max_depth: 16, max_members: 100_000 };

/// Why a case cannot be answered: what is wrong, and where.
type Wrong = String;

/// The answer to one line, without a line feed.
pub fn answer(line: &str, catalogue: &Catalogue) -> String {
    if line.len() > MAX_LINE_BYTES {
        return refusal(None, format!("the line has more than {MAX_LINE_BYTES} bytes"));
    }
    let value = match json::parse(line.as_bytes(), LIMITS) {
        Ok(value) => value,
        Err(error) => return refusal(None, PolicyError::from(error).to_string()),
    };
    match case::read(&value) {
        Ok(case) => decision(&case, value.get("id"), catalogue),
        Err(wrong) => refusal(value.get("id"), wrong),
    }
}

fn decision(case: &Case<'_>, id: Option<&Value>, catalogue: &Catalogue) -> String {
    let Some(action) = catalogue.action(case.action) else {
        return refusal(id, format!("action: `{}` is not of the form `service:Name`", base::text::shown(case.action)));
    };
    let compile = |document: &Document| Compiled::new(document, catalogue);
    let identity: Vec<Compiled> = case.identity.iter().map(compile).collect();
    let session: Vec<Compiled> = case.session.iter().map(compile).collect();
    let session: Vec<&Compiled> = session.iter().collect();
    let boundary = case.boundary.as_ref().map(compile);
    let layers = Layers {
        asker: &Asker { account: case.account, kind: case.asker, groups: &[] },
        same_account: case.resource_account.is_none_or(|account| account == case.account),
        identity: identity.iter(),
        boundary: boundary.as_ref().map_or(Boundary::None, Boundary::Document),
        session: (!session.is_empty()).then_some(session.as_slice()),
        resource: None,
    };
    let context = Known { keys: &case.context };
    let explanation = explain(&layers, &Request { action, resource: case.resource }, &context);
    let word = match explanation.decision {
        Decision::Allow => "allow",
        Decision::ImplicitDeny => "implicit_deny",
        Decision::ExplicitDeny => "explicit_deny",
    };
    let statements = explanation.decided.iter().map(|place| case.statement(*place)).collect();
    written(id, [("decision", Json::text(word)), ("statements", Json::List(statements))])
}

impl Case<'_> {
    /// The name of a statement that decided.
    fn statement(&self, place: Place) -> Json {
        let Place { layer, document: at, statement } = place;
        let (policy, document) = match layer {
            Layer::Identity => (format!("identity[{at}]"), self.identity.get(at)),
            Layer::Boundary => ("boundary".to_owned(), self.boundary.as_ref()),
            Layer::Session => (format!("session[{at}]"), self.session.get(at)),
            Layer::Resource => ("resource".to_owned(), None),
        };
        let id = document.and_then(|document| document.statements.get(statement)?.id.clone());
        let id = id.unwrap_or_else(|| format!("#{}", statement + 1));
        Json::object([("policy", Json::Text(policy)), ("statement", Json::Text(id))])
    }
}

fn refusal(id: Option<&Value>, wrong: Wrong) -> String {
    written(id, [("error", Json::Text(wrong))])
}

fn written<const N: usize>(id: Option<&Value>, members: [(&str, Json); N]) -> String {
    let id = id.map_or_else(|| Json::Literal("null".to_owned()), Json::from);
    Json::object([("id", id)].into_iter().chain(members)).line()
}

#[cfg(test)]
mod tests;
