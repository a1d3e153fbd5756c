//! The program as it is installed: its commands, its exit codes, and what it writes.

use std::fs;

use crate::support::{assert_text, database::run, process::Program};

/// `account create` gives what a program needs, with a server and without one, and it is the same store.
#[test]
fn accounts_are_made_with_and_without_a_server() {
    run(async {
        let program = Program::new();
        let before = program.create_account();
        let server = program.start().await;
        let beside = program.create_account();
        assert_ne!(before.0, beside.0);
        for (account, key) in [&before, &beside] {
            assert!(account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()), "{account}");
            assert_eq!((key.id.len(), key.secret.expose().len()), (20, 44));
            assert_eq!(server.call(key, "GET", "/v1/user", "").await.in_short(), "200");
        }
        let text = program.say(&["account", "create"]);
        let labels: Vec<&str> = text.lines().map(|line| line.split("  ").next().unwrap_or_default()).collect();
        assert_text(
            &labels.join("\n"),
            "account id
            access key id
            secret access key

            The secret is shown only now. Keep it safe.",
        );
        server.stop().await;
    });
}

/// SEC-206: asked to end, the server ends well, and what it answered is there for the next.
#[test]
fn sec_206_a_signal_ends_the_server_well() {
    run(async {
        let program = Program::new();
        let (_, key) = program.create_account();
        let server = program.start().await;
        let mut idle = server.connect().await;
        let created = server.call(&key, "POST", "/v1/user", r#"{"name":"alice"}"#).await;
        assert_eq!(created.status, 201);
        server.stop().await;
        assert!(idle.is_closed().await);
        assert!(!program.data().join("admin.sock").exists());

        let server = program.start().await;
        assert_eq!(server.call(&key, "GET", "/v1/user/alice", "").await.body, created.body);
        server.stop().await;
    });
}

/// SEC-205, SEC-065: refusals end the program with 1 before it says that it listens, and tell why.
#[test]
fn sec_205_sec_065_a_store_that_cannot_be_had_ends_the_program() {
    run(async {
        let program = Program::new();
        program.create_account();
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        let server = program.start().await;
        assert_eq!(program.refusal(&serve), "claviger: another claviger process uses `<data>`");
        server.stop().await;

        let key = program.data().join("master.key");
        fs::rename(&key, program.directory.path().join("key")).expect("it moves");
        let missing = "claviger: the store has data, but there is no master key at `<data>/master.key`: without it \
                       nothing can be verified";
        assert_eq!(program.refusal(&serve), missing);
        assert_eq!(program.refusal(&["account", "create"]), missing);
        assert!(!key.exists());
    });
}
