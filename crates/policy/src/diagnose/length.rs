//! How much of a line a diagnostic is about.

/// The length of what begins at a place, in characters: a string with its quotes, a number or a word; of all else, and
/// of a string that does not end, one character.
pub(super) fn of(lines: &[&str], line: u32, column: u32) -> u32 {
    let at = |number: u32| usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
    let rest = lines.get(at(line)).map(|line| line.chars().skip(at(column)));
    let Some(mut rest) = rest else { return 0 };
    let length = match rest.next() {
        None => 0,
        Some('"') => string(rest).unwrap_or(1),
        Some(first) if is_of_word(first) => 1 + rest.take_while(|next| is_of_word(*next)).count(),
        Some(_) => 1,
    };
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The length of a string whose first quote was taken.
fn string(rest: impl Iterator<Item = char>) -> Option<usize> {
    let mut escaped = false;
    for (place, char) in rest.enumerate() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(place + 2),
            _ => {}
        }
    }
    None
}

fn is_of_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '+' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_numbers_and_words_are_whole() {
        let lines = [r#"{"é\"张": -1.5e+3, "b"#, "true}"];
        for (line, column, length) in
            [(1, 1, 1), (1, 2, 6), (1, 10, 7), (1, 19, 1), (2, 1, 4), (2, 5, 1), (2, 6, 0), (3, 1, 0)]
        {
            assert_eq!(of(&lines, line, column), length, "{line}:{column}");
        }
    }
}
