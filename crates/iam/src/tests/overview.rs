//! An account at a glance, and what deleting a user would break, on both databases.

use super::support::{
    ADMINISTRATOR, Company,
    deeds::{
        allow, attach, create_api_key, create_group, create_key, create_policy, create_role, create_user, document,
        everything, group, harmless, join, owner, put, set_password, set_settings, switch_user, trusting, user,
    },
    on_each,
};
use crate::{
    access_keys::Owner,
    error::Error,
    overview,
    password_settings::{PasswordSettings, Weakness},
    users::GetImpact,
};

const DAY_US: u64 = 86_400_000_000;

#[test]
fn an_account_shows_what_somebody_should_look_at() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let look = || node.query(&company.root.caller, overview::Get).unwrap();
        let findings = look().findings;
        assert_eq!((findings.root_keys, findings.administrators.count), (1, 0));
        assert_eq!((findings.old_keys.count, findings.unused_users.count, findings.weaknesses.len()), (0, 0, 0));
        for name in ["alice", "bob", "carol", "dora"] {
            company.does(create_user(name));
        }
        company.does(switch_user("dora", false));
        company.does(create_key(owner("alice")));
        company.does(create_key(owner("alice")));
        company.does(set_password("bob"));
        company.does(set_password("dora"));
        company.does(create_group("boss"));
        company.does(join("carol", "boss"));
        company.does(attach(group("boss"), ADMINISTRATOR));
        company.does(attach(user("dora"), ADMINISTRATOR));
        let settings = PasswordSettings { session_hours: 100, ..PasswordSettings::DEFAULT };
        company.does(set_settings(settings));
        let young = look().findings;
        assert_eq!((young.old_keys.count, young.unused_users.count), (0, 0));
        node.clock.advance_micros((91 * DAY_US).try_into().unwrap());
        let overview = look();
        let findings = overview.findings;
        assert_eq!((overview.summary.users, overview.summary.groups), (4, 1));
        assert_eq!((findings.old_keys.count, findings.old_keys.names), (2, vec!["alice".to_owned()]));
        assert_eq!((findings.unused_keys.count, findings.unused_keys.more), (2, false));
        assert_eq!(findings.unused_users.names, ["alice", "bob", "carol"], "who may not act is no finding");
        assert_eq!(findings.never_signed_in.names, ["bob"]);
        assert_eq!(findings.administrators.names, ["carol"], "who may not act administers nothing");
        assert_eq!(findings.weaknesses, [Weakness::LongSession]);
        let lists = company.user_who_may("lists", &["iam:GetAccountSummary"], &["*"]);
        assert!(matches!(node.query(&lists, overview::Get), Err(Error::Denied { action: "iam:ListUsers", .. })));
    });
}

#[test]
fn what_deleting_a_user_breaks_is_told_to_who_may_delete_it() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        company.does(create_user("alice"));
        company.does(create_user("bob"));
        company.does(create_key(owner("alice")));
        company.does(create_api_key(Owner::User("alice".to_owned())));
        company.does(set_password("alice"));
        for name in ["one", "two"] {
            company.does(create_group(name));
            company.does(join("alice", name));
        }
        company.does(create_policy("harmless", harmless()));
        company.does(attach(user("alice"), "harmless"));
        company.does(put(user("alice"), "own", document([allow(&["iam:GetUser"], &["*"])])));
        let impact = |name: &str| node.query(&company.root.caller, GetImpact { name: name.to_owned() }).unwrap();
        let alice = impact("Alice");
        assert_eq!((alice.access_keys.len(), alice.api_keys, alice.sessions), (1, 1, 0));
        assert_eq!(
            (alice.groups, alice.attached_policies, alice.inline_policies),
            (vec!["one".into(), "two".into()], 1, 1)
        );
        assert!(alice.has_login_profile && !alice.administrator && alice.trusting_roles.is_empty());
        assert_eq!((alice.last_active, alice.last_signed_in), (None, None));
        let bob = impact("bob");
        assert!(bob.access_keys.is_empty() && bob.groups.is_empty() && !bob.has_login_profile);
        company.does(put(user("bob"), "all", everything()));
        assert!(impact("bob").administrator);
        let sees = company.user_who_may("sees", &["iam:GetUser"], &["*"]);
        let refused = node.query(&sees, GetImpact { name: "alice".to_owned() }).unwrap_err();
        assert!(matches!(refused, Error::Denied { action: "iam:DeleteUser", .. }), "{refused:?}");
    });
}

#[test]
fn roles_that_trust_a_user_by_name_are_told() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        for name in ["alice", "bob"] {
            company.does(create_user(name));
        }
        for (role, of) in [("reader", "alice"), ("writer", "alice"), ("other", "bob")] {
            let spelled = format!("arn:aws:iam::{}:user/{of}", company.account());
            company.does(create_role(role, trusting(&spelled)));
        }
        let impact = |name: &str| node.query(&company.root.caller, GetImpact { name: name.to_owned() }).unwrap();
        assert_eq!(impact("alice").trusting_roles, ["reader", "writer"]);
        assert_eq!(impact("bob").trusting_roles, ["other"]);
    });
}
