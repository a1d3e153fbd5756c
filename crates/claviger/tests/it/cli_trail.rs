//! The account's trail, as somebody looks it up and watches it by commands.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
};

use serde_json::Value;

use crate::support::{
    process::{DEADLINE, PROGRAM, Program, Serving},
    sdk::Key,
    shell::{Shell, on_each_store},
};

/// Which events there are is told; a tail prints what happens while it runs, but not that it looks.
#[test]
fn the_trail() {
    on_each_store(async |program: Program| {
        let (_, key) = program.create_account();
        let server = program.start().await;
        let mut shell = Shell::at(&program, &server, &key);
        for line in ["user create alice", "user create bob", "user disable bob", "user create alice"] {
            shell.quietly(&line.split(' ').collect::<Vec<_>>(), "");
        }
        shell.run("audit query --action iam:CreateUser --order oldest");
        shell.run("audit query --action iam:CreateUser --limit 1 --output csv");
        shell.run("audit query --action iam:DeleteUser");
        shell.run("audit query --action iam:DeleteUser --output json");
        shell.run("audit query --outcome nonsense");
        shell.run("audit query --from nonsense");
        shell.run("audit query --order sideways");
        let json = shell.quietly(&["audit", "query", "--action", "iam:UpdateUser", "--output", "json"], "");
        let json: Value = serde_json::from_slice(&json.stdout).expect("it is JSON");
        assert_eq!(json.as_array().map(Vec::len), Some(1), "{json}");
        assert_eq!(json[0]["action"], "iam:UpdateUser", "{json}");

        let tail = Tail::of(&server, &key);
        let created = |event: &Value, name: &str| event["resources"][0] == format!("user/{name}");
        // Those of before come first; and then each that happens, but not that the tail looks.
        let before = tail.until(|event| created(event, "bob") && event["action"] == "iam:UpdateUser");
        assert!(before.iter().any(|event| created(event, "alice")), "{before:#?}");
        shell.quietly(&["user", "create", "carol"], "");
        let after = tail.until(|event| created(event, "carol"));
        let all: Vec<&Value> = before.iter().chain(&after).collect();
        assert!(all.iter().all(|event| event["action"] != "iam:ListEvents"), "{all:#?}");
        let seqs: Vec<Option<u64>> = all.iter().map(|event| event["seq"].as_u64()).collect();
        assert!(seqs.is_sorted() && seqs.iter().all(Option::is_some), "each once, in the chain's order: {seqs:?}");
        drop(tail);
        shell.assert("cli/trail.txt");
        server.stop().await;
    });
}

/// A command that goes on until it is stopped, and the events that it prints.
struct Tail {
    command: Child,
    events: Receiver<Value>,
}

impl Tail {
    fn of(server: &Serving, key: &Key) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["audit", "tail", "--lines", "50", "--output", "json"]).env_clear();
        command.env("CLAVIGER_ENDPOINT", format!("http://{}", server.address));
        command.env("CLAVIGER_ACCESS_KEY_ID", &key.id).env("CLAVIGER_SECRET_ACCESS_KEY", key.secret.expose());
        let mut command = command.stdout(Stdio::piped()).spawn().expect("it runs");
        let lines = BufReader::new(command.stdout.take().expect("it has an output")).lines();
        let (sender, events) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).expect("it is JSON"));
            }
        });
        Self { command, events }
    }

    /// The events up to one for which that holds.
    fn until(&self, holds: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut seen = Vec::new();
        loop {
            let event = self.events.recv_timeout(DEADLINE).unwrap_or_else(|_| panic!("no more than {seen:#?}"));
            let last = holds(&event);
            seen.push(event);
            if last {
                return seen;
            }
        }
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        let _ = self.command.kill();
        let _ = self.command.wait();
    }
}
