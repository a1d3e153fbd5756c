//! What is refused is not more than must be: looking after one's own credentials, and after those of who is no stronger.

use super::permitted::{done, refused};
use crate::{
    access_keys::Owner,
    tests::support::{
        Company,
        deeds::{
            allow, attach, change, create_group, create_key, create_policy, create_user, create_user_at, delete_key,
            deny, document, everything, group, join, owner, put, set_password, switch_key, switch_user, update_user,
            user,
        },
        on_each, user_of,
    },
    users,
    values::Email,
};

/// Own keys and an own password, by documents that say `${claviger:username}`.
#[test]
fn sec_097_everybody_looks_after_its_own_credentials() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let self_service = || {
            let actions = ["iam:*AccessKey*", "iam:UpdateLoginProfile", "iam:DeleteLoginProfile", "iam:UpdateUser"];
            document([allow(&actions, &["user/${claviger:username}"])])
        };
        let alice = company.user_with("alice", self_service());
        company.does(create_policy("self-service", self_service()));
        let bob = company.user("bob");
        company.does(attach(user("bob"), "self-service"));
        let carol = company.user("carol");
        company.does(attach(user("carol"), "AccessKeySelfManageAccess"));
        for (name, caller) in [("alice", &alice), ("bob", &bob), ("carol", &carol)] {
            let second = node.change(caller, create_key(owner(name))).unwrap().key.id.to_string();
            let deeds = vec![change(switch_key(owner(name), &second, false)), change(delete_key(owner(name), &second))];
            done(&company, caller, deeds);
        }
        let email = || Some(Some(Email::parse("own@example.com").unwrap()));
        for (name, caller) in [("alice", &alice), ("bob", &bob)] {
            let addressed = update_user(name, users::Changes { email: email(), ..users::Changes::default() });
            done(&company, caller, vec![change(set_password(name)), change(addressed)]);
        }
        for caller in [&alice, &bob, &carol] {
            let others = ["alice", "bob", "carol"].into_iter().filter(|name| company.id(name) != user_of(caller));
            let deeds = others.map(|name| change(create_key(owner(name)))).chain([change(create_key(Owner::Root))]);
            refused(&company, caller, deeds.collect());
        }
    });
}

/// A help desk sets the passwords of who has no power over identities, and of who has it over itself alone.
#[test]
fn sec_095_a_help_desk_helps_who_is_no_stronger() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let desk = company.user_who_may("desk", &["iam:UpdateLoginProfile", "iam:UpdateUser"], &["*"]);
        let itself = || document([allow(&["iam:*"], &["user/${claviger:username}"])]);
        company.does(create_policy("itself", itself()));
        for name in ["plain", "own-document", "own-policy", "own-name", "reader", "of-group", "held-back"] {
            company.does(create_user(name));
        }
        company.does(put(user("own-document"), "itself", itself()));
        company.does(attach(user("own-policy"), "itself"));
        company.does(put(user("own-name"), "itself", document([allow(&["iam:*"], &["user/own-name"])])));
        company.does(put(user("reader"), "reads", document([allow(&["iam:ListUsers"], &["user/*"])])));
        company.does(create_group("readers"));
        company.does(put(group("readers"), "reads", document([allow(&["iam:GetUser"], &["user/plain"])])));
        company.does(join("of-group", "readers"));
        company.does(put(user("held-back"), "all", everything()));
        company.does(put(user("held-back"), "nothing", document([deny(&["*"], &["*"])])));
        let weaker = ["plain", "own-document", "own-policy", "own-name"];
        for name in weaker {
            done(&company, &desk, vec![change(set_password(name))]);
        }
        for name in ["reader", "of-group", "held-back"] {
            refused(&company, &desk, vec![change(set_password(name)), change(switch_user(name, false))]);
        }
        for name in weaker {
            done(&company, &desk, vec![change(switch_user(name, false)), change(switch_user(name, true))]);
        }
    });
}

/// The same of who holds the system's policy for that.
#[test]
fn sec_095_a_help_desk_helps_who_looks_after_its_own_keys() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let desk = company.user_who_may("desk", &["iam:UpdateLoginProfile"], &["*"]);
        company.does(create_user("carol"));
        company.does(create_user_at("/dev/", "dave"));
        for name in ["carol", "dave"] {
            company.does(attach(user(name), "AccessKeySelfManageAccess"));
            done(&company, &desk, vec![change(set_password(name))]);
        }
    });
}
