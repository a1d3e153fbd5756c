//! Pages of long lists: begin behind an entry, take so many.

use crate::error::{Error, Result};

/// How many entries a page may hold: 1 to [`PageSize::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u16);

impl PageSize {
    /// The least.
    pub(crate) const ONE: Self = Self(1);
    /// The most.
    pub const MAX: Self = Self(1_000);

    /// Checks a size. Errors: `Invalid` outside 1 to 1000.
    pub fn new(size: u64) -> Result<Self> {
        match u16::try_from(size) {
            Ok(size) if (1..=Self::MAX.0).contains(&size) => Ok(Self(size)),
            _ => Err(Error::invalid("page size", "must be from 1 to 1000")),
        }
    }

    /// The number.
    pub fn count(self) -> usize {
        usize::from(self.0)
    }

    /// One more than the page holds: whether that one is found tells if there is a next page.
    pub(crate) fn probe(self) -> i64 {
        i64::from(self.0) + 1
    }
}

/// A text to look for, without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search(String);

impl Search {
    /// The most characters.
    pub const MAX: usize = 128;

    /// Checks a text. Errors: `Invalid` when it is empty, too long or holds control characters.
    pub fn parse(text: &str) -> Result<Self> {
        if text.is_empty() || text.chars().count() > Self::MAX || !base::text::is_plain(text) {
            return Err(Error::invalid("search text", "must have 1 to 128 visible characters"));
        }
        Ok(Self(base::text::name_key(text)))
    }

    /// As `LIKE … {{escape}}` wants it: the text anywhere, its own wildcards taken literally.
    pub(crate) fn pattern(&self) -> String {
        let mut pattern = String::from("%");
        for character in self.0.chars() {
            if matches!(character, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        pattern + "%"
    }

    /// Whether it stands anywhere in a text that is folded as it is itself, by [`base::text::name_key`].
    pub fn is_in(&self, folded: &str) -> bool {
        folded.contains(&self.0)
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, K> {
    /// The entries.
    pub items: Vec<T>,
    /// Behind which entry the next page begins; `None` on the last.
    pub next: Option<K>,
}

impl<T, K> Page<T, K> {
    /// Cuts what was found with [`PageSize::probe`] down to a page.
    pub(crate) fn cut(mut found: Vec<T>, size: PageSize, key: impl Fn(&T) -> K) -> Self {
        let more = found.len() > usize::from(size.0);
        found.truncate(usize::from(size.0));
        let next = if more { found.last().map(key) } else { None };
        Self { items: found, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_takes_wildcards_literally() {
        assert_eq!(Search::parse("A%b_c\\d").unwrap().pattern(), "%a\\%b\\_c\\\\d%");
        assert!(Search::parse("").is_err() && Search::parse("a\0").is_err());
    }

    #[test]
    fn a_page_knows_whether_more_follows() {
        let size = PageSize::new(2).unwrap();
        assert_eq!(Page::cut(vec![1, 2, 3], size, |n| *n), Page { items: vec![1, 2], next: Some(2) });
        assert_eq!(Page::cut(vec![1, 2], size, |n| *n), Page { items: vec![1, 2], next: None });
        assert_eq!(Page::cut(Vec::<i32>::new(), size, |n| *n), Page { items: vec![], next: None });
        assert!(PageSize::new(0).is_err() && PageSize::new(1_001).is_err() && PageSize::new(1_000).is_ok());
    }
}
