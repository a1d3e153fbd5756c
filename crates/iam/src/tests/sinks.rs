//! Handing the trail on, on both databases.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use base::ids::AccountId;
use serde_json::Value as Json;

use super::support::{Node, Store, eventually, on_each, on_postgres, operator};
use crate::{
    action::Action,
    audit::{Event, Export, Outgoing, Sink, SinkName},
    error::Error,
    page::PageSize,
};

/// How long something that is noted, or that a sweep finds, may take to be handed on.
const SOON: Duration = Duration::from_secs(20);
const MINUTE: i64 = 60_000_000;

fn sink(node: &Node, name: &str) -> Sink {
    node.iam.sink(SinkName::parse(name).unwrap())
}

/// A place that keeps what it gets, in the order in which it came.
#[derive(Default)]
struct Place(BTreeMap<AccountId, Vec<Outgoing>>);

impl Place {
    /// Gets what there is now.
    fn get(&mut self, sink: &mut Sink) -> usize {
        let events = sink.more().unwrap();
        for event in &events {
            self.0.entry(event.account).or_default().push(event.clone());
        }
        if !events.is_empty() {
            sink.arrived(&events).unwrap();
        }
        events.len()
    }

    /// Gets, until it has all that the trail of an account has. Nothing may have come twice.
    fn get_all(&mut self, sink: &mut Sink, node: &Node, account: AccountId) {
        let export = Export { account: Some(account), after: 0, size: PageSize::MAX };
        let wanted = node.query(&operator(), export).unwrap().items;
        eventually(SOON, || {
            self.get(sink);
            self.of(account).len() >= wanted.len()
        });
        for (got, wanted) in self.of(account).iter().zip(&wanted) {
            assert_eq!((got.seq, &got.hash, &got.body), (wanted.seq, &wanted.hash, &wanted.body));
            let body: Json = serde_json::from_str(&got.body).unwrap();
            assert_eq!(
                (&*got.action, &*got.outcome),
                (body["action"].as_str().unwrap(), body["outcome"].as_str().unwrap())
            );
            assert_eq!(got.time.micros(), body["time_us"]);
        }
    }

    fn of(&self, account: AccountId) -> &[Outgoing] {
        self.0.get(&account).map_or(&[], Vec::as_slice)
    }
}

#[test]
fn sec_174_a_sink_gets_each_event_in_order_and_goes_on_where_it_was() {
    on_each(|store| {
        let node = store.node();
        let (one, two) = (node.account(), node.account());
        node.create_user(&one, "alice").unwrap();
        let mut place = Place::default();
        let mut to = sink(&node, "file");
        assert_eq!(to.more().unwrap(), [], "who has not claimed a sink gets nothing");
        assert!(to.claim().unwrap());
        for account in [one.account, two.account, AccountId::INSTANCE] {
            place.get_all(&mut to, &node, account);
        }
        // What is appended while it runs comes soon.
        node.create_user(&two, "bob").unwrap();
        place.get_all(&mut to, &node, two.account);
        to.release().unwrap();
        node.create_user(&one, "carol").unwrap();
        drop(node);

        let node = store.node();
        node.create_user(&one, "dave").unwrap();
        let mut to = sink(&node, "file");
        assert!(to.claim().unwrap());
        let mut later = Place::default();
        let before = place.of(one.account).len();
        eventually(SOON, || {
            later.get(&mut to);
            later.of(one.account).iter().any(|event| event.body.contains("dave"))
        });
        assert_eq!(later.of(one.account)[0].seq, before as u64 + 1, "from where it was");
        assert!(later.of(one.account).iter().any(|event| event.body.contains("carol")));

        // Another one begins at the beginning.
        let mut other = sink(&node, "other");
        assert!(other.claim().unwrap());
        Place::default().get_all(&mut other, &node, one.account);
    });
}

#[test]
fn sec_174_what_has_not_arrived_is_given_again() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let mut to = sink(&node, "dead");
        assert!(to.claim().unwrap());
        let mut first = Vec::new();
        eventually(SOON, || {
            first = to.more().unwrap();
            first.iter().any(|event| event.account == root.account)
        });
        // It is down for a while; meanwhile nobody is stopped, and more comes.
        for number in 0..20 {
            node.create_user(&root, &format!("user-{number}")).unwrap();
        }
        let of_root = |events: &[Outgoing]| -> Vec<u64> {
            events.iter().filter(|event| event.account == root.account).map(|event| event.seq).collect()
        };
        eventually(SOON, || of_root(&to.more().unwrap()) == (1..=21).collect::<Vec<_>>());
        assert_eq!(of_root(&first)[0], 1);
        eventually(SOON, || {
            let _ = to.more();
            to.lag().is_some_and(|lag| lag.events >= 21)
        });
        let lag = node.iam.sink_lags();
        let [(name, lag)] = lag.as_slice() else { panic!("{lag:?}") };
        assert_eq!(name.as_str(), "dead");
        assert!(lag.oldest.is_some_and(|oldest| oldest <= node.iam.now()), "{lag:?}");
        drop(to);
        assert_eq!(node.iam.sink_lags(), []);
    });
}

/// A batch is bounded, and one busy account does not keep the others waiting.
#[test]
fn sec_174_batches_are_bounded_and_each_chain_has_its_turn() {
    on_each(|store| {
        let node = store.node();
        let (busy, quiet) = (node.account(), node.account());
        for _ in 0..1_800 {
            let event = Event::of_node(Action::GetUser, busy.account, node.iam.now());
            assert!(node.iam.core.trail.note_read(busy.account, event));
        }
        eventually(SOON, || {
            let export = Export { account: Some(busy.account), after: 1_800, size: PageSize::ONE };
            !node.query(&operator(), export).unwrap().items.is_empty()
        });
        let mut to = sink(&node, "file");
        assert!(to.claim().unwrap());
        let (mut batches, mut seen) = (Vec::new(), BTreeSet::new());
        eventually(SOON, || {
            let events = to.more().unwrap();
            assert!(events.len() <= 500);
            if !events.is_empty() {
                to.arrived(&events).unwrap();
                batches.push(events.iter().map(|event| event.account).collect::<BTreeSet<_>>());
            }
            seen.extend(events.iter().map(|event| (event.account, event.seq)));
            seen.contains(&(busy.account, 1_801))
        });
        let first_quiet = batches.iter().position(|of| of.contains(&quiet.account)).unwrap();
        assert!(first_quiet <= 1, "{batches:?}");
        assert_eq!(seen.iter().filter(|(account, _)| *account == busy.account).count() as u64, {
            seen.iter().filter(|(account, _)| *account == busy.account).map(|(_, seq)| *seq).max().unwrap()
        });
    });
}

/// One node at a time: another takes over when the first lets go, or is not heard of for a minute.
#[test]
fn sec_174_one_node_feeds_a_sink() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let root = one.account();
        let (mut first, mut second) = (sink(&one, "siem"), sink(&two, "siem"));
        assert!(first.claim().unwrap());
        assert!(first.claim().unwrap(), "and goes on");
        assert!(!second.claim().unwrap());
        assert_eq!((second.more().unwrap(), second.lag()), (vec![], None));
        let mut place = Place::default();
        place.get_all(&mut first, &one, root.account);
        let mut events = Vec::new();
        eventually(SOON, || {
            one.create_user(&root, &format!("user-{}", events.len())).ok();
            events = first.more().unwrap();
            !events.is_empty()
        });

        two.clock.advance_micros(2 * MINUTE);
        assert!(second.claim().unwrap(), "the first was not heard of");
        let refused = first.arrived(&events).unwrap_err();
        assert!(matches!(refused, Error::Conflict), "{refused:?}");
        assert!(!first.claim().unwrap());
        let mut later = Place::default();
        later.get_all_behind(&mut second, &two, root.account, place.of(root.account).len());

        second.release().unwrap();
        assert!(first.claim().unwrap(), "it was let go");
    });
}

impl Place {
    /// Gets, until it has all that the trail of an account has behind a number, and nothing before that.
    fn get_all_behind(&mut self, sink: &mut Sink, node: &Node, account: AccountId, behind: usize) {
        let export = Export { account: Some(account), after: behind as u64, size: PageSize::MAX };
        let wanted: Vec<u64> = node.query(&operator(), export).unwrap().items.iter().map(|event| event.seq).collect();
        eventually(SOON, || {
            self.get(sink);
            self.of(account).len() >= wanted.len()
        });
        let got: Vec<u64> = self.of(account).iter().map(|event| event.seq).take(wanted.len()).collect();
        assert_eq!(got, wanted);
    }
}

/// What another node writes is noted there, and found here by the sweep.
#[test]
fn sec_174_what_other_nodes_write_is_handed_on_too() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let mut to = sink(&one, "siem");
        assert!(to.claim().unwrap());
        let mut place = Place::default();
        place.get_all(&mut to, &one, AccountId::INSTANCE);
        let root = two.account();
        two.create_user(&root, "alice").unwrap();
        place.get_all(&mut to, &two, root.account);
    });
}

/// A node that was killed and comes again in its directory need not wait for its own time to be over.
#[test]
fn sec_174_a_node_that_comes_again_goes_on_at_once() {
    let store = Store::Sqlite(tempfile::tempdir().unwrap());
    let node = |name: &str| store.node_with(|settings| name.clone_into(&mut settings.node));
    let first = node("node");
    assert!(sink(&first, "siem").claim().unwrap());
    drop(first);
    let again = node("node");
    assert!(sink(&again, "siem").claim().unwrap());
    drop(again);
    let other = node("another");
    assert!(!sink(&other, "siem").claim().unwrap());
}
