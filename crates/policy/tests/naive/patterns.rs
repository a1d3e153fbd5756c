//! Text with `*`, `?` and variables in it.

use super::context::Context;

/// What is special in a text; everything else is literal.
#[derive(Clone, Copy)]
pub(crate) struct Special {
    pub(crate) run: bool,
    pub(crate) one: bool,
    pub(crate) variables: bool,
}

/// A piece of a pattern.
#[derive(Clone)]
pub(crate) enum Piece {
    Char(char),
    /// `?`
    One,
    /// `*`
    Run,
    Variable {
        name: String,
        default: Option<String>,
    },
}

/// Takes a text to pieces. A `${` that is no variable is refused, where variables are on.
pub(crate) fn read(text: &str, special: Special) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if special.variables
            && let Some(inside) = rest.strip_prefix("${")
        {
            let (variable, behind) = read_variable(inside).ok_or_else(|| format!("malformed variable in `{text}`"))?;
            pieces.push(variable);
            rest = behind;
            continue;
        }
        pieces.push(match first {
            '*' if special.run => Piece::Run,
            '?' if special.one => Piece::One,
            other => Piece::Char(other),
        });
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    Ok(pieces)
}

/// Reads what stands behind `${`, and gives the text behind the `}`.
fn read_variable(inside: &str) -> Option<(Piece, &str)> {
    for character in ['*', '?', '$'] {
        if let Some(behind) = inside.strip_prefix(character).and_then(|rest| rest.strip_prefix('}')) {
            return Some((Piece::Char(character), behind));
        }
    }
    let end = inside.find(['}', ','])?;
    let (name, rest) = inside.split_at_checked(end)?;
    if name.is_empty() || name.contains(['$', '{', '\'', '*', '?']) {
        return None;
    }
    let name = name.to_owned();
    if let Some(behind) = rest.strip_prefix('}') {
        return Some((Piece::Variable { name, default: None }, behind));
    }
    let (default, behind) = rest.strip_prefix(", '")?.split_once('\'')?;
    let behind = behind.strip_prefix('}')?;
    Some((Piece::Variable { name, default: Some(default.to_owned()) }, behind))
}

/// Puts the variables' values in, as literal text; nothing, where one has no value.
pub(crate) fn expand(pieces: &[Piece], context: &Context) -> Option<Vec<Piece>> {
    let mut expanded = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Variable { name, default } => {
                let value = match context.values(name) {
                    [only] => only.clone(),
                    _ => default.clone()?,
                };
                expanded.extend(value.chars().map(Piece::Char));
            }
            other => expanded.push(other.clone()),
        }
    }
    Some(expanded)
}

/// Whether a pattern without variables fits the whole text.
pub(crate) fn fits(pattern: &[Piece], text: &str) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return text.is_empty() };
    let mut behind = text.chars();
    match (first, behind.next()) {
        (Piece::Run, None) => fits(rest, ""),
        (Piece::Run, Some(_)) => fits(rest, text) || fits(pattern, behind.as_str()),
        (Piece::One, Some(_)) => fits(rest, behind.as_str()),
        (Piece::Char(wanted), Some(found)) => *wanted == found && fits(rest, behind.as_str()),
        (Piece::One | Piece::Char(_), None) | (Piece::Variable { .. }, _) => false,
    }
}

/// The text of a pattern that has only literal characters.
pub(crate) fn literal(pieces: &[Piece]) -> String {
    pieces.iter().filter_map(|piece| if let Piece::Char(one) = piece { Some(*one) } else { None }).collect()
}

/// Unicode's simple lower case: one character for one. Only `İ` has a longer full lower case, `i` and a dot, and there
/// too the first is the simple one.
pub(crate) fn lower(text: &str) -> String {
    text.chars().map(|one| one.to_lowercase().next().unwrap_or(one)).collect()
}
