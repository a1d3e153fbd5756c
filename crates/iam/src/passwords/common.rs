//! Passwords that are tried first wherever somebody tries to guess one (SEC-017).
//!
//! The list is not written out: it is every word of `words.txt`, with the digits and signs around it that people add
//! where a rule asks for them, and with the letters that people replace. Beside it stand what fingers do on a keyboard,
//! dates, and the same thing over and over. That is some millions of passwords, and a table that can be read.

use std::{collections::HashSet, sync::LazyLock};

use base::text::name_key;

/// Rows, columns and zigzags of a keyboard: from one key to its neighbour on one of these is no step for a guesser.
const KEYS: [&str; 18] = [
    "`1234567890-=",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "!@#$%^&*()_+",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik,",
    "9ol.",
    "!qaz",
    "@wsx",
    "#edc",
    "1q2w3e4r5t6y7u8i9o0p",
];
/// The most digits that are taken for something added to a word: a date has eight.
const DIGITS_MAX: usize = 8;
/// The most signs on either side of them.
const SIGNS_MAX: usize = 3;
/// The longest piece that a password may be a repetition of.
const PIECE_MAX: usize = 4;

static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("words.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// Whether a password is one of those.
pub(super) fn is_common(password: &str) -> bool {
    let folded = name_key(password);
    let characters: Vec<char> = folded.chars().collect();
    let every_other = |first| characters.iter().skip(first).step_by(2).copied().collect::<Vec<char>>();
    let interleaved = || is_walk(&every_other(0)) && is_walk(&every_other(1));
    is_walk(&characters) || interleaved() || is_date(&folded) || repeats(&characters) || is_word(&folded)
}

/// Whether it is a word with what people add to one, or two words that stand together.
fn is_word(folded: &str) -> bool {
    let bare = stripped(folded);
    [bare.to_owned(), letters(bare), stripped(&letters(folded)).to_owned()].iter().any(|word| is_listed(word))
}

fn is_listed(word: &str) -> bool {
    let halves = || {
        word.char_indices().skip(1).any(|(at, _)| {
            let (first, second) = word.split_at(at);
            first == second && WORDS.contains(first)
        })
    };
    WORDS.contains(word) || halves()
}

/// The text without signs, digits and signs at its end, and the same before it.
fn stripped(text: &str) -> &str {
    let end = text.trim_end_matches(is_sign);
    let digits = end.trim_end_matches(|c: char| c.is_ascii_digit());
    let core = digits.trim_end_matches(is_sign);
    let start = core.trim_start_matches(is_sign);
    let after = start.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = after.trim_start_matches(is_sign);
    let few = |longer: &str, shorter: &str, most: usize| longer.len() - shorter.len() <= most;
    let added = [
        (text, end, SIGNS_MAX),
        (end, digits, DIGITS_MAX),
        (digits, core, SIGNS_MAX),
        (core, start, SIGNS_MAX),
        (start, after, DIGITS_MAX),
        (after, bare, SIGNS_MAX),
    ];
    if added.into_iter().all(|(longer, shorter, most)| few(longer, shorter, most)) { bare } else { text }
}

fn is_sign(character: char) -> bool {
    character.is_ascii_punctuation() || character == ' '
}

/// The text with the letters back that people replace by digits and signs.
fn letters(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        '9' => 'g',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Whether nearly every character follows from the one before it: the same, the next, the one before, or a neighbour.
fn is_walk(characters: &[char]) -> bool {
    let pairs = characters.windows(2);
    let breaks = pairs.filter(|pair| !matches!(pair, [one, other] if follows(*one, *other))).count();
    breaks * 4 <= characters.len()
}

fn follows(one: char, other: char) -> bool {
    let (a, b) = (u32::from(one), u32::from(other));
    a.abs_diff(b) <= 1
        || KEYS.iter().any(|row| {
            let place = |c| row.chars().position(|key| key == c);
            matches!((place(one), place(other)), (Some(one), Some(other)) if one.abs_diff(other) == 1)
        })
}

/// Whether it is eight digits that are a day, in one of the orders in which people write it.
fn is_date(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | '/' | '.' | ' ')).collect();
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let number = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    let is_day = |year: u32, month: u32, day: u32| {
        (1900..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
    };
    is_day(number(0, 4), number(4, 6), number(6, 8))
        || is_day(number(4, 8), number(2, 4), number(0, 2))
        || is_day(number(4, 8), number(0, 2), number(2, 4))
}

/// Whether it is a short piece over and over.
fn repeats(characters: &[char]) -> bool {
    (1..=PIECE_MAX.min(characters.len() / 2))
        .any(|length| characters.iter().zip(characters.iter().skip(length)).all(|(one, later)| one == later))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-017: the list has far more than ten thousand entries that are long enough to be set.
    #[test]
    fn sec_017_the_list_has_more_than_ten_thousand_entries() {
        let tails = (0..100).map(|n| n.to_string()).chain((1950..2030).map(|n| n.to_string()));
        let tails: Vec<String> =
            tails.chain(["123", "1234", "123456", "!", "123!", "@2024"].map(str::to_owned)).collect();
        let entries = WORDS.iter().flat_map(|word| tails.iter().map(move |tail| format!("{word}{tail}")));
        let long: HashSet<String> = entries.filter(|entry| entry.chars().count() >= 8).collect();
        assert!(long.len() > 100_000 && WORDS.len() > 1_000, "{} of {} words", long.len(), WORDS.len());
        assert!(long.iter().all(|entry| is_common(entry)));
    }

    #[test]
    fn words_are_written_as_they_are_looked_for() {
        for word in WORDS.iter() {
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()), "{word}");
        }
    }

    #[test]
    fn what_everybody_tries_is_found() {
        for common in [
            "password",
            "Password1",
            "P@ssw0rd",
            "p@$$w0rd123",
            "PASSWORD!",
            "passwordpassword",
            "12345678",
            "87654321",
            "11111111",
            "aaaaaaaa",
            "abcd1234",
            "1q2w3e4r",
            "1qaz2wsx",
            "!QAZ2wsx",
            "qwertyuiop",
            "qwerty123",
            "asdfghjkl",
            "iloveyou",
            "iloveyou2",
            "Welcome1",
            "welcome@123",
            "letmein!",
            "Summer2024!",
            "Admin@123",
            "admin888",
            "changeme",
            "monkey123",
            "19900101",
            "01-01-1990",
            "31121999",
            "20080808",
            "woaini1314",
            "woaini520",
            "zhang123",
            "123456abc",
            "a1b2c3d4",
            "123123123",
            "abcabcabc",
            "ｐassword",
            "1234qwer",
            "00000000",
            "test1234",
        ] {
            assert!(is_common(common), "{common}");
        }
    }

    #[test]
    fn what_is_hard_to_guess_is_let_through() {
        for good in [
            "correct horse battery staple",
            "Correct-Horse-7",
            "Another-Horse-8",
            "a pass phrase",
            "kX9#mQ2$",
            "h7Gd92kq",
            "tr0ub4dor&3x",
            "我的密码很长很长",
            "xkcd936 four",
            "Wq8.Zr4-Tn6",
            "mypasswordislongerthanyours",
        ] {
            assert!(!is_common(good), "{good}");
        }
    }
}
