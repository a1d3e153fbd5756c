//! Patterns of actions.

use crate::{
    catalogue::{Catalogue, Levels},
    document::{Action, Listed},
    pattern::{Pattern, Syntax, VariableProblem},
    request::ActionName,
};

/// The actions of a statement.
#[derive(Debug)]
pub(crate) struct Actions {
    negated: bool,
    patterns: Box<[ActionPattern]>,
}

#[derive(Debug)]
struct ActionPattern {
    /// The service; all where there is none.
    service: Option<Box<str>>,
    service_start: Start,
    names: Names,
    /// What all the names begin with.
    names_start: Start,
}

/// An action that is asked for, made ready for being held against many patterns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AskedAction<'a> {
    pub(crate) name: ActionName<'a>,
    service_start: Start,
    name_start: Start,
}

/// The first bytes of a text in lower case. They tell most names apart in one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Start {
    bytes: u64,
    /// Which of the bits are known.
    known: u64,
}

/// Which of a service's actions are meant.
#[derive(Debug)]
enum Names {
    All,
    Like(Pattern),
    /// Those that can do no more than this.
    Within(Levels),
}

impl Actions {
    /// Compiles a list; words for levels of access and a service's own words by the catalogue.
    pub(super) fn new(listed: &Listed<Action>, catalogue: &Catalogue) -> Self {
        let mut patterns = Vec::with_capacity(listed.items.len());
        for action in &listed.items {
            // Without variables nothing can be malformed.
            let _ = ActionPattern::push(action, catalogue, &mut patterns);
        }
        Self { negated: listed.negated, patterns: patterns.into_boxed_slice() }
    }

    /// Whether `action` is among them.
    pub(crate) fn contain(&self, action: &AskedAction<'_>) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(action)) != self.negated
    }

    /// How much work [`Actions::contain`] is at most, in steps of a nanosecond or two.
    pub(crate) fn weight(&self, action: &AskedAction<'_>) -> usize {
        self.patterns.iter().map(|pattern| pattern.weight(action)).sum::<usize>() + 1
    }

    /// Whether they are about actions of this service at all.
    pub(crate) fn name_service(&self, service: &str) -> bool {
        self.negated || self.patterns.iter().any(|pattern| pattern.is_of(service))
    }

    /// Whether it is every action of every service.
    pub(crate) fn are_all(&self) -> bool {
        if self.negated {
            self.patterns.is_empty()
        } else {
            self.patterns.iter().any(|pattern| pattern.service.is_none() && matches!(pattern.names, Names::All))
        }
    }
}

impl<'a> AskedAction<'a> {
    pub(crate) fn new(name: ActionName<'a>) -> Self {
        Self { name, service_start: Start::of(name.service), name_start: Start::of(name.name) }
    }
}

impl Start {
    fn of(text: &str) -> Self {
        text.bytes().take(8).rev().fold(Self { bytes: 0, known: 0 }, |start, byte| Self {
            bytes: start.bytes << 8 | u64::from(byte.to_ascii_lowercase()),
            known: start.known << 8 | 0xff,
        })
    }

    /// Whether a text that begins so may begin with `other` too, as far as that is known.
    fn may_begin(self, other: Self) -> bool {
        self.bytes & other.known == other.bytes
    }
}

impl ActionPattern {
    fn push(action: &Action, catalogue: &Catalogue, patterns: &mut Vec<Self>) -> Result<(), VariableProblem> {
        match action {
            Action::Any => patterns.push(Self::new(None, Names::All)),
            Action::Named { service, name } => {
                let service = (service != "*").then_some(service.as_str());
                patterns.push(Self::new(service, Names::like(name, Syntax::WILD)?));
            }
            Action::Permission { service, word } => {
                let own = service.as_deref().and_then(|service| catalogue.own_word(service, word));
                let levels = Levels::of_word(word);
                let pattern = |names| Self::new(service.as_deref(), names);
                match levels {
                    Some(Levels::ALL) => patterns.push(pattern(Names::All)),
                    Some(levels) => patterns.push(pattern(Names::Within(levels))),
                    None => {
                        patterns.push(pattern(Names::like(word, Syntax::STAR)?));
                        for name in own.unwrap_or_default() {
                            patterns.push(pattern(Names::like(name, Syntax::TEXT)?));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn new(service: Option<&str>, names: Names) -> Self {
        let literal = if let Names::Like(pattern) = &names { pattern.literal_start() } else { "" };
        Self {
            service_start: Start::of(service.unwrap_or_default()),
            service: service.map(Into::into),
            names_start: Start::of(literal),
            names,
        }
    }

    fn is_of(&self, service: &str) -> bool {
        self.service.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(service))
    }

    fn weight(&self, action: &AskedAction<'_>) -> usize {
        match &self.names {
            // What stands between two stars is searched for.
            Names::Like(pattern) if self.may_match(action) && pattern.parts().len() > 2 => 20 * pattern.parts().len(),
            _ => 4,
        }
    }

    /// What the first bytes tell.
    fn may_match(&self, action: &AskedAction<'_>) -> bool {
        action.service_start.may_begin(self.service_start) && action.name_start.may_begin(self.names_start)
    }

    fn matches(&self, action: &AskedAction<'_>) -> bool {
        self.may_match(action)
            && self.is_of(action.name.service)
            && match &self.names {
                Names::All => true,
                Names::Like(pattern) => pattern.matches_in_ascii_case(action.name.name),
                Names::Within(levels) => !action.name.levels.is_empty() && levels.contains_all(action.name.levels),
            }
    }
}

impl Names {
    fn like(name: &str, syntax: Syntax) -> Result<Self, VariableProblem> {
        let pattern = Pattern::read(name, syntax)?;
        Ok(if pattern.is_any() { Self::All } else { Self::Like(pattern) })
    }
}
