use clap::Command;

use super::*;

const PAGE: &str = include_str!("../../../../docs/cli.md");
const GUIDE: &str = include_str!("../../../../docs/guide.md");
const README: &str = include_str!("../../../../README.md");

#[test]
fn the_arguments_hold_together() {
    Arguments::command().debug_assert();
}

#[test]
fn a_url_in_the_arguments_is_known_as_such() {
    let read = |list: &[&str]| Arguments::read(list.iter().map(Into::into)).unwrap();
    let mut typed = read(&["claviger", "serve", "--database", "postgres://x"]);
    let store = typed.store_mut().unwrap();
    assert!(!store.database_from_environment());
    assert_eq!(store.database.as_deref(), Some("postgres://x"));
}

/// What a page shows can be typed.
#[test]
fn each_line_of_the_pages_is_understood() {
    let lines: Vec<String> = [PAGE, GUIDE, README].into_iter().flat_map(lines).collect();
    assert!(lines.len() > 80, "{lines:#?}");
    for line in lines {
        let read = Arguments::try_parse_from(words(&line));
        assert!(read.is_ok(), "{line}\n{}", read.unwrap_err());
    }
}

#[test]
fn each_command_has_an_example() {
    let mut missing = Vec::new();
    leaves(&Arguments::command(), "claviger", &mut |path| {
        if ![PAGE, GUIDE, README].iter().any(|page| page.contains(path)) {
            missing.push(path.to_owned());
        }
    });
    assert!(missing.is_empty(), "{missing:#?}");
}

fn leaves(command: &Command, path: &str, found: &mut impl FnMut(&str)) {
    if command.get_subcommands().next().is_none() {
        found(path);
    }
    for inner in command.get_subcommands() {
        leaves(inner, &format!("{path} {}", inner.get_name()), found);
    }
}

/// The lines in the fences of a page that begin with the program's name; those that end with a backslash go on.
fn lines(page: &str) -> Vec<String> {
    let fenced = page.split("```").skip(1).step_by(2);
    let text = fenced.collect::<Vec<_>>().join("\n").replace("\\\n", " ");
    text.lines().map(str::trim).filter(|line| line.starts_with("claviger ")).map(str::to_owned).collect()
}

/// What a shell makes of a line: no remarks, no redirections, quotation marks taken away.
fn words(line: &str) -> Vec<String> {
    let line = line.split(" #").next().unwrap_or(line);
    let mut words = Vec::new();
    for (place, part) in line.split('\'').enumerate() {
        match place % 2 {
            0 => words.extend(
                part.split_whitespace()
                    .take_while(|word| !word.starts_with(['<', '>', '|', '&', ';']))
                    .map(str::to_owned),
            ),
            _ => words.push(part.to_owned()),
        }
    }
    words
}
