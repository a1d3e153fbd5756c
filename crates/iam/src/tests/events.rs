//! Showing an account its own events, on both databases.

use std::time::Duration;

use serde_json::Value as Json;

use super::support::{
    Company, Node, Root,
    deeds::{create_user, switch_user},
    eventually, key_of, on_each, operator,
};
use crate::{
    action::Action,
    audit::{ActionPattern, Event, Export, Filter, ListEvents, Listed, Order, Outcome, Text},
    error::Error,
    page::{Page, PageSize},
};

const MINUTE: i64 = 60_000_000;

fn asked(filter: Filter) -> ListEvents {
    ListEvents { filter, order: Order::Oldest, after: None, size: PageSize::MAX }
}

fn of_action(pattern: &str) -> Filter {
    Filter { action: Some(ActionPattern::parse(pattern).unwrap()), ..Filter::default() }
}

fn text(text: &str) -> Option<Text> {
    Text::parse(text).ok()
}

fn list(node: &Node, root: &Root, query: ListEvents) -> Page<Listed, u64> {
    node.query(&root.caller, query).unwrap()
}

/// All events that fit, page by page, and how many pages that took.
fn all(node: &Node, root: &Root, query: &ListEvents) -> (Vec<Listed>, usize) {
    let (mut query, mut events, mut pages) = (query.clone(), Vec::new(), 0);
    loop {
        let page = list(node, root, query.clone());
        assert!(page.items.len() <= query.size.count());
        events.extend(page.items);
        pages += 1;
        query.after = page.next;
        if page.next.is_none() {
            return (events, pages);
        }
    }
}

/// The last parts of the names of the things that events are about.
fn names(events: &[Listed]) -> Vec<String> {
    let name = |event: &Listed| {
        let body: Json = serde_json::from_str(&event.body).unwrap();
        body["resources"][0].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    };
    events.iter().map(name).collect()
}

#[test]
fn sec_179_an_account_sees_its_own_events_as_they_are_stored() {
    on_each(|store| {
        let node = store.node();
        let (root, other) = (node.account(), node.account());
        node.create_user(&root, "alice").unwrap();
        node.create_user(&other, "mallory").unwrap();
        let page = list(&node, &root, asked(Filter::default()));
        let export = Export { account: Some(root.account), after: 0, size: PageSize::MAX };
        let stored = node.query(&operator(), export).unwrap().items;
        assert!(page.items.len() >= 2 && page.next.is_none());
        for (listed, stored) in page.items.iter().zip(&stored) {
            assert_eq!((listed.seq, &listed.hash, &listed.body), (stored.seq, &stored.hash, &stored.body));
            let body: Json = serde_json::from_str(&listed.body).unwrap();
            assert_eq!(body["time_us"], listed.time.micros());
            assert!(!listed.body.contains("mallory"));
        }
        eventually(Duration::from_secs(5), || list(&node, &root, asked(of_action("iam:ListEvents"))).items.len() >= 2);
    });
}

#[test]
fn sec_179_it_is_a_permission() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let plain = company.user("plain");
        let auditor = company.user_who_may("auditor", &["iam:ListEvents"], &["*"]);
        let refused = node.query(&plain, asked(Filter::default())).unwrap_err();
        assert!(matches!(refused, Error::Denied { .. }), "{refused:?}");
        let denied = Filter { outcome: Some(Outcome::Denied), ..of_action("iam:ListEvents") };
        let seen = node.query(&auditor, asked(denied)).unwrap();
        assert_eq!(seen.items.len(), 1, "and that somebody was refused is an event");
    });
}

#[test]
fn each_filter_narrows() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alice = company.administrator("alice");
        node.change(&alice, create_user("bob")).unwrap();
        company.does(switch_user("bob", false));
        company.does(create_user("carol"));
        let found = |filter: Filter| names(&list(&node, &company.root, asked(filter)).items);
        assert_eq!(found(of_action("iam:CreateUser")), ["alice", "bob", "carol"]);
        assert_eq!(
            found(Filter { principal: Some(company.id("alice").number()), ..of_action("iam:Create*") }),
            ["bob"]
        );
        assert_eq!(found(Filter { resource: text("user/bo"), ..Filter::default() }), ["bob", "bob"]);
        assert_eq!(found(Filter { resource_kind: text("user"), ..of_action("iam:UpdateUser") }), ["bob"]);
        assert_eq!(found(Filter { resource_kind: text("use"), ..Filter::default() }), [""; 0]);
        assert_eq!(found(Filter { resource: text("bob"), resource_kind: text("group"), ..Filter::default() }), [""; 0]);
        for nobody in [0, 1, u64::MAX] {
            assert_eq!(found(Filter { principal: Some(nobody), ..Filter::default() }), [""; 0], "{nobody}");
        }
        assert_eq!(found(Filter::nothing()), [""; 0]);
        assert_eq!(found(Filter { resource: text("bob"), ..of_action("iam:UpdateUser") }), ["bob"]);
        assert_eq!(
            found(Filter { access_key: text(&key(&company)), ..of_action("iam:CreateUser") }),
            ["alice", "carol"]
        );
        assert_eq!(found(Filter { request_id: text("request-1"), ..of_action("iam:CreateUser") }).len(), 3);
        assert_eq!(found(Filter { request_id: text("request-2"), ..Filter::default() }), [""; 0]);
        assert_eq!(found(Filter { source: text("192.0.2.7"), ..of_action("iam:UpdateUser") }), ["bob"]);
        assert_eq!(found(Filter { outcome: Some(Outcome::Lost), ..Filter::default() }), [""; 0]);
        assert_eq!(found(Filter { outcome: Some(Outcome::Success), ..of_action("iam:Update*") }), ["bob"]);
    });
}

/// The key by which root calls.
fn key(company: &Company<'_>) -> String {
    key_of(&company.root.caller).to_string()
}

#[test]
fn pages_follow_each_other_in_both_orders() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let made: Vec<String> = (0..7).map(|number| format!("user-{number}")).collect();
        for name in &made {
            node.create_user(&root, name).unwrap();
        }
        for size in [1, 2, 3, 7, 8] {
            for order in [Order::Oldest, Order::Newest] {
                let size = PageSize::new(size).unwrap();
                let query = ListEvents { order, size, ..asked(of_action("iam:CreateUser")) };
                let (events, _) = all(&node, &root, &query);
                let mut found = names(&events);
                if order == Order::Newest {
                    found.reverse();
                }
                assert_eq!(found, made, "{order:?}, pages of {size:?}");
            }
        }
    });
}

/// SEC-177: order is by number. Clocks that went back or ahead by less than ten minutes hide nothing from a span of time.
#[test]
fn sec_177_spans_of_time_are_whole_though_clocks_jump() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let start = node.iam.now();
        let mut made = Vec::new();
        for (place, jump) in [0, 3, -2, 9, -8, 20, 0, -9, 9, 30].into_iter().enumerate() {
            node.clock.advance_micros(jump * MINUTE);
            let name = format!("user-{place}");
            node.create_user(&root, &name).unwrap();
            made.push((node.iam.now(), name));
        }
        let span = made.iter().map(|(moment, _)| *moment).chain([start]).collect::<Vec<_>>();
        for (from, to) in span.iter().flat_map(|from| span.iter().map(move |to| (*from, *to))) {
            let inside = made.iter().filter(|(moment, _)| (from..=to).contains(moment));
            let wanted: Vec<&str> = inside.map(|(_, name)| name.as_str()).collect();
            for order in [Order::Oldest, Order::Newest] {
                let filter = Filter { from: Some(from), to: Some(to), ..of_action("iam:CreateUser") };
                let (events, _) = all(&node, &root, &ListEvents { order, ..asked(filter) });
                let mut found = names(&events);
                if order == Order::Newest {
                    found.reverse();
                }
                assert_eq!(found, wanted, "{from} {to} {order:?}");
            }
        }
    });
}

/// What one call looks through is bounded: a page may be empty and still have a next one.
#[test]
fn a_rare_event_is_found_over_several_pages() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        node.create_user(&root, "alice").unwrap();
        let read = || Event::of_node(Action::GetUser, root.account, node.iam.now());
        for _ in 0..8_000 {
            assert!(node.iam.core.trail.note_read(root.account, read()));
        }
        let reads = || {
            let query = ListEvents { order: Order::Newest, size: PageSize::ONE, ..asked(of_action("iam:GetUser")) };
            list(&node, &root, query).items.first().map_or(0, |event| event.seq)
        };
        eventually(Duration::from_mins(1), || reads() >= 8_000);
        for (order, most) in [(Order::Newest, 3), (Order::Oldest, 3)] {
            let (events, pages) = all(&node, &root, &ListEvents { order, ..asked(of_action("iam:CreateUser")) });
            assert_eq!(names(&events), ["alice"], "{order:?}");
            assert!((2..=most).contains(&pages), "{order:?}: {pages} pages");
        }
        let (events, pages) = all(&node, &root, &asked(of_action("iam:GetUser")));
        assert_eq!((events.len(), pages), (8_000, 9), "{:?}", events.last());
    });
}

#[test]
fn cursors_beyond_either_end_show_nothing() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        node.create_user(&root, "alice").unwrap();
        for (order, after) in
            [(Order::Newest, 0), (Order::Newest, 1), (Order::Oldest, 1_000), (Order::Oldest, u64::MAX)]
        {
            let page = list(&node, &root, ListEvents { order, after: Some(after), ..asked(Filter::default()) });
            assert_eq!((page.items, page.next), (vec![], None), "{order:?} {after}");
        }
    });
}
