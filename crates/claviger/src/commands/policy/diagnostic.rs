//! What is said about a document: where, how bad, what, and how to mend it.

use std::fmt::Write as _;

use policy::diagnose::Severity;
use serde_json::{Value, json};

use crate::terminal::{plain, width};

/// How much of a line is shown before and behind the place in question, in characters.
const AROUND: usize = 60;

/// One thing about a document.
#[derive(Debug)]
pub(super) struct Diagnostic {
    pub(super) severity: Severity,
    /// Line and column, from 1, columns in characters.
    pub(super) place: Option<(u32, u32)>,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Diagnostic {
    /// For people: `file:line:column: error: …`, the line, and a caret under the place.
    pub(super) fn text(&self, file: &str, source: &str) -> String {
        let mut text = plain(file);
        if let Some((line, column)) = self.place {
            let _ = write!(text, ":{line}:{column}");
        }
        let _ = write!(text, ": {}: {}", self.severity.word(), plain(&self.message));
        if let Some((line, column)) = self.place {
            text.push_str(&excerpt(source, line, column));
        }
        if let Some(hint) = &self.hint {
            let _ = write!(text, "\n  hint: {}", plain(hint));
        }
        text
    }

    /// For programs.
    pub(super) fn json(&self, file: &str) -> Value {
        let (line, column) = self.place.unzip();
        json!({
            "file": file,
            "line": line,
            "column": column,
            "severity": self.severity.word(),
            "message": self.message,
            "hint": self.hint,
        })
    }
}

/// The line, or of a long one what is around the column, and a caret under the column.
fn excerpt(source: &str, line: u32, column: u32) -> String {
    let before = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    let at = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(whole) = source.split('\n').nth(at) else { return String::new() };
    let whole = whole.trim_end_matches('\r');
    let skipped = before.saturating_sub(AROUND);
    let shown: String = whole.chars().skip(skipped).take(2 * AROUND).collect();
    let (start, end) =
        (if skipped > 0 { "…" } else { "" }, if whole.chars().nth(skipped + 2 * AROUND).is_some() { "…" } else { "" });
    let left: String = shown.chars().take(before - skipped).collect();
    let (number, blank) = (line.to_string(), " ".repeat(width(start) + width(&left)));
    let gutter = " ".repeat(number.len());
    format!("\n  {number} | {start}{}{end}\n  {gutter} | {blank}^", plain(&shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_place() {
        assert_eq!(excerpt("a\n\tb张c\r\nd", 2, 4), "\n  2 |  b张c\n    |     ^");
        assert_eq!(excerpt("a", 1, 2), "\n  1 | a\n    |  ^");
        assert_eq!(excerpt("a\n", 2, 1), "\n  2 | \n    | ^");
        assert_eq!(excerpt("a", 3, 1), "");
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_shown() {
        let line = format!("{}X{}", "a".repeat(500), "b".repeat(500));
        let shown = excerpt(&line, 1, 501);
        let wanted = format!("\n  1 | …{}X{}…\n    | {}^", "a".repeat(60), "b".repeat(59), " ".repeat(61));
        assert_eq!(shown, wanted);
    }
}
