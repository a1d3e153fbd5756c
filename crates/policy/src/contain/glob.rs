//! Whether one pattern matches all that another one does, or something that it does, in time that grows with the product
//! of their lengths.

use crate::pattern::{Part, Pattern};

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
/// at most behind them, so that patterns of one meaning look alike.
pub(super) fn symbols(pattern: &Pattern) -> Vec<Symbol> {
    let mut symbols = Vec::new();
    let mut runs = false;
    for part in pattern.parts() {
        match part {
            Part::Literal(text) => {
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
    symbols
}

/// Whether `outer` matches every text that `inner` matches. Where it is true it is so; it is false in rare cases in
/// which only several ways to lay `outer` together match all.
pub(super) fn includes(outer: &[Symbol], inner: &[Symbol]) -> bool {
    // Places in `outer` up to which it matches all that `inner` up to here does.
    let mut places = Places::start(outer.len());
    places.spread(outer, |symbol| symbol == Symbol::Run);
    for &symbol in inner {
        let mut next = Places::none(outer.len());
        for (at, &own) in outer.iter().enumerate().filter(|(at, _)| places.has(*at)) {
            match (own, symbol) {
                (Symbol::Run, _) => next.add(at),
                (Symbol::One, Symbol::One | Symbol::Char(_)) => next.add(at + 1),
                (Symbol::Char(own), Symbol::Char(char)) if own == char => next.add(at + 1),
                _ => {}
            }
        }
        next.spread(outer, |symbol| symbol == Symbol::Run);
        if next.are_none() {
            return false;
        }
        places = next;
    }
    places.has(outer.len())
}

/// Whether some text is matched by both.
pub(super) fn intersect(left: &[Symbol], right: &[Symbol]) -> bool {
    // Places in `right` up to which it matches something that `left` up to here does.
    let mut places = Places::start(right.len());
    for &symbol in left {
        places.spread(right, |own| own == Symbol::Run || symbol == Symbol::Run);
        let mut next = Places::none(right.len());
        if symbol == Symbol::Run {
            next = places;
        } else {
            for (at, &own) in right.iter().enumerate().filter(|(at, _)| places.has(*at)) {
                match (own, symbol) {
                    (Symbol::Run, _) => next.add(at),
                    (Symbol::Char(own), Symbol::Char(char)) if own != char => {}
                    _ => next.add(at + 1),
                }
            }
        }
        if next.are_none() {
            return false;
        }
        places = next;
    }
    places.spread(right, |own| own == Symbol::Run);
    places.has(right.len())
}

/// Places between the symbols of a pattern, before the first, and behind the last.
struct Places(Vec<bool>);

impl Places {
    fn none(symbols: usize) -> Self {
        Self(vec![false; symbols + 1])
    }

    fn start(symbols: usize) -> Self {
        let mut places = Self::none(symbols);
        places.add(0);
        places
    }

    fn has(&self, at: usize) -> bool {
        self.0.get(at).copied().unwrap_or_default()
    }

    fn add(&mut self, at: usize) {
        if let Some(place) = self.0.get_mut(at) {
            *place = true;
        }
    }

    /// Adds the place behind each symbol that may be skipped.
    fn spread(&mut self, symbols: &[Symbol], may_skip: impl Fn(Symbol) -> bool) {
        for (at, &symbol) in symbols.iter().enumerate() {
            if self.has(at) && may_skip(symbol) {
                self.add(at + 1);
            }
        }
    }

    fn are_none(&self) -> bool {
        !self.0.contains(&true)
    }
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

    fn inside(inner: &str, outer: &str) -> bool {
        includes(&symbols(&read(outer)), &symbols(&read(inner)))
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
            let (left_symbols, right_symbols) = (symbols(&read(&left)), symbols(&read(&right)));
            let met = intersect(&left_symbols, &right_symbols);
            assert_eq!(met, intersect(&right_symbols, &left_symbols), "{left} {right}");
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
    fn hard_patterns_take_no_longer() {
        let stars: Vec<_> = symbols(&read(&"*a".repeat(1_000)));
        let other = symbols(&read(&format!("{}b", "a*".repeat(1_000))));
        let begun = std::time::Instant::now();
        assert!(!includes(&stars, &other) && !includes(&other, &stars) && intersect(&stars, &symbols(&read("*a"))));
        assert!(!intersect(&stars, &other));
        assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}
