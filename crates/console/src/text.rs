//! The words of the console, in two languages.
//!
//! A message has an id and stands in `text/<language>/<noun>.ftl`, in Fluent's syntax. Both languages have the same ids
//! with the same variables; a test says so, and another that templates use no id which is not there.

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

/// A language that the console speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lang {
    /// English.
    En,
    /// Chinese in simplified characters.
    Zh,
}

/// The value of a variable in a message.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Text(&'a str),
    Number(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }

        // Templates hand on references.
        impl From<&$number> for Value<'_> {
            fn from(number: &$number) -> Self {
                Self::from(*number)
            }
        }
    )*};
}

numbers!(i64, u32, u64, usize);

macro_rules! words {
    ($($file:literal),* $(,)?) => {
        /// The files of messages: one a noun.
        const FILES: &[(&str, &str, &str)] = &[$((
            $file,
            include_str!(concat!("../text/en/", $file, ".ftl")),
            include_str!(concat!("../text/zh/", $file, ".ftl")),
        )),*];
    };
}

words![
    "attach",
    "diagnosis",
    "documents",
    "explain",
    "failure",
    "groups",
    "keys",
    "layout",
    "log",
    "me",
    "overview",
    "policies",
    "provider",
    "roles",
    "rules",
    "search",
    "sentences",
    "session",
    "settings",
    "times",
    "user",
    "users"
];

static ENGLISH: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle(Lang::En, FILES.iter().map(|(_, text, _)| *text)));
static CHINESE: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle(Lang::Zh, FILES.iter().map(|(_, _, text)| *text)));

fn bundle(lang: Lang, files: impl Iterator<Item = &'static str>) -> FluentBundle<FluentResource> {
    // The tags are ours; without one, numbers would only be counted the English way.
    let language = lang.tag().parse::<LanguageIdentifier>().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => Some(in_thousands(&number.as_string())),
        _ => None,
    }));
    for text in files {
        // What cannot be read is left out and shows as a missing message; a test finds it.
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

/// Digits in groups of three, as both languages write large numbers: `12,345`.
pub(crate) fn in_thousands(digits: &str) -> String {
    let whole = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && index < whole && (whole - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Lang {
    /// As HTML and cookies name it.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// The language of that tag, where the console speaks it.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        match tag.split('-').next()?.trim().to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        }
    }

    /// What an `Accept-Language` header likes best of what the console speaks.
    pub(crate) fn accepted(header: &str) -> Self {
        let liked = header.split(',').take(32).filter_map(|item| {
            let mut parts = item.split(';');
            let lang = Self::of_tag(parts.next()?)?;
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            (weight > 0.0).then_some((lang, weight))
        });
        let best = liked.fold(None, |best: Option<(Self, f32)>, next| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            _ => Some(next),
        });
        best.map_or(Self::En, |(lang, _)| lang)
    }

    /// Sentences in a row; one that is empty is left out.
    pub(crate) fn paragraph(self, sentences: &[String]) -> String {
        let said: Vec<&str> = sentences.iter().map(String::as_str).filter(|sentence| !sentence.is_empty()).collect();
        said.join(if self == Self::Zh { "" } else { " " })
    }

    /// A message in this language. One that is not there shows as its id in `⟦⟧`, which no test lets pass.
    pub(crate) fn say(self, id: &str, values: &[(&str, Value<'_>)]) -> String {
        let bundle = match self {
            Self::En => &*ENGLISH,
            Self::Zh => &*CHINESE,
        };
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            return format!("⟦{id}⟧");
        };
        let mut arguments = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            arguments.set(
                Cow::Borrowed(*name),
                match value {
                    Value::Text(text) => FluentValue::from(*text),
                    Value::Number(number) => FluentValue::from(*number),
                },
            );
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        if errors.is_empty() { text } else { format!("⟦{id}⟧") }
    }
}

#[cfg(test)]
mod tests;
