//! What several nouns have: names, paths, tags, documents, on the wire.

use std::collections::BTreeMap;

use base::ids::PolicyId;
use iam::{
    dependents::Dependents,
    policies::{Policy, PolicyDocument, PolicyRef, Scope},
    values::Tags,
};
use policy::grammar::Flavour;
use serde::Serialize;

use super::{
    call::{Body, Call},
    describe::{Field, Schema, flag, id, one_of, text, texts},
    error::Fault,
};

/// The name of an entity. What a name may hold is the core's to say; the pattern tells it to readers.
pub(super) const NAME: Field = text("name", "Its name, unique in the account whatever its case.")
    .length(1, 128)
    .pattern(r"^[^/\s]+$")
    .example("alice");
pub(super) const PATH: Field =
    text("path", "Where it stands, which is part of what policies call it: `/`, or `/…/`; `/` where it is not said.")
        .length(1, 512)
        .example("/engineers/");
pub(super) const REMARKS: Field = text("remarks", "A note about it.").length(0, 1_000).example("Build team");
pub(super) const MOBILE: Field = text("mobile", "Its mobile number.").length(1, 32).example("+8613800138000");
pub(super) const EMAIL: Field = text("email", "Its e-mail address.").length(3, 254).example("alice@example.com");
pub(super) const TAGS: Field = texts("tags", "Its tags, at most 50, for policies to ask about.");
/// Of calls that delete.
pub(super) const FORCE: Field = flag("force", "Whether what depends on it goes as well; else it is not deleted.");

pub(super) const DESCRIPTION: Field = text("description", "What it is for.").length(0, 1_000).example("Deploys");
/// A policy's or a trust's document goes with the way in which it is written.
pub(super) const DOCUMENT: Field =
    text("document", "What it says, kept byte for byte.").length(1, usize::MAX).example(concat!(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"bos:GetObject","#,
        r#""Resource":"crn:bos:*:*:photos/*"}]}"#
    ));
pub(super) const FLAVOUR: Field =
    one_of("flavour", "Whose way of writing it follows; `native` where it is not said.", FLAVOURS);
pub(super) const FLAVOURS: &[&str] = &["native", "aws", "volcengine", "cdnetworks", "acl"];
pub(super) const SEARCH: Field =
    text("search", "Only those with this text in their name.").length(1, 128).example("dep");
pub(super) const PATH_PREFIX: Field =
    text("path_prefix", "Only those whose path begins so.").length(1, 512).example("/engineers/");

/// A policy that bounds somebody, on the wire.
pub(super) static BOUNDARY: Schema = Schema {
    name: "Boundary",
    about: "The policy beyond which somebody may do nothing.",
    fields: &[id("The policy's id."), text("name", "The policy's name.").example("limits").required()],
};

/// The same.
#[derive(Serialize)]
pub(super) struct BoundaryModel {
    id: u64,
    name: String,
}

impl From<&Policy> for BoundaryModel {
    fn from(policy: &Policy) -> Self {
        Self { id: policy.id.number(), name: policy.name.clone() }
    }
}

/// The policy that a call names: by its name, the account's own before the system's; by `id:` and its id; or by
/// `system:` and its name, where only the system's are meant.
pub(super) fn policy_ref(text: &str) -> PolicyRef {
    let id = text.strip_prefix("id:").and_then(|id| PolicyId::new(id.parse().ok()?).ok());
    match (id, text.strip_prefix("system:")) {
        (Some(id), _) => PolicyRef::Id(id),
        (None, Some(name)) => PolicyRef::system(name),
        (None, None) => PolicyRef::Name { scope: Scope::Any, name: text.to_owned() },
    }
}

/// The flavour that a body gives under this name.
pub(super) fn flavour(body: &Body, name: &str) -> Result<Flavour, Fault> {
    let word = body.text(name).unwrap_or("native");
    Flavour::from_word(word).ok_or_else(|| Fault::internal("a flavour is described that is none"))
}

/// A document that must be there.
pub(super) fn required_document(body: &Body) -> Result<PolicyDocument, Fault> {
    let text = body.required_text(DOCUMENT.name)?.to_owned();
    Ok(PolicyDocument::parse(text, flavour(body, FLAVOUR.name)?)?)
}

/// A document, where it is there. Errors, among others: a flavour without one.
pub(super) fn document(body: &Body) -> Result<Option<PolicyDocument>, Fault> {
    match body.text(DOCUMENT.name) {
        Some(_) => required_document(body).map(Some),
        None if body.text(FLAVOUR.name).is_some() => Err(Fault::invalid("`flavour` is that of a `document`")),
        None => Ok(None),
    }
}

/// Tags on the wire.
pub(super) fn tags(tags: &Tags) -> BTreeMap<String, String> {
    tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// What [`FORCE`] says.
pub(super) fn dependents(call: &Call) -> Dependents {
    if call.is_set(FORCE.name) { Dependents::Remove } else { Dependents::Refuse }
}
