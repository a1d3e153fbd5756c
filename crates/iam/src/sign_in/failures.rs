//! Failed attempts, counted in the store: the one lock of everything that a password proves (SEC-020, SEC-021).
//!
//! An attempt is counted before anything is checked, under the row's lock, so that attempts at the same moment cannot slip
//! through on one count; who succeeds has it taken back. Names that nobody bears are counted as well.

use std::{collections::HashMap, net::IpAddr, time::Duration};

use base::{ids::UserId, timestamp::Timestamp};
use data_encoding::HEXLOWER;

use super::{digest, sql};
use crate::{
    caller::Origin,
    db::{Connection, Value},
    door::Read,
    error::Result,
    feed::NAMED,
    password_settings::{self, PasswordSettings},
    users::Lock,
};

/// From how many failures in a row on somebody has to wait, and for how long at first; each further one doubles it.
const WAITS_FROM: u64 = 5;
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// The longest that an account may ask for.
const LONGEST_LOCK: Duration = Duration::from_mins(*PasswordSettings::LOCK_MINUTES.end() as u64);
/// At how many in a row the password is of no use any more until somebody sets another.
const DISABLED_AT: u64 = 100;
/// How many attempts from one address may fail within [`WINDOW`].
pub(super) const SOURCE_MOST: u64 = 100;
/// How many within an account: beyond, addresses from which some failed have to wait.
pub(super) const ACCOUNT_MOST: u64 = 300;
/// How many failures make such an address.
pub(super) const SUSPICIOUS: u64 = 3;
/// The span over which those are counted.
pub(super) const WINDOW: Duration = Duration::from_mins(10);
/// For how long failures of a user are remembered after the last.
const KEPT: Duration = Duration::from_hours(24 * 30);

/// How often somebody failed in a row, with this attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counted {
    /// Whether even the right password is refused.
    pub(super) locked: bool,
    failures: u64,
}

impl Counted {
    /// Whether there were so many that nothing but another password helps.
    pub(super) const fn is_at_end(self) -> bool {
        self.failures >= DISABLED_AT
    }
}

/// How often something failed within the span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Windowed {
    /// With this attempt; without it where there were too many already.
    pub(super) failures: u64,
    /// Whether there were too many already.
    pub(super) over: bool,
    /// Until when.
    pub(super) until: Timestamp,
}

/// The subject under which a user's failures are counted.
pub(super) fn of_user(user: UserId) -> String {
    format!("user/{user}")
}

/// Those of a name that nobody bears. What people type may be a password, so it is not kept.
pub(super) fn of_nobody(claim: &str) -> String {
    format!("nobody/{}", HEXLOWER.encode(&digest(claim)))
}

/// Those of a browser.
pub(super) fn of_device(device: &[u8]) -> String {
    format!("device/{}", HEXLOWER.encode(device))
}

/// Those within an account, or within what was given for one.
pub(super) fn of_account(account: &str) -> String {
    format!("account/{}", HEXLOWER.encode(&digest(account)))
}

/// Those from an address; of IPv6, from the network that one subscriber has.
pub(super) fn of_source(origin: &Origin) -> String {
    match origin.address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => format!("source/{address}"),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("source/{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        None => format!("source/{}", HEXLOWER.encode(&digest(&origin.source))),
    }
}

/// Which of `users` may not sign in now, and until when.
pub(crate) fn locks_of(tx: &Read<'_>, users: &[UserId]) -> Result<HashMap<UserId, Lock>> {
    let mut locks = HashMap::new();
    for users in users.chunks(NAMED) {
        let subjects: HashMap<String, UserId> = users.iter().map(|user| (of_user(*user), *user)).collect();
        let padding = users.last().into_iter().cycle();
        let named = users.iter().chain(padding).take(NAMED).map(|user| Value::from(of_user(*user)));
        let named: Vec<Value> = named.chain([DISABLED_AT.into(), tx.now().into()]).collect();
        for row in &tx.rows(&sql::LOCKED, &named)? {
            let for_good = row.number(1)? >= DISABLED_AT;
            let lock = if for_good { Lock::ForGood } else { Lock::Until(row.timestamp(2)?) };
            locks.extend(subjects.get(&row.text(0)?).map(|user| (*user, lock)));
        }
    }
    Ok(locks)
}

/// Counts an attempt of `subject`; where it is locked out, nothing is counted.
pub(super) fn count(
    connection: &mut dyn Connection,
    subject: &str,
    lock: Option<password_settings::Lock>,
    now: Timestamp,
) -> Result<Counted> {
    let before = take(connection, subject, now)?;
    // A lock that lies further ahead than any is one of a clock that has been set back since.
    let waits = now < before.locked_until && before.locked_until <= now.plus(LONGEST_LOCK);
    let locked = waits || before.failures >= DISABLED_AT;
    let failures = if locked { before.failures } else { before.failures + 1 };
    let until = if locked { before.locked_until } else { wait(failures, lock).map_or(NEVER, |wait| now.plus(wait)) };
    let forget = if failures >= DISABLED_AT { Timestamp::from_micros(i64::MAX) } else { now.plus(KEPT) };
    let values = [subject.into(), failures.into(), now.into(), until.into(), forget.into()];
    connection.run(&sql::COUNT, &values)?;
    Ok(Counted { locked, failures })
}

/// Counts an attempt within the span.
pub(super) fn count_within(
    connection: &mut dyn Connection,
    subject: &str,
    most: u64,
    now: Timestamp,
) -> Result<Windowed> {
    let before = take(connection, subject, now)?;
    let is_over = now < before.since || now >= before.since.plus(WINDOW);
    let (failures, since) = if is_over { (0, now) } else { (before.failures, before.since) };
    let over = failures >= most;
    let failures = if over { failures } else { failures + 1 };
    let until = since.plus(WINDOW);
    connection.run(&sql::COUNT, &[subject.into(), failures.into(), since.into(), NEVER.into(), until.into()])?;
    Ok(Windowed { failures, over, until })
}

/// The attempt has not failed after all.
pub(super) fn take_back(connection: &mut dyn Connection, subject: &str) -> Result<()> {
    connection.run(&sql::TAKE_BACK, &[subject.into()])?;
    Ok(())
}

/// Changes nothing, at the cost of changing something.
pub(super) fn touch(connection: &mut dyn Connection, subject: &str) -> Result<()> {
    connection.run(&sql::TOUCH, &[subject.into()])?;
    Ok(())
}

/// Nothing has failed in a row any more.
pub(super) fn forget(connection: &mut dyn Connection, subject: &str) -> Result<()> {
    connection.run(&sql::FORGET, &[subject.into()])?;
    Ok(())
}

/// A moment that is over.
const NEVER: Timestamp = Timestamp::from_micros(0);

struct Taken {
    failures: u64,
    since: Timestamp,
    locked_until: Timestamp,
}

fn take(connection: &mut dyn Connection, subject: &str, now: Timestamp) -> Result<Taken> {
    let rows = connection.rows(&sql::TAKE, &[subject.into(), now.into()])?;
    let row = rows.first().ok_or_else(|| crate::error::Error::internal("a count of failures is not there"))?;
    Ok(Taken { failures: row.number(0)?, since: row.timestamp(1)?, locked_until: row.timestamp(2)? })
}

/// How long to wait after so many failures in a row: as always, or as the account's own lock says where that is longer.
fn wait(failures: u64, lock: Option<password_settings::Lock>) -> Option<Duration> {
    let lock = lock.filter(|lock| failures >= u64::from(lock.failures));
    let locked = lock.map(|lock| Duration::from_mins(u64::from(lock.minutes)));
    always_wait(failures).max(locked)
}

fn always_wait(failures: u64) -> Option<Duration> {
    let doublings = u32::try_from(failures.checked_sub(WAITS_FROM)?).unwrap_or(u32::MAX);
    let wait = 2u32.checked_pow(doublings).and_then(|times| FIRST_WAIT.checked_mul(times));
    Some(wait.map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let seconds = |failures| wait(failures, None).map(|wait| wait.as_secs());
        assert_eq!(
            [1, 4, 5, 6, 7, 9, 10, 99].map(seconds),
            [None, None, Some(30), Some(60), Some(120), Some(480), Some(900), Some(900)]
        );
        assert_eq!(wait(u64::MAX, None), Some(LONGEST_WAIT));
        let lock = Some(password_settings::Lock { failures: 3, minutes: 10 });
        let minutes = |failures| wait(failures, lock).map(|wait| wait.as_secs() / 60);
        assert_eq!([2, 3, 5, 20].map(minutes), [None, Some(10), Some(10), Some(15)]);
    }

    #[test]
    fn addresses_of_one_subscriber_are_one_source() {
        let of = |text: &str| {
            let address = text.parse().ok();
            of_source(&Origin { address, source: text.to_owned(), ..Origin::default() })
        };
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("socket"), of("other"));
    }
}
