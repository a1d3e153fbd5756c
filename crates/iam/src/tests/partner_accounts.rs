//! Partner accounts on both databases.

use super::support::{Company, deeds::put_record, on_each, operator};
use crate::{
    error::{Error, Noun, Quota},
    page::PageSize,
    partner_accounts::{Get, List, Put, Record},
    quotas,
};

#[test]
fn records_are_kept_replaced_shown_and_listed() {
    on_each(|store| {
        let node = store.node();
        let (company, other) = (Company::new(&node), Company::new(&node));
        let root = &company.root.caller;
        let get = |user_id: &str| node.query(root, Get { user_id: user_id.to_owned() });
        assert!(matches!(get("c"), Err(Error::NotFound { noun: Noun::PartnerAccount, .. })));
        let first = company.does(put_record("c", "x"));
        for (user_id, reference) in [("a", "y"), ("d", "x"), ("b", "x")] {
            company.does(put_record(user_id, reference));
        }
        node.clock.advance_micros(1_000_000);
        let record = Record { user_id: "c".into(), reference: "x".into(), name: "third".into(), ..Record::default() };
        let replaced = company.does(Put::new(record.clone()).unwrap());
        assert_eq!((replaced.record, replaced.created), (record, first.created));
        assert_eq!(get("c").unwrap().record.name, "third");
        assert!(node.query(&other.root.caller, Get { user_id: "c".to_owned() }).is_err(), "each account has its own");

        let page = |reference: Option<&str>, after: Option<String>, size| {
            let (reference, size) = (reference.map(str::to_owned), PageSize::new(size).unwrap());
            let page = node.query(root, List { reference, after, size }).unwrap();
            (page.items.into_iter().map(|account| account.record.user_id).collect::<String>(), page.next)
        };
        assert_eq!(page(None, None, 10), ("abcd".to_owned(), None));
        assert_eq!(page(Some("x"), None, 2), ("bc".to_owned(), Some("c".to_owned())));
        assert_eq!(page(Some("x"), Some("c".to_owned()), 2), ("d".to_owned(), None));
        assert_eq!(page(Some("z"), None, 2), (String::new(), None));
    });
}

#[test]
fn records_have_a_quota_that_replacing_does_not_touch() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let set = quotas::Set { account: company.account(), quota: Quota::PartnerAccounts, limit: 2 };
        node.change(&operator(), set).unwrap();
        company.does(put_record("a", "x"));
        company.does(put_record("b", "x"));
        let full = node.change(&company.root.caller, put_record("c", "x")).unwrap_err();
        assert!(matches!(full, Error::LimitExceeded { quota: Quota::PartnerAccounts, limit: 2 }), "{full:?}");
        company.does(put_record("b", "y"));
    });
}

#[test]
fn texts_of_a_record_have_an_end_and_its_id_can_stand_in_a_path() {
    let put = |user_id: &str, company: &str| {
        Put::new(Record { user_id: user_id.to_owned(), company: company.to_owned(), ..Record::default() })
    };
    assert!(put("顾客-1@x", &"好".repeat(255)).is_ok());
    for bad in ["", ".", "..", "a/b", "a\\b", "a\0b", "a\nb"] {
        assert!(put(bad, "x").is_err(), "{bad:?}");
    }
    assert!(
        put("a", &"好".repeat(256)).is_err() && put("a", "x\u{202E}").is_err() && put(&"x".repeat(256), "").is_err()
    );
}
