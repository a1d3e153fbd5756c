//! One change to the snapshot, as a writer makes it: clone, put a principal in, let the old one go. It must cost
//! what changed, not what is there.

use std::{collections::HashMap, sync::Arc};

use anyhow::Result;
use base::ids::{AccountId, UserId};
use decide::snapshot::{Grants, Kind, Principal, Snapshot};
use rpds::HashTrieMapSync;

use crate::{
    measure::{in_turns, nanos},
    report::{self, Amount, Bar, Figure},
};

const ROUNDS: u32 = 31;
const MANY: u64 = 100_000;

type Trie = HashTrieMapSync<UserId, Arc<Principal>>;
type Plain = HashMap<UserId, Arc<Principal>>;

/// Runs the benchmark.
pub(crate) fn run() -> Result<()> {
    let (mut one, mut many) = (Snapshot::default(), Snapshot::default());
    one.principals.insert(id(0)?, principal(0)?);
    let (mut trie, mut plain) = (Trie::new_sync(), Plain::new());
    for number in 0..MANY {
        let (id, principal) = (id(number)?, principal(number)?);
        many.principals.insert(id, Arc::clone(&principal));
        trie.insert_mut(id, Arc::clone(&principal));
        plain.insert(id, principal);
    }
    let (added, added_id) = (principal(MANY)?, id(MANY)?);
    let [in_one, in_many, in_trie, in_plain] = in_turns(
        ROUNDS,
        [
            nanos(|| changed(&one, added_id, &added)),
            nanos(|| changed(&many, added_id, &added)),
            nanos(|| trie.insert(added_id, Arc::clone(&added))),
            nanos(|| {
                let mut next = plain.clone();
                next.insert(added_id, Arc::clone(&added));
                next
            }),
        ],
    )?;
    let line = |name, ours, other, beside| {
        let beside = Some((other, Amount::with_min(beside, "ns")));
        report::figure(&Figure { name, ours: Amount::with_min(ours, "ns"), beside, bar: Bar::None });
    };
    line("change of a snapshot, 1 principal", &in_one, "rpds trie, 100 000", &in_trie);
    line("change of a snapshot, 100 000 principals", &in_many, "rpds trie, 100 000", &in_trie);
    line("change of a snapshot, 100 000 principals", &in_many, "the same, 1 principal", &in_one);
    line("change of a snapshot, 100 000 principals", &in_many, "clone of std HashMap, 100 000", &in_plain);
    Ok(())
}

fn changed(snapshot: &Snapshot, id: UserId, principal: &Arc<Principal>) -> Snapshot {
    let mut next = snapshot.clone();
    next.principals.insert(id, Arc::clone(principal));
    next
}

/// Ids as the core draws them: milliseconds above, twelve bits below.
fn id(number: u64) -> Result<UserId> {
    Ok(UserId::new((number + 1) << 12)?)
}

/// A user as the snapshot holds it.
pub(crate) fn principal(number: u64) -> Result<Arc<Principal>> {
    let kind = Kind::User { name: crate::world::user_name(number), path: "/".to_owned() };
    let account = AccountId::new(100_000_000_000)?;
    let (tags, grants) = (Arc::from([]), Grants::default());
    Ok(Arc::new(Principal { id: id(number)?, account, kind, enabled: true, groups: Vec::new(), tags, grants }))
}
