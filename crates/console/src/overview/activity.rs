//! How much goes on, as charts with a table beside each.

use iam::overview::{Activity, Day, Days, Happened};

use super::chart::{Bars, Lines, Tenths};
use crate::{
    failure::{Failure, allowed},
    text::Lang,
    visit::Visit,
};

/// For how many days charts are offered; the first unless somebody asks for another.
const SPANS: [u64; 2] = [14, 30];

/// What happened during the last days.
pub(super) struct Charts {
    /// Each offered span, and whether it is the one shown.
    pub(super) spans: Vec<(u64, bool)>,
    pub(super) sign_ins: Chart<Bars>,
    pub(super) calls: Chart<Lines>,
    pub(super) decisions: Chart<Lines>,
}

/// A chart, and what it shows in words and numbers.
pub(super) struct Chart<D> {
    pub(super) drawing: D,
    pub(super) good: u64,
    pub(super) bad: u64,
    /// What it is called for whoever does not see it.
    pub(super) name: String,
    /// Each day's name and numbers, in the order of the days.
    pub(super) days: Vec<(String, u64, u64)>,
}

impl<D> Chart<D> {
    /// Whether nothing happened.
    pub(super) fn is_empty(&self) -> bool {
        self.good == 0 && self.bad == 0
    }

    /// The first day's name, and the last one's.
    pub(super) fn ends(&self) -> [&str; 2] {
        [self.days.first(), self.days.last()].map(|day| day.map_or("", |(name, ..)| name.as_str()))
    }
}

impl Chart<Bars> {
    /// Where some days' names stand.
    pub(super) fn named(&self) -> impl Iterator<Item = (Tenths, &str)> {
        let name = |(x, place): &(Tenths, usize)| Some((*x, self.days.get(*place)?.0.as_str()));
        self.drawing.names.iter().filter_map(name)
    }
}

/// Asks what happened. `None` where that is not for whoever asks.
pub(super) async fn charts(visit: &Visit) -> Result<Option<Charts>, Failure> {
    let asked = visit.query.get("days").parse::<u64>().unwrap_or_default();
    let span = SPANS.into_iter().find(|span| *span == asked).unwrap_or(SPANS[0]);
    let Some(days) = allowed(visit.ask(Activity { days: Days::new(span)? }).await)? else { return Ok(None) };
    let lang = visit.lang;
    Ok(Some(Charts {
        spans: SPANS.into_iter().map(|one| (one, one == span)).collect(),
        sign_ins: chart(lang, "overview-sign-ins-chart", &days, Bars::new, |of| (of.signed_in, of.sign_in_failed)),
        calls: chart(lang, "overview-calls-chart", &days, Lines::new, |of| (of.calls, of.calls_denied)),
        decisions: chart(lang, "overview-decisions-chart", &days, Lines::new, |of| {
            (of.decisions_allowed, of.decisions_denied)
        }),
    }))
}

fn chart<D>(
    lang: Lang,
    id: &str,
    days: &[(Day, Happened)],
    draw: fn(&[(u64, u64)]) -> D,
    of: fn(&Happened) -> (u64, u64),
) -> Chart<D> {
    let numbers: Vec<(u64, u64)> = days.iter().map(|(_, happened)| of(happened)).collect();
    let sum = |part: fn(&(u64, u64)) -> u64| numbers.iter().map(part).fold(0, u64::saturating_add);
    let (good, bad) = (sum(|both| both.0), sum(|both| both.1));
    let named = days.iter().zip(&numbers).map(|((day, _), (good, bad))| (name(lang, *day), *good, *bad));
    let days: Vec<(String, u64, u64)> = named.collect();
    let chart = Chart { drawing: draw(&numbers), good, bad, name: String::new(), days };
    let [from, to] = chart.ends();
    let values = [("from", from.into()), ("to", to.into()), ("good", good.into()), ("bad", bad.into())];
    Chart { name: lang.say(id, &values), ..chart }
}

/// A day as people write it: `9 Nov`.
fn name(lang: Lang, day: Day) -> String {
    let text = day.to_text();
    let mut parts = text.split('-').skip(1).map(|part| part.parse::<u32>().unwrap_or_default());
    let (month, day) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    lang.say("overview-day", &[("month", month.into()), ("day", day.into())])
}

#[cfg(test)]
mod tests {
    use base::timestamp::Timestamp;

    use super::*;

    fn days(count: i64) -> Vec<(Day, Happened)> {
        let day = |back| Timestamp::parse_seconds("2026-11-09T00:00:00Z").unwrap().plus(Day::LENGTH * back);
        let happened = Happened { calls: 1_000, calls_denied: 2, ..Happened::default() };
        (0..count).map(|back| (Day::of(day(u32::try_from(back).unwrap())), happened)).collect()
    }

    #[test]
    fn a_chart_says_in_words_what_it_shows() {
        let of = |of: &Happened| (of.calls, of.calls_denied);
        let calls = chart(Lang::En, "overview-calls-chart", &days(14), Lines::new, of);
        assert_eq!(calls.name, "Calls per day, 9 Nov to 22 Nov: 14,000 carried out, 28 denied");
        assert_eq!(calls.days[1], ("10 Nov".to_owned(), 1_000, 2));
        let chinese = chart(Lang::Zh, "overview-calls-chart", &days(14), Lines::new, of);
        assert_eq!(chinese.ends(), ["11月9日", "11月22日"]);
        assert!(!calls.is_empty());
        let none = chart(Lang::En, "overview-decisions-chart", &days(14), Lines::new, |_| (0, 0));
        assert!(none.is_empty());
    }

    #[test]
    fn every_month_has_a_name() {
        let names: std::collections::BTreeSet<String> =
            days(365).into_iter().map(|(day, _)| name(Lang::En, day)).collect();
        assert_eq!(names.len(), 365);
    }
}
