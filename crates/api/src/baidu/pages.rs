//! Pages by their number, which a few calls have; the rest of the wire has whole lists.

use super::error::Fault;
use crate::members::Members;

/// How many entries a page has where the call does not say.
const SIZE: u64 = 10;
/// The most entries of a page.
const SIZE_MAX: u64 = 1_000;

/// Which page is asked for.
pub(super) struct PageNumber {
    /// Its number, from 1.
    pub(super) number: u64,
    /// How many entries a page has.
    pub(super) size: u64,
}

impl PageNumber {
    /// `pageNo` and `pageSize` of a body. Errors: 0, or too many entries.
    pub(super) fn of(body: &Members) -> Result<Self, Fault> {
        let (number, size) = (body.number("pageNo")?.unwrap_or(1), body.number("pageSize")?.unwrap_or(SIZE));
        if number == 0 || !(1..=SIZE_MAX).contains(&size) {
            return Err(Fault::inappropriate_json("`pageNo` counts from 1, and `pageSize` is from 1 to 1000"));
        }
        Ok(Self { number, size })
    }

    /// The entries of the page.
    pub(super) fn cut<T>(&self, all: Vec<T>) -> Vec<T> {
        let skipped = usize::try_from((self.number - 1).saturating_mul(self.size)).unwrap_or(usize::MAX);
        let taken = usize::try_from(self.size).unwrap_or(usize::MAX);
        all.into_iter().skip(skipped).take(taken).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_and_end() {
        let page = |number, size| PageNumber { number, size }.cut((0..25).collect::<Vec<_>>());
        assert_eq!(page(1, 10), (0..10).collect::<Vec<_>>());
        assert_eq!(page(3, 10), (20..25).collect::<Vec<_>>());
        assert!(page(4, 10).is_empty() && page(u64::MAX, 1_000).is_empty());
        assert_eq!(page(1, 1_000).len(), 25);
    }
}
