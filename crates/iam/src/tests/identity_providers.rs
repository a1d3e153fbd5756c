//! The user identity provider on both databases.

use super::support::{
    Company,
    deeds::{set_provider, trust_provider},
    on_each,
};
use crate::{
    error::{Error, Noun, Result},
    identity_providers::{Changes, Delete, Get, Update},
};

fn is_absent<T>(answer: &Result<T>) -> bool {
    matches!(answer, Err(Error::NotFound { noun: Noun::IdentityProvider, .. }))
}

#[test]
fn a_provider_is_set_changed_in_parts_and_removed() {
    on_each(|store| {
        let node = store.node();
        let (company, other) = (Company::new(&node), Company::new(&node));
        let root = &company.root.caller;
        assert!(is_absent(&node.query(root, Get)) && is_absent(&node.change(root, Delete)));
        // The first word of it may be whatever is known of it.
        let first = company.does(set_provider(Changes { file_name: Some("ok.xml".into()), ..Changes::default() }));
        assert_eq!((first.enabled, first.file_name.as_str(), first.metadata.as_str()), (false, "ok.xml", ""));
        assert_eq!((first.created, first.updated), (node.iam.now(), node.iam.now()));
        node.clock.advance_micros(1_000_000);
        assert_eq!(company.does(set_provider(Changes::default())), first, "nothing has changed");
        let trusted = company.does(trust_provider());
        assert!(trusted.enabled && trusted.metadata == "<EntityDescriptor/>" && trusted.file_name == "ok.xml");
        assert_eq!((trusted.created, trusted.updated), (first.created, node.iam.now()));
        assert_eq!(node.query(root, Get).unwrap(), trusted);
        assert!(is_absent(&node.query(&other.root.caller, Get)), "each account has its own");
        company.does(Delete);
        assert!(is_absent(&node.query(root, Get)));
    });
}

#[test]
fn texts_of_a_provider_have_an_end_and_nothing_hidden() {
    let update = |to: Changes| Update::new(to);
    let metadata = |text: &str| update(Changes { metadata: Some(text.to_owned()), ..Changes::default() });
    assert!(metadata("<a>\r\n\t<b/>\n</a>").is_ok());
    assert!(metadata(&"x".repeat(100 * 1024)).is_ok() && metadata(&"x".repeat(100 * 1024 + 1)).is_err());
    assert!(metadata("a\0b").is_err() && metadata("a\u{202E}b").is_err());
    let name = |text: &str| update(Changes { file_name: Some(text.to_owned()), ..Changes::default() });
    assert!(name(&"好".repeat(255)).is_ok() && name(&"好".repeat(256)).is_err() && name("a\nb").is_err());
    let domain = |text: &str| update(Changes { auxiliary_domain: Some(text.to_owned()), ..Changes::default() });
    assert!(domain("example.com").is_ok() && domain("a\nb").is_err() && domain(&"x".repeat(256)).is_err());
}
