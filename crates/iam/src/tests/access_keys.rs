//! Whose an access key is, on both databases.

use super::support::{
    Company,
    deeds::{create_key, create_user, owner, rename_user},
    on_each,
};
use crate::{
    access_keys::{GetOwner, Owner},
    error::{Error, Noun},
};

#[test]
fn the_owner_of_a_key_is_told_to_who_may_ask_when_it_was_used() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        company.does(create_user("alice"));
        let hers = company.does(create_key(owner("alice"))).key.id;
        let roots = company.does(create_key(Owner::Root)).key.id;
        company.does(rename_user("alice", "alison"));
        let reader = company.user_who_may("reader", &["iam:GetAccessKeyLastUsed"], &["*"]);
        let whose = |caller, key: &str| node.query(caller, GetOwner { key: key.to_owned() });
        assert_eq!(whose(&reader, hers.as_str()).unwrap().as_deref(), Some("alison"));
        assert_eq!(whose(&reader, roots.as_str()).unwrap(), None);
        for other in ["CVAKAAAAAAAAAAAAAAAA", "alison", ""] {
            let refused = whose(&reader, other).unwrap_err();
            assert!(matches!(refused, Error::NotFound { noun: Noun::AccessKey, .. }), "{refused:?}");
        }
        let refused = whose(&company.user("plain"), hers.as_str()).unwrap_err();
        assert!(matches!(refused, Error::Denied { .. }), "{refused:?}");
    });
}
