//! Gathering candidates: those that begin with what was typed, then those that hold it.

use super::{Candidate, Kind, MAX_CANDIDATES};

/// Of how many letters on a candidate need only hold what was typed.
const ENOUGH_TO_SEARCH: usize = 2;

/// What is offered.
pub(super) struct Offer<'a> {
    typed: &'a str,
    lower: String,
    first: Vec<(String, Kind, String)>,
    second: Vec<(String, Kind, String)>,
}

impl<'a> Offer<'a> {
    /// To whoever typed this.
    pub(super) fn new(typed: &'a str) -> Self {
        Self { typed, lower: typed.to_ascii_lowercase(), first: Vec::new(), second: Vec::new() }
    }

    /// What was typed.
    pub(super) fn typed(&self) -> &'a str {
        self.typed
    }

    /// Offers a text, if it fits.
    pub(super) fn add(&mut self, text: impl Into<String>, kind: Kind, about: &str) {
        let text = text.into();
        let lower = text.to_ascii_lowercase();
        let list = match () {
            () if lower.starts_with(&self.lower) => &mut self.first,
            () if self.lower.len() >= ENOUGH_TO_SEARCH && lower.contains(&self.lower) => &mut self.second,
            () => return,
        };
        if list.len() < MAX_CANDIDATES && list.iter().all(|(known, ..)| *known != text) {
            list.push((text, kind, about.to_owned()));
        }
    }

    /// Offers several of one kind.
    pub(super) fn all<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>, kind: Kind) {
        for text in texts {
            self.add(text, kind, "");
        }
    }

    /// The candidates.
    pub(super) fn finish(self, insert: impl Fn(&str) -> String) -> Vec<Candidate> {
        let all = self.first.into_iter().chain(self.second).take(MAX_CANDIDATES);
        all.map(|(text, kind, about)| Candidate { insert: insert(&text), text, kind, about }).collect()
    }
}
