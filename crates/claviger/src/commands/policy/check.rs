//! `claviger policy check`: all that would be refused in documents, and what is probably not meant so.

use std::{path::Path, process::ExitCode};

use anyhow::Result;
use base::json::{self, JsonError};
use policy::{
    catalogue::Catalogue,
    diagnose::{self, Severity},
    grammar::{self, MAX_TEXT_BYTES, PolicyError},
};
use serde_json::{Value, json};

use super::diagnostic::Diagnostic;
use crate::{
    catalogue,
    cli::{Check, Output},
    commands::{body, output},
};

pub(super) fn run(arguments: &Check) -> Result<ExitCode> {
    let catalogue = catalogue::read(arguments.catalogue.as_deref())?;
    let mut all = Tally::default();
    for path in &arguments.files {
        let (source, found) = check(path, arguments, &catalogue);
        all.add(&name(path), &source, &found);
    }
    let said = match arguments.output {
        Output::Text => output::line(&all.text(arguments.files.len())),
        Output::Json => {
            let all = json!({ "errors": all.errors, "warnings": all.warnings, "diagnostics": all.json });
            output::line(&all.to_string())
        }
    };
    if all.errors > 0 || (arguments.deny_warnings && all.warnings > 0) {
        // Also when nobody reads why: a pipe that was closed must not make a failure good.
        return Ok(ExitCode::FAILURE);
    }
    said?;
    Ok(ExitCode::SUCCESS)
}

/// All that was found in all files.
#[derive(Default)]
struct Tally {
    errors: usize,
    warnings: usize,
    lines: Vec<String>,
    json: Vec<Value>,
}

impl Tally {
    fn add(&mut self, file: &str, source: &str, found: &[Diagnostic]) {
        for diagnostic in found {
            match diagnostic.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
            }
            self.lines.push(diagnostic.text(file, source));
            self.json.push(diagnostic.json(file));
        }
    }

    /// For people.
    fn text(&self, documents: usize) -> String {
        let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
        let (documents, errors) = (count(documents, "document"), count(self.errors, "error"));
        let summary = format!("{documents} checked: {errors}, {}", count(self.warnings, "warning"));
        self.lines.iter().chain([&summary]).map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

pub(super) fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// The text of a document, and what is to be said about it.
fn check(path: &Path, arguments: &Check, catalogue: &Catalogue) -> (String, Vec<Diagnostic>) {
    let source = match body::read_bytes(path, MAX_TEXT_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("cannot be read: {error}");
            return (String::new(), vec![Diagnostic { severity: Severity::Error, place: None, message, hint: None }]);
        }
    };
    let found = match text(&source) {
        Ok(text) => check_text(text, arguments, catalogue),
        Err(error) => vec![refused(error.into())],
    };
    (String::from_utf8_lossy(&source).into_owned(), found)
}

/// The bytes as text, or as much of it as shows that it is too long. Errors: it is none.
pub(super) fn text(bytes: &[u8]) -> Result<&str, JsonError> {
    let cut = match str::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error.valid_up_to(),
    };
    match bytes.get(..cut).map(str::from_utf8) {
        Some(Ok(text)) if cut > MAX_TEXT_BYTES => Ok(text),
        // The reader of JSON tells where.
        _ => json::parse(bytes, grammar::LIMITS).map(|_| ""),
    }
}

fn check_text(text: &str, arguments: &Check, catalogue: &Catalogue) -> Vec<Diagnostic> {
    let found = diagnose::check(text, arguments.flavour, arguments.purpose, catalogue).diagnostics;
    found.iter().map(told).collect()
}

pub(super) fn told(found: &diagnose::Diagnostic) -> Diagnostic {
    Diagnostic {
        severity: found.severity,
        place: Some((found.line, found.column)),
        message: found.message(),
        hint: found.hint().map(ToString::to_string),
    }
}

/// A text that is not text.
fn refused(error: PolicyError) -> Diagnostic {
    let PolicyError { line, column, problem, hint } = error;
    let hint = hint.map(|hint| hint.to_string());
    Diagnostic { severity: Severity::Error, place: Some((line, column)), message: problem.to_string(), hint }
}
