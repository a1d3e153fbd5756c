//! Somebody must be left who can administer the account (SEC-103).

use crate::{
    access_keys::Owner,
    accounts,
    api_keys::Changes,
    caller::Caller,
    error::{Error, Result},
    tests::support::{
        ADMINISTRATOR, Company, Node,
        deeds::{
            Deed, add_version, allow, attach, bound, change, create_api_key, create_group, create_key, create_policy,
            create_user, delete_group, delete_key, delete_policy, delete_user, deny, detach, document, erase,
            everything, group, harmless, join, leave, owner, put, rewrite, set_default, switch_key, switch_user,
            unbound, update_api_key, user,
        },
        on_each, operator,
    },
};

/// How somebody is an administrator.
#[derive(Debug, Clone, Copy)]
enum By {
    /// It holds the system's policy.
    System,
    /// It holds a policy of the account, whose first version is harmless.
    Policy,
    /// It has a document of its own.
    Inline,
    /// Its group holds the system's policy.
    Group,
    /// Its group holds a policy of the account.
    GroupPolicy,
    /// Its group has a document of its own.
    GroupInline,
}

const POWER: &str = "power";
const GROUP: &str = "admins";
const EACH: [By; 6] = [By::System, By::Policy, By::Inline, By::Group, By::GroupPolicy, By::GroupInline];

fn make(company: &Company<'_>, name: &str, by: By) {
    match by {
        By::System => company.does(attach(user(name), ADMINISTRATOR)),
        By::Policy => company.does(attach(user(name), POWER)),
        By::Inline => drop(company.does(put(user(name), POWER, everything()))),
        By::Group | By::GroupPolicy | By::GroupInline => company.does(join(name, GROUP)),
    }
    match by {
        By::Group => company.does(attach(group(GROUP), ADMINISTRATOR)),
        By::GroupPolicy => company.does(attach(group(GROUP), POWER)),
        By::GroupInline => drop(company.does(put(group(GROUP), POWER, everything()))),
        By::System | By::Policy | By::Inline => {}
    }
}

/// An account with one administrator, `admin`, that has one key, and whose root has one only where it is said so.
fn account(node: &Node, by: By, root_has_key: bool) -> (Company<'_>, Caller) {
    let company = Company::new(node);
    company.does(create_policy(POWER, harmless()));
    company.does(add_version(POWER, everything(), true));
    company.does(create_policy("brake", document([deny(&["iam:*"], &["*"])])));
    company.does(create_policy("bounds", harmless()));
    company.does(create_group(GROUP));
    company.does(create_group("brakes"));
    company.does(attach(group("brakes"), "brake"));
    let admin = company.user("admin");
    make(&company, "admin", by);
    if !root_has_key {
        company.does(delete_key(Owner::Root, &company.keys(company.root_id())[0]));
    }
    (company, admin)
}

/// What ends the administrator however it is one: the deeds that are done to itself.
fn ends_of_any(company: &Company<'_>) -> Vec<(&'static str, Deed)> {
    let key = company.keys(company.id("admin")).pop().unwrap();
    vec![
        ("its key is switched off", change(switch_key(owner("admin"), &key, false))),
        ("its key is deleted", change(delete_key(owner("admin"), &key))),
        ("it is switched off", change(switch_user("admin", false))),
        ("it is deleted", change(delete_user("admin"))),
        ("it gets a boundary", change(bound(user("admin"), "bounds"))),
        ("it is denied something by a policy", change(attach(user("admin"), "brake"))),
        ("it is denied something by a document", change(put(user("admin"), "no", document([deny(&["*"], &["*"])])))),
        ("it comes into a group that is denied something", change(join("admin", "brakes"))),
    ]
}

/// What ends it as it is one.
fn ends_of(by: By) -> Vec<(&'static str, Deed)> {
    let limited = || document([deny(&["iam:*"], &["*"])]);
    let of_policy = || {
        vec![
            ("the policy's older version is put in force", change(set_default(POWER, 1))),
            ("the policy gets another version", change(add_version(POWER, harmless(), true))),
            ("the policy is rewritten", change(rewrite(POWER, harmless()))),
            ("the policy is deleted", change(delete_policy(POWER))),
        ]
    };
    let of_group = || {
        vec![
            ("it leaves the group", change(leave("admin", GROUP))),
            ("the group is deleted", change(delete_group(GROUP))),
            ("the group is denied something by a document", change(put(group(GROUP), "no", limited()))),
            ("the group is denied something by a policy", change(attach(group(GROUP), "brake"))),
        ]
    };
    let mut ends = match by {
        By::Group | By::GroupPolicy | By::GroupInline => of_group(),
        By::System | By::Policy | By::Inline => Vec::new(),
    };
    match by {
        By::System => ends.push(("it loses the policy", change(detach(user("admin"), ADMINISTRATOR)))),
        By::Inline => {
            ends.push(("it loses its document", change(erase(user("admin"), POWER))));
            ends.push(("its document is replaced", change(put(user("admin"), POWER, harmless()))));
        }
        By::Policy => {
            ends.push(("it loses the policy", change(detach(user("admin"), POWER))));
            ends.extend(of_policy());
        }
        By::Group => ends.push(("the group loses the policy", change(detach(group(GROUP), ADMINISTRATOR)))),
        By::GroupPolicy => {
            ends.push(("the group loses the policy", change(detach(group(GROUP), POWER))));
            ends.extend(of_policy());
        }
        By::GroupInline => {
            ends.push(("the group loses its document", change(erase(group(GROUP), POWER))));
            ends.push(("the group's document is replaced", change(put(group(GROUP), POWER, harmless()))));
        }
    }
    ends
}

fn is_last(answer: &Result<()>) -> bool {
    matches!(answer, Err(Error::LastAdministrator))
}

/// What nobody does to itself, whoever else there is.
const NEVER: [&str; 2] = ["it is switched off", "it is deleted"];

/// Whether the administrator stays.
fn stays(end: &str, answer: &Result<()>) -> bool {
    is_last(answer) || NEVER.contains(&end) && matches!(answer, Err(Error::Oneself))
}

/// However it is an administrator, and however it would end to be one: the last one stays.
#[test]
fn sec_103_the_last_administrator_stays() {
    on_each(|store| {
        let node = store.node();
        for by in EACH {
            let (company, admin) = account(&node, by, false);
            let revision = || node.iam.snapshot().unwrap().revision(company.account());
            let before = revision();
            for (end, deed) in ends_of_any(&company).into_iter().chain(ends_of(by)) {
                let answer = deed(&node, &admin);
                assert!(stays(end, &answer), "{by:?}, {end}: {answer:?}");
            }
            assert_eq!(revision(), before, "{by:?}: nothing has changed");
            // And it can still do what it likes.
            node.change(&admin, create_user("bob")).unwrap();
        }
    });
}

/// As long as root has a key that may be used, nobody is the last.
#[test]
fn sec_103_with_roots_key_nobody_is_the_last() {
    on_each(|store| {
        let node = store.node();
        for by in EACH {
            let number = ends_of_any(&account(&node, by, true).0).len() + ends_of(by).len();
            for place in 0..number {
                let (company, admin) = account(&node, by, true);
                let (end, deed) = ends_of_any(&company).into_iter().chain(ends_of(by)).nth(place).unwrap();
                let caller = if NEVER.contains(&end) { &company.root.caller } else { &admin };
                let answer = deed(&node, caller);
                assert!(answer.is_ok(), "{by:?}, {end}: {answer:?}");
            }
        }
    });
}

/// What another user must be to count: enabled, with a key that may be used, and with power that nothing limits.
#[test]
fn sec_103_who_could_not_act_does_not_count() {
    on_each(|store| {
        let node = store.node();
        let (company, admin) = account(&node, By::System, false);
        let other = |deed: Deed| deed(&node, &admin).unwrap();
        let ends = |wanted: &str| {
            for (end, deed) in ends_of_any(&company).into_iter().chain(ends_of(By::System)) {
                let answer = deed(&node, &admin);
                assert!(stays(end, &answer), "{wanted}, {end}: {answer:?}");
            }
        };
        other(change(create_user("other")));
        other(change(attach(user("other"), ADMINISTRATOR)));
        ends("it has no key");
        let minted = node.change(&admin, create_key(owner("other"))).unwrap().key.id;
        let key = minted.to_string();
        other(change(switch_key(owner("other"), &key, false)));
        ends("its key is off");
        other(change(switch_key(owner("other"), &key, true)));
        other(change(switch_user("other", false)));
        ends("it is switched off");
        other(change(switch_user("other", true)));
        other(change(attach(user("other"), "brake")));
        ends("it is denied something");
        other(change(detach(user("other"), "brake")));
        other(change(bound(user("other"), "bounds")));
        ends("it has a boundary");
        other(change(unbound(user("other"))));
        other(change(detach(user("other"), ADMINISTRATOR)));
        other(change(attach(user("other"), "IAMFullAccess")));
        ends("it may not do everything");
        other(change(attach(user("other"), ADMINISTRATOR)));
        node.change(&company.calling(company.id("other"), minted), delete_user("admin")).unwrap();
    });
}

/// An API key lets somebody act as an access key does, where it is on, for good, and limited by nothing.
#[test]
fn sec_103_an_api_key_without_limits_counts() {
    on_each(|store| {
        let node = store.node();
        let (company, admin) = account(&node, By::System, false);
        let access_key = company.keys(company.id("admin")).pop().unwrap();
        let refused = |deed: Deed, wanted: &str| {
            let answer = deed(&node, &admin);
            assert!(is_last(&answer), "{wanted}: {answer:?}");
        };
        let end = || change(delete_key(owner("admin"), &access_key));
        let key = node.change(&admin, create_api_key(owner("admin"))).unwrap().key.id.to_string();
        let does = |to| node.change(&admin, update_api_key(owner("admin"), &key, to)).unwrap();
        does(Changes { enabled: Some(false), ..Changes::default() });
        refused(end(), "it is off");
        does(Changes { enabled: Some(true), document: Some(Some(everything())), ..Changes::default() });
        refused(end(), "a document limits it");
        let day = node.iam.now().plus(std::time::Duration::from_hours(24));
        does(Changes { document: Some(None), expires: Some(Some(day)), ..Changes::default() });
        refused(end(), "it will expire");
        does(Changes { expires: Some(None), ..Changes::default() });
        let off = node.change(&admin, switch_user("admin", false)).map(drop);
        assert!(stays("it is switched off", &off), "its user would be off: {off:?}");
        end()(&node, &admin).unwrap();
    });
}

/// Root is counted like a user; whoever runs the installation may do what it likes.
#[test]
fn sec_103_roots_last_key_and_the_operator() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let key = company.keys(company.root_id()).pop().unwrap();
        let ends = || [change(switch_key(Owner::Root, &key, false)), change(delete_key(Owner::Root, &key))];
        for deed in ends() {
            let answer = deed(&node, &company.root.caller);
            assert!(is_last(&answer), "{answer:?}");
        }
        let admin = company.administrator("admin");
        company.does(switch_key(Owner::Root, &key, false));
        let answer = node.change(&admin, detach(user("admin"), ADMINISTRATOR));
        assert!(is_last(&answer), "{answer:?}");
        // The operator is excepted: it can always make a key for root.
        let minted = node.change(&operator(), accounts::CreateRootKey { account: company.account() }).unwrap();
        node.change(&company.calling(company.root_id(), minted.key.id), delete_user("admin")).unwrap();
        for last in [key, minted.key.id.to_string()] {
            node.change(&operator(), accounts::DeleteRootKey { account: company.account(), key: last }).unwrap();
        }
        let minted = node.change(&operator(), accounts::CreateRootKey { account: company.account() }).unwrap();
        let root = company.calling(company.root_id(), minted.key.id);
        node.change(&root, create_user("bob")).unwrap();
    });
}

/// What nobody could do before nobody is kept from: who is no administrator is not the last one.
#[test]
fn sec_103_nobody_is_the_last_who_never_was_one() {
    on_each(|store| {
        let node = store.node();
        let (company, admin) = account(&node, By::System, false);
        let hand = node.change(&admin, create_user("hand")).unwrap();
        node.change(&admin, put(user("hand"), "rights", document([allow(&["iam:*"], &["*"])]))).unwrap();
        let key = node.change(&admin, create_key(owner("hand"))).unwrap().key.id;
        let hand = company.calling(hand.id, key);
        node.change(&hand, create_user("bob")).unwrap();
        node.change(&hand, put(user("bob"), "no", document([deny(&["*"], &["*"])]))).unwrap();
        node.change(&hand, switch_user("bob", false)).unwrap();
        node.change(&hand, delete_user("bob")).unwrap();
    });
}
