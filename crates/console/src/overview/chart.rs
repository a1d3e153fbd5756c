//! Where the parts of a chart stand. All lengths are tenths of the drawing's unit, so that nothing is rounded twice and
//! the same numbers give the same drawing anywhere.

use std::fmt;

/// A length, printed in units: `30.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tenths(u64);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 10 {
            0 => write!(f, "{}", self.0 / 10),
            rest => write!(f, "{}.{rest}", self.0 / 10),
        }
    }
}

/// A line across the chart, and what it says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tick {
    pub(crate) y: Tenths,
    /// Where its number stands.
    pub(crate) text_y: Tenths,
    pub(crate) text: String,
}

/// A part of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rect {
    /// `a` for the lower, `b` for the upper part.
    pub(crate) part: &'static str,
    pub(crate) x: Tenths,
    pub(crate) y: Tenths,
    pub(crate) width: Tenths,
    pub(crate) height: Tenths,
}

/// Bars of two parts, 600 wide and 162 high.
#[derive(Debug)]
pub(crate) struct Bars {
    pub(crate) ticks: Vec<Tick>,
    pub(crate) rects: Vec<Rect>,
    /// Where some of the days' names stand, and which day it is.
    pub(crate) names: Vec<(Tenths, usize)>,
}

/// Two lines over the same days, 280 wide and 110 high.
#[derive(Debug)]
pub(crate) struct Lines {
    pub(crate) ticks: Vec<Tick>,
    /// The first line, the area below it, and the second line, as paths.
    pub(crate) first: String,
    pub(crate) area: String,
    pub(crate) second: String,
}

/// Where a drawing begins and ends.
struct Frame {
    left: u64,
    right: u64,
    top: u64,
    base: u64,
}

const BARS: Frame = Frame { left: 300, right: 5_960, top: 245, base: 1_405 };
const LINES: Frame = Frame { left: 0, right: 2_800, top: 125, base: 925 };
/// What is left between the parts of a bar.
const GAP: u64 = 15;
/// A part of a bar that is there is seen.
const LEAST: u64 = 10;
/// How many days are named at most.
const NAMED: usize = 7;

impl Bars {
    pub(crate) fn new(days: &[(u64, u64)]) -> Self {
        let most = days.iter().map(|(a, b)| a.saturating_add(*b)).max().unwrap_or(0);
        let scale = Scale::new(&BARS, most);
        let count = u64::try_from(days.len().max(1)).unwrap_or(1);
        let step = (BARS.right - BARS.left) / count;
        let width = step * 56 / 100;
        let left = |place: usize| BARS.left + 40 + step * u64::try_from(place).unwrap_or(0);
        let mut rects = Vec::with_capacity(days.len() * 2);
        for (place, (lower, upper)) in days.iter().enumerate() {
            let rect = |part, base: u64, value| {
                let height = scale.height(value).max(LEAST);
                let (x, y) = (Tenths(left(place)), Tenths(base.saturating_sub(height)));
                Rect { part, x, y, width: Tenths(width), height: Tenths(height) }
            };
            let base = BARS.base - 5;
            let below = (*lower > 0).then(|| rect("a", base, *lower));
            rects.extend(below);
            let base = below.map_or(base, |below| below.y.0.saturating_sub(GAP));
            rects.extend((*upper > 0).then(|| rect("b", base, *upper)));
        }
        let every = days.len().div_ceil(NAMED).max(1);
        let named = (0..days.len()).step_by(every);
        let names = named.map(|place| (Tenths(left(place) + width / 2), place)).collect();
        Self { ticks: scale.ticks(), rects, names }
    }
}

impl Lines {
    pub(crate) fn new(days: &[(u64, u64)]) -> Self {
        let most = days.iter().map(|(a, b)| *a.max(b)).max().unwrap_or(0);
        let scale = Scale::new(&LINES, most);
        let steps = u64::try_from(days.len().saturating_sub(1).max(1)).unwrap_or(1);
        let path = |value: fn(&(u64, u64)) -> u64| {
            let points = days.iter().enumerate().map(|(place, day)| {
                let x = LINES.left + (LINES.right - LINES.left) * u64::try_from(place).unwrap_or(0) / steps;
                let command = if place == 0 { 'M' } else { 'L' };
                format!("{command}{} {}", Tenths(x), Tenths(LINES.base - scale.height(value(day))))
            });
            points.collect::<String>()
        };
        let (first, second) = (path(|day| day.0), path(|day| day.1));
        let (right, base, left) = (Tenths(LINES.right), Tenths(LINES.base), Tenths(LINES.left));
        let area = format!("{first}L{right} {base}L{left} {base}Z");
        Self { ticks: scale.ticks(), first, area, second }
    }
}

/// How high a value stands in a frame.
struct Scale<'f> {
    frame: &'f Frame,
    most: u64,
}

impl<'f> Scale<'f> {
    /// One on which the largest value has room, and whose half is a round number, too.
    fn new(frame: &'f Frame, largest: u64) -> Self {
        let mut unit: u64 = 1;
        while unit.saturating_mul(10) < largest {
            unit *= 10;
        }
        let round = [2, 4, 6, 8, 10].map(|times: u64| times.saturating_mul(unit));
        let most = round.into_iter().find(|most| *most >= largest).unwrap_or(u64::MAX);
        Self { frame, most }
    }

    fn height(&self, value: u64) -> u64 {
        let height = u128::from(self.frame.base - self.frame.top);
        let share = u128::from(value.min(self.most)) * height / u128::from(self.most.max(1));
        u64::try_from(share).unwrap_or_default()
    }

    fn ticks(&self) -> Vec<Tick> {
        let tick = |value| {
            let y = self.frame.base - self.height(value);
            Tick { y: Tenths(y), text_y: Tenths(y + 35), text: short(value) }
        };
        vec![tick(0), tick(self.most / 2), tick(self.most)]
    }
}

/// A round number in few characters: `20k`.
fn short(number: u64) -> String {
    match number {
        1_000_000.. => format!("{}M", number / 1_000_000),
        1_000.. => format!("{}k", number / 1_000),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tops(largest: u64) -> Vec<String> {
        Scale::new(&BARS, largest).ticks().into_iter().map(|tick| tick.text).collect()
    }

    #[test]
    fn scales_end_at_round_numbers_with_round_halves() {
        for (largest, wanted) in [
            (0, ["0", "1", "2"]),
            (1, ["0", "1", "2"]),
            (3, ["0", "2", "4"]),
            (10, ["0", "5", "10"]),
            (11, ["0", "10", "20"]),
            (41, ["0", "30", "60"]),
            (100, ["0", "50", "100"]),
            (1_284_903, ["0", "1M", "2M"]),
            (15_000, ["0", "10k", "20k"]),
        ] {
            assert_eq!(tops(largest), wanted, "{largest}");
        }
        assert_eq!(Scale::new(&LINES, u64::MAX).height(u64::MAX), LINES.base - LINES.top);
    }

    #[test]
    fn parts_of_a_bar_stand_on_each_other_and_what_is_there_is_seen() {
        let bars = Bars::new(&[(30, 10), (0, 0), (0, 40), (4_000, 1)]);
        let parts: Vec<&str> = bars.rects.iter().map(|rect| rect.part).collect();
        assert_eq!(parts, ["a", "b", "b", "a", "b"]);
        let [lower, upper] = [bars.rects[0], bars.rects[1]];
        assert_eq!((lower.x, lower.width), (upper.x, upper.width));
        assert_eq!(lower.y.0, upper.y.0 + upper.height.0 + GAP);
        assert!(bars.rects.iter().all(|rect| rect.height.0 >= LEAST && rect.y.0 + rect.height.0 < BARS.base));
        assert!(bars.rects[3].x.0 + bars.rects[3].width.0 < BARS.right);
    }

    #[test]
    fn no_more_days_are_named_than_there_is_room_for() {
        for days in 1..=90 {
            let bars = Bars::new(&vec![(1, 0); days]);
            assert!((1..=NAMED).contains(&bars.names.len()), "{days}: {:?}", bars.names);
            assert!(bars.names.iter().all(|(x, _)| x.0 < BARS.right));
        }
    }

    #[test]
    fn lines_go_from_edge_to_edge() {
        let lines = Lines::new(&[(0, 2), (4, 0), (2, 1)]);
        assert_eq!(lines.first, "M0 92.5L140 12.5L280 52.5");
        assert_eq!(lines.second, "M0 52.5L140 92.5L280 72.5");
        assert_eq!(lines.area, "M0 92.5L140 12.5L280 52.5L280 92.5L0 92.5Z");
        assert_eq!(Lines::new(&[(1, 0)]).first, "M0 52.5");
    }
}
