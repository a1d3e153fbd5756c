//! The program as somebody types it: lines, what they print, and how they end, as one text to be reviewed.

use std::{fmt::Write as _, fs, path::PathBuf, process::Output};

use crate::support::{
    database::run,
    postgres::{self, OwnDatabase},
    process::{Program, Serving},
    sdk::Key,
};

/// Runs a story once on each kind of database, with a program of its own.
pub(crate) fn on_each_store(story: impl AsyncFn(Program)) {
    eprintln!("on SQLite");
    run(story(Program::new()));
    let Some(server) = postgres::server() else { return };
    eprintln!("on PostgreSQL");
    let database = OwnDatabase::new(&server);
    run(story(Program::new().with_environment("CLAVIGER_DATABASE", database.url())));
}

/// A shell with an environment of its own, which keeps all that happens in it.
pub(crate) struct Shell<'p> {
    program: &'p Program,
    environment: Vec<(String, String)>,
    /// What stands in the text in place of something else.
    names: Vec<(String, String)>,
    text: String,
}

impl<'p> Shell<'p> {
    pub(crate) fn new(program: &'p Program) -> Self {
        let home = program.directory.path().display().to_string();
        let environment = vec![("HOME".to_owned(), home.clone())];
        Self { program, environment, names: vec![(home, "~".to_owned())], text: String::new() }
    }

    /// The same, with a key for a server in the environment.
    pub(crate) fn at(program: &'p Program, server: &Serving, key: &Key) -> Self {
        let mut shell = Self::new(program);
        shell.set("CLAVIGER_ENDPOINT", &format!("http://{}", server.address));
        shell.set("CLAVIGER_ACCESS_KEY_ID", &key.id);
        shell.set("CLAVIGER_SECRET_ACCESS_KEY", key.secret.expose());
        shell.call(&server.address.to_string(), "<server>");
        shell
    }

    /// Sets a variable from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(other, _)| other != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.environment.retain(|(other, _)| other != name);
    }

    /// Writes something else in place of a text.
    pub(crate) fn call(&mut self, text: &str, name: &str) {
        self.names.push((text.to_owned(), name.to_owned()));
    }

    /// Writes a file into the directory in which everything runs.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.program.directory.path().join(name), text).expect("it can be written");
    }

    pub(crate) fn remark(&mut self, remark: &str) {
        let _ = writeln!(self.text, "# {remark}");
    }

    /// Runs a line, of words with blanks between them.
    pub(crate) fn run(&mut self, line: &str) -> Output {
        self.pipe(line, "")
    }

    /// The same, with something on standard input.
    pub(crate) fn pipe(&mut self, line: &str, input: &str) -> Output {
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = self.quietly(&words, input);
        let piped = if input.is_empty() { String::new() } else { format!("<<< '{}' ", input.trim_end()) };
        let _ = writeln!(self.text, "$ {piped}claviger {line}");
        self.text.push_str(&String::from_utf8_lossy(&output.stdout));
        for line in String::from_utf8_lossy(&output.stderr).lines() {
            let _ = writeln!(self.text, "! {line}");
        }
        if output.status.code() != Some(0) {
            let _ = writeln!(self.text, "[{}]", output.status.code().expect("it ends by itself"));
        }
        self.text.push('\n');
        output
    }

    /// Runs something that is not part of the story.
    pub(crate) fn quietly(&self, words: &[&str], input: &str) -> Output {
        let environment: Vec<(&str, &str)> =
            self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.program.pipe_with(&environment, words, input.as_bytes())
    }

    /// Compares all that has happened with a file beside the tests. With `CLAVIGER_TEST_WRITE=1` the file is written.
    #[track_caller]
    pub(crate) fn assert(&self, file: &str) {
        let mut names = self.names.clone();
        names.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        let named = names.iter().fold(self.text.clone(), |text, (from, to)| text.replace(from, to));
        let found = without_accidents(&named);
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(file);
        if std::env::var("CLAVIGER_TEST_WRITE").is_ok_and(|value| value == "1") {
            fs::write(&path, &found).expect("it can be written");
        }
        let wanted = fs::read_to_string(&path).unwrap_or_default();
        let differs = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
        assert!(
            found == wanted,
            "the story has changed, first at {differs:#?}. If all is right, {file} is to be\n\n{found}"
        );
    }
}

/// The words of a line; those in quotation marks may hold blanks.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, part) in line.split('\'').enumerate() {
        if place % 2 == 0 {
            words.extend(part.split_whitespace().map(str::to_owned));
        } else {
            words.push(part.to_owned());
        }
    }
    words
}

/// Writes the same for what is another at each run, and as long, so that columns stay what they are: times, ids, keys,
/// secrets, and the ids of requests.
fn without_accidents(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_:.+/=".contains(c);
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(is_word) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let end = behind.find(|c| !is_word(c)).unwrap_or(behind.len());
        let (word, behind) = behind.split_at(end);
        out.push_str(&shape(word));
        rest = behind;
    }
    out + rest
}

fn shape(word: &str) -> String {
    let all = |test: fn(char) -> bool| word.chars().all(test);
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match word.len() {
        20 | 24 if digits == 4 && word.ends_with('Z') && word[10..].starts_with('T') => {
            format!("2026-01-01T00:00:00{}", &"00000.000Z"[10 - (word.len() - 19)..])
        }
        20 if word.starts_with("CV") && all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) => {
            format!("{}{}", &word[..4], "X".repeat(16))
        }
        32 if all(|c| c.is_ascii_hexdigit()) => "<request>".to_owned(),
        36 if all(|c| c.is_ascii_hexdigit() || c == '-') => "<request>".to_owned(),
        12 if digits == 12 => "1".repeat(12),
        15..=17 if digits == word.len() => "9".repeat(digits),
        44 if all(|c| c.is_ascii_alphanumeric()) => "S".repeat(44),
        _ => word.split_inclusive(['.', ':', '/', '=']).map(part).collect(),
    }
}

/// Account ids and numbers inside of a name, as `crn:iam::123456789012:user/alice`.
fn part(part: &str) -> String {
    let digits = part.trim_end_matches(['.', ':', '/', '=']);
    let number = digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.len() {
        12 if number => part.replace(digits, &"1".repeat(12)),
        15..=17 if number => part.replace(digits, &"9".repeat(digits.len())),
        _ => part.to_owned(),
    }
}
