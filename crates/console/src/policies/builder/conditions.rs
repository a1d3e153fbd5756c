//! One condition: key, operator, values.

use policy::{
    builder::Condition,
    catalogue::{
        Catalogue,
        service::{KeyEntry, KeyType, Service},
    },
    condition::Operator,
    document::Quantifier,
    key::Key,
};

use crate::{
    form::Form,
    text::{Lang, Value},
};

/// What stands before global keys in documents that the builder writes.
const PREFIX: &str = "claviger:";
/// That a key is there, or is not: words for the two values of `Null`.
const EXISTS: &str = "exists";
const MISSING: &str = "missing";

/// What can be asked of keys of each type: operator, and the message for it.
const OFFERED: &[(KeyType, &[(Operator, &str)])] = &[
    (KeyType::Text, TEXT),
    (KeyType::Number, NUMBER),
    (KeyType::Date, DATE),
    (KeyType::Epoch, DATE),
    (KeyType::Bool, &[(Operator::Bool, "policies-is")]),
    (KeyType::Address, &[(Operator::IpAddress, "policies-is-in"), (Operator::NotIpAddress, "policies-is-not-in")]),
    (KeyType::Arn, &[(Operator::ArnLike, "policies-is-like"), (Operator::ArnNotLike, "policies-is-not-like")]),
    (KeyType::Binary, &[(Operator::BinaryEquals, "policies-is")]),
];
const TEXT: &[(Operator, &str)] = &[
    (Operator::StringEquals, "policies-is"),
    (Operator::StringNotEquals, "policies-is-not"),
    (Operator::StringLike, "policies-is-like"),
    (Operator::StringNotLike, "policies-is-not-like"),
    (Operator::StringEqualsIgnoreCase, "policies-is-in-any-case"),
    (Operator::StringNotEqualsIgnoreCase, "policies-is-not-in-any-case"),
];
const NUMBER: &[(Operator, &str)] = &[
    (Operator::NumericEquals, "policies-is"),
    (Operator::NumericNotEquals, "policies-is-not"),
    (Operator::NumericLessThan, "policies-is-below"),
    (Operator::NumericLessThanEquals, "policies-is-at-most"),
    (Operator::NumericGreaterThan, "policies-is-above"),
    (Operator::NumericGreaterThanEquals, "policies-is-at-least"),
];
const DATE: &[(Operator, &str)] = &[
    (Operator::DateLessThan, "policies-is-before"),
    (Operator::DateLessThanEquals, "policies-is-not-after"),
    (Operator::DateGreaterThan, "policies-is-after"),
    (Operator::DateGreaterThanEquals, "policies-is-not-before"),
    (Operator::DateEquals, "policies-is"),
];

/// A condition as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    /// The key as documents write it; of a tag's key what stands before the tag, with its slash.
    pub(crate) key: String,
    /// The tag.
    pub(crate) tag: String,
    /// The operator's name, or one of the two words for `Null`.
    pub(crate) operator: String,
    /// The values, with commas between them; or as a list in JSON, where they hold some.
    pub(crate) values: String,
    /// Whether a request without the key passes.
    pub(crate) if_exists: bool,
    pub(crate) quantifier: Quantifier,
}

/// A condition as a page shows it.
pub(crate) struct ConditionView {
    pub(crate) draft: Draft,
    /// The keys: as documents write them, in words, and whether it is that.
    pub(crate) keys: Vec<(String, String, bool)>,
    /// The operators, likewise.
    pub(crate) operators: Vec<(String, String, bool)>,
    /// Whether a tag is to be named.
    pub(crate) has_tag: bool,
    /// Whether values are to be given.
    pub(crate) has_values: bool,
    /// Whether the key may have several values.
    pub(crate) several: bool,
    /// An example of a value.
    pub(crate) example: &'static str,
}

impl Draft {
    /// From where a request comes: what is asked most often.
    pub(crate) fn begin() -> Self {
        Self {
            key: format!("{PREFIX}SourceIp"),
            tag: String::new(),
            operator: Operator::IpAddress.name().to_owned(),
            values: String::new(),
            if_exists: false,
            quantifier: Quantifier::None,
        }
    }

    pub(crate) fn of(condition: &Condition) -> Self {
        let (key, tag) = match condition.key.split_once('/') {
            Some((family, tag)) if is_family(&condition.key) => (format!("{family}/"), tag.to_owned()),
            _ => (condition.key.clone(), String::new()),
        };
        let operator = match (condition.operator, condition.values.as_slice()) {
            (Operator::Null, [value]) if value == "false" => EXISTS,
            (Operator::Null, [value]) if value == "true" => MISSING,
            (operator, _) => operator.name(),
        };
        Self {
            key,
            tag,
            operator: operator.to_owned(),
            values: if matches!(operator, EXISTS | MISSING) { String::new() } else { joined(&condition.values) },
            if_exists: condition.if_exists,
            quantifier: condition.quantifier,
        }
    }

    pub(crate) fn read(form: &Form, prefix: &str, catalogue: &Catalogue) -> Self {
        let text = |name: &str| form.get(&format!("{prefix}-{name}")).trim().to_owned();
        let mut draft = Self {
            key: text("key"),
            tag: text("tag"),
            operator: text("operator"),
            values: text("values"),
            if_exists: form.has(&format!("{prefix}-absent")),
            quantifier: match text("quantifier").as_str() {
                "all" => Quantifier::All,
                "any" => Quantifier::Any,
                _ => Quantifier::None,
            },
        };
        // Another key has other operators.
        let offered = draft.offered(catalogue);
        let stays = matches!(draft.operator.as_str(), EXISTS | MISSING)
            || offered.iter().any(|(operator, _)| operator.name() == draft.operator);
        if draft.key != text("was")
            && !stays
            && let Some((first, _)) = offered.first()
        {
            first.name().clone_into(&mut draft.operator);
        }
        draft
    }

    pub(crate) fn model(&self) -> Condition {
        let (operator, values) = match self.operator.as_str() {
            EXISTS => (Operator::Null, vec!["false".to_owned()]),
            MISSING => (Operator::Null, vec!["true".to_owned()]),
            name => (Operator::from_name(name).unwrap_or(Operator::StringEquals), separated(&self.values)),
        };
        let is_null = operator == Operator::Null;
        Condition {
            operator,
            quantifier: if is_null { Quantifier::None } else { self.quantifier },
            if_exists: self.if_exists && !is_null,
            key: if self.key.ends_with('/') { format!("{}{}", self.key, self.tag) } else { self.key.clone() },
            values,
        }
    }

    /// Whether its values have yet to be typed.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.model().values.is_empty() || (self.key.ends_with('/') && self.tag.is_empty())
    }

    fn entry<'a>(&self, catalogue: &'a Catalogue) -> Option<&'a KeyEntry> {
        let spelled = if self.key.ends_with('/') { format!("{}x", self.key) } else { self.key.clone() };
        catalogue.key(Key::named(&spelled).name())
    }

    fn offered(&self, catalogue: &Catalogue) -> &'static [(Operator, &'static str)] {
        let kind = self.entry(catalogue).map_or(KeyType::Text, |entry| entry.kind);
        OFFERED.iter().find(|(known, _)| *known == kind).map_or(TEXT, |(_, offered)| offered)
    }

    pub(crate) fn view(&self, lang: Lang, service: Option<&Service>, catalogue: &Catalogue) -> ConditionView {
        let kind = self.entry(catalogue).map_or(KeyType::Text, |entry| entry.kind);
        ConditionView {
            keys: self.keys(lang, service, catalogue),
            operators: self.operators(lang, catalogue),
            has_tag: self.key.ends_with('/'),
            has_values: !matches!(self.operator.as_str(), EXISTS | MISSING),
            several: self.entry(catalogue).is_some_and(|entry| entry.several) || self.quantifier != Quantifier::None,
            example: match kind {
                KeyType::Text | KeyType::Binary => "",
                KeyType::Number | KeyType::Epoch => "3600",
                KeyType::Date => "2026-12-31T23:59:59Z",
                KeyType::Bool => "true",
                KeyType::Address => "203.0.113.0/24",
                KeyType::Arn => "crn:iam:*:*:user/*",
            },
            draft: self.clone(),
        }
    }

    fn keys(&self, lang: Lang, service: Option<&Service>, catalogue: &Catalogue) -> Vec<(String, String, bool)> {
        let own = self.entry(catalogue).map(|entry| entry.name.clone());
        let mut keys: Vec<(String, String, bool)> = Vec::new();
        let mut add = |entry: &KeyEntry, prefix: &str| {
            let chosen = own.as_ref() == Some(&entry.name);
            let written = if chosen { self.key.clone() } else { format!("{prefix}{}", entry.name) };
            let id = format!("sentence-key-{}", entry.name.trim_end_matches('/').to_ascii_lowercase());
            let words = lang.say(&id, &[("tag", Value::Text(""))]);
            let words = if words.starts_with('⟦') { entry.name.clone() } else { words.trim().to_owned() };
            keys.push((written, words, chosen));
        };
        catalogue.global_keys().iter().for_each(|entry| add(entry, PREFIX));
        service.into_iter().flat_map(|service| &service.keys).for_each(|entry| add(entry, ""));
        if !keys.iter().any(|(_, _, chosen)| *chosen) {
            keys.push((self.key.clone(), self.key.clone(), true));
        }
        keys
    }

    fn operators(&self, lang: Lang, catalogue: &Catalogue) -> Vec<(String, String, bool)> {
        let offered = self.offered(catalogue).iter().map(|(operator, id)| (operator.name(), lang.say(id, &[])));
        let null = [(EXISTS, lang.say("policies-is-there", &[])), (MISSING, lang.say("policies-is-missing", &[]))];
        let all = offered.chain(null);
        let mut all: Vec<_> = all.map(|(word, words)| (word.to_owned(), words, word == self.operator)).collect();
        if !all.iter().any(|(_, _, chosen)| *chosen) {
            all.push((self.operator.clone(), self.operator.clone(), true));
        }
        all
    }
}

impl ConditionView {
    pub(crate) fn quantifier(&self) -> &'static str {
        match self.draft.quantifier {
            Quantifier::None => "",
            Quantifier::All => "all",
            Quantifier::Any => "any",
        }
    }
}

fn is_family(key: &str) -> bool {
    ["principaltag/", "requesttag/", "resourcetag/"].iter().any(|family| Key::named(key).name().starts_with(family))
}

/// Values in one line: with commas between them, or as a list in JSON where that would not be read again.
fn joined(values: &[String]) -> String {
    let text = values.join(", ");
    if separated(&text) == values { text } else { serde_json::json!(values).to_string() }
}

fn separated(text: &str) -> Vec<String> {
    if let Ok(values) = serde_json::from_str(text) {
        return values;
    }
    text.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_were_written() {
        let cases: &[&[&str]] =
            &[&[], &["a"], &["a", "b c"], &["a,b"], &[""], &["[\"a\"]"], &[" a"], &["张", "\"", "1"]];
        for case in cases {
            let values: Vec<String> = case.iter().map(|&value| value.to_owned()).collect();
            assert_eq!(separated(&joined(&values)), values, "{values:?}");
        }
        assert_eq!(separated("a, b,, c "), ["a", "b", "c"]);
    }
}
