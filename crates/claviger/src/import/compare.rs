//! Whether what is here is what is there.

use serde_json::Value;

use super::{Details, Document, Group, Policy, Role, User};

/// In what the user that is here differs, in words; empty where it does not.
pub(super) fn users(there: &User, here: &User) -> Vec<&'static str> {
    let mut differences = Differences::default();
    differences.of("remarks", there.remarks == here.remarks);
    differences.of("enabled", there.enabled == here.enabled);
    let none = Details::default();
    if let (Some(there), here) = (&there.details, here.details.as_ref().unwrap_or(&none)) {
        differences.of("path", there.path == here.path);
        differences.of("display name", there.display_name == here.display_name);
        differences.of("mobile", there.mobile == here.mobile);
        differences.of("e-mail", there.email == here.email);
        differences.of("tags", there.tags == here.tags);
    }
    differences.0
}

pub(super) fn groups(there: &Group, here: &Group) -> Vec<&'static str> {
    let mut differences = Differences::default();
    differences.of("remarks", there.remarks == here.remarks);
    differences.of("path", there.path.is_none() || there.path == here.path);
    differences.0
}

/// Only the document gives power; the rest is for people.
pub(super) fn policies(there: &Policy, here: &Policy) -> Vec<&'static str> {
    let mut differences = Differences::default();
    differences.of("document", documents(&there.document, &here.document));
    differences.of("description", there.description == here.description);
    differences.of("path", there.path.is_none() || there.path == here.path);
    differences.of("tags", there.tags.is_none() || there.tags == here.tags);
    differences.0
}

pub(super) fn roles(there: &Role, here: &Role) -> Vec<&'static str> {
    let mut differences = Differences::default();
    differences.of("trust document", documents(&there.trust, &here.trust));
    differences.of("description", there.description == here.description);
    differences.of("path", there.path == here.path);
    differences.of("tags", there.tags == here.tags);
    differences.of("session length", there.max_session_s == here.max_session_s);
    differences.0
}

/// Whether two documents say the same: as JSON, so that spaces do not count, nor what a cloud calls a document.
pub(super) fn documents(there: &Document, here: &Document) -> bool {
    let said = |document: &Document| {
        let mut value: Value = serde_json::from_str(&document.text).ok()?;
        value.as_object_mut()?.remove("id");
        Some(value)
    };
    there.flavour == here.flavour && (there.text == here.text || (said(there).is_some() && said(there) == said(here)))
}

#[derive(Default)]
struct Differences(Vec<&'static str>);

impl Differences {
    fn of(&mut self, what: &'static str, equal: bool) {
        if !equal {
            self.0.push(what);
        }
    }
}

#[cfg(test)]
mod tests {
    use policy::grammar::Flavour;

    use super::*;

    fn document(text: &str, flavour: Flavour) -> Document {
        Document { text: text.to_owned(), flavour }
    }

    #[test]
    fn documents_are_compared_by_what_they_say() {
        let acl = |text: &str| document(text, Flavour::Acl);
        assert!(documents(&acl(r#"{"id":"policy_1","a":[1]}"#), &acl("{ \"a\": [1] }")));
        assert!(!documents(&acl(r#"{"a":[1]}"#), &acl(r#"{"a":[2]}"#)));
        assert!(!documents(&acl(r#"{"a":[1]}"#), &document(r#"{"a":[1]}"#, Flavour::Native)));
        assert!(documents(&acl("no json"), &acl("no json")));
        assert!(!documents(&acl("no json"), &acl("neither")));
    }

    #[test]
    fn what_a_wire_does_not_tell_is_no_difference() {
        let there = User { name: "a".to_owned(), remarks: "x".to_owned(), ..User::default() };
        let details = Details { path: "/dev/".to_owned(), ..Details::default() };
        let here = User { details: Some(details), enabled: true, ..User::default() };
        assert_eq!(users(&there, &here), ["remarks", "enabled"]);
        let there = User { details: Some(Details::default()), ..there };
        assert_eq!(users(&there, &here), ["remarks", "enabled", "path"]);
        let group = |path: Option<&str>| Group { path: path.map(str::to_owned), ..Group::default() };
        assert!(groups(&group(None), &group(Some("/x/"))).is_empty());
        assert_eq!(groups(&group(Some("/")), &group(Some("/x/"))), ["path"]);
    }
}
