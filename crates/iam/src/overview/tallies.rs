//! What happens in accounts, counted in memory on the path of a request and added to the store in batches: nodes add up
//! there. A count that a node could not write before it was killed is lost, none is written twice.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use base::{ids::AccountId, timestamp::Timestamp};
use decide::identity::Credential;

use super::{
    activity::{Day, Days, Happened},
    sql,
};
use crate::{
    caller::Caller,
    core::Core,
    db::{
        Connection,
        job::{Job, View},
    },
    error::{Error, Result},
    feed::Committed,
};

/// How many locks the counts are spread over, so that requests about several accounts do not wait for each other.
const SHARDS: usize = 16;
/// For how many accounts and days a shard counts at most between two writes; what comes for others is not counted.
const SHARD_MAX: usize = 4_096;
/// How many rows one transaction adds to.
const BATCH: usize = 500;
/// How many rows are forgotten at a time.
const PRUNED: i64 = 500;

type Shard = HashMap<(AccountId, Day), Happened>;
/// In the order in which every node takes the rows, so that none waits for another in a circle.
type Counted = BTreeMap<(AccountId, Day), Happened>;

/// The counts that are not in the store yet.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    shards: [Mutex<Shard>; SHARDS],
}

impl Tallies {
    /// Counts. One short lock, never the store.
    pub(crate) fn count(&self, account: AccountId, now: Timestamp, happened: Happened) {
        let key = (account, Day::of(now));
        self.with(account, |shard| {
            if shard.len() < SHARD_MAX || shard.contains_key(&key) {
                let sum = shard.entry(key).or_default();
                *sum = sum.and(happened);
            }
        });
    }

    /// Counts how an operation ended, where it was asked for with a key or a session: what is refused for another reason
    /// than that it is not allowed, and what fails, is no call that was carried out nor one that was denied.
    pub(crate) fn count_call<T>(&self, caller: &Caller, outcome: &Result<T>, now: Timestamp) {
        let Caller::Principal { identity, .. } = caller else { return };
        if matches!(identity.credential, Credential::Console(_)) {
            return;
        }
        let happened = match outcome {
            Ok(_) => Happened { calls: 1, ..Happened::default() },
            Err(Error::Denied { .. } | Error::Unauthenticated | Error::StepUp { .. }) => {
                Happened { calls_denied: 1, ..Happened::default() }
            }
            Err(_) => return,
        };
        self.count(identity.account, now, happened);
    }

    /// What is counted here of an account's day, and is not in the store.
    pub(crate) fn of(&self, account: AccountId, day: Day) -> Happened {
        self.with(account, |shard| shard.get(&(account, day)).copied()).flatten().unwrap_or_default()
    }

    /// All counts. They stay until they are in the store, so that an answer never goes back.
    fn all(&self) -> Counted {
        let lists = self.shards.iter().map(|shard| {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.iter().map(|(key, happened)| (*key, *happened)).collect::<Vec<_>>()
        });
        lists.flatten().collect()
    }

    /// Takes away what is in the store.
    fn forget(&self, counted: &Counted) {
        for ((account, day), happened) in counted {
            let key = (*account, *day);
            self.with(*account, |shard| {
                let left = shard.get(&key).map(|sum| sum.without(*happened));
                match left.filter(|left| *left != Happened::default()) {
                    Some(left) => drop(shard.insert(key, left)),
                    None => drop(shard.remove(&key)),
                }
            });
        }
    }

    fn with<T>(&self, account: AccountId, work: impl FnOnce(&mut Shard) -> T) -> Option<T> {
        let place = usize::try_from(account.number() % SHARDS as u64).unwrap_or_default();
        self.shards.get(place).map(|shard| work(&mut shard.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// Adds all counts to the store. It waits for each batch, for what is under way must not be handed over again.
pub(crate) fn write(core: &Arc<Core>) {
    let mut left = core.tallies.all().into_iter().peekable();
    while left.peek().is_some() {
        let counted = left.by_ref().take(BATCH).collect();
        let (done, answer) = oneshot::channel();
        core.submit_change(Box::new(Adding { core: Arc::clone(core), counted, done }));
        // Where a database thread has gone, nothing comes.
        let _ = answer.recv();
    }
}

/// Adds counts. It changes nothing that deciding or the audit trail knows.
struct Adding {
    core: Arc<Core>,
    counted: Counted,
    done: oneshot::Sender<()>,
}

impl Job for Adding {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        for ((account, day), happened) in &self.counted {
            sql::add_activity(connection, *account, *day, happened)?;
        }
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        match outcome {
            // Where it is not known whether they are there, they had better miss than be there twice.
            Ok(()) | Err(Error::OutcomeUnknown) => self.core.tallies.forget(&self.counted),
            // They are tried again with the next batch.
            Err(error) => tracing::warn!(error = %error, "what happened in accounts could not be counted"),
        }
        let _ = self.done.send(());
    }
}

/// Deletes some of what is older than is ever shown. Tells whether there may be more.
pub(crate) fn prune(connection: &mut dyn Connection, now: Timestamp) -> Result<bool> {
    let kept = i64::try_from(Days::MAX).map_err(Error::internal)?;
    let before = Day::of(now).back(kept - 1).number();
    let gone = connection.run(&sql::PRUNE_ACTIVITY, &[before.into(), PRUNED.into()])?;
    Ok(i64::try_from(gone).map_err(Error::internal)? == PRUNED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(number: u64) -> AccountId {
        AccountId::new(AccountId::RANGE.start() + number).unwrap()
    }

    const ONE: Happened = Happened { signed_in: 1, ..EMPTY };
    const EMPTY: Happened = Happened {
        signed_in: 0,
        sign_in_failed: 0,
        calls: 0,
        calls_denied: 0,
        decisions_allowed: 0,
        decisions_denied: 0,
    };

    #[test]
    fn what_is_written_goes_and_what_came_meanwhile_stays() {
        let (tallies, now) = (Tallies::default(), Timestamp::START_OF_2026);
        let day = Day::of(now);
        for number in 0..3 {
            tallies.count(account(number), now, ONE);
        }
        let counted = tallies.all();
        assert_eq!(counted.len(), 3);
        tallies.count(account(1), now, Happened { calls: 7, ..ONE });
        assert_eq!(tallies.of(account(1), day), Happened { calls: 7, signed_in: 2, ..EMPTY });
        tallies.forget(&counted);
        assert_eq!(tallies.of(account(1), day), Happened { calls: 7, ..ONE });
        assert_eq!(tallies.all().len(), 1, "what is in the store takes no room");
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let (tallies, now) = (Tallies::default(), Timestamp::START_OF_2026);
        let shards = u64::try_from(SHARDS).unwrap();
        for number in 0..=u64::try_from(SHARD_MAX).unwrap() {
            tallies.count(account(number * shards), now, ONE);
        }
        tallies.count(account(0), now, ONE);
        assert_eq!(tallies.all().len(), SHARD_MAX);
        assert_eq!(tallies.of(account(0), Day::of(now)).signed_in, 2);
    }
}
