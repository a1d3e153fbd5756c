//! What an intruder does to the file, and what verifying says.

use super::support::{Home, World, event, execute, fix_head, forge, history, operator};
use crate::{
    audit::{Export, Fault, KeptHead, Problem, link},
    page::PageSize,
};

/// An intruder with the file removes the triggers first. `deed` gets the connection and the account.
fn tamper(
    world: World,
    home: &Home,
    head: Option<KeptHead>,
    deed: impl FnOnce(&rusqlite::Connection, i64),
) -> Result<KeptHead, Fault> {
    let account = i64::try_from(home.account.number()).unwrap();
    let world = world.reopen(|file| {
        file.execute_batch("DROP TRIGGER audit_event_no_update; DROP TRIGGER audit_event_no_delete").unwrap();
        // What the first verification left, so that the last event is the last change.
        file.execute("DELETE FROM audit_event WHERE account_id = ?1 AND seq > 7", [account]).unwrap();
        // What a chain shows without its checkpoints.
        file.execute("DELETE FROM audit_checkpoint WHERE account_id = ?1", [account]).unwrap();
        fix_head(file, account);
        deed(file, account);
    });
    world.verify(home.account, head).verdict
}

fn fault(seq: i64, problem: Problem) -> Result<KeptHead, Fault> {
    Err(Fault { seq, problem })
}

#[test]
fn sec_175_an_untouched_chain_verifies_and_gives_its_head() {
    let (world, home, head) = history();
    let again = tamper(world, &home, Some(head), |_, _| {});
    assert_eq!(again, Ok(head));
}

#[test]
fn sec_175_an_edited_text_is_found() {
    let (world, home, _) = history();
    let found = tamper(world, &home, None, |file, account| {
        let text = "UPDATE audit_event SET body = replace(body, 'bob', 'rob') WHERE account_id = ?1 AND seq = 3";
        execute(file, account, text);
    });
    assert_eq!(found, fault(3, Problem::Edited));
}

#[test]
fn sec_175_an_edited_text_with_a_new_hash_breaks_the_next_event() {
    let (world, home, _) = history();
    let found = tamper(world, &home, None, |file, account| {
        let (body, _) = event(file, account, 3);
        let body = body.replace("bob", "rob");
        let hash = link(&event(file, account, 2).1, &body);
        let text = "UPDATE audit_event SET body = ?2, hash = ?3 WHERE account_id = ?1 AND seq = 3";
        file.execute(text, (account, body, hash)).unwrap();
    });
    assert_eq!(found, fault(4, Problem::Edited));
}

#[test]
fn sec_175_an_edited_column_is_found() {
    for (column, value) in
        [("time_us", "time_us + 1"), ("action", "'iam:GetUser'"), ("principal_id", "NULL"), ("outcome", "'denied'")]
    {
        let (world, home, _) = history();
        let found = tamper(world, &home, None, |file, account| {
            let text = format!("UPDATE audit_event SET {column} = {value} WHERE account_id = ?1 AND seq = 5");
            execute(file, account, &text);
        });
        assert_eq!(found, fault(5, Problem::Column(column)));
    }
    let (world, home, _) = history();
    let found = tamper(world, &home, None, |file, account| {
        execute(file, account, "UPDATE audit_event SET hash = x'00' WHERE account_id = ?1 AND seq = 5");
    });
    assert_eq!(found, fault(5, Problem::Edited));
}

#[test]
fn sec_175_a_deleted_event_is_found() {
    for (removed, problem) in [(1, Problem::Missing), (4, Problem::Missing), (7, Problem::Truncated)] {
        let (world, home, _) = history();
        let found = tamper(world, &home, None, |file, account| {
            let text = format!("DELETE FROM audit_event WHERE account_id = ?1 AND seq = {removed}");
            execute(file, account, &text);
        });
        assert_eq!(found, fault(removed, problem));
    }
}

#[test]
fn sec_175_closing_the_gap_of_a_deleted_event_is_found() {
    let (world, home, _) = history();
    let found = tamper(world, &home, None, |file, account| {
        execute(file, account, "DELETE FROM audit_event WHERE account_id = ?1 AND seq = 4");
        for seq in 5..=7 {
            let text = format!("UPDATE audit_event SET seq = {} WHERE account_id = ?1 AND seq = {seq}", seq - 1);
            execute(file, account, &text);
        }
        fix_head(file, account);
    });
    assert_eq!(found, fault(4, Problem::Moved));
}

#[test]
fn sec_175_truncation_with_a_mended_head_is_found_against_a_kept_head_only() {
    let cut = |file: &rusqlite::Connection, account: i64| {
        execute(file, account, "DELETE FROM audit_event WHERE account_id = ?1 AND seq = 7");
        fix_head(file, account);
    };
    let (world, home, _) = history();
    assert!(tamper(world, &home, None, cut).is_ok());
    let (world, home, head) = history();
    assert_eq!(tamper(world, &home, Some(head), cut), fault(7, Problem::Truncated));
}

#[test]
fn sec_175_a_chain_written_anew_is_found_against_a_kept_head_only() {
    let (world, home, _) = history();
    assert!(tamper(world, &home, None, forge).is_ok());
    let (world, home, head) = history();
    assert_eq!(tamper(world, &home, Some(head), forge), fault(7, Problem::Kept));
}

#[test]
fn sec_175_an_inserted_event_is_found() {
    let (world, home, _) = history();
    let found = tamper(world, &home, None, |file, account| {
        for seq in (4..=7).rev() {
            let text = format!("UPDATE audit_event SET seq = {} WHERE account_id = ?1 AND seq = {seq}", seq + 1);
            execute(file, account, &text);
        }
        let text = "INSERT INTO audit_event SELECT account_id, 4, time_us, action, principal_id, outcome, body, hash
             FROM audit_event WHERE account_id = ?1 AND seq = 2";
        execute(file, account, text);
        fix_head(file, account);
    });
    assert_eq!(found, fault(4, Problem::Moved));
}

#[test]
fn sec_175_events_where_none_can_be_are_found() {
    for (seq, problem) in [(8, Problem::Moved), (0, Problem::Impossible), (-5, Problem::Impossible)] {
        let (world, home, _) = history();
        let found = tamper(world, &home, None, |file, account| {
            let text = format!(
                "INSERT INTO audit_event SELECT account_id, {seq}, time_us, action, principal_id, outcome, body, hash
                 FROM audit_event WHERE account_id = ?1 AND seq = 2"
            );
            execute(file, account, &text);
        });
        assert_eq!(found, fault(seq, problem));
    }
}

#[test]
fn sec_175_a_well_made_event_behind_the_end_and_a_head_set_back_are_found() {
    let (world, home, _) = history();
    let found = tamper(world, &home, None, |file, account| {
        file.execute("UPDATE account_head SET audit_seq = 6 WHERE account_id = ?1", [account]).unwrap();
    });
    assert_eq!(found, fault(7, Problem::Added));
    let (world, home, _) = history();
    let found = tamper(world, &home, None, |file, account| {
        file.execute("UPDATE account_head SET audit_hash = zeroblob(32) WHERE account_id = ?1", [account]).unwrap();
    });
    assert_eq!(found, fault(7, Problem::Head));
}

#[test]
fn sec_175_swapped_events_are_found() {
    let (world, home, _) = history();
    let found = tamper(world, &home, None, |file, account| {
        for (from, to) in [(3, -3), (5, 3), (-3, 5)] {
            let text = format!("UPDATE audit_event SET seq = {to} WHERE account_id = ?1 AND seq = {from}");
            execute(file, account, &text);
        }
    });
    assert_eq!(found, fault(3, Problem::Moved));
}

#[test]
fn sec_175_an_event_of_another_account_is_found() {
    let (world, home, _) = history();
    let other = world.home();
    world.create_user(&other, "alice").unwrap();
    let found = tamper(world, &home, None, |file, account| {
        let from = i64::try_from(other.account.number()).unwrap();
        let (body, hash) = event(file, from, 2);
        let text = "UPDATE audit_event SET body = ?2, hash = ?3 WHERE account_id = ?1 AND seq = 2";
        file.execute(text, (account, body, hash)).unwrap();
    });
    assert_eq!(found, fault(2, Problem::Moved));
}

/// SEC-176: the program itself cannot change or remove an event.
#[test]
fn sec_176_the_store_refuses_to_change_or_delete_events() {
    let (world, _, _) = history();
    let file = world.file();
    for text in [
        "UPDATE audit_event SET body = ''",
        "UPDATE audit_event SET outcome = 'success' WHERE seq = 1",
        "DELETE FROM audit_event",
    ] {
        let refusal = file.execute(text, []).unwrap_err().to_string();
        assert!(refusal.contains("audit events are never"), "{refusal}");
    }
}

/// SEC-177: numbers have no gap and tell the order, whatever the clock does.
#[test]
fn sec_177_the_order_is_by_number_and_a_clock_that_jumps_leaves_the_chain_valid() {
    let world = World::new();
    let home = world.home();
    for (name, jump) in [("alice", 1), ("bob", -3_600), ("carol", 86_400), ("dave", -86_400)] {
        world.clock.advance_micros(jump * super::support::SECOND);
        world.create_user(&home, name).unwrap();
    }
    assert_eq!(world.verify(home.account, None).verdict.unwrap().seq, 5);
    let page = PageSize::new(3).unwrap();
    let export = |after| world.query(&operator(), Export { account: Some(home.account), after, size: page }).unwrap();
    let (first, second) = (export(0), export(3));
    assert_eq!(first.next, Some(3));
    let events: Vec<_> = first.items.iter().chain(&second.items).collect();
    let mut hash = [0; 32];
    for (seq, exported) in (1..).zip(&events) {
        hash = link(&hash, &exported.body);
        assert_eq!((exported.seq, &exported.hash), (seq, &data_encoding::HEXLOWER.encode(&hash)));
    }
    let names: Vec<bool> =
        ["alice", "bob", "carol", "dave"].iter().zip(&events[1..]).map(|(name, e)| e.body.contains(name)).collect();
    assert_eq!(names, [true; 4]);
}
