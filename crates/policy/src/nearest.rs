//! Which known word an unknown one was probably meant to be.

/// The longest word that is looked at.
const MAX_CHARS: usize = 64;

/// The one of `known` that is nearest to `word`: at most a third of its letters are wrong, missing, extra or swapped
/// with their neighbour. The case of letters does not count, and of several equally near the first is taken.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = lower(word)?;
    let limit = (letters.len() / 3).max(1);
    let distance = |name: &'a str| Some((distance(&letters, &lower(name)?, limit)?, name));
    known.into_iter().filter_map(distance).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

fn lower(word: &str) -> Option<Vec<char>> {
    let letters: Vec<char> = word.chars().take(MAX_CHARS + 1).map(|letter| letter.to_ascii_lowercase()).collect();
    (letters.len() <= MAX_CHARS).then_some(letters)
}

/// How many letters differ, counting two swapped neighbours as one. `None` above `limit`.
fn distance(left: &[char], right: &[char], limit: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > limit {
        return None;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (i, &a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &b) in right.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let swapped = i > 0 && j > 0 && left.get(i - 1) == Some(&b) && right.get(j - 1) == Some(&a);
            let swap = if swapped { cell(&before_last, j - 1) + 1 } else { usize::MAX };
            let replace = cell(&last, j) + usize::from(a != b);
            row.push(swap.min(replace).min(cell(&last, j + 1) + 1).min(cell(&row, j) + 1));
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen() {
        let known = ["Action", "NotAction", "Resource", "Effect", "Sid"];
        let meant = |word| nearest(word, known);
        assert_eq!(meant("Actions"), Some("Action"));
        assert_eq!(meant("action"), Some("Action"));
        assert_eq!(meant("Efefct"), Some("Effect"));
        assert_eq!(meant("Resuorces"), Some("Resource"));
        assert_eq!(meant("NotActoin"), Some("NotAction"));
        assert_eq!(meant("Id"), Some("Sid"));
        assert_eq!(meant("Condition"), None);
        assert_eq!(meant(""), None);
        assert_eq!(meant(&"Action".repeat(50)), None);
    }
}
