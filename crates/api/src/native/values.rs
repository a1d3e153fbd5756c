//! What several nouns have: names, paths, tags, documents, on the wire.

use std::collections::BTreeMap;

use iam::{dependents::Dependents, values::Tags};

use super::{
    call::Call,
    describe::{Field, flag, text, texts},
};

/// The name of an entity. What a name may hold is the core's to say; the pattern tells it to readers.
pub(super) const NAME: Field = text("name", "Its name, unique in the account whatever its case.")
    .length(1, 128)
    .pattern(r"^[A-Za-z0-9_.@+=,\-\p{Script=Han}]+$")
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

/// Tags on the wire.
pub(super) fn tags(tags: &Tags) -> BTreeMap<String, String> {
    tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// What [`FORCE`] says.
pub(super) fn dependents(call: &Call) -> Dependents {
    if call.is_set(FORCE.name) { Dependents::Remove } else { Dependents::Refuse }
}
