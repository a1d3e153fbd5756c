//! Archives as somebody may have changed them, and what could be in one.

use base::secret::SecretBytes;

use super::{contents::Contents, manifest::Manifest, record};
use crate::keyring::KEY_BYTES;

fn key() -> SecretBytes<KEY_BYTES> {
    SecretBytes::new([1; KEY_BYTES])
}

/// An archive: nothing of it is given out unless it is as it was written, to its last byte.
pub fn archive(input: &[u8]) -> bool {
    let Ok(mut contents) = Contents::new(input, &key()) else { return false };
    let manifest = contents.manifest.clone();
    for table in &manifest.tables {
        for _ in 0..table.rows {
            if contents.row(table.columns.len()).is_err() {
                return false;
            }
        }
    }
    let Ok(hash) = contents.finish() else { return false };
    assert!(input.ends_with(&hash), "an archive ends with its hash");
    true
}

/// A manifest: what is read is written so that it reads the same.
pub fn manifest(input: &[u8]) -> bool {
    let Ok(manifest) = Manifest::parse(input) else { return false };
    let _ = (manifest.rows(), manifest.schema());
    assert_eq!(Manifest::parse(manifest.to_json().as_bytes()).as_ref(), Ok(&manifest));
    true
}

/// A row of so many columns as the first byte says: what is read is written as it was.
pub fn row(input: &[u8]) -> bool {
    let Some((columns, text)) = input.split_first() else { return false };
    let Ok(row) = record::read_row(text, usize::from(*columns)) else { return false };
    let mut again = Vec::new();
    record::write_row(&row, &mut again);
    assert!(again == text, "one row has two forms");
    true
}

#[cfg(test)]
mod tests {
    use base::{ids::AccountId, timestamp::Timestamp};
    use spoil::Trial;

    use super::*;
    use crate::{
        audit::KeptHead,
        backup::{manifest::TableEntry, writer::ArchiveWriter},
        clock::Random,
        db::Value,
    };

    /// Draws the same byte again and again.
    struct Constant;

    impl Random for Constant {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(9);
        }
    }

    fn sample() -> Manifest {
        Manifest {
            migrations: vec!["ab".to_owned(), "cd".to_owned()],
            program: "0.1.0".to_owned(),
            created: Timestamp::from_micros(7),
            node: "n".to_owned(),
            database: "sqlite".to_owned(),
            tables: vec![TableEntry { name: "t".to_owned(), columns: vec!["a".to_owned(), "b".to_owned()], rows: 2 }],
            audit_heads: vec![(AccountId::INSTANCE, KeptHead { seq: 5, hash: [1; 32] })],
        }
    }

    fn rows() -> Vec<Vec<u8>> {
        let rows: [[Value; 2]; 2] = [["张三".into(), Value::Null], [i64::MIN.into(), vec![0, 255].into()]];
        let record = |row: &[Value; 2]| {
            let mut record = Vec::new();
            record::write_row(row, &mut record);
            record
        };
        rows.iter().map(record).collect()
    }

    #[test]
    fn sec_274_fuzz_archive() {
        let mut writer = ArchiveWriter::new(Vec::new(), &key(), &Constant).unwrap();
        for part in std::iter::once(sample().to_json().into_bytes()).chain(rows()) {
            writer.write(&record::length(&part)).unwrap();
            writer.write(&part).unwrap();
        }
        let (bytes, _) = writer.finish().unwrap();
        let longer = [&bytes[..], &bytes].concat();
        let pieces: [&[u8]; 6] = [&[0], &[1], &[0xFF; 4], &[0; 4], b"CLVGBKUP", &[16, 0, 0, 0, 1]];
        let good = |input: &[u8]| {
            let taken = archive(input);
            assert!(!taken || input == bytes, "it was changed, and is taken");
            taken
        };
        Trial { name: "archive", seeds: vec![bytes.clone(), longer], pieces: &pieces, rounds: 10_000 }.run(good);
    }

    #[test]
    fn sec_274_fuzz_manifest() {
        let pieces: [&[u8]; 9] =
            [b"\"", b"{", b"]", b",", b"18446744073709551615", b"-1", b"null", b"\"rows\":1,", b"000000000000"];
        let seeds = vec![sample().to_json().into_bytes()];
        Trial { name: "manifest", seeds, pieces: &pieces, rounds: 10_000 }.run(manifest);
    }

    #[test]
    fn sec_274_fuzz_row() {
        let seeds = rows().into_iter().map(|row| [&[2], &row[..]].concat()).collect();
        let pieces: [&[u8]; 8] = [&[0], &[1], &[2], &[3], &[4], &[0xFF; 4], &[1, 0, 0, 0], &[0; 8]];
        Trial { name: "row", seeds, pieces: &pieces, rounds: 20_000 }.run(row);
    }
}
