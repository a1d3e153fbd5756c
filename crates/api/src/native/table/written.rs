//! `docs/api.md` holds what the table of calls and the table of codes say, between comments that mark it.

use std::{env, fmt::Write as _, fs, path::PathBuf};

use super::NOUNS;
use crate::native::{
    endpoint::{Endpoint, Gives},
    error::CODES,
};

/// Rewrites the file where it is set to 1.
const REWRITE: &str = "CLAVIGER_WRITE_DOCS";

/// The text with `section` between the comments of that name.
fn with_section(text: &str, name: &str, section: &str) -> String {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("`{begin}` is not there"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("`{end}` is not there"));
    format!("{before}{begin}\n{}\n\n{end}{after}", section.trim_end())
}

/// What a call's method and path do not tell.
fn remarks(endpoint: &Endpoint) -> String {
    let remarks = [
        (matches!(endpoint.gives, Gives::Page(_)), "pages"),
        (endpoint.tells_version(), "`ETag`"),
        (endpoint.takes_version(), "`If-Match`"),
        (endpoint.secret, "shows a secret once"),
    ];
    let that_hold: Vec<&str> = remarks.iter().filter(|(holds, _)| *holds).map(|(_, remark)| *remark).collect();
    that_hold.join(", ")
}

fn calls() -> String {
    let mut text = String::new();
    for noun in NOUNS {
        let _ = write!(text, "### {}\n\n{}\n\n", noun.name, noun.about);
        text.push_str("| call | operation | action | |\n|---|---|---|---|\n");
        for endpoint in noun.endpoints {
            let (method, path, id) = (endpoint.method.word(), endpoint.path, endpoint.id);
            let action = endpoint.action.map_or_else(|| "–".to_owned(), |action| format!("`{}`", action.row().name));
            let _ = writeln!(text, "| `{method} {path}` | `{id}` | {action} | {} |", remarks(endpoint));
        }
        text.push('\n');
    }
    text
}

fn codes() -> String {
    let mut text = "| status | code | |\n|---|---|---|\n".to_owned();
    for code in CODES {
        let _ = writeln!(text, "| {} | `{}` | {} |", code.status().as_u16(), code.word(), code.about());
    }
    text
}

/// Whoever adds a call or a code sets the variable and runs this test.
#[test]
fn the_page_about_the_api_is_as_the_tables_are() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/api.md");
    let there = fs::read_to_string(&path).unwrap();
    let wanted = with_section(&with_section(&there, "codes", &codes()), "calls", &calls());
    if env::var(REWRITE).is_ok_and(|value| value == "1") {
        fs::write(&path, wanted).unwrap();
        return;
    }
    assert!(there == wanted, "docs/api.md is stale: run this test with {REWRITE}=1");
}
