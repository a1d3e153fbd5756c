//! Comma-separated values (RFC 4180), as it is safe to open them in a spreadsheet.

use crate::terminal::plain;

/// A line.
pub(super) fn line(cells: impl Iterator<Item = String>) -> String {
    cells.map(|cell| field(&cell)).collect::<Vec<_>>().join(",")
}

/// What a spreadsheet would take for a formula begins with an apostrophe (SEC-144).
fn field(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = format!("{}{}", if formula { "'" } else { "" }, plain(cell));
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-144: no cell is a formula.
    #[test]
    fn sec_144_no_cell_is_a_formula() {
        for (cell, wanted) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-1,2", "\"'-1,2\""),
            ("@sum(a)", "'@sum(a)"),
            ("\t=1", "' =1"),
            ("\r=1", "'\u{FFFD}=1"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(field(cell), wanted, "{cell:?}");
        }
    }

    #[test]
    fn commas_and_quotes_are_quoted_and_lines_are_one() {
        assert_eq!(
            line(["a,b", "say \"x\"", "two\nlines", "张"].map(str::to_owned).into_iter()),
            "\"a,b\",\"say \"\"x\"\"\",two\u{FFFD}lines,张"
        );
    }
}
