//! Times as people read them: how long ago, with the exact moment at hand.

use base::timestamp::Timestamp;

use crate::text::{Lang, Value};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A moment as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// How long ago or how long from now, in words.
    pub(crate) relative: String,
    /// The same moment to the second, for people: `2026-11-22 09:57:31 UTC`.
    pub(crate) exact: String,
    /// The same for programs: `2026-11-22T09:57:31Z`.
    pub(crate) machine: String,
}

impl Moment {
    /// The moment `at`, seen from `now`.
    pub(crate) fn new(lang: Lang, at: Timestamp, now: Timestamp) -> Self {
        let machine = at.to_seconds();
        let exact = machine.replace('T', " ").replace('Z', " UTC");
        Self { relative: relative(lang, at.seconds() - now.seconds()), exact, machine }
    }
}

/// A difference of so many seconds; negative is the past.
fn relative(lang: Lang, seconds: i64) -> String {
    let (past, size) = (seconds <= 0, seconds.abs());
    let (unit, count) = match size {
        0..10 => return lang.say("time-now", &[]),
        10..MINUTE => ("seconds", size),
        MINUTE..HOUR => ("minutes", size / MINUTE),
        HOUR..DAY => ("hours", size / HOUR),
        _ if size < 60 * DAY => ("days", size / DAY),
        _ if size < 730 * DAY => ("months", size / (30 * DAY)),
        _ => ("years", size / (365 * DAY)),
    };
    let id = if past { format!("time-{unit}-ago") } else { format!("time-in-{unit}") };
    lang.say(&id, &[("n", Value::Number(count))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_largest_fitting_unit() {
        let told = |seconds| relative(Lang::En, seconds);
        assert_eq!(told(-3), "just now");
        assert_eq!(told(-61), "1 minute ago");
        assert_eq!(told(-7_300), "2 hours ago");
        assert_eq!(told(-DAY), "yesterday");
        assert_eq!(told(-5 * DAY), "5 days ago");
        assert_eq!(told(200), "in 3 minutes");
        assert_eq!(relative(Lang::Zh, -61), "1 分钟前");
    }
}
