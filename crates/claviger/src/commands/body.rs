//! What is sent: objects without the members that nobody gave, and documents out of files.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::{Context, Result, anyhow, ensure};
use policy::grammar::{self, Flavour, MAX_TEXT_BYTES};
use serde_json::{Map, Value};

use crate::cli::{DocumentFile, MaybeDocument};

/// An object in the making.
#[derive(Debug, Default)]
pub(super) struct Body(Map<String, Value>);

impl Body {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Null where it is said to be nothing, else what is given.
    pub(super) fn with_or_null(self, name: &str, value: Option<impl Into<Value>>, nothing: bool) -> Self {
        if nothing { self.with(name, Value::Null) } else { self.with_some(name, value) }
    }

    /// Tags, where there are any; none at all where that is said.
    pub(super) fn with_tags(self, tags: &[(String, String)], none: bool) -> Self {
        if tags.is_empty() && !none {
            return self;
        }
        let tags: Map<String, Value> = tags.iter().map(|(key, value)| (key.clone(), value.as_str().into())).collect();
        self.with("tags", tags)
    }

    pub(super) fn with_document(self, document: &Document) -> Self {
        self.with("document", document.text.as_str()).with("flavour", document.flavour.word())
    }

    pub(super) fn with_some_document(self, document: Option<&Document>) -> Self {
        match document {
            Some(document) => self.with_document(document),
            None => self,
        }
    }

    pub(super) fn json(self) -> Value {
        Value::Object(self.0)
    }
}

/// A document, as its file has it.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) text: String,
    pub(super) flavour: Flavour,
}

impl Document {
    /// Errors: it cannot be read, or it is no JSON.
    pub(super) fn of(file: &DocumentFile) -> Result<Self> {
        Self::read(&file.file, file.flavour)
    }

    /// The same, where there is one.
    pub(super) fn maybe(document: &MaybeDocument) -> Result<Option<Self>> {
        document.file.as_deref().map(|file| Self::read(file, document.flavour)).transpose()
    }

    fn read(path: &Path, flavour: Option<Flavour>) -> Result<Self> {
        let shown = path.display();
        let bytes = read_bytes(path, MAX_TEXT_BYTES).with_context(|| format!("cannot read `{shown}`"))?;
        ensure!(bytes.len() <= MAX_TEXT_BYTES, "`{shown}` is too long for a document: {MAX_TEXT_BYTES} bytes at most");
        let text = String::from_utf8(bytes).with_context(|| format!("`{shown}` is not text"))?;
        let value = grammar::json(&text)
            .map_err(|error| anyhow!("{shown}:{}:{}: {}", error.line, error.column, error.problem))?;
        Ok(Self { flavour: flavour.unwrap_or_else(|| Flavour::detect(&value)), text })
    }
}

/// The bytes of a file, or enough of them to see that they are more than `most`; `-` is standard input.
pub(super) fn read_bytes(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // A character that is cut off at the end must not make of too long a text one that is none.
    let most = most as u64 + 4;
    if path.as_os_str() == "-" {
        io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_nobody_gave_is_not_sent() {
        let tags = [("a".to_owned(), "1".to_owned())];
        let body = Body::new().with("name", "x").with_some("path", None::<&str>).with_tags(&tags, false);
        assert_eq!(body.json(), json!({ "name": "x", "tags": { "a": "1" } }));
        let body = Body::new().with_or_null("email", None::<&str>, true).with_or_null("mobile", Some("1"), false);
        assert_eq!(body.with_tags(&[], true).json(), json!({ "email": null, "mobile": "1", "tags": {} }));
        assert_eq!(Body::new().with_or_null("email", None::<&str>, false).with_tags(&[], false).json(), json!({}));
    }

    #[test]
    fn a_document_tells_its_flavour() {
        let directory = tempfile::tempdir().unwrap();
        let read = |text: &str, flavour| {
            let path = directory.path().join("document.json");
            std::fs::write(&path, text).unwrap();
            Document::read(&path, flavour).map(|document| document.flavour.word())
        };
        assert_eq!(read(r#"{"accessControlList":[]}"#, None).unwrap(), "acl");
        assert_eq!(read(r#"{"Statement":[]}"#, None).unwrap(), "native");
        assert_eq!(read(r#"{"Statement":[]}"#, Some(Flavour::Aws)).unwrap(), "aws");
        let error = read("{\n  x", None).unwrap_err().to_string();
        assert!(error.contains("document.json:2:3: "), "{error}");
        assert!(read(&" ".repeat(MAX_TEXT_BYTES + 1), None).unwrap_err().to_string().contains("too long"));
    }
}
