//! At a terminal: secrets are typed without being shown, and what cannot be undone is confirmed.

use std::{
    fs,
    io::{Read as _, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::support::{
    database::run,
    process::{PROGRAM, Program, not_run, there},
    shell::Shell,
};

/// A program on a terminal of its own, which `script` makes.
struct Terminal {
    script: Child,
    keys: ChildStdin,
    screen: ChildStdout,
    seen: String,
}

impl Terminal {
    fn run(program: &Program, line: &str) -> Self {
        Self::run_with(program, &[], line)
    }

    /// The same, with an environment beside it.
    fn run_with(program: &Program, environment: &[(&str, &str)], line: &str) -> Self {
        let mut command = Command::new("script");
        // It tells how the program has ended.
        command.args(["-qec", &format!("{PROGRAM} {line}"), "/dev/null"]);
        command.env("HOME", program.directory.path()).env("SHELL", "/bin/sh").current_dir(program.directory.path());
        command.envs(environment.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut script = command.spawn().expect("`script` runs");
        let (keys, screen) = (script.stdin.take().expect("keys"), script.stdout.take().expect("a screen"));
        Self { script, keys, screen, seen: String::new() }
    }

    /// Waits for a prompt, and types.
    fn answer(&mut self, prompt: &str, keys: &str) {
        let before = self.seen.len();
        while !self.seen[before..].contains(prompt) {
            let mut byte = [0; 1];
            assert_eq!(self.screen.read(&mut byte).expect("a screen"), 1, "no `{prompt}`: {}", self.seen);
            self.seen.push(char::from(byte[0]));
        }
        self.keys.write_all(keys.as_bytes()).expect("it listens");
    }

    /// All that was to be seen, and the exit code.
    fn end(mut self) -> (String, Option<i32>) {
        let mut rest = Vec::new();
        self.screen.read_to_end(&mut rest).expect("a screen");
        drop(self.keys);
        let code = self.script.wait().expect("it ends").code();
        (self.seen + &String::from_utf8_lossy(&rest).replace('\r', ""), code)
    }
}

#[test]
fn secrets_are_typed_unseen_and_removal_is_confirmed() {
    if !there("script") {
        return not_run("without `script` of util-linux");
    }
    let program = Program::new();
    let mut terminal = Terminal::run(&program, "profile set prod --access-key-id AK1");
    terminal.answer("secret access key: ", "wrong\u{15}canary-1K\u{7F}J\n");
    assert_eq!(terminal.end(), ("secret access key: \n".to_owned(), Some(0)));
    let file = program.directory.path().join(".config/claviger/profiles.toml");
    let text = fs::read_to_string(&file).expect("it is there");
    assert!(text.contains("secret_access_key = \"canary-1J\""), "{text}");

    let mut terminal = Terminal::run(&program, "profile set prod --api-key");
    terminal.answer("API key: ", "canary\u{3}");
    assert_eq!(terminal.end(), ("API key: \nclaviger: nothing was done\n".to_owned(), Some(1)));

    let mut terminal = Terminal::run(&program, "profile remove prod");
    let question = "Remove profile `prod` and its key? Type `prod` to go on: ";
    terminal.answer("to go on: ", "no\n");
    assert_eq!(terminal.end(), (format!("{question}no\nclaviger: nothing was done\n"), Some(1)));
    assert!(fs::read_to_string(&file).expect("it is there").contains("prod"));
    let mut terminal = Terminal::run(&program, "profile remove prod");
    terminal.answer("to go on: ", "prod\n");
    assert_eq!(terminal.end(), (format!("{question}prod\n"), Some(0)));
    let list = Shell::new(&program).quietly(&["profile", "list"], "");
    assert_eq!(String::from_utf8_lossy(&list.stdout), "no profiles\n");
}

/// How far long work is stands in one line, which is gone at the end; without a terminal there is none.
#[test]
fn progress_is_one_line_that_goes() {
    if !there("script") {
        return not_run("without `script` of util-linux");
    }
    run(async {
        let program = Program::new();
        let (_, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        for name in ["alice", "bob"] {
            shell.quietly(&["user", "create", name], "");
        }
        let endpoint = format!("http://{}", server.address);
        let environment = [
            ("CLAVIGER_ENDPOINT", endpoint.as_str()),
            ("CLAVIGER_ACCESS_KEY_ID", key.id.as_str()),
            ("CLAVIGER_SECRET_ACCESS_KEY", key.secret.expose()),
        ];
        let (seen, code) = Terminal::run_with(&program, &environment, "user list --output csv").end();
        let (progress, list) = seen.split_at(seen.find("name,").expect("a list"));
        assert_eq!((progress, code), ("\u{1b}[K2 users\u{1b}[K", Some(0)), "{seen:?}");
        assert_eq!(list.lines().count(), 3, "{seen:?}");
        let quiet = shell.run("user list --output csv");
        assert_eq!(String::from_utf8_lossy(&quiet.stderr), "");
        server.stop().await;
    });
}
