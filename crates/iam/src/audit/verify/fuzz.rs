//! Chains as somebody may have written them into the database.

use super::{Chain, HASH_BYTES, Head, KeptHead, link};
use crate::db::{Row, Value};

/// The chain of this account.
const ACCOUNT: &str = "123456789012";

/// Events, one a line, each its columns with tabulators between them, their hash in hex. A chain that is whole is no
/// longer so when a byte of its texts is another.
pub fn chain(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else { return false };
    let rows: Vec<Row> = text.lines().map(row).collect();
    let Some(hash) = follow(&rows) else { return false };
    assert_eq!(rows.is_empty(), hash == [0; HASH_BYTES]);
    let place = input.len() % rows.len().max(1);
    let mut changed = rows;
    if let Some(Value::Text(body)) = changed.get_mut(place).and_then(|row| row.0.get_mut(5)) {
        body.push(' ');
        assert!(follow(&changed).is_none(), "a text was changed, and the chain is whole");
    }
    true
}

/// The end of the chain, where it is whole.
fn follow(rows: &[Row]) -> Option<[u8; HASH_BYTES]> {
    let mut chain = Chain { account: ACCOUNT.to_owned(), kept: None, events: 0, seq: 0, hash: [0; HASH_BYTES] };
    for row in rows {
        if let Err(fault) = chain.take(row) {
            assert!(!fault.to_string().is_empty());
            return None;
        }
    }
    let head = Head { seq: chain.seq, hash: chain.hash.to_vec() };
    let end = chain.end(&head).expect("its head is its own");
    let short = Head { seq: chain.seq + 1, hash: chain.hash.to_vec() };
    assert!(chain.end(&short).is_err(), "its last event lacks, and it is whole");
    Some(end.hash)
}

fn row(line: &str) -> Row {
    let column = |(place, text): (usize, &str)| match (place, text.parse::<i64>()) {
        (0 | 1 | 3, Ok(number)) => Value::Int(number),
        (6, _) => data_encoding::HEXLOWER.decode(text.as_bytes()).map_or(Value::Null, Value::Bytes),
        (_, _) if text.is_empty() => Value::Null,
        (_, _) => Value::Text(text.to_owned()),
    };
    Row(line.split('\t').enumerate().map(column).collect())
}

/// A head that was kept: what is read is written as it was, but for the case of its digits.
pub fn kept_head(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else { return false };
    let Ok(head) = KeptHead::parse(text) else { return false };
    assert_eq!(KeptHead::parse(&head.to_string()).ok(), Some(head));
    true
}

/// A chain of so many events, as [`chain`] takes it.
#[cfg(test)]
fn sample(events: i64) -> Vec<u8> {
    let (mut lines, mut hash) = (Vec::new(), [0; HASH_BYTES]);
    for seq in 1..=events {
        let body = format!(
            r#"{{"account":"{ACCOUNT}","action":"iam:CreateUser","outcome":"done","principal":{{"id":7}},"seq":{seq},"time_us":{seq}000}}"#
        );
        hash = link(&hash, &body);
        let digits = data_encoding::HEXLOWER.encode(&hash);
        lines.push(format!("{seq}\t{seq}000\tiam:CreateUser\t7\tdone\t{body}\t{digits}"));
    }
    lines.join("\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use spoil::Trial;

    use super::*;

    #[test]
    fn sec_274_fuzz_chain() {
        let pieces: [&[u8]; 11] =
            [b"\t", b"\n", b"1", b"2", b"-1", b"9223372036854775807", b"\"", b"}", b",", b"null", b"\"seq\":2,"];
        let seeds = vec![sample(1), sample(3)];
        Trial { name: "chain", seeds, pieces: &pieces, rounds: 10_000 }.run(chain);
    }

    #[test]
    fn sec_274_fuzz_kept_head() {
        let pieces: [&[u8]; 7] = [b":", b"+", b"-", b" ", b"0", b"ff", b"18446744073709551616"];
        let seeds = vec![format!("12:{}", "aB".repeat(32)).into_bytes(), format!("0:{}", "00".repeat(32)).into_bytes()];
        Trial { name: "kept_head", seeds, pieces: &pieces, rounds: 20_000 }.run(kept_head);
    }
}
