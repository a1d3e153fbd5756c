//! `claviger policy describe` and `format`: what documents say, and how they read best.

use std::{path::Path, process::ExitCode};

use anyhow::{Context, Result};
use policy::{catalogue::Catalogue, describe::describe, diagnose, format as layout, grammar::MAX_TEXT_BYTES};

use super::check::{self, name, told};
use crate::{
    catalogue,
    cli::{Describe, Format},
    commands::{body, output},
    terminal::plain,
};

pub(super) fn run(arguments: &Describe) -> Result<ExitCode> {
    let catalogue = catalogue::read(arguments.catalogue.as_deref())?;
    let mut lines = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for path in &arguments.files {
        if arguments.files.len() > 1 {
            lines.push(format!("{}:", plain(&name(path))));
        }
        if !say(path, arguments, &catalogue, &mut lines)? {
            code = ExitCode::FAILURE;
        }
    }
    output::line(&lines.join("\n"))?;
    Ok(code)
}

/// Says what a document says; of one that would be refused, why, and then it is false.
fn say(path: &Path, arguments: &Describe, catalogue: &Catalogue, lines: &mut Vec<String>) -> Result<bool> {
    let source = text(path)?;
    let checked = diagnose::check(&source, arguments.flavour, arguments.purpose, catalogue);
    let Some(document) = &checked.document else {
        lines.extend(checked.diagnostics.iter().map(|found| told(found).text(&name(path), &source)));
        return Ok(false);
    };
    for sentence in describe(document, catalogue) {
        let id = sentence.id.as_ref().map_or_else(String::new, |id| format!(" `{}`", plain(id)));
        lines.push(format!("{}.{id} {}", sentence.statement, plain(&sentence.to_string())));
    }
    Ok(true)
}

pub(super) fn format(arguments: &Format) -> Result<ExitCode> {
    let laid_out = layout::format(&text(&arguments.file)?);
    let laid_out = laid_out.with_context(|| format!("`{}` cannot be laid out", name(&arguments.file)))?;
    output::line(&laid_out)?;
    Ok(ExitCode::SUCCESS)
}

fn text(path: &Path) -> Result<String> {
    let unread = || format!("cannot read `{}`", name(path));
    let bytes = body::read_bytes(path, MAX_TEXT_BYTES).with_context(unread)?;
    Ok(check::text(&bytes).with_context(unread)?.to_owned())
}
