//! What a form or a query says.

use std::borrow::Cow;

/// The most fields that are read.
const FIELDS_MAX: usize = 2_000;

/// The fields of a form or a query, in order; a name may come more than once.
#[derive(Debug, Default, Clone)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`. Text that is not UTF-8 is replaced, what exceeds [`FIELDS_MAX`] left out.
    pub(crate) fn parse(text: &[u8]) -> Self {
        let fields = form_urlencoded::parse(text).take(FIELDS_MAX);
        Self(fields.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// One with these fields.
    pub(crate) fn of<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The first value of that name; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.first(name).unwrap_or_default()
    }

    /// The first value of that name.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value without space around it; `None` where nothing is left.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.first(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// Whether a box of that name is ticked.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// All values of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// An address with a query: pairs without a value are left out.
pub(crate) fn address(path: &str, query: &[(&str, &str)]) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()));
    let query = text.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A part of a path, as addresses spell it.
pub(crate) fn segment(text: &str) -> Cow<'_, str> {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).into()
}

/// A line of a form, as a page shows it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Field {
    /// Its name, which is its id in the page, too.
    pub(crate) name: Cow<'static, str>,
    /// What is typed into it.
    pub(crate) value: String,
    /// What is wrong with that; empty where nothing is.
    pub(crate) error: String,
    /// The type of the input: `text`, `email`, `tel`, `number`.
    pub(crate) kind: &'static str,
    /// What browsers may fill in, as `autocomplete` takes it; empty for nothing special.
    pub(crate) complete: &'static str,
    /// Whether it is for machines: neither spelling nor capitals are mended.
    pub(crate) plain: bool,
    /// Whether it must be filled.
    pub(crate) required: bool,
    /// The most characters; 0 where the core alone says.
    pub(crate) max: u32,
}

impl Field {
    /// A line of text.
    pub(crate) fn text(name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), kind: "text", ..Self::default() }
    }

    /// A name for machines: an alias, a user's name.
    pub(crate) fn plain(name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self { plain: true, ..Self::text(name, value) }
    }

    /// A password: what was typed is never sent back.
    pub(crate) fn password(name: impl Into<Cow<'static, str>>, complete: &'static str) -> Self {
        Self { complete, kind: "password", required: true, ..Self::text(name, "") }
    }

    /// The same of another type.
    pub(crate) fn kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    /// The same, filled in by browsers as that.
    pub(crate) fn complete(self, complete: &'static str) -> Self {
        Self { complete, ..self }
    }

    /// The same, to be filled.
    pub(crate) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Says what is wrong with it.
    pub(crate) fn wrong(&mut self, error: impl Into<String>) {
        self.error = error.into();
    }

    /// Those in which something is wrong, for the note at the top of a form.
    pub(crate) fn wrong_ones<'a>(fields: impl IntoIterator<Item = &'a Self>) -> Vec<Self> {
        fields.into_iter().filter(|field| !field.error.is_empty()).cloned().collect()
    }
}
