//! Decimal numbers, compared exactly however long they are.

use std::{borrow::Cow, cmp::Ordering};

/// A number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Number<'a> {
    /// A whole one.
    Whole(i64),
    /// Any other: with a fraction, or longer.
    Long {
        /// Whether it is below zero.
        negative: bool,
        /// Its digits before the point, without leading zeros.
        whole: Cow<'a, str>,
        /// Its digits behind the point, without trailing zeros.
        fraction: Cow<'a, str>,
    },
}

impl<'a> Number<'a> {
    /// Reads an optional sign, digits, and an optional fraction: a point and digits.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let negative = text.starts_with('-');
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        if fraction.is_empty() {
            let magnitude = if whole.is_empty() { Some(0) } else { whole.parse::<i64>().ok() };
            if let Some(magnitude) = magnitude {
                return Some(Self::Whole(if negative { -magnitude } else { magnitude }));
            }
        }
        Some(Self::Long { negative, whole: Cow::Borrowed(whole), fraction: Cow::Borrowed(fraction) })
    }

    /// It, kept for longer than the text that it was read from.
    pub(super) fn into_owned(self) -> Number<'static> {
        match self {
            Self::Whole(whole) => Number::Whole(whole),
            Self::Long { negative, whole, fraction } => Number::Long {
                negative,
                whole: Cow::Owned(whole.into_owned()),
                fraction: Cow::Owned(fraction.into_owned()),
            },
        }
    }

    /// It in millionths, finer parts cut off. `None` where there are too many.
    pub(super) fn millionths(&self) -> Option<i64> {
        match self {
            Self::Whole(whole) => whole.checked_mul(1_000_000),
            Self::Long { negative, whole, fraction } => {
                let whole = if whole.is_empty() { 0 } else { whole.parse::<i64>().ok()? };
                let magnitude = whole.checked_mul(1_000_000)?.checked_add(millionths(fraction))?;
                Some(if *negative { -magnitude } else { magnitude })
            }
        }
    }

    /// Which of the two is greater.
    pub(super) fn compare(&self, other: &Number<'_>) -> Ordering {
        match (self, other) {
            (Self::Whole(left), Number::Whole(right)) => left.cmp(right),
            (Self::Whole(left), Number::Long { negative, whole, fraction }) => {
                whole_with_long(*left, *negative, whole, fraction)
            }
            (Self::Long { negative, whole, fraction }, Number::Whole(right)) => {
                whole_with_long(*right, *negative, whole, fraction).reverse()
            }
            (
                Self::Long { negative, whole, fraction },
                Number::Long { negative: other_negative, whole: other_whole, fraction: other_fraction },
            ) => {
                // Digits of equal number compare as text does, and so do fractions.
                let magnitudes = (whole.len(), whole, fraction).cmp(&(other_whole.len(), other_whole, other_fraction));
                match (negative, other_negative) {
                    (false, true) => Ordering::Greater,
                    (true, false) => Ordering::Less,
                    (false, false) => magnitudes,
                    (true, true) => magnitudes.reverse(),
                }
            }
        }
    }
}

/// How many millionths the digits behind a point are, finer parts cut off.
pub(super) fn millionths(fraction: &str) -> i64 {
    (0..6).fold(0, |part, at| {
        let digit = fraction.as_bytes().get(at).map_or(0, |digit| digit.saturating_sub(b'0'));
        part * 10 + i64::from(digit)
    })
}

/// Compares a whole number with a long one.
fn whole_with_long(left: i64, negative: bool, whole: &str, fraction: &str) -> Ordering {
    if (left < 0) != negative && left != 0 {
        return left.cmp(&0);
    }
    // Where it does not fit it is the greater; where it is the same, the fraction makes it so.
    let magnitude = if whole.is_empty() { Some(0) } else { whole.parse::<u64>().ok() };
    let order = magnitude.map_or(Ordering::Less, |magnitude| left.unsigned_abs().cmp(&magnitude));
    let order = if fraction.is_empty() { order } else { order.then(Ordering::Less) };
    if negative { order.reverse() } else { order }
}
