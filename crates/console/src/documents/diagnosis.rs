//! What is wrong or odd in a document, in the reader's language.

use policy::{
    diagnose::{Diagnostic, Severity, What},
    grammar::{Hint, Problem},
};

use super::rich::{Rich, code};
use crate::text::{Lang, Value};

/// One thing about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Check {
    /// Whether the document cannot be saved because of it.
    pub(crate) is_error: bool,
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// In characters.
    pub(crate) length: u32,
    /// What is wrong.
    pub(crate) text: Rich,
    /// How to mend it; empty where we cannot tell.
    pub(crate) hint: Rich,
    /// What to write in its place; empty where we cannot tell.
    pub(crate) instead: String,
}

impl Check {
    /// Its line, as messages count.
    pub(crate) fn line_number(&self) -> u64 {
        self.line.into()
    }
}

/// What is to be said about `text`.
pub(crate) fn checks(lang: Lang, text: &str, diagnostics: &[Diagnostic]) -> Vec<Check> {
    diagnostics.iter().map(|diagnostic| check(lang, text, diagnostic)).collect()
}

fn check(lang: Lang, text: &str, diagnostic: &Diagnostic) -> Check {
    let parts = diagnostic.parts();
    let meant = parts.iter().find(|(name, _)| *name == "nearest").map(|(_, word)| word.as_str());
    let meant = meant.or_else(|| diagnostic.hint().filter(|hint| hint.code == "meant")?.word.as_deref());
    let hint = match (meant, diagnostic.hint()) {
        (Some(word), _) => hint(lang, "meant", Some(word)),
        (None, Some(Hint { code, word, .. })) => hint(lang, code, word.as_deref()),
        (None, None) => Rich::default(),
    };
    let instead = meant.filter(|_| replaced(text, diagnostic).is_some());
    Check {
        is_error: diagnostic.severity == Severity::Error,
        line: diagnostic.line,
        column: diagnostic.column,
        length: diagnostic.length,
        text: Rich::of(&message(lang, diagnostic.code(), &parts)),
        hint,
        instead: instead.map(quoted).unwrap_or_default(),
    }
}

/// A word as JSON writes it.
fn quoted(word: &str) -> String {
    serde_json::Value::from(word).to_string()
}

/// The string that a diagnostic is about, with its quotes, by its place in the text; `None` where it is about something
/// else.
fn replaced(text: &str, about: &Diagnostic) -> Option<(usize, usize)> {
    let (begin, end) = span(text, about.line, about.column, about.length)?;
    let found = text.get(begin..end)?;
    (found.len() > 1 && found.starts_with('"') && found.ends_with('"')).then_some((begin, end))
}

/// Where in a text so many characters of a line stand, in bytes.
pub(super) fn span(text: &str, line: u32, column: u32, length: u32) -> Option<(usize, usize)> {
    let number = |number: u32| usize::try_from(number).ok();
    let mut begin = 0;
    for _ in 1..line {
        begin += text.get(begin..)?.find('\n')? + 1;
    }
    let rest = text.get(begin..)?.split('\n').next()?;
    let mut places = rest.char_indices().map(|(place, _)| place).chain([rest.len()]);
    let first = places.nth(number(column)?.checked_sub(1)?)?;
    let last = match number(length)? {
        0 => first,
        length => places.nth(length - 1)?,
    };
    Some((begin + first, begin + last))
}

/// What is wrong with a part of a document that has no place in a text, and how to mend it.
pub(crate) fn problem(lang: Lang, problem: &Problem, hint: Option<&Hint>) -> Rich {
    let what = What::Refused(problem.clone(), None);
    let diagnostic = Diagnostic { severity: Severity::Error, line: 1, column: 1, length: 0, what };
    let mut text = message(lang, diagnostic.code(), &diagnostic.parts());
    if let Some(Hint { code, word, .. }) = hint {
        text = lang.say(
            "diagnosis-with-hint",
            &[("text", (&text).into()), ("hint", (&hinted(lang, code, word.as_deref())).into())],
        );
    }
    Rich::of(&text)
}

fn message(lang: Lang, problem: &str, parts: &[(&'static str, String)]) -> String {
    let name = parts.iter().find(|(part, _)| *part == "name").map_or("", |(_, name)| name.as_str());
    let worded = |(part, value): &(&'static str, String)| {
        let value = match *part {
            "thing" if problem == "misplaced" && value == "resource" => thing(lang, "resource_policy", name),
            "thing" | "wanted" | "found" | "problem" => thing(lang, value, name),
            "max" | "at" => value.clone(),
            _ => code(value),
        };
        (*part, value)
    };
    let values: Vec<(&str, String)> = parts.iter().map(worded).collect();
    let values: Vec<(&str, Value<'_>)> = values.iter().map(|(part, value)| (*part, Value::Text(value))).collect();
    lang.say(&format!("diagnosis-{}", problem.replace('_', "-")), &values)
}

fn thing(lang: Lang, word: &str, name: &str) -> String {
    let id = format!("diagnosis-thing-{}", word.replace('_', "-"));
    lang.say(&id, &[("name", Value::Text(&code(name)))])
}

fn hint(lang: Lang, word_for_it: &str, word: Option<&str>) -> Rich {
    Rich::of(&hinted(lang, word_for_it, word))
}

fn hinted(lang: Lang, word_for_it: &str, word: Option<&str>) -> String {
    let id = format!("diagnosis-hint-{}", word_for_it.replace('_', "-"));
    lang.say(&id, &[("word", Value::Text(&code(word.unwrap_or_default())))])
}

#[cfg(test)]
mod tests {
    use policy::{catalogue::Catalogue, diagnose, document::Purpose};

    use super::*;

    fn found(lang: Lang, text: &str) -> Vec<String> {
        let checked = diagnose::check(text, None, Purpose::Identity, &Catalogue::built_in());
        let line = |check: Check| {
            format!("{}:{} {}. {} {}", check.line, check.column, check.text.plain(), check.hint.plain(), check.instead)
        };
        checks(lang, text, &checked.diagnostics).into_iter().map(line).collect()
    }

    #[test]
    fn faults_are_told_with_their_mending() {
        let text = "{\"Statement\": [\n  {\"Effect\": \"Alow\", \"Actoin\": \"bos:GetObject\", \"Resource\": 1}]}";
        let wanted = [
            "2:14 Alow is no effect. Did you mean Allow? \"Allow\"",
            "2:22 There is no member Actoin here. Did you mean Action? \"Action\"",
            "2:61 Resource must be text or a list of texts, not a number.  ",
        ];
        assert_eq!(found(Lang::En, text), wanted);
        assert_eq!(found(Lang::Zh, text)[0], "2:14 Alow 不是效力. 是否应为 Allow？ \"Allow\"");
    }

    #[test]
    fn oddities_are_told_with_their_mending() {
        let text = "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"bos:GetObjct\", \"Resource\": \"*\"}}";
        let wanted = ["1:45 The catalogue has no action bos:GetObjct. Did you mean bos:GetObject? \"bos:GetObject\""];
        assert_eq!(found(Lang::En, text), wanted);
    }

    #[test]
    fn everything_that_can_be_said_has_words_in_both_languages() {
        for lang in [Lang::En, Lang::Zh] {
            let any = ["name", "text", "key", "other", "operator", "problem", "thing", "wanted", "found", "max", "at"];
            let values: Vec<_> = any.iter().map(|name| (*name, Value::Text("x"))).collect();
            for code in diagnose::CODES {
                let said = lang.say(&format!("diagnosis-{}", code.replace('_', "-")), &values);
                assert!(!said.starts_with('⟦'), "{code}");
            }
            for word in diagnose::THINGS {
                assert!(!thing(lang, word, "x").contains('⟦'), "{word}");
            }
            for code in Hint::CODES {
                assert!(!hint(lang, code, Some("x")).plain().contains('⟦'), "{code}");
            }
        }
    }

    #[test]
    fn a_place_is_found_in_characters() {
        assert_eq!(span("a\n张\"é\"b", 2, 2, 3), Some((5, 9)));
        assert_eq!(span("a\nb", 3, 1, 1), None);
        assert_eq!(span("a\nb", 2, 2, 0), Some((3, 3)));
        assert_eq!(span("a", 1, 1, 2), None);
    }
}
