//! Documents in colour: names of members, and texts.

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// The class of its colour: `k` for a name, `s` for a text; empty for all else.
    pub(crate) class: &'static str,
}

/// The pieces of a text, which need not be JSON.
pub(crate) fn paint(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (class, length) = match rest.strip_prefix('"') {
            Some(inside) => {
                let length = 1 + string(inside);
                let behind = rest.get(length..).unwrap_or_default().trim_start();
                (if behind.starts_with(':') { "k" } else { "s" }, length)
            }
            None => ("", rest.find('"').unwrap_or(rest.len())),
        };
        let (piece, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        pieces.push(Piece { text: piece.to_owned(), class });
        rest = behind;
    }
    pieces
}

/// How long a string is whose first quote was taken, up to the end of its line at most.
fn string(inside: &str) -> usize {
    let mut escaped = false;
    for (place, char) in inside.char_indices() {
        match char {
            '\n' => return place,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return place + 1,
            _ => {}
        }
    }
    inside.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_are_told_apart() {
        let painted =
            |text| paint(text).into_iter().map(|piece| format!("{}{}", piece.class, piece.text)).collect::<Vec<_>>();
        assert_eq!(painted(r#"{"a\"" : "b:", 1}"#), ["{", r#"k"a\"""#, " : ", r#"s"b:""#, ", 1}"]);
        assert_eq!(painted("\"open\n\"张\""), ["s\"open", "\n", "s\"张\""]);
        assert!(painted("").is_empty());
    }
}
