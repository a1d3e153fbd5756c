//! The text of the file.

use super::parse;

/// The text of the file: what is read is written, a version to each line, so that it reads the same; a problem has the
/// line in which it is.
pub fn master_keys(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else { return false };
    match parse(text) {
        Ok(keys) => {
            let line = |(version, key): (&super::Version, &super::SecretBytes<{ super::KEY_BYTES }>)| {
                format!("{version}:{}", data_encoding::HEXLOWER.encode(key.expose()))
            };
            let lines: Vec<String> = keys.iter().map(line).collect();
            assert!(!keys.is_empty() && parse(&lines.join("\n")) == Ok(keys));
            true
        }
        Err(problem) => {
            assert!(problem.line.is_none_or(|line| (1..=text.split('\n').count()).contains(&line)), "{problem}");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use spoil::Trial;

    use super::*;

    #[test]
    fn sec_274_fuzz_master_keys() {
        let (one, two) = ("2b7e151628aed2a6abf7158809cf4f3c".repeat(2), "603DEB1015CA71BE2B73AEF0857D7781".repeat(2));
        let seeds = [one.clone(), format!("{one}\n2:{two}\n"), format!("12:{one}\r\n7:{two}\r\n\n")];
        let pieces: [&[u8]; 11] =
            [b":", b"\n", b"\r", b" ", b"2:", b"0", b"10000:", b"1:", b"g", "é".as_bytes(), two.as_bytes()];
        let seeds = seeds.map(String::into_bytes).to_vec();
        Trial { name: "master_keys", seeds, pieces: &pieces, rounds: 20_000 }.run(master_keys);
    }
}
