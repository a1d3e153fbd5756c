use std::cell::Cell;
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use super::*;

/// A key that says itself where it goes: `place` is its spread, `name` tells it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Placed {
    place: u64,
    name: u64,
}

impl Key for Placed {
    fn spread(&self) -> u64 {
        self.place
    }
}

const fn placed(high: u8, low: u8, name: u64) -> Placed {
    Placed { place: u64::from_be_bytes([high, low, 0, 0, 0, 0, 0, 0]), name }
}

fn user(number: u64) -> UserId {
    UserId::new(number).unwrap()
}

/// Ids as the server makes them: milliseconds, then twelve bits that count.
fn user_of_time(index: u64) -> UserId {
    user((1_000_000 + index / 3) << 12 | (index % 3))
}

fn table_of<K: Key, V: Clone>(entries: impl IntoIterator<Item = (K, V)>) -> Table<K, V> {
    let mut table = Table::new();
    for (key, value) in entries {
        table.insert(key, value);
    }
    table
}

#[test]
fn behaves_like_a_hash_map_and_clones_never_change() {
    for seed in 0..4 {
        agrees_with_hash_map(seed, |draw| user(draw % 700 + 1));
        agrees_with_hash_map(seed, |draw| placed((draw % 2) as u8 * 255, (draw / 2 % 2) as u8 * 255, draw / 4 % 20));
        agrees_with_hash_map(seed, |draw| placed((draw % 40) as u8, (draw / 40 % 2) as u8, draw / 80 % 3));
    }
}

/// Runs 4000 drawn operations on a table and on a `HashMap`; every fifty operations it keeps a
/// clone of both, and looks at all that it kept once more at the end.
fn agrees_with_hash_map<K: Key + Hash + fmt::Debug>(seed: u64, key_of: impl Fn(u64) -> K) {
    let (mut table, mut model) = (Table::new(), HashMap::new());
    let mut kept = vec![];
    for step in 0..4000 {
        let draw = mix(seed << 32 | step);
        let key = key_of(draw >> 8);
        // Mostly growing, mostly shrinking, by turns, so that it is empty now and then.
        let inserts = if step / 500 % 2 == 0 { 192 } else { 32 };
        if draw % 256 < inserts {
            assert_eq!(table.insert(key, step), model.insert(key, step), "seed {seed} step {step} insert {key:?}");
        } else {
            assert_eq!(table.remove(&key), model.remove(&key), "seed {seed} step {step} remove {key:?}");
        }
        assert_eq!(table.get(&key), model.get(&key), "seed {seed} step {step} get {key:?}");
        assert_eq!(table.len(), model.len(), "seed {seed} step {step}");
        if step % 50 == 0 {
            kept.push((table.clone(), model.clone()));
        }
    }
    kept.push((table, model));
    for (number, (table, model)) in kept.iter().enumerate() {
        assert_holds_exactly(table, model, &format!("seed {seed} clone {number}"));
    }
}

fn assert_holds_exactly<K: Key + Hash + fmt::Debug>(table: &Table<K, u64>, model: &HashMap<K, u64>, context: &str) {
    assert_eq!(table.len(), model.len(), "{context}");
    assert_eq!(table.is_empty(), model.is_empty(), "{context}");
    let listed: HashMap<K, u64> = table.iter().map(|(key, value)| (*key, *value)).collect();
    assert_eq!(&listed, model, "{context}");
    assert_eq!(table.iter().count(), model.len(), "{context}: an entry is listed twice");
    for (key, value) in model {
        assert_eq!(table.get(key), Some(value), "{context} {key:?}");
    }
    assert_nothing_empty_is_kept(table, context);
}

fn assert_nothing_empty_is_kept<K, V>(table: &Table<K, V>, context: &str) {
    assert_eq!(table.root.is_none(), table.is_empty(), "{context}: an empty root");
    for node in table.root.iter().flat_map(|root| root.iter().flatten()) {
        assert!(node.iter().any(Option::is_some), "{context}: an empty node");
        assert!(node.iter().flatten().all(|bucket| !bucket.is_empty()), "{context}: an empty bucket");
    }
}

#[test]
fn holds_200_000_ids_made_in_a_row_in_short_buckets() {
    const COUNT: u64 = 200_000;
    let mut table = Table::new();
    for index in 0..COUNT {
        assert_eq!(table.insert(user_of_time(index), index), None);
    }
    assert_eq!(table.len() as u64, COUNT);
    for index in 0..COUNT {
        assert_eq!(table.get(&user_of_time(index)), Some(&index));
    }
    assert_eq!(table.get(&user_of_time(COUNT)), None);
    assert!(longest_bucket(&table) <= 20, "3 on average, {} in the longest", longest_bucket(&table));
}

#[test]
fn every_kind_of_id_is_spread() {
    const COUNT: u64 = 20_000;
    let (mut accounts, mut groups, mut keys) = (Table::new(), Table::new(), Table::new());
    for index in 0..COUNT {
        let [.., a, b] = index.to_be_bytes();
        accounts.insert(AccountId::new(AccountId::RANGE.start() + index).unwrap(), ());
        groups.insert(GroupId::new(index + 1).unwrap(), ());
        // Not random at all, and so the worst case: only two of the ten bytes differ.
        keys.insert(AccessKeyId::long_term([0, 0, 0, a, b, 0, 0, 0, 0, 0]), ());
    }
    assert_eq!([accounts.len(), groups.len(), keys.len()], [20_000; 3]);
    for longest in [longest_bucket(&accounts), longest_bucket(&groups), longest_bucket(&keys)] {
        assert!(longest <= 10, "0.3 on average, {longest} in the longest");
    }
}

fn longest_bucket<K, V>(table: &Table<K, V>) -> usize {
    let nodes = table.root.iter().flat_map(|root| root.iter().flatten());
    nodes.flat_map(|node| node.iter().flatten()).map(|bucket| bucket.len()).max().unwrap_or(0)
}

#[test]
fn colliding_keys_share_a_bucket_and_stay_apart() {
    let mut table = Table::new();
    for name in 0..100 {
        assert_eq!(table.insert(placed(7, 9, name), name), None);
    }
    assert_eq!(longest_bucket(&table), 100);
    assert_eq!(table.insert(placed(7, 9, 50), 5000), Some(50));
    assert_eq!(table.remove(&placed(7, 9, 0)), Some(0));
    assert_eq!(table.remove(&placed(7, 9, 99)), Some(99));
    assert_eq!(table.get(&placed(7, 9, 50)), Some(&5000));
    assert_eq!(table.get(&placed(7, 9, 0)), None);
    assert_eq!(table.get(&placed(9, 7, 50)), None);
    assert_eq!((table.len(), longest_bucket(&table)), (98, 98));
}

#[test]
fn removal_frees_what_became_empty() {
    let mut table = Table::new();
    let keys = [placed(0, 0, 1), placed(0, 0, 2), placed(0, 255, 1), placed(255, 0, 1)];
    for key in keys {
        table.insert(key, ());
    }
    let nodes_left = keys.map(|key| {
        table.remove(&key);
        assert_nothing_empty_is_kept(&table, &format!("after {key:?}"));
        table.root.iter().flat_map(|root| root.iter().flatten()).count()
    });
    assert_eq!(nodes_left, [2, 2, 1, 0]);
}

#[test]
fn a_change_copies_its_path_once_and_shares_the_rest() {
    let node =
        |table: &Table<Placed, u64>, high: usize| Arc::as_ptr(table.root.as_ref().unwrap()[high].as_ref().unwrap());
    let mut table = Table::new();
    for high in 0..=255 {
        table.insert(placed(high, 0, 0), 0);
    }
    let before = table.clone();
    table.insert(placed(3, 1, 0), 1);
    let copied = node(&table, 3);
    assert_ne!(copied, node(&before, 3));
    assert!((0..=255).filter(|high| *high != 3).all(|high| node(&table, high) == node(&before, high)));
    table.insert(placed(3, 2, 0), 2);
    table.remove(&placed(3, 0, 0));
    assert_eq!(node(&table, 3), copied, "copied a second time though nobody shares it");
}

#[test]
fn a_change_clones_no_more_than_one_bucket_of_values() {
    #[derive(Debug)]
    struct Counted(Rc<Cell<u64>>);
    impl Clone for Counted {
        fn clone(&self) -> Self {
            self.0.set(self.0.get() + 1);
            Self(Rc::clone(&self.0))
        }
    }

    let clones = Rc::new(Cell::new(0));
    let mut table = Table::new();
    for index in 0..20_000 {
        table.insert(user_of_time(index), Counted(Rc::clone(&clones)));
    }
    let bucket = longest_bucket(&table) as u64;
    let count = |change: &dyn Fn(&mut Table<UserId, Counted>)| {
        clones.set(0);
        change(&mut table.clone());
        clones.get()
    };
    assert!(count(&|table| drop(table.insert(user_of_time(20_001), Counted(Rc::clone(&clones))))) <= bucket);
    assert!(count(&|table| drop(table.insert(user_of_time(7), Counted(Rc::clone(&clones))))) <= bucket);
    assert!(count(&|table| drop(table.remove(&user_of_time(7)))) <= bucket);
    assert_eq!(count(&|_| ()), 0);
}

#[test]
fn removing_what_is_not_there_copies_nothing() {
    let mut table = table_of([(placed(1, 1, 1), 1)]);
    let before = table.clone();
    for missing in [placed(1, 1, 2), placed(1, 2, 1), placed(2, 1, 1)] {
        assert_eq!(table.remove(&missing), None);
    }
    assert!(Arc::ptr_eq(table.root.as_ref().unwrap(), before.root.as_ref().unwrap()));
    assert_eq!(Table::<Placed, u64>::new().remove(&placed(0, 0, 0)), None);
}

#[test]
fn equal_contents_are_equal_whatever_their_history() {
    let entries = [(placed(1, 1, 1), 1), (placed(1, 1, 2), 2), (placed(2, 1, 1), 3)];
    let forwards = table_of(entries);
    let mut backwards = table_of(entries.into_iter().rev());
    assert_eq!(forwards, backwards);
    backwards.insert(placed(2, 1, 1), 4);
    assert_ne!(forwards, backwards, "another value");
    backwards.remove(&placed(2, 1, 1));
    assert_ne!(forwards, backwards, "one entry fewer");
    assert_ne!(backwards, forwards, "one entry more");
    backwards.insert(placed(2, 1, 2), 3);
    assert_ne!(forwards, backwards, "another key");
    assert_eq!(Table::<Placed, u64>::new(), Table::default());
}

#[test]
fn debug_shows_the_entries_only() {
    assert_eq!(format!("{:?}", table_of([(user(7), "seven")])), "{UserId(7): \"seven\"}");
}
