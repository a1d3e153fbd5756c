//! API keys on both databases: what becomes of them, and what the store and the snapshot hold of them.

use std::time::Duration;

use base::ids::{ApiKeyId, UserId};
use decide::api_key;

use super::support::{
    Company, Node, Root,
    deeds::{create_api_key, create_user, create_user_at, delete_api_key, harmless, owner, update_api_key},
    on_each, operator, wait,
};
use crate::{
    access_keys::Owner,
    api_keys::{ApiKey, Changes, Create, Get, KeyName, List, Minted, Position},
    db::Sql,
    dependents::Dependents,
    error::{Error, Noun, Quota, Result},
    page::PageSize,
    policies::PolicyDocument,
    quotas,
    usage::Use,
    users,
};

fn limited(owner: Owner, document: PolicyDocument) -> Create {
    Create { document: Some(document), ..create_api_key(owner) }
}

fn listed(node: &Node, root: &Root, owner: Owner) -> Vec<ApiKey> {
    node.query(&root.caller, List { owner, after: None, size: PageSize::MAX }).unwrap().items
}

fn get(node: &Node, root: &Root, owner: Owner, key: ApiKeyId) -> Result<ApiKey> {
    node.query(&root.caller, Get { owner, key: key.to_string() })
}

fn is_absent<T>(answer: &Result<T>, noun: Noun) -> bool {
    matches!(answer, Err(Error::NotFound { noun: found, .. }) if *found == noun)
}

/// SEC-062, SEC-068: the text is shown once; what is kept is its digest, by which it is found again.
#[test]
fn sec_062_sec_068_the_text_is_answered_once_and_only_its_digest_is_kept() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        company.user("alice");
        let Minted { key, text } = company.does(limited(owner("alice"), harmless()));
        let presented = api_key::parse(text.expose()).unwrap();
        assert_eq!(presented.id, key.id);
        let snapshot = node.iam.snapshot().unwrap();
        let known = snapshot.api_keys.get(&presented.id).unwrap();
        assert!(presented.is(&known.digest) && known.enabled && known.expires.is_none() && known.rules.is_some());
        assert_eq!((known.account, known.owner), (company.account(), company.id("alice")));
        assert_eq!(listed(&node, &company.root, owner("alice")), std::slice::from_ref(&key));
        let trail: String = company.trail(0).iter().map(ToString::to_string).collect();
        assert!(trail.contains(key.id.as_str()) && !trail.contains(text.expose()));
        drop(node);
        let rows = store.transact(|tx| Ok(tx.rows(&Sql::new("SELECT digest FROM api_key"), &[])?)).unwrap();
        assert_eq!(rows[0].bytes(0).unwrap(), presented.digest);
    });
}

#[test]
fn a_key_is_made_shown_changed_and_deleted() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let root = &company.root;
        let alice = company.does(create_user("alice"));
        node.clock.advance_micros(1_000_000);
        let name = KeyName::parse("night build").unwrap();
        let end = node.iam.now().plus(Duration::from_mins(1));
        let create = Create { name, expires: Some(end), ..limited(owner("Alice"), harmless()) };
        let made = company.does(create).key;
        assert_eq!(
            (made.owner, made.name.as_str(), made.enabled, made.expires),
            (alice.id, "night build", true, Some(end))
        );
        assert_eq!(made.document.as_ref().unwrap().text, harmless().text());
        assert_eq!(get(&node, root, Owner::Id(alice.id), made.id).unwrap(), made);

        node.clock.advance_micros(1_000_000);
        let does = |to| company.does(update_api_key(owner("alice"), made.id.as_str(), to));
        let same = does(Changes { enabled: Some(true), ..Changes::default() });
        assert_eq!(same, made, "nothing has changed, so not the moment of it either");
        let changed = does(Changes { name: KeyName::parse("").ok(), enabled: Some(false), ..Changes::default() });
        assert_eq!((changed.name.as_str(), changed.enabled, changed.updated), ("", false, node.iam.now()));
        assert_eq!((changed.expires, &changed.document, changed.created), (Some(end), &made.document, made.created));
        assert!(!node.iam.snapshot().unwrap().api_keys.get(&made.id).unwrap().enabled);
        let freed = does(Changes { expires: Some(None), document: Some(None), ..Changes::default() });
        assert_eq!((freed.expires, &freed.document), (None, &None));
        let snapshot = node.iam.snapshot().unwrap();
        let known = snapshot.api_keys.get(&made.id).unwrap();
        assert!(known.expires.is_none() && known.rules.is_none());
        let bound = does(Changes { document: Some(Some(harmless())), ..Changes::default() });
        assert_eq!(get(&node, root, owner("alice"), made.id).unwrap(), bound);

        company.does(delete_api_key(owner("alice"), made.id.as_str()));
        assert!(is_absent(&get(&node, root, owner("alice"), made.id), Noun::ApiKey));
        assert!(node.iam.snapshot().unwrap().api_keys.get(&made.id).is_none());
        let again = node.change(&root.caller, delete_api_key(owner("alice"), made.id.as_str()));
        assert!(is_absent(&again, Noun::ApiKey));
    });
}

#[test]
fn a_key_is_found_by_its_owner_alone() {
    on_each(|store| {
        let node = store.node();
        let (company, other) = (Company::new(&node), Company::new(&node));
        for who in [&company, &other] {
            who.user("alice");
            who.user("bob");
        }
        let (hers, roots) =
            (company.does(create_api_key(owner("alice"))).key, company.does(create_api_key(Owner::Root)).key);
        let root = &company.root;
        assert_eq!(get(&node, root, Owner::Root, roots.id).unwrap(), roots);
        assert_eq!(get(&node, root, Owner::Id(company.root_id()), roots.id).unwrap(), roots);
        for wrong in [owner("bob"), Owner::Root, Owner::Id(company.id("bob"))] {
            assert!(is_absent(&get(&node, root, wrong, hers.id), Noun::ApiKey));
        }
        // Another account's user is nobody, by name and by id.
        assert!(is_absent(&get(&node, &other.root, owner("alice"), hers.id), Noun::ApiKey));
        let elsewhere = Owner::Id(company.id("alice"));
        assert!(is_absent(&get(&node, &other.root, elsewhere.clone(), hers.id), Noun::User));
        assert!(is_absent(&node.change(&other.root.caller, create_api_key(elsewhere)), Noun::User));
        let odd = node.query(&root.caller, Get { owner: owner("alice"), key: "CVAKAAAAAAAAAAAAAAAA".to_owned() });
        assert!(is_absent(&odd, Noun::ApiKey));
    });
}

/// Who may act on the owner alone, by its path, learns whether the key is there; whoever may not, does not.
#[test]
fn that_a_key_is_absent_is_for_who_may_act_on_its_owner() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alice = company.does(create_user_at("/dev/", "alice")).id;
        company.does(create_user("bob"));
        let reader = company.user_who_may("reader", &["iam:GetApiKey", "iam:DeleteApiKey"], &["user/dev/*"]);
        let absent = "CVAPAAAAAAAAAAAAAAAA".to_owned();
        for hers in [owner("alice"), Owner::Id(alice)] {
            let shown = node.query(&reader, Get { owner: hers.clone(), key: absent.clone() });
            assert!(is_absent(&shown, Noun::ApiKey), "{shown:?}");
            assert!(is_absent(&node.change(&reader, delete_api_key(hers, &absent)), Noun::ApiKey));
        }
        let nobody = UserId::new(7).unwrap();
        for others in [owner("bob"), owner("nobody"), Owner::Id(company.id("bob")), Owner::Id(nobody), Owner::Root] {
            let shown = node.query(&reader, Get { owner: others.clone(), key: absent.clone() });
            assert!(matches!(shown, Err(Error::Denied { .. })), "{others:?}: {shown:?}");
        }
    });
}

#[test]
fn keys_are_listed_page_by_page_in_the_order_in_which_they_were_made() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        company.user("alice");
        company.user("bob");
        company.does(create_api_key(owner("bob")));
        let made: Vec<ApiKeyId> = (0..7)
            .map(|number| {
                // Some are made in the same moment.
                node.clock.advance_micros(number % 2);
                company.does(create_api_key(owner("alice"))).key.id
            })
            .collect();
        let mut found = Vec::new();
        let mut after: Option<Position> = None;
        loop {
            let list = List { owner: owner("alice"), after, size: PageSize::new(3).unwrap() };
            let page = node.query(&company.root.caller, list).unwrap();
            found.extend(page.items.iter().map(|key| (key.created, key.id)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(found.is_sorted());
        let mut found: Vec<ApiKeyId> = found.into_iter().map(|(_, id)| id).collect();
        found.sort_unstable();
        let mut made = made;
        made.sort_unstable();
        assert_eq!(found, made);
    });
}

#[test]
fn an_end_lies_in_the_future() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let now = node.iam.now();
        for past in [now, now.minus(Duration::from_secs(1))] {
            let create = Create { expires: Some(past), ..create_api_key(Owner::Root) };
            let refused = node.change(&company.root.caller, create).unwrap_err();
            assert!(matches!(refused, Error::Invalid { field: "expiry", .. }), "{refused:?}");
        }
        let key = company.does(create_api_key(Owner::Root)).key.id;
        let to = Changes { expires: Some(Some(now)), ..Changes::default() };
        let refused = node.change(&company.root.caller, update_api_key(Owner::Root, key.as_str(), to)).unwrap_err();
        assert!(matches!(refused, Error::Invalid { field: "expiry", .. }), "{refused:?}");
        // One that has ended can still be switched off.
        let to = Changes { expires: Some(Some(now.plus(Duration::from_secs(1)))), ..Changes::default() };
        company.does(update_api_key(Owner::Root, key.as_str(), to));
        node.clock.advance_micros(2_000_000);
        let to = Changes { enabled: Some(false), ..Changes::default() };
        assert!(!company.does(update_api_key(Owner::Root, key.as_str(), to)).enabled);
    });
}

/// SEC-080: the quota is exact, however many ask at once.
#[test]
fn sec_080_a_quota_of_api_keys_holds_however_many_ask() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        company.user("alice");
        let set = quotas::Set { account: company.account(), quota: Quota::ApiKeysPerUser, limit: 20 };
        node.change(&operator(), set).unwrap();
        let create = || node.iam.change(company.root.caller.clone(), create_api_key(owner("alice")));
        let asked: Vec<_> = (0..100).map(|_| create()).collect();
        let answers: Vec<_> = asked.into_iter().map(wait).collect();
        let full = |answer: &Result<Minted>| {
            matches!(answer, Err(Error::LimitExceeded { quota: Quota::ApiKeysPerUser, limit: 20 }))
        };
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 20);
        assert_eq!(answers.iter().filter(|answer| full(answer)).count(), 80);
        company.does(create_api_key(Owner::Root)); // each user's own
    });
    assert_eq!(Quota::ApiKeysPerUser.default_limit(), 200);
}

#[test]
fn sec_078_a_users_api_keys_go_with_it() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        company.does(create_user("alice"));
        let keys = [(); 3].map(|()| company.does(create_api_key(owner("alice"))).key.id);
        let delete = |dependents| users::Delete { name: "alice".to_owned(), dependents };
        let refused = node.change(&company.root.caller, delete(Dependents::Refuse)).unwrap_err();
        assert!(matches!(&refused, Error::InUse { by, .. } if by.contains("API keys: 3")), "{refused:?}");
        company.does(delete(Dependents::Remove));
        let snapshot = node.iam.snapshot().unwrap();
        assert!(keys.iter().all(|key| snapshot.api_keys.get(key).is_none()));
        company.does(create_user("alice"));
        assert_eq!(listed(&node, &company.root, owner("alice")), []);
        drop(node);
        assert!(store.node().iam.snapshot().unwrap().api_keys.is_empty());
    });
}

/// SEC-079: a use shows at once, and is in the store when the node ends; either kind of key.
#[test]
fn sec_079_uses_of_either_kind_of_key_are_kept() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let root = &company.root;
        company.does(create_user("alice"));
        let api = company.does(create_api_key(owner("alice"))).key.id;
        let access = node.create_key(root, "alice");
        let of = |at| Use { at, service: "bos".to_owned(), source: "192.0.2.9".to_owned() };
        let last = |node: &Node| {
            let list = crate::access_keys::List { owner: owner("alice") };
            let access = node.query(&root.caller, list).unwrap().pop().unwrap().last_used;
            (access, get(node, root, owner("alice"), api).unwrap().last_used)
        };
        assert_eq!(last(&node), (None, None));
        node.iam.note_use(api, "iam", "192.0.2.8");
        let first = node.iam.now();
        node.clock.advance_micros(5_000_000);
        node.iam.note_use(api, "bos", "192.0.2.9");
        node.iam.note_use(access, "bos", "192.0.2.9");
        let now = node.iam.now();
        assert!(first < now);
        assert_eq!(last(&node), (Some(of(now)), Some(of(now))));
        drop(node);
        let node = store.node();
        assert_eq!(last(&node), (Some(of(now)), Some(of(now))));
        // A use of a key that is gone is written nowhere, and stops nothing.
        node.change(&root.caller, delete_api_key(owner("alice"), api.as_str())).unwrap();
        node.iam.note_use(api, "bos", "192.0.2.9");
        drop(node);
        let uses = store.transact(|tx| Ok(tx.rows(&Sql::new("SELECT key_id FROM api_key_use"), &[])?)).unwrap();
        assert_eq!(uses, []);
    });
}
