//! What differs between two texts, line by line: how one version of a document became another.
//!
//! ```
//! use policy::diff::{Change, diff};
//!
//! let lines = diff("a\nb\nc", "a\nc\nd");
//! let changes: Vec<_> = lines.iter().map(|line| (line.change, line.text)).collect();
//! assert_eq!(changes, [(Change::Same, "a"), (Change::Removed, "b"), (Change::Same, "c"), (Change::Added, "d")]);
//! assert_eq!((lines[2].old, lines[2].new), (Some(3), Some(2)));
//! ```

use std::ops::Range;

/// A line of either text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Whether it is in both.
    pub change: Change,
    /// Its number in the old text, from 1, if it is there.
    pub old: Option<u32>,
    /// Its number in the new text, likewise.
    pub new: Option<u32>,
    /// The line, without its line feed.
    pub text: &'a str,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is in both.
    Same,
    /// It is only in the old text.
    Removed,
    /// It is only in the new text.
    Added,
}

impl Change {
    /// A word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Removed => "removed",
            Self::Added => "added",
        }
    }
}

/// How many lines may be in only one of two texts, before all that lies between the first and the last of them counts as
/// replaced. It bounds the work: at most its square.
const MAX_CHANGES: usize = 1_000;

/// The lines of two texts in order, removed ones before those added in their place. As few as can be are in only one of
/// them, where that is a thousand at most.
pub fn diff<'a>(old: &'a str, new: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(old), lines(new));
    let start = same(old.iter(), new.iter());
    let rest = |lines: &[&'a str]| lines.get(start..).unwrap_or_default().to_vec();
    let end = same(rest(&old).iter().rev(), rest(&new).iter().rev());
    let middle = |lines: &[&'a str]| lines.get(start..lines.len() - end).unwrap_or_default().to_vec();
    let kept = kept(&middle(&old), &middle(&new));
    let kept = kept.into_iter().map(|(old, new)| (old + start, new + start));
    let ends = (0..end).rev().map(|back| (old.len() - 1 - back, new.len() - 1 - back));
    let mut found = Vec::with_capacity(old.len().max(new.len()));
    let (mut old_at, mut new_at) = (0, 0);
    // What stands in both, and between two of those what does not.
    for (old_kept, new_kept) in (0..start).map(|at| (at, at)).chain(kept).chain(ends) {
        only(&mut found, &old, old_at..old_kept, Change::Removed);
        only(&mut found, &new, new_at..new_kept, Change::Added);
        if let Some(text) = old.get(old_kept) {
            let (old, new) = (Some(number(old_kept)), Some(number(new_kept)));
            found.push(Line { change: Change::Same, old, new, text });
        }
        (old_at, new_at) = (old_kept + 1, new_kept + 1);
    }
    only(&mut found, &old, old_at..old.len(), Change::Removed);
    only(&mut found, &new, new_at..new.len(), Change::Added);
    found
}

fn lines(text: &str) -> Vec<&str> {
    text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect()
}

fn same<'a>(old: impl Iterator<Item = &'a &'a str>, new: impl Iterator<Item = &'a &'a str>) -> usize {
    old.zip(new).take_while(|(old, new)| old == new).count()
}

fn only<'a>(found: &mut Vec<Line<'a>>, lines: &[&'a str], range: Range<usize>, change: Change) {
    for at in range {
        let Some(text) = lines.get(at) else { continue };
        let (old, new) = if change == Change::Removed { (Some(number(at)), None) } else { (None, Some(number(at))) };
        found.push(Line { change, old, new, text });
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

/// The places of lines that stay, in both texts: Myers' greedy search for the shortest way from one text to the other.
fn kept(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let limit = (old.len() + new.len()).min(MAX_CHANGES);
    // How far one comes in the old text with so many changes, by how many more were removed than added.
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for changes in 0..=limit {
        let mut round = Vec::with_capacity(changes + 1);
        for step in 0..=changes {
            let mut at = furthest(rounds.last(), changes, step);
            let mut new_at = new_place(at, changes, step);
            while old.get(at).is_some_and(|line| new.get(new_at) == Some(line)) {
                (at, new_at) = (at + 1, new_at + 1);
            }
            round.push(at);
            if at >= old.len() && new_at >= new.len() {
                rounds.push(round);
                return trace(&rounds, step);
            }
        }
        rounds.push(round);
    }
    Vec::new()
}

/// How far one is in the old text at the begin of a step: `step` of `changes` are removals.
fn furthest(before: Option<&Vec<usize>>, changes: usize, step: usize) -> usize {
    let Some(before) = before else { return 0 };
    let added = before.get(step).copied().filter(|_| step < changes);
    let removed = step.checked_sub(1).and_then(|step| before.get(step)).map(|at| at + 1);
    added.max(removed).unwrap_or(0)
}

/// Where one is in the new text: as far as in the old one, less what was removed, and more by what was added.
fn new_place(at: usize, changes: usize, removed: usize) -> usize {
    (at + (changes - removed)).saturating_sub(removed)
}

/// The way back from the end: whatever was passed between two changes stays.
fn trace(rounds: &[Vec<usize>], mut step: usize) -> Vec<(usize, usize)> {
    let mut kept = Vec::new();
    for changes in (0..rounds.len()).rev() {
        let end = rounds.get(changes).and_then(|round| round.get(step)).copied().unwrap_or(0);
        let before = changes.checked_sub(1).and_then(|changes| rounds.get(changes));
        let begin = furthest(before, changes, step);
        kept.extend((begin..end).rev().map(|at| (at, new_place(at, changes, step))));
        let removed = step.checked_sub(1).and_then(|step| before?.get(step)).map(|at| at + 1);
        let added = before.and_then(|before| before.get(step)).copied().filter(|_| step < changes);
        if removed > added {
            step -= 1;
        }
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    /// Puts both texts together again, and counts what is not in both.
    fn check(old: &str, new: &str) -> usize {
        let found = diff(old, new);
        let side = |other: Change| -> Vec<&str> {
            found.iter().filter(|line| line.change != other).map(|line| line.text).collect()
        };
        assert_eq!(side(Change::Added).join("\n"), old);
        assert_eq!(side(Change::Removed).join("\n"), new);
        let numbers: Vec<u32> = found.iter().filter_map(|line| line.old).collect();
        assert!(numbers.iter().zip(1..).all(|(number, wanted)| *number == wanted));
        let numbers: Vec<u32> = found.iter().filter_map(|line| line.new).collect();
        assert!(numbers.iter().zip(1..).all(|(number, wanted)| *number == wanted));
        found.iter().filter(|line| line.change != Change::Same).count()
    }

    /// The fewest changes, by the longest lines in common.
    fn fewest(old: &[&str], new: &[&str]) -> usize {
        let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
        for i in 0..old.len() {
            for j in 0..new.len() {
                table[i + 1][j + 1] =
                    if old[i] == new[j] { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
            }
        }
        old.len() + new.len() - 2 * table[old.len()][new.len()]
    }

    #[test]
    fn as_few_lines_as_can_be_change() {
        assert_eq!(check("", ""), 0);
        assert_eq!(check("a", "b"), 2);
        assert_eq!(check("", "a\nb"), 3, "the one empty line is gone");
        for seed in 0..2_000 {
            let mut random = Random(seed);
            let mut text =
                || -> Vec<&str> { (0..random.below(9)).map(|_| random.pick(&["a", "b", "c", ""])).collect() };
            let (old, new) = (text(), text());
            let (old, new) = (if old.is_empty() { vec![""] } else { old }, if new.is_empty() { vec![""] } else { new });
            assert_eq!(check(&old.join("\n"), &new.join("\n")), fewest(&old, &new), "seed {seed} {old:?} {new:?}");
        }
    }

    #[test]
    fn much_that_differs_is_replaced() {
        let text = |letter: char| {
            (0..30_000).map(|number| format!("{letter}{}", number % 5_000)).collect::<Vec<_>>().join("\n")
        };
        let (old, new) = (format!("begin\n{}\nend", text('a')), format!("begin\n{}\nend", text('b')));
        assert_eq!(check(&old, &new), 60_000);
    }
}
