//! Where in a document's text stands what a warning is about. The syntax tree keeps no places, so it is looked up.

use base::json::{Kind, Value};

use crate::lint::{Finding, Warning};

/// Line and column: of the word, else of the statement, else of the document.
pub(super) fn of(warning: &Warning, document: &Value) -> (u32, u32) {
    let statement = statement(document, warning.statement).unwrap_or(document);
    word(statement, &|text| is_meant(&warning.what, text)).unwrap_or((statement.line, statement.column))
}

/// A statement by its place from 1; one may stand without a list around it.
fn statement(document: &Value, place: usize) -> Option<&Value> {
    let list = ["Statement", "statement", "accessControlList"].into_iter().find_map(|name| document.get(name));
    match &list.unwrap_or(document).kind {
        Kind::Array(statements) => statements.get(place.checked_sub(1)?),
        _ => list,
    }
}

/// Whether a text, or the name of a member, is what a warning speaks of.
fn is_meant(finding: &Finding, text: &str) -> bool {
    match finding {
        Finding::UnknownService { service, .. } => text.split(':').any(|part| part == service),
        Finding::OtherService { service } => text.split(':').skip(1).any(|part| part == service),
        // The entries of acl write the service elsewhere.
        Finding::UnknownAction { action, .. }
        | Finding::NeedsStar { action }
        | Finding::NoAction { pattern: action } => {
            text == action || action.split_once(':').is_some_and(|(_, name)| name == text)
        }
        Finding::UnknownKey { key, .. } | Finding::AbsentKey { key, .. } => text == key,
        Finding::LooseDeny { text: loose } => text.ends_with(loose.as_str()),
        Finding::Never { .. } | Finding::AllowsEverything => false,
    }
}

/// The place of the first text or name that fits.
fn word(value: &Value, fits: &impl Fn(&str) -> bool) -> Option<(u32, u32)> {
    match &value.kind {
        Kind::String(text) => fits(text).then_some((value.line, value.column)),
        Kind::Array(elements) => elements.iter().find_map(|element| word(element, fits)),
        Kind::Object(members) => members.iter().filter(|member| !is_identifier(&member.name)).find_map(|member| {
            if fits(&member.name) { Some((member.line, member.column)) } else { word(&member.value, fits) }
        }),
        Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) => None,
    }
}

/// What a statement is called says nothing of what it means.
fn is_identifier(name: &str) -> bool {
    name.eq_ignore_ascii_case("sid") || name == "eid"
}

#[cfg(test)]
mod tests {
    use base::json::{Limits, parse};

    use super::*;

    fn place(document: &str, statement: usize, what: Finding) -> (u32, u32) {
        of(&Warning { statement, what }, &parse(document.as_bytes(), Limits::API).unwrap())
    }

    fn unknown_action(action: &str) -> Finding {
        Finding::UnknownAction { action: action.to_owned(), nearest: None }
    }

    #[test]
    fn the_word_is_found_in_every_form_of_a_document() {
        let list = "{\"Statement\":[{\"Action\":\"bos:Fly\",\"Sid\":\"x\"},\n{\"Action\":[\"x\",\"bos:Fly\"]}]}";
        assert_eq!(place(list, 1, unknown_action("bos:Fly")), (1, 25));
        assert_eq!(place(list, 2, unknown_action("bos:Fly")), (2, 16));
        assert_eq!(place(r#"{"Statement":{"Action":"bos:Fly"}}"#, 1, unknown_action("bos:Fly")), (1, 24));
        assert_eq!(place(r#"[{"action":"bos:Fly"}]"#, 1, unknown_action("bos:Fly")), (1, 12));
        let acl = r#"{"accessControlList":[{"eid":"Fly","service":"bce:bos","permission":["Fly"]}]}"#;
        assert_eq!(place(acl, 1, unknown_action("bos:Fly")), (1, 70));
        let service = Finding::UnknownService { service: "bos".to_owned(), nearest: None };
        assert_eq!(place(acl, 1, service), (1, 46));
        let key = Finding::AbsentKey { operator: "Bool", key: "a".to_owned() };
        assert_eq!(place(r#"[{"Condition":{"Bool":{"a":"b"}}}]"#, 1, key), (1, 24));
    }

    #[test]
    fn what_is_not_found_is_where_its_statement_is() {
        assert_eq!(place("[{},\n {}]", 2, Finding::AllowsEverything), (2, 2));
        assert_eq!(place(" {}", 3, Finding::AllowsEverything), (1, 2));
        assert_eq!(place("[{}]", 3, Finding::AllowsEverything), (1, 1));
    }
}
