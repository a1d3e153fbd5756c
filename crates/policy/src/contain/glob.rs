//! Whether one pattern matches all that another one does, or something that it does.
//!
//! A pattern is laid on the other's symbols as it would be on text: what stands before its first run and behind its last
//! one goes to the ends, and what stands between two runs to the first place that fits, because what follows a run can
//! only gain by having more left. No way takes more steps than the product of both lengths; most patterns differ long
//! before.

use crate::{
    contain::work::{Spent, Work},
    pattern::{Part, Pattern},
};

/// What a pattern consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    /// This code point.
    Char(char),
    /// Any one.
    One,
    /// Any run of them.
    Run,
}

/// The symbols of a pattern. A variable is any run. Of symbols that are not literal, single ones come first and one run
/// at most behind them, so that patterns of one meaning look alike, and no two runs touch.
pub(super) fn symbols(pattern: &Pattern, work: &Work) -> Result<Box<[Symbol]>, Spent> {
    let mut symbols = Vec::new();
    let mut runs = false;
    for part in pattern.parts() {
        work.spend(1)?;
        match part {
            Part::Literal(text) => {
                work.spend(text.len())?;
                if std::mem::take(&mut runs) {
                    symbols.push(Symbol::Run);
                }
                symbols.extend(text.chars().map(Symbol::Char));
            }
            Part::One => symbols.push(Symbol::One),
            Part::Run | Part::Variable(_) => runs = true,
        }
    }
    if runs {
        symbols.push(Symbol::Run);
    }
    Ok(symbols.into_boxed_slice())
}

/// Whether `outer` matches every text that `inner` matches. Where it is true it is so; it is false in rare cases in
/// which only several ways to lay `outer` together match all.
pub(super) fn includes(outer: &[Symbol], inner: &[Symbol], work: &Work) -> Result<bool, Spent> {
    let fits = |outer: Symbol, inner: Symbol| match (outer, inner) {
        (Symbol::One, Symbol::One | Symbol::Char(_)) => true,
        (Symbol::Char(outer), Symbol::Char(inner)) => outer == inner,
        _ => false,
    };
    let (mut outer, mut inner) = (outer, inner);
    while let Some((first, outer_rest)) = outer.split_first().filter(|(first, _)| **first != Symbol::Run) {
        work.spend(1)?;
        let Some((_, inner_rest)) = inner.split_first().filter(|(other, _)| fits(*first, **other)) else {
            return Ok(false);
        };
        (outer, inner) = (outer_rest, inner_rest);
    }
    while let Some((last, outer_rest)) = outer.split_last().filter(|(last, _)| **last != Symbol::Run) {
        work.spend(1)?;
        let Some((_, inner_rest)) = inner.split_last().filter(|(other, _)| fits(*last, **other)) else {
            return Ok(false);
        };
        (outer, inner) = (outer_rest, inner_rest);
    }
    if outer.is_empty() { Ok(inner.is_empty()) } else { lay(outer, inner, fits, work) }
}

/// Whether some text is matched by both.
pub(super) fn intersect(left: &[Symbol], right: &[Symbol], work: &Work) -> Result<bool, Spent> {
    let fits = |left: Symbol, right: Symbol| match (left, right) {
        (Symbol::Char(left), Symbol::Char(right)) => left == right,
        _ => true,
    };
    let fixed = |one: Symbol, other: Symbol| one != Symbol::Run && other != Symbol::Run;
    let (mut left, mut right) = (left, right);
    while let (Some((one, left_rest)), Some((other, right_rest))) = (left.split_first(), right.split_first())
        && fixed(*one, *other)
    {
        work.spend(1)?;
        if !fits(*one, *other) {
            return Ok(false);
        }
        (left, right) = (left_rest, right_rest);
    }
    while let (Some((one, left_rest)), Some((other, right_rest))) = (left.split_last(), right.split_last())
        && fixed(*one, *other)
    {
        work.spend(1)?;
        if !fits(*one, *other) {
            return Ok(false);
        }
        (left, right) = (left_rest, right_rest);
    }
    let starts = |symbols: &[Symbol]| symbols.first() == Some(&Symbol::Run);
    let ends = |symbols: &[Symbol]| symbols.last() == Some(&Symbol::Run);
    // What the one wants may stand in the other's run, and the other way round.
    if starts(left) && ends(right) || starts(right) && ends(left) {
        return Ok(true);
    }
    let (around, within) = if starts(left) { (left, right) } else { (right, left) };
    if !starts(around) || !ends(around) {
        return Ok(left.is_empty() && right.is_empty());
    }
    work.spend(within.len())?;
    if within.contains(&Symbol::Run) {
        return Ok(true); // all that is around stands in it
    }
    lay(around, within, fits, work)
}

/// Whether `pattern`, which begins and ends with runs, can be laid on `on`.
fn lay(pattern: &[Symbol], on: &[Symbol], fits: impl Fn(Symbol, Symbol) -> bool, work: &Work) -> Result<bool, Spent> {
    let mut rest = on;
    for segment in pattern.split(|symbol| *symbol == Symbol::Run).filter(|segment| !segment.is_empty()) {
        loop {
            let Some(place) = rest.get(..segment.len()) else { return Ok(false) };
            let fitting = segment.iter().zip(place).take_while(|(own, other)| fits(**own, **other)).count();
            work.spend(fitting + 1)?;
            if fitting == segment.len() {
                rest = rest.get(fitting..).unwrap_or_default();
                break;
            }
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        pattern::Syntax,
        testing::{Keys, Random},
    };

    fn read(text: &str) -> Pattern {
        Pattern::read(text, Syntax::WILD.with_variables(true)).unwrap()
    }

    fn laid(text: &str) -> Box<[Symbol]> {
        symbols(&read(text), &Work::new()).unwrap()
    }

    fn included(outer: &[Symbol], inner: &[Symbol]) -> bool {
        includes(outer, inner, &Work::new()).unwrap()
    }

    fn met(left: &[Symbol], right: &[Symbol]) -> bool {
        intersect(left, right, &Work::new()).unwrap()
    }

    fn inside(inner: &str, outer: &str) -> bool {
        included(&laid(outer), &laid(inner))
    }

    #[test]
    fn patterns_inside_others() {
        for (inner, outer) in [
            ("", "*"),
            ("a", "a"),
            ("a?b", "a*b"),
            ("a*", "a**"),
            ("*?", "?*"),
            ("a*?*b", "a?*b"),
            ("user/a*", "user/*"),
            ("user/*/a?", "user/*"),
            ("*a*b*", "*b*"),
            ("?", "?"),
            ("é", "?"),
            ("a${x}b", "a*b"),
        ] {
            assert!(inside(inner, outer), "{inner} in {outer}");
        }
        for (inner, outer) in [
            ("*", "a*"),
            ("user/*", "user/a*"),
            ("?", "a"),
            ("*", "?"),
            ("a*", "a?"),
            ("a*", "a?*"),
            ("a${x}", "a?*"),
            ("ab", "a"),
            ("a", "A"),
        ] {
            assert!(!inside(inner, outer), "{inner} not in {outer}");
        }
    }

    #[test]
    fn both_agree_with_what_patterns_match() {
        let texts: Vec<String> = (0..=5_u32)
            .flat_map(|length| (0..3_u32.pow(length)).map(move |number| (length, number)))
            .map(|(length, number)| {
                (0..length).map(|at| ['a', 'b', 'é'][(number / 3_u32.pow(at) % 3) as usize]).collect()
            })
            .collect();
        let mut random = Random(94);
        let mut counts = [0; 4];
        for _ in 0..2_000 {
            let mut pattern = || (0..random.below(5)).map(|_| random.pick(&["a", "b", "*", "?", "*"])).collect();
            let (left, right): (String, String) = (pattern(), pattern());
            let matches = |pattern: &str| -> Vec<bool> {
                let pattern = read(pattern);
                texts.iter().map(|text| pattern.matches(text, &Keys::default())).collect()
            };
            let (matched_left, matched_right) = (matches(&left), matches(&right));
            let mut pairs = matched_left.iter().zip(&matched_right);
            // Of patterns as short as these, texts as short as these tell all.
            let meet = pairs.clone().any(|(left, right)| *left && *right);
            let is_inside = pairs.all(|(left, right)| !left || *right);
            let (left_symbols, right_symbols) = (laid(&left), laid(&right));
            let (met, met_other) = (met(&left_symbols, &right_symbols), met(&right_symbols, &left_symbols));
            assert_eq!(met, met_other, "{left} {right}");
            assert!(met || !meet, "{left} and {right} meet");
            assert!(is_inside || !inside(&left, &right), "{left} is not in {right}");
            counts[usize::from(met)] += 1;
            counts[2 + usize::from(inside(&left, &right))] += 1;
            if !met {
                continue;
            }
            // Nothing is called met for nothing, but where no text of this length can show it.
            assert!(meet || left.len() + right.len() > 5, "{left} and {right} do not meet");
        }
        assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
    }

    #[test]
    fn no_way_to_lay_them_takes_more_steps_than_both_lengths_allow() {
        let (stars, other) = (laid(&"*a".repeat(1_000)), laid(&format!("{}b", "a*".repeat(1_000))));
        let (long, text) = (laid(&format!("*{}b*", "a".repeat(1_000))), laid(&"a".repeat(3_000)));
        for (left, right) in [(&stars, &other), (&stars, &text), (&other, &text), (&long, &text), (&long, &stars)] {
            for (left, right) in [(left, right), (right, left)] {
                let work = Work::new();
                includes(left, right, &work).unwrap();
                intersect(left, right, &work).unwrap();
                assert!(work.spent() <= 3 * left.len() * right.len(), "{}", work.spent());
            }
        }
        assert!(met(&stars, &laid("*a")) && !met(&stars, &other) && !met(&long, &text));
        assert!(included(&stars, &text) && !included(&long, &text) && !included(&stars, &other));
        // What is far too much is given up.
        let (long, text) = (laid(&format!("*{}b*", "a".repeat(5_000))), laid(&"a".repeat(10_000)));
        let work = Work::new();
        assert_eq!(includes(&long, &text, &work), Err(Spent));
        assert_eq!(includes(&laid("a"), &laid("a"), &work), Err(Spent));
    }
}
