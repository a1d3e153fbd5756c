//! Reading the files. Their form is in `docs/catalogue.md`; each rule of it is checked here, with an error that names
//! the place.

use std::{collections::BTreeMap, ops::Range};

use serde::Deserialize;
use toml::Spanned;

use crate::catalogue::{
    Level,
    error::{CatalogueError, Problem},
    service::{KeyType, Service},
};

mod describe;
mod rules;

/// The longest file, in bytes.
const FILE_MAX: usize = 1 << 20;
/// How many files there may be, built-in ones too.
const FILES_MAX: usize = 1000;

/// Text and where in the file it stands.
type Text = Spanned<String>;

/// A file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    service: Text,
    title: Text,
    about: Text,
    #[serde(default)]
    resources: BTreeMap<Text, Text>,
    #[serde(default)]
    keys: BTreeMap<Text, RawKey>,
    #[serde(default)]
    words: BTreeMap<Text, Vec<Text>>,
    actions: BTreeMap<Text, RawAction>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKey {
    #[serde(rename = "type")]
    kind: KeyType,
    #[serde(default)]
    several: bool,
    about: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAction {
    level: Level,
    #[serde(default)]
    on: Vec<Text>,
    #[serde(default)]
    keys: Vec<Text>,
    about: Text,
}

/// A file that has the form, and what errors need to point into it.
#[derive(Debug)]
struct File<'a> {
    name: &'a str,
    text: &'a str,
    raw: Raw,
}

/// The services that `files` describe, by prefix.
pub(super) fn services<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<Service>, CatalogueError> {
    let mut read: Vec<File<'a>> = Vec::new();
    for (name, text) in files {
        if read.len() == FILES_MAX {
            return Err(fail(name, None, Problem::Limit { what: "files", limit: FILES_MAX }));
        }
        let file = File::read(name, text)?;
        file.is_new_beside(&read)?;
        read.push(file);
    }
    let mut services = read.iter().map(|file| describe::service(file, &read)).collect::<Result<Vec<_>, _>>()?;
    services.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(services)
}

impl<'a> File<'a> {
    fn read(name: &'a str, text: &'a str) -> Result<Self, CatalogueError> {
        if text.len() > FILE_MAX {
            return Err(fail(name, None, Problem::Limit { what: "bytes", limit: FILE_MAX }));
        }
        let raw = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| line(text, &span));
            fail(name, line, Problem::Form(error.message().to_owned()))
        })?;
        Ok(Self { name, text, raw })
    }

    /// Neither the prefix nor the title is another file's.
    fn is_new_beside(&self, others: &[File<'_>]) -> Result<(), CatalogueError> {
        for other in others {
            let pairs =
                [("service", &self.raw.service, &other.raw.service), ("title", &self.raw.title, &other.raw.title)];
            for (what, mine, theirs) in pairs {
                if mine.get_ref().eq_ignore_ascii_case(theirs.get_ref()) {
                    let taken = Problem::Taken { what, name: mine.get_ref().clone(), file: other.name.to_owned() };
                    return Err(self.fail(mine, taken));
                }
            }
        }
        Ok(())
    }

    /// The error at `place`.
    fn fail(&self, place: &Text, problem: Problem) -> CatalogueError {
        fail(self.name, Some(line(self.text, &place.span())), problem)
    }
}

fn fail(file: &str, line: Option<usize>, problem: Problem) -> CatalogueError {
    CatalogueError { file: file.to_owned(), line, problem }
}

/// The number of the line that a place begins in.
fn line(text: &str, place: &Range<usize>) -> usize {
    1 + text.bytes().take(place.start).filter(|byte| *byte == b'\n').count()
}
