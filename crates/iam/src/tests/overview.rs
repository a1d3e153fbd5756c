//! An account at a glance, what happens in it, and what deleting a user would break, on both databases.

use base::{ids::AccountId, timestamp::Timestamp};

use super::{
    sign_in::scene::{PASSWORD, attempt, person},
    support::{
        ADMINISTRATOR, Company, Node,
        deeds::{
            allow, attach, create_api_key, create_group, create_key, create_policy, create_role, create_user, document,
            everything, group, harmless, join, owner, put, set_password, set_settings, switch_user, trusting, user,
        },
        on_each, on_postgres, origin,
    },
};
use crate::{
    access_keys::Owner,
    db::{Connection, Sql},
    error::{Error, Result},
    overview::{self, Day, Happened},
    password_settings::{PasswordSettings, Weakness},
    users::GetImpact,
    vitals::Answered,
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

#[test]
fn what_happens_in_an_account_is_counted_day_by_day() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        person(&company, "alice");
        let (root, id) = (company.root.clone(), company.account());
        let account = id.to_string();
        let plain = company.user("plain");
        let days = |node: &Node, days| {
            let activity = overview::Activity { days: overview::Days::new(days).unwrap() };
            // Root looks by its key: that is one more call the next time.
            node.query(&root.caller, activity).unwrap().into_iter().map(|(_, of)| of).collect::<Vec<_>>()
        };
        let before = days(&node, 1)[0];
        assert!(before.calls > 3 && before.calls_denied == 0, "{before:?}");
        node.sign_in(attempt(&account, "alice", PASSWORD)).unwrap();
        for (name, password) in [("alice", "wrong"), ("nobody", PASSWORD)] {
            node.sign_in(attempt(&account, name, password)).unwrap_err();
        }
        node.sign_in(attempt("no-such-account", "alice", PASSWORD)).unwrap_err();
        assert!(matches!(node.query(&plain, overview::Get), Err(Error::Denied { .. })));
        assert!(matches!(node.user(&root, "nobody"), Err(Error::NotFound { .. })));
        for (answered, about) in [
            (Answered::Allow, Some(id)),
            (Answered::ImplicitDeny, Some(id)),
            (Answered::ExplicitDeny, Some(id)),
            (Answered::Refused, None),
        ] {
            node.iam.count_answer(answered, about);
        }
        let wanted = Happened {
            signed_in: 1,
            sign_in_failed: 2,
            calls: before.calls + 1,
            calls_denied: 1,
            decisions_allowed: 1,
            decisions_denied: 2,
        };
        assert_eq!(days(&node, 1), [wanted]);
        let alice = node.sign_in(attempt(&account, "alice", PASSWORD)).unwrap().session.caller(origin());
        assert!(node.query(&alice, overview::Get).is_err());
        let wanted = Happened { signed_in: 2, calls: wanted.calls + 1, ..wanted };
        assert_eq!(days(&node, 2), [Happened::default(), wanted], "what is done at the console is no call");
        drop(node);

        // It is in the store, and the next day begins anew.
        let node = store.node();
        node.clock.advance_micros(DAY_US.try_into().unwrap());
        let wanted = Happened { calls: wanted.calls + 1, ..wanted };
        assert_eq!(days(&node, 2), [wanted, Happened::default()]);
        node.iam.count_answer(Answered::Allow, Some(id));
        let today = Happened { calls: 1, decisions_allowed: 1, ..Happened::default() };
        assert_eq!(days(&node, 3), [Happened::default(), wanted, today]);
    });
}

#[test]
fn several_nodes_add_up_what_happens() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let account = one.account().account;
        for node in [&one, &two, &two] {
            node.iam.count_answer(Answered::Allow, Some(account));
        }
        drop((one, two));
        let count = Sql::new("SELECT decisions_allowed FROM account_activity WHERE decisions_allowed > 0");
        let rows = store.transact(|tx| Ok(tx.rows(&count, &[])?)).unwrap();
        assert_eq!(rows.iter().map(|row| row.number(0).unwrap()).collect::<Vec<_>>(), [3]);
    });
}

#[test]
fn days_are_forgotten_that_are_never_shown() {
    on_each(|store| {
        let now = Timestamp::parse_seconds("2026-11-24T12:00:00Z").unwrap();
        let account = AccountId::new(*AccountId::RANGE.start()).unwrap();
        let count = |tx: &mut dyn Connection| -> Result<i64> {
            tx.rows(&Sql::new("SELECT count(*) FROM account_activity"), &[])?[0].int(0)
        };
        let left = store.transact(|tx| {
            tx.run(&Sql::new("DELETE FROM account_activity"), &[])?;
            for day in 0..700 {
                let day = Day::of(now.minus(Day::LENGTH * day));
                overview::sql::add_activity(tx, account, day, &Happened { calls: 1, ..Happened::default() })?;
            }
            let more = [overview::tallies::prune(tx, now)?, overview::tallies::prune(tx, now)?];
            Ok((more, count(tx)?))
        });
        assert_eq!(left.unwrap(), ([true, false], 90));
    });
}
