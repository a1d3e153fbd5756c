//! Who one is oneself (SEC-097): an id, and not a name.

use super::{exceeds, is_not_allowed};
use crate::{
    access_keys::Owner,
    dependents::Dependents,
    error::Error,
    tests::support::{
        Company,
        deeds::{
            allow, attach, create_group, create_key, create_user, delete_user, document, everything, join, owner, put,
            rename_user, set_password, switch_user, user,
        },
        on_each,
    },
    users,
};

/// Self-service is about who one is, not about what one is called.
#[test]
fn sec_097_oneself_is_an_id_and_not_a_name() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let own = |name: &str| document([allow(&["iam:CreateAccessKey"], &[name])]);
        let alice = company.user_with("alice", own("user/${claviger:username}"));
        let carol = company.user_with("carol", own("user/carol"));
        node.change(&alice, create_key(owner("ALICE"))).unwrap();
        node.change(&carol, create_key(owner("carol"))).unwrap();
        for (caller, other) in [(&alice, "carol"), (&carol, "alice")] {
            let refused = node.change(caller, create_key(owner(other)));
            assert!(is_not_allowed(&refused), "{refused:?}");
        }
        // Somebody else bears the name now, and is stronger: the pattern fits it, and it is not oneself.
        company.does(rename_user("carol", "caroline"));
        company.administrator("carol");
        let refused = node.change(&carol, create_key(owner("carol")));
        assert!(exceeds(&refused), "{refused:?}");
        let refused = node.change(&carol, create_key(owner("caroline")));
        assert!(is_not_allowed(&refused), "{refused:?}");
        let refused = node.change(&alice, create_key(Owner::Root));
        assert!(is_not_allowed(&refused), "{refused:?}");
        // A namesake inherits nothing, and the dead do nothing more.
        company.does(delete_user("alice"));
        company.does(create_user("alice"));
        let gone = node.change(&alice, create_key(owner("alice")));
        assert!(matches!(gone, Err(Error::Unauthenticated)), "{gone:?}");
    });
}

/// Changing own credentials is no permission for another's, however much one may do to oneself.
#[test]
fn sec_097_self_service_is_nothing_towards_others() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alice = company.user_with("alice", document([allow(&["iam:*"], &["user/${claviger:username}"])]));
        company.does(create_user("bob"));
        company.does(create_group("crew"));
        node.change(&alice, set_password("alice")).unwrap();
        let refused = [
            node.change(&alice, set_password("bob")).map(drop),
            node.change(&alice, create_key(owner("bob"))).map(drop),
            node.change(&alice, join("alice", "crew")),
            node.change(&alice, attach(user("alice"), "BOSFullAccess")),
        ];
        assert!(refused.iter().all(is_not_allowed), "{refused:?}");
        for more in [everything(), document([allow(&["iam:GetUser"], &["user/*"])])] {
            let refused = node.change(&alice, put(user("alice"), "more", more));
            assert!(exceeds(&refused), "{refused:?}");
        }
        // Nor does it become more by another name.
        let refused = node.change(&alice, rename_user("alice", "bob2"));
        assert!(is_not_allowed(&refused), "{refused:?}");
    });
}

/// Nobody switches off or deletes the user that it acts as, whatever it may do; and whoever may not learns nothing else.
#[test]
fn nobody_ends_itself() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let (alice, bob) = (company.administrator("alice"), company.administrator("bob"));
        let plain = company.user("plain");
        for name in ["alice", "ALICE"] {
            let ended = [
                node.change(&alice, switch_user(name, false)).map(drop),
                node.change(&alice, delete_user(name)),
                node.change(&alice, users::Delete { name: name.to_owned(), dependents: Dependents::Refuse }),
            ];
            assert!(ended.iter().all(|ended| matches!(ended, Err(Error::Oneself))), "{ended:?}");
        }
        node.change(&alice, switch_user("alice", true)).unwrap();
        node.change(&alice, rename_user("alice", "alicia")).unwrap();
        let refused = [
            node.change(&plain, switch_user("plain", false)).map(drop),
            node.change(&plain, delete_user("plain")),
            node.change(&plain, delete_user("alicia")),
        ];
        assert!(refused.iter().all(is_not_allowed), "{refused:?}");
        node.change(&bob, switch_user("alicia", false)).unwrap();
        node.change(&bob, delete_user("alicia")).unwrap();
        node.change(&company.root.caller, delete_user("bob")).unwrap();
    });
}
