//! A store with something of everything, in today's schema: the next fixture.

use std::fs;

use base::secret::SecretText;

use super::{
    MASTER_KEY,
    fixture::{Fixture, Key, Use},
};
use crate::{
    access_keys::Minted,
    accounts::{Alias, SetAlias},
    audit::SinkName,
    error::Quota,
    master_keys::{Add, Rotate, Version},
    once::{Keep, Once, Terms},
    password_settings::PasswordSettings,
    quotas,
    sessions::RevokeOfUser,
    sign_in::{Attempt, Claim},
    tests::support::{
        ADMINISTRATOR, Company, Node, Root, Store,
        deeds::{
            add_version, allow, attach, bound, create_api_key, create_group, create_key, create_policy, create_role,
            create_user, create_user_at, delete_group, delete_key, delete_policy, delete_user, deny, document, erase,
            group, join, leave, limit_api_key, move_group, owner, put, put_record, rename_user, role, set_password,
            set_root_login, set_settings, switch_key, switch_user, tag_user, tags, trust_provider, trusting,
            type_password, user, when,
        },
        operator, origin, wait, write_key,
    },
    users,
    values::{Email, Mobile},
};

/// Tables that no operation fills yet. A table that is added has a row here, or stands in this list until it can.
const EMPTY: [&str; 0] = [];

/// With `CLAVIGER_WRITE_FIXTURE=1` the store becomes the fixture of today's version.
#[test]
fn there_is_a_store_with_something_of_everything() {
    let store = Store::Sqlite(tempfile::tempdir().unwrap());
    let Store::Sqlite(data) = &store else { return };
    let master_keys = data.path().join("master.key");
    let node = store.node_with(|settings| write_key(settings.master_key.as_ref().unwrap(), MASTER_KEY));
    let keys = fill(&node);
    // Another master key wraps what is new from now on, and what an older one wrapped stays as it is.
    node.change(&operator(), Add::new(Version::new(2).unwrap())).unwrap();
    node.change(&operator(), Rotate).unwrap();
    account(&node);
    super::assert_keys(&node, &keys);
    drop(node);
    let text = store
        .look(|connection| Ok(Fixture::write(connection, &keys, &fs::read_to_string(&master_keys).unwrap())))
        .unwrap();
    let empty = Fixture::empty_tables(&text);
    assert!(empty.iter().all(|table| EMPTY.contains(&table.as_str())), "nothing is in {empty:?}");
    if std::env::var("CLAVIGER_WRITE_FIXTURE").is_ok_and(|value| value == "1") {
        Fixture::save(&text);
    }
}

/// Two accounts, of which one has people, groups, policies and roles; some of each are gone again.
pub(in crate::tests) fn fill(node: &Node) -> Vec<Key> {
    wait(node.iam.setup_link()).unwrap().unwrap();
    let (root, root_key) = account(node);
    let (second, second_key) = account(node);
    node.change(&second.caller, create_user("alice")).unwrap();
    let company = Company { node, root };
    let alias = SetAlias { account: company.account(), alias: Some(Alias::parse("fixture").unwrap()) };
    node.change(&operator(), alias).unwrap();
    let quota = quotas::Set { account: company.account(), quota: Quota::Users, limit: 50 };
    node.change(&operator(), quota).unwrap();
    let mut keys = people(&company);
    node.change(&operator(), set_root_login(company.account(), "root")).unwrap();
    sign_in(&company);
    company.does(trust_provider());
    company.does(put_record("partner-1", "reference-1"));
    policies(&company);
    let keep: Keep<_> = Box::new(|_| Ok(Some(b"{}".to_vec())));
    let terms = Terms { once: Some(Once::new("key-1", &[b"request-1"], keep)), ..Terms::default() };
    wait(node.iam.change_on(company.root.caller.clone(), create_user("once"), terms)).unwrap();
    hand_on(node);
    keys.extend([root_key, second_key]);
    keys
}

/// Alice has signed in, and proved who she is once more.
fn sign_in(company: &Company<'_>) {
    let password = || SecretText::new("correct horse battery staple".to_owned());
    let claim = Claim::User { account: company.account().to_string(), name: "alice".to_owned() };
    let attempt = Attempt { claim, password: password(), device: None, origin: origin() };
    let session = wait(company.node.iam.sign_in(attempt)).unwrap().session;
    let action = crate::action::Action::CreateAccessKey;
    wait(company.node.iam.prove(&session, password(), action, "user/alice", origin())).unwrap();
}

/// Something of the trail has arrived elsewhere.
fn hand_on(node: &Node) {
    let mut sink = node.iam.sink(SinkName::parse("archive").unwrap());
    assert!(sink.claim().unwrap());
    let events = sink.more().unwrap();
    sink.arrived(&events).unwrap();
}

fn account(node: &Node) -> (Root, Key) {
    let account = node.iam.draw_account_id();
    let create = crate::accounts::Create { occasion: crate::accounts::Occasion::Any, account };
    let created = node.change(&operator(), create).unwrap();
    let secret = created.secret.expose().to_owned();
    let key = Key { name: "root".to_owned(), account, id: created.access_key.to_string(), secret, may: Use::Sign };
    (Root { account, caller: key.caller(node) }, key)
}

fn people(company: &Company<'_>) -> Vec<Key> {
    for name in ["alice", "Bob", "carol", "张三", "gone"] {
        company.does(create_user(name));
    }
    company.does(create_user_at("/ops/", "dora"));
    company.does(rename_user("carol", "carola"));
    company.does(tag_user("dora", tags("stage", "prod")));
    let (mobile, email) = (Mobile::parse("+8613800138000").unwrap(), Email::parse("alice@example.com").unwrap());
    let to = users::Changes { mobile: Some(Some(mobile)), email: Some(Some(email)), ..users::Changes::default() };
    company.does(users::Update { name: "alice".to_owned(), to });
    let settings = PasswordSettings { history: 3, validity_days: 90, ..PasswordSettings::DEFAULT };
    company.does(set_settings(settings));
    company.does(type_password("alice", "an old pass phrase"));
    company.does(set_password("alice"));
    for name in ["staff", "night-shift", "closed"] {
        company.does(create_group(name));
    }
    for (name, of) in [("alice", "staff"), ("Bob", "staff"), ("张三", "night-shift"), ("gone", "closed")] {
        company.does(join(name, of));
    }
    company.does(leave("Bob", "staff"));
    company.does(move_group("night-shift", "/ops/"));
    company.does(delete_group("closed"));
    let [alice, bob, lost] = ["alice", "Bob", "alice"].map(|name| minted(company, name));
    company.does(switch_key(owner("Bob"), bob.key.id.as_str(), false));
    company.does(delete_key(owner("alice"), lost.key.id.as_str()));
    let api_key = company.does(create_api_key(owner("alice"))).key.id;
    let limit = Some(document([allow(&["bos:GetObject"], &["*"])]));
    company.does(limit_api_key(owner("alice"), &api_key.to_string(), limit));
    company.node.iam.note_use(api_key, "iam", "192.0.2.7");
    company.node.iam.note_use(alice.key.id, "bos", "192.0.2.8");
    minted(company, "gone");
    company.does(delete_user("gone"));
    company.does(switch_user("张三", false));
    company.does(RevokeOfUser { owner: owner("carola"), before: None });
    let key = |name: &str, minted: &Minted, may| Key {
        name: name.to_owned(),
        account: company.account(),
        id: minted.key.id.to_string(),
        secret: minted.secret.expose().to_owned(),
        may,
    };
    vec![key("alice", &alice, Use::Sign), key("Bob", &bob, Use::Disabled), key("alice", &lost, Use::Deleted)]
}

fn minted(company: &Company<'_>, name: &str) -> Minted {
    company.does(create_key(owner(name)))
}

fn policies(company: &Company<'_>) {
    let rights = document([
        allow(&["iam:GetUser", "iam:GetGroup"], &["user/*", "group/*"]),
        when(deny(&["iam:*"], &["*"]), "StringEquals", "aws:PrincipalTag/stage", "test"),
    ]);
    for name in ["readers", "limits", "old"] {
        company.does(create_policy(name, rights.clone()));
    }
    company.does(add_version("readers", document([allow(&["bos:*"], &["*"])]), true));
    company.does(delete_policy("old"));
    let trust = trusting(&format!("crn:iam::{}:user/ops/dora", company.account()));
    let deploy = company.does(create_role("deploy", trust)).id;
    company.node.iam.note_use(deploy, "bos", "192.0.2.9");
    company.does(attach(user("alice"), "readers"));
    company.does(attach(group("staff"), "readers"));
    company.does(attach(role("deploy"), "readers"));
    company.does(attach(user("dora"), ADMINISTRATOR));
    for name in ["own", "gone"] {
        company.does(put(user("alice"), name, rights.clone()));
    }
    company.does(erase(user("alice"), "gone"));
    company.does(put(group("staff"), "own", rights.clone()));
    company.does(put(role("deploy"), "own", rights));
    company.does(bound(user("dora"), "limits"));
    company.does(bound(role("deploy"), "limits"));
}
