//! Somebody's terminal: text of others on it, and questions to whoever sits there.

pub(crate) mod ask;

use std::io::{self, IsTerminal as _};

use base::text::is_plain;

/// The text with nothing in it that a terminal would obey, or that hides or reorders what stands beside it. A tab
/// becomes a blank, so that columns stay what they are.
pub(crate) fn plain(text: &str) -> String {
    let one = |c: char| match c {
        '\t' => ' ',
        _ if is_plain(c.encode_utf8(&mut [0; 4])) => c,
        _ => '\u{FFFD}',
    };
    text.chars().map(one).collect()
}

/// How many cells a terminal gives to a text: two to each character of Chinese, Japanese and Korean, one to others.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// The large ranges of Unicode's East Asian Width (UAX #11).
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{1F300}'..='\u{1FAFF}'
        | '\u{20000}'..='\u{3FFFD}')
}

/// A line on standard error that says how far long work is, where that is a terminal. It is gone afterwards.
pub(crate) struct Progress {
    wanted: bool,
    shown: bool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { wanted: io::stderr().is_terminal(), shown: false }
    }

    pub(crate) fn show(&mut self, text: &str) {
        if self.wanted {
            eprint!("\r\u{1b}[K{}", plain(text));
            self.shown = true;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            eprint!("\r\u{1b}[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_but_characters() {
        assert_eq!(plain("a\tb\u{1b}[31mc\u{202E}d"), "a b\u{FFFD}[31mc\u{FFFD}d");
        assert_eq!(plain("张三"), "张三");
    }

    #[test]
    fn wide_characters_take_two_cells() {
        assert_eq!((width("a张b"), width("")), (4, 0));
    }
}
