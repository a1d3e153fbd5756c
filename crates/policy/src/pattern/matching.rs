//! Matching a pattern: what stands before its first star and behind its last one is held against the ends of the text,
//! and what stands between two is looked for from left to right.

use crate::{
    pattern::{Part, search::Search},
    request::Context,
};

/// How characters are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// As they are.
    Exact,
    /// ASCII letters are equal in both cases.
    Ascii,
}

/// One matching.
#[derive(Clone, Copy)]
pub(super) struct Match<'a> {
    pub(super) case: Case,
    pub(super) context: &'a dyn Context,
}

impl Match<'_> {
    /// Whether the parts match all of `text`.
    pub(super) fn all(self, parts: &[Part], text: &str) -> bool {
        // Most patterns are of these forms.
        match parts {
            [Part::Run] => true,
            [Part::Literal(literal)] => self.case.equal(text, literal),
            [Part::Literal(literal), Part::Run] => self.case.strip_start(text, literal).is_some(),
            _ => self.by_segments(parts, text),
        }
    }

    fn by_segments(self, parts: &[Part], text: &str) -> bool {
        let is_run = |part: &Part| matches!(part, Part::Run);
        let mut segments = parts.split(is_run);
        let Some(rest) = segments.next().and_then(|head| self.strip_start(head, text)) else { return false };
        let Some(tail) = segments.next_back() else { return rest.is_empty() };
        let Some(mut rest) = self.strip_end(tail, rest) else { return false };
        for segment in segments {
            let Some(behind) = self.find(segment, rest) else { return false };
            rest = behind;
        }
        true
    }

    /// What stands behind `segment` at the start of `text`.
    fn strip_start<'t>(self, segment: &[Part], text: &'t str) -> Option<&'t str> {
        segment.iter().try_fold(text, |rest, part| match part {
            Part::Literal(literal) => self.case.strip_start(rest, literal),
            Part::Variable(variable) => self.case.strip_start(rest, &variable.value(self.context)?),
            Part::One | Part::Run => {
                let mut chars = rest.chars();
                chars.next().map(|_| chars.as_str())
            }
        })
    }

    /// What stands before `segment` at the end of `text`.
    fn strip_end<'t>(self, segment: &[Part], text: &'t str) -> Option<&'t str> {
        segment.iter().rev().try_fold(text, |rest, part| match part {
            Part::Literal(literal) => self.case.strip_end(rest, literal),
            Part::Variable(variable) => self.case.strip_end(rest, &variable.value(self.context)?),
            Part::One | Part::Run => {
                let mut chars = rest.chars();
                chars.next_back().map(|_| chars.as_str())
            }
        })
    }

    /// What stands behind the first place in `text` where `segment` is.
    fn find<'t>(self, segment: &[Part], text: &'t str) -> Option<&'t str> {
        match (segment, self.case) {
            ([Part::Literal(literal)], Case::Exact) => text.split_once(&**literal).map(|(_, behind)| behind),
            ([Part::Variable(variable)], Case::Exact) => {
                text.split_once(&*variable.value(self.context)?).map(|(_, behind)| behind)
            }
            _ => self.search(segment, text),
        }
    }

    fn search<'t>(self, segment: &[Part], text: &'t str) -> Option<&'t str> {
        let mut search = Search::new(text, self.case == Case::Ascii);
        for part in segment {
            match part {
                Part::Literal(literal) => search.text(literal),
                Part::Variable(variable) => search.text(&variable.value(self.context)?),
                Part::One | Part::Run => search.one(),
            }
            .ok()?;
        }
        search.behind_first()
    }
}

impl Case {
    fn equal(self, left: &str, right: &str) -> bool {
        match self {
            Self::Exact => left == right,
            Self::Ascii => left.eq_ignore_ascii_case(right),
        }
    }

    fn strip_start<'t>(self, text: &'t str, start: &str) -> Option<&'t str> {
        let (before, behind) = text.split_at_checked(start.len())?;
        self.equal(before, start).then_some(behind)
    }

    fn strip_end<'t>(self, text: &'t str, end: &str) -> Option<&'t str> {
        let (before, behind) = text.split_at_checked(text.len().checked_sub(end.len())?)?;
        self.equal(behind, end).then_some(before)
    }
}
