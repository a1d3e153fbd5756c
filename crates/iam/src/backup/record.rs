//! The content of an archive: the manifest, then every row of every table, in the manifest's order. Each stands behind
//! its length (4 bytes, little endian).

use super::format::ArchiveFault;
use crate::db::Value;

/// The longest record, in bytes. A row is far below it; a manifest has about a hundred bytes for each account.
pub(super) const RECORD_MAX: usize = 1 << 30;

const NULL: u8 = 0;
const INT: u8 = 1;
const TEXT: u8 = 2;
const BYTES: u8 = 3;

/// Writes a row, as [`crate::db::whole::each_row`] gives it, over what is in `record`.
pub(super) fn write_row(row: &[Value], record: &mut Vec<u8>) {
    record.clear();
    for value in row {
        let (kind, bytes): (u8, &[u8]) = match value {
            Value::Null => (NULL, &[]),
            Value::Int(number) => {
                record.push(INT);
                record.extend_from_slice(&number.to_le_bytes());
                continue;
            }
            Value::Bool(flag) => {
                record.push(INT);
                record.extend_from_slice(&i64::from(*flag).to_le_bytes());
                continue;
            }
            Value::Text(text) => (TEXT, text.as_bytes()),
            Value::Bytes(bytes) => (BYTES, bytes),
        };
        record.push(kind);
        if kind != NULL {
            record.extend_from_slice(&length(bytes));
            record.extend_from_slice(bytes);
        }
    }
}

/// What goes before a record, or before a text in it.
pub(super) fn length(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes()
}

/// Reads a row of so many columns.
pub(super) fn read_row(mut record: &[u8], columns: usize) -> Result<Vec<Value>, ArchiveFault> {
    let mut row = Vec::with_capacity(columns);
    while !record.is_empty() {
        let (value, rest) = value(record).ok_or_else(|| ArchiveFault::Content("a row has no form".to_owned()))?;
        row.push(value);
        record = rest;
    }
    if row.len() == columns { Ok(row) } else { Err(ArchiveFault::Content("a row has another width".to_owned())) }
}

fn value(record: &[u8]) -> Option<(Value, &[u8])> {
    let (kind, rest) = record.split_first()?;
    match *kind {
        NULL => Some((Value::Null, rest)),
        INT => {
            let (number, rest) = rest.split_first_chunk()?;
            Some((Value::Int(i64::from_le_bytes(*number)), rest))
        }
        TEXT | BYTES => {
            let (length, rest) = rest.split_first_chunk()?;
            let (bytes, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
            let bytes = bytes.to_vec();
            let value = if *kind == TEXT { Value::Text(String::from_utf8(bytes).ok()?) } else { Value::Bytes(bytes) };
            Some((value, rest))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_survive() {
        let row =
            [Value::Null, i64::MIN.into(), "张三".into(), "".into(), vec![0, 255].into(), Value::Bytes(Vec::new())];
        let mut record = vec![9];
        write_row(&row, &mut record);
        assert_eq!(read_row(&record, 6).unwrap(), row);
        assert!(read_row(&record, 5).is_err());
        for length in 0..record.len() {
            assert!(read_row(&record[..length], 6).is_err(), "{length}");
        }
        assert!(read_row(&[7], 1).is_err());
        assert!(read_row(&[TEXT, 1, 0, 0, 0, 0xFF], 1).is_err());
    }
}
