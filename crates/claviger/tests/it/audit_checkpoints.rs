//! Checkpoints of the audit trail, through the commands of the program: printed, kept elsewhere, and held against what
//! somebody with the files has done meanwhile.

use std::fs;

use base::ids::AccountId;
use rusqlite::Connection;
use serde_json::Value;

use crate::support::{database::run, process::Program};

/// What a check says when something is wrong.
const FOUND: i32 = 4;

/// A store that was closed, with two users in an account; what was kept of it; and a copy of its file.
struct Kept {
    program: Program,
    account: String,
    file: String,
    copy: std::path::PathBuf,
}

impl Kept {
    async fn new() -> Self {
        let program = Program::new();
        let (account, key) = program.create_account();
        for name in ["alice", "bob"] {
            let server = program.start().await;
            let body = serde_json::json!({ "name": name }).to_string();
            assert_eq!(server.call(&key, "POST", "/v1/user", &body).await.status, 201);
            server.stop().await;
        }
        let copy = program.directory.path().join("copy.db");
        fs::copy(program.data().join("claviger.db"), &copy).expect("it can be copied");
        // A command that looks leaves a trace in the chain, and a checkpoint of it.
        program.say(&["audit", "checkpoint"]);
        let kept = program.say(&["audit", "checkpoint"]);
        let file = program.directory.path().join("kept.jsonl");
        fs::write(&file, &kept).expect("it can be written");
        assert_eq!(kept.lines().count(), 2, "the installation's chain, and the account's: {kept}");
        Self { program, account, file: file.display().to_string(), copy }
    }

    /// What checking says, and whether it found something.
    fn verify(&self, arguments: &[&str]) -> (String, bool) {
        let output = self.program.run(&[&["audit", "verify"], arguments].concat());
        let found = match output.status.code() {
            Some(0) => false,
            Some(FOUND) => true,
            _ => panic!("{output:?}"),
        };
        (String::from_utf8(output.stdout).expect("it is text"), found)
    }

    fn verify_kept(&self) -> (String, bool) {
        self.verify(&["--checkpoints", &self.file])
    }
}

#[test]
fn sec_175_a_checkpoint_can_be_verified_by_anybody() {
    run(async {
        let kept = Kept::new().await;
        let public = kept.program.say(&["audit", "key"]);
        for line in fs::read_to_string(&kept.file).expect("it was kept").lines() {
            let checkpoint: Value = serde_json::from_str(line).expect("it is JSON");
            let text = |name: &str| checkpoint[name].as_str().expect("a text");
            assert_eq!(text("key"), public.trim());
            let signed = format!(
                "claviger audit checkpoint\n{}\n{}\n{}\n{}\n",
                text("account"),
                checkpoint["seq"],
                text("hash"),
                text("time")
            );
            let bytes = |name: &str| data_encoding::HEXLOWER.decode(text(name).as_bytes()).expect("hexadecimal digits");
            let (signature, key) = (bytes("signature"), bytes("key"));
            assert_eq!((signature.len(), key.len()), (64, 32));
            let typed = iam::audit::Checkpoint {
                account: AccountId::parse(text("account")).expect("an account"),
                seq: checkpoint["seq"].as_u64().expect("a number"),
                hash: bytes("hash").try_into().expect("32 bytes"),
                time: base::timestamp::Timestamp::parse_rfc3339(text("time")).expect("a moment"),
                signature: signature.try_into().expect("64 bytes"),
                key: key.try_into().expect("32 bytes"),
            };
            assert_eq!(typed.signed_text(), signed);
            assert!(typed.is_signed());
        }
        let (told, found) = kept.verify_kept();
        assert!(!found && told.lines().all(|line| line.contains("  intact, ")), "{told}");
    });
}

/// An older copy of the database is put back: it is a store that once was, so only what was kept says what is missing.
#[test]
fn sec_175_a_store_that_was_rolled_back_is_found() {
    run(async {
        let kept = Kept::new().await;
        fs::copy(&kept.copy, kept.program.data().join("claviger.db")).expect("it can be put back");
        let (told, found) = kept.verify(&[]);
        assert!(!found, "{told}");
        fs::copy(&kept.copy, kept.program.data().join("claviger.db")).expect("it can be put back");
        let (told, found) = kept.verify_kept();
        let of_account = told.lines().find(|line| line.starts_with(&kept.account)).expect("its line");
        assert!(found && of_account.contains("NOT INTACT: event "), "{told}");
        let (told, found) = kept.verify(&[&kept.account, "--checkpoints", &kept.file, "--output", "json"]);
        let told: Value = serde_json::from_str(&told).expect("it is JSON");
        assert!(found && told["intact"] == false && told["seq"].is_number(), "{told}");
    });
}

#[test]
fn sec_175_a_chain_without_its_end_is_found_by_the_stores_own_checkpoints() {
    run(async {
        let kept = Kept::new().await;
        let account = kept.account.parse::<i64>().expect("twelve digits");
        let file = Connection::open(kept.program.data().join("claviger.db")).expect("the file");
        file.execute_batch(
            "DROP TRIGGER audit_event_no_delete;
             DELETE FROM audit_event WHERE seq = (SELECT max(e.seq) FROM audit_event e
                 WHERE e.account_id = audit_event.account_id);
             UPDATE account_head SET (audit_seq, audit_hash) = (SELECT seq, hash FROM audit_event e
                 WHERE e.account_id = account_head.account_id ORDER BY seq DESC LIMIT 1)",
        )
        .expect("it can be changed");
        let last: i64 = file
            .query_row("SELECT audit_seq FROM account_head WHERE account_id = ?1", [account], |row| row.get(0))
            .expect("a head");
        drop(file);
        // What looks adds events of its own behind the gap: they are not those that were signed.
        let (told, found) = kept.verify(&[]);
        let of_account = told.lines().find(|line| line.starts_with(&kept.account)).expect("its line");
        assert!(found && of_account.contains(&format!("NOT INTACT: event {}: ", last + 1)), "{told}");
    });
}

/// An account that is not there any more is found by what was kept of it.
#[test]
fn sec_175_an_account_that_is_gone_is_found() {
    run(async {
        let kept = Kept::new().await;
        let mut lines = fs::read_to_string(&kept.file).expect("it was kept");
        lines = lines.replace(&kept.account, "999999999999");
        fs::write(&kept.file, lines).expect("it can be written");
        let (told, found) = kept.verify_kept();
        let gone = "999999999999  NOT INTACT: event 1: its checkpoint was kept, and the store has no such account";
        assert!(found && told.lines().any(|line| line == gone), "{told}");
        fs::write(&kept.file, "{\"account\":\"000000000000\",\"seq\":1}\n").expect("it can be written");
        let refused = kept.program.refusal(&["audit", "verify", "--checkpoints", &kept.file]);
        assert!(refused.contains("`time` is missing"), "{refused}");
        let refused = kept.program.refusal(&["audit", "verify", "--checkpoints", "/nowhere"]);
        assert!(refused.contains("cannot read `/nowhere`"), "{refused}");
    });
}
