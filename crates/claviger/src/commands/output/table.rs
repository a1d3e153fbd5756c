//! Text in columns.

use crate::terminal::{plain, width};

/// Between two columns.
const GAP: &str = "  ";

/// A line of titles and a line for each row, each column as wide as its widest cell.
pub(super) fn columns(titles: &[&str], rows: &[Vec<String>]) -> String {
    let titles: Vec<String> = titles.iter().map(|&title| title.to_owned()).collect();
    let lines: Vec<Vec<String>> =
        std::iter::once(&titles).chain(rows).map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let widest = |place: usize| lines.iter().filter_map(|line| line.get(place)).map(|cell| width(cell)).max();
    let widths: Vec<usize> = (0..titles.len()).map(|place| widest(place).unwrap_or(0)).collect();
    lines.iter().map(|line| aligned(line, &widths)).collect::<Vec<_>>().join("\n")
}

/// A line for each pair.
pub(super) fn pairs(pairs: &[(String, String)]) -> String {
    let widest = pairs.iter().map(|(title, _)| width(title)).max().unwrap_or(0);
    let line = |(title, value): &(String, String)| aligned(&[plain(title), plain(value)], &[widest, 0]);
    pairs.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn aligned(cells: &[String], widths: &[usize]) -> String {
    let pad = |(cell, wanted): (&String, &usize)| format!("{cell}{}", " ".repeat(wanted.saturating_sub(width(cell))));
    cells.iter().zip(widths).map(pad).collect::<Vec<_>>().join(GAP).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let rows = [vec!["张三".to_owned(), "x".to_owned()], vec!["a\u{1b}[1m".to_owned(), String::new()]];
        assert_eq!(columns(&["name", "remarks"], &rows), "name   remarks\n张三   x\na\u{FFFD}[1m");
        assert_eq!(
            pairs(&[("id".to_owned(), "1".to_owned()), ("名字".to_owned(), "x".to_owned())]),
            "id    1\n名字  x"
        );
        assert_eq!(pairs(&[]), "");
    }
}
