//! What keeps accounts and statements apart: scopes, parameters, and things that are made once.

use super::{
    statements::{selects, statements},
    support::{Root, Store, on_each, operator, wait},
};
use crate::{
    accounts,
    error::Error,
    page::{PageSize, Search},
    tables::state_tables,
    users,
    values::{DisplayName, EntityName},
};

/// SEC-111: the queries that are not bound to one account. A reviewed list: each has its reason beside it, and a new
/// one is a decision.
const GLOBAL: [&str; 38] = [
    "access_keys/sql.rs PAGE_OF_ALL",
    "accounts/sql.rs BEARER",
    "accounts/sql.rs PAGE_FOR_OPERATOR",
    "accounts/sql.rs PAGE_OF_ALL",
    "accounts/sql.rs ROOT_OF_EMAIL",
    "api_keys/sql.rs PAGE_OF_ALL",
    "attachments/sql.rs ATTACHED_OF_ALL",
    "attachments/sql.rs BOUNDARIES_OF_ALL",
    "attachments/sql.rs INLINE_OF_ALL",
    "attachments/sql.rs MARKS_OF_ALL",
    "audit/sql.rs HEADS_AND_CHECKPOINTS",
    "audit/sql.rs HEADS_AND_CURSORS",
    "backup/sql.rs HEADS",
    "console_sessions/sql.rs BY_DIGEST",
    "console_sessions/sql.rs EXPIRY",
    "db/instance.rs KEY",
    "feed/sql.rs ENTRIES",
    "feed/sql.rs HEADS",
    "feed/sql.rs OLDEST",
    "groups/sql.rs MEMBERS_OF_ALL",
    "groups/sql.rs PAGE_OF_ALL",
    "master_keys/sql.rs DATA_KEYS",
    "master_keys/sql.rs FIRST",
    "master_keys/sql.rs INSTANCE_KEYS",
    "master_keys/sql.rs OLDER",
    "master_keys/sql.rs OLDER_INSTANCE_KEYS",
    "master_keys/sql.rs REGISTERED",
    "policies/sql.rs PAGE_OF_ALL",
    "roles/sql.rs GROUP_ELSEWHERE",
    "roles/sql.rs PAGE_OF_ALL",
    "roles/sql.rs ROLE_ELSEWHERE",
    "roles/sql.rs USER_ELSEWHERE",
    "sign_in/sql.rs ACCOUNT",
    "sign_in/sql.rs DEVICE",
    "sign_in/sql.rs LOCKED",
    "sign_in/sql.rs ROOT_OF_EMAIL",
    "sign_in/sql.rs SETUP_LINK",
    "users/sql.rs PRINCIPALS_OF_ALL",
];

#[test]
fn sec_111_queries_across_accounts_are_a_reviewed_list() {
    let global = selects().into_iter().filter(|(_, select)| select.global).map(|(name, _)| name);
    let mut global: Vec<String> = global.collect();
    global.sort();
    assert_eq!(global, GLOBAL);
}

/// SEC-172: bookkeeping statements touch bookkeeping tables: state is changed through described tables alone, which
/// enter it in the audit event.
#[test]
fn sec_172_no_statement_of_its_own_changes_state() {
    for (name, sql) in statements() {
        let text = sql.for_sqlite();
        for table in state_tables() {
            for deed in ["INSERT INTO", "UPDATE", "DELETE FROM"] {
                let changes = text.split(deed).skip(1).any(|rest| rest.split_whitespace().next() == Some(table.name));
                assert!(!changes, "{name} changes `{}` past the trail", table.name);
            }
        }
    }
}

/// SEC-140: what users type is data: in names, in searches with wildcards and quotes, in everything kept.
#[test]
fn sec_140_what_users_type_is_never_a_statement() {
    let hostile = ["'; DROP TABLE iam_user; --", "\" OR 1=1 --", "$1", "?1", "%", "_", "\\", "{{for_update}}", "a'b"];
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        for (place, text) in hostile.into_iter().enumerate() {
            let profile = users::Profile {
                display_name: DisplayName::parse(text).unwrap(),
                ..users::Profile::new(EntityName::parse(&format!("user-{place}")).unwrap())
            };
            node.change(&root.caller, users::Create { profile }).unwrap();
        }
        let found = |text: &str| -> Vec<String> {
            let list = users::List { search: Some(Search::parse(text).unwrap()), after: None, size: PageSize::MAX };
            node.query(&root.caller, list).unwrap().items.into_iter().map(|user| user.display_name).collect()
        };
        for text in hostile {
            let expected: Vec<&str> = hostile.into_iter().filter(|other| other.contains(text)).collect();
            assert_eq!(found(text), expected, "{text}");
            assert!(matches!(node.user(&root, text), Err(Error::NotFound { .. })), "{text}");
            let after = users::List { search: None, after: None, size: PageSize::new(1).unwrap() };
            assert_eq!(node.query(&root.caller, after).unwrap().items.len(), 1);
        }
        assert_eq!(node.user_names(&root).len(), hostile.len());
    });
}

/// SEC-155 in small, and rows as searches find them: pages begin behind an id and end.
#[test]
fn pages_follow_each_other_without_gaps() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let names: Vec<String> = (0..7).map(|number| format!("user-{number}")).collect();
        for name in &names {
            node.create_user(&root, name).unwrap();
        }
        for size in [1, 2, 3, 7, 8] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let list = users::List { search: None, after, size: PageSize::new(size).unwrap() };
                let page = node.query(&root.caller, list).unwrap();
                seen.extend(page.items.into_iter().map(|user| user.name));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, names, "pages of {size}");
        }
    });
}

/// SEC-157: a thing that can be had once is had once, however many ask, on two nodes where there can be two.
#[test]
fn sec_157_the_first_account_is_made_once() {
    on_each(|store| {
        let first = store.node();
        let second = matches!(store, Store::Postgres(_)).then(|| store.node());
        let nodes = [&first, second.as_ref().unwrap_or(&first)];
        let asked: Vec<_> = (0..40)
            .map(|number| {
                let node = nodes[number % 2];
                let (account, occasion) = (node.iam.draw_account_id(), accounts::Occasion::First);
                node.iam.change(operator(), accounts::Create { occasion, account })
            })
            .collect();
        let answers: Vec<_> = asked.into_iter().map(wait).collect();
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        let refused = answers.iter().filter(|answer| matches!(answer, Err(Error::InUse { .. }))).count();
        assert_eq!(refused, 39);
    });
}

/// Two accounts that ask for one alias at one moment: one has it.
#[test]
fn sec_159_one_alias_is_given_once() {
    on_each(|store| {
        let node = store.node();
        let roots: Vec<Root> = (0..8).map(|_| node.account()).collect();
        let alias = || Some(accounts::Alias::parse("acme").unwrap());
        let asked: Vec<_> = roots
            .iter()
            .map(|root| {
                let set = accounts::SetAlias { account: root.account, alias: alias() };
                node.iam.change(root.caller.clone(), set)
            })
            .collect();
        let answers: Vec<_> = asked.into_iter().map(wait).collect();
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        let refused = answers.iter().filter(|answer| matches!(answer, Err(Error::Exists { .. }))).count();
        assert_eq!(refused, 7, "{answers:?}");
    });
}
