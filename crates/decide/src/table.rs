//! The persistent hash table that the snapshot is made of.
//!
//! A clone costs one reference count and never changes afterwards; a change costs the same
//! however large the table is. That is what lets one publisher prepare the next snapshot
//! while every worker still reads the last one.
//!
//! The shape is fixed: a root of 256 nodes, nodes of 256 buckets, buckets that are short
//! lists. A lookup touches those three and nothing else. With n entries a bucket holds about
//! n / 65 536 of them: 15 at a million. A change copies what it touches *if a clone shares
//! it*, so of many changes between two clones only the first one at each place copies.
//!
//! A trie that deepens where it is full would need less memory for small tables and shorter
//! lists for very large ones; we gave that up for a path of known length.

#![expect(clippy::indexing_slicing, reason = "every index is a `u8` into an array of 256, see `places`")]

use std::fmt;
use std::mem;
use std::sync::Arc;

use base::ids::{AccessKeyId, AccountId, ApiKeyId, GroupId, PolicyId, RoleId, UserId};

/// What a [`Table`] can be looked up by.
pub trait Key: Copy + Eq {
    /// The number that decides the key's place: equal for equal keys, and spread evenly over
    /// all 64 bits.
    ///
    /// There is no secret seed in it (this crate has no randomness). It needs none: most keys
    /// that are stored the server made, so nobody can fill one bucket by choosing them (names are
    /// chosen: see [`crate::principals`]), and asking for a chosen key that isn't there costs no
    /// more than one bucket.
    fn spread(&self) -> u64;
}

impl Key for AccessKeyId {
    fn spread(&self) -> u64 {
        mix(AccessKeyId::spread(self))
    }
}

impl Key for ApiKeyId {
    fn spread(&self) -> u64 {
        mix(ApiKeyId::spread(self))
    }
}

impl Key for AccountId {
    fn spread(&self) -> u64 {
        mix(self.number())
    }
}

impl Key for UserId {
    fn spread(&self) -> u64 {
        mix(self.number())
    }
}

impl Key for GroupId {
    fn spread(&self) -> u64 {
        mix(self.number())
    }
}

impl Key for PolicyId {
    fn spread(&self) -> u64 {
        mix(self.number())
    }
}

impl Key for RoleId {
    fn spread(&self) -> u64 {
        mix(self.number())
    }
}

/// A copy-on-write hash table. Values are cloned when the bucket they are in is copied, so put
/// an [`Arc`] into it, not a large value.
#[derive(Clone)]
pub struct Table<K, V> {
    root: Option<Arc<Root<K, V>>>,
    len: usize,
}

type Root<K, V> = Slots<Node<K, V>>;
type Node<K, V> = Slots<Bucket<K, V>>;
// A slice and not a `Vec`: the entries lie behind the one pointer that the node holds.
type Bucket<K, V> = [(K, V)];
// INVARIANT: what a slot holds is never empty, neither a node nor a bucket.
type Slots<T> = [Option<Arc<T>>; 256];

impl<K, V> Table<K, V> {
    /// An empty table. Allocates nothing.
    pub const fn new() -> Self {
        Self { root: None, len: 0 }
    }

    /// How many entries there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no entry.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All entries, in no promised order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let nodes = self.root.iter().flat_map(|root| root.iter().flatten());
        let buckets = nodes.flat_map(|node| node.iter().flatten());
        buckets.flat_map(|bucket| bucket.iter()).map(|(key, value)| (key, value))
    }
}

impl<K: Key, V> Table<K, V> {
    /// The value under `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.bucket(key.spread())?.iter().find(|(there, _)| there == key).map(|(_, value)| value)
    }

    /// The entries in the place of keys with this [`Key::spread`], others' among them: for whoever knows no more of a
    /// key than that.
    pub fn near(&self, spread: u64) -> impl Iterator<Item = (&K, &V)> {
        self.bucket(spread).into_iter().flatten().map(|(key, value)| (key, value))
    }

    fn bucket(&self, spread: u64) -> Option<&Bucket<K, V>> {
        let (high, low) = places(spread);
        self.root.as_ref()?[high].as_ref()?[low].as_deref()
    }
}

impl<K: Key, V: Clone> Table<K, V> {
    /// Puts `value` under `key` and gives back the value that was there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (high, low) = places(key.spread());
        let root = Arc::make_mut(self.root.get_or_insert_with(no_slots));
        let node = Arc::make_mut(root[high].get_or_insert_with(no_slots));
        let bucket = node[low].get_or_insert_default();
        if bucket.iter().any(|(there, _)| *there == key) {
            let (_, old) = Arc::make_mut(bucket).iter_mut().find(|(there, _)| *there == key)?;
            return Some(mem::replace(old, value));
        }
        *bucket = bucket.iter().cloned().chain([(key, value)]).collect();
        self.len += 1;
        None
    }

    /// Takes out the entry under `key` and gives back its value.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let removed = self.get(key)?.clone(); // first, so that a miss copies nothing
        let (high, low) = places(key.spread());
        let root = Arc::make_mut(self.root.as_mut()?);
        let node = Arc::make_mut(root[high].as_mut()?);
        let bucket = node[low].as_ref()?;
        let rest: Arc<Bucket<K, V>> = bucket.iter().filter(|(there, _)| there != key).cloned().collect();
        node[low] = (!rest.is_empty()).then_some(rest);
        self.len -= 1;
        if holds_nothing(node) {
            root[high] = None;
            if holds_nothing(root) {
                self.root = None;
            }
        }
        Some(removed)
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

/// Tables are equal when they hold the same entries, in whatever order they came.
impl<K: Key, V: PartialEq> PartialEq for Table<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl<K: Key, V: Eq> Eq for Table<K, V> {}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// A key's slot in the root and its slot in the node, each below 256.
fn places(spread: u64) -> (usize, usize) {
    let [high, low, ..] = spread.to_be_bytes();
    (usize::from(high), usize::from(low))
}

fn no_slots<T: ?Sized>() -> Arc<Slots<T>> {
    Arc::new([const { None }; 256])
}

fn holds_nothing<T: ?Sized>(slots: &Slots<T>) -> bool {
    slots.iter().all(Option::is_none)
}

/// Spreads the differences between numbers over all their bits, one to one: the finaliser of
/// `SplitMix64` (Steele, Lea and Flood 2014, constants by Stafford). Our ids count upwards with
/// time, so that without it neighbours would share a bucket.
const fn mix(number: u64) -> u64 {
    let once = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let twice = (once ^ once >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    twice ^ twice >> 31
}

#[cfg(test)]
mod tests;
