//! An archive that is not as it was written is refused, and for the right reason (SEC-253).

use base::secret::SecretBytes;

use crate::{
    backup::{
        format::{ArchiveFault, CHUNK_BYTES, FRAME_BYTES, HEADER_BYTES, TAG_BYTES, TRAILER_BYTES},
        reader::{ArchiveReader, ReadError},
        writer::ArchiveWriter,
    },
    clock::Random,
};

/// The length of a whole chunk in an archive.
const WHOLE: usize = FRAME_BYTES + CHUNK_BYTES + TAG_BYTES;

/// Draws the same byte again and again.
struct Constant(u8);

impl Random for Constant {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::new([byte; 32])
}

/// Content in which no two parts are alike.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|place| place.wrapping_mul(2_654_435_761).to_le_bytes()[2]).collect()
}

fn archive(content: &[u8]) -> Vec<u8> {
    archive_with(content, 9)
}

fn archive_with(content: &[u8], salt: u8) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Vec::new(), &key(1), &Constant(salt)).unwrap();
    for part in content.chunks(100_003) {
        writer.write(part).unwrap();
    }
    let (bytes, hash) = writer.finish().unwrap();
    assert_eq!(bytes[bytes.len() - TRAILER_BYTES..], hash);
    bytes
}

/// The content, of which `length` bytes are expected, or why it is not given.
fn read(bytes: &[u8], length: usize, with: u8) -> Result<Vec<u8>, ArchiveFault> {
    let read = || {
        let mut reader = ArchiveReader::new(bytes, &key(with))?;
        let mut content = vec![0; length];
        reader.take(&mut content)?;
        reader.finish()?;
        Ok(content)
    };
    read().map_err(|error| match error {
        ReadError::Fault(fault) => fault,
        ReadError::File(error) => panic!("{error}"),
    })
}

#[test]
fn content_of_any_length_survives() {
    for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7] {
        let content = content(length);
        let bytes = archive(&content);
        assert!(read(&bytes, length, 1).unwrap() == content, "{length}");
        if let Some(sample) = content.get(5..25) {
            assert!(!bytes.windows(20).any(|window| window == sample), "the content can be read");
        }
        let short = read(&bytes, length + 1, 1).unwrap_err();
        assert!(matches!(short, ArchiveFault::Content(_)), "{short}");
        if length > 0 {
            let long = read(&bytes, length - 1, 1).unwrap_err();
            assert!(matches!(long, ArchiveFault::Content(_)), "{long}");
        }
    }
}

/// SEC-253: wherever it is cut, it is known to be cut.
#[test]
fn sec_253_an_archive_that_is_cut_off_is_refused() {
    let small = archive(&content(700));
    for length in 0..small.len() {
        let fault = read(&small[..length], 700, 1).unwrap_err();
        let expected = match length {
            0..8 => ArchiveFault::NotAnArchive,
            _ if length < small.len() - TRAILER_BYTES => ArchiveFault::CutOff { chunks: 0 },
            _ => ArchiveFault::CutOff { chunks: 1 },
        };
        assert_eq!(fault, expected, "{length}");
    }
    let size = 3 * CHUNK_BYTES + 7;
    let large = archive(&content(size));
    let borders = (1..=3).map(|chunk| HEADER_BYTES + chunk * WHOLE).chain([large.len() - TRAILER_BYTES]);
    for border in borders {
        for length in border - 30..border + 30 {
            let fault = read(&large[..length.min(large.len() - 1)], size, 1).unwrap_err();
            let whole = (length.min(large.len() - 1) - HEADER_BYTES) / WHOLE;
            let last = length >= large.len() - TRAILER_BYTES;
            let chunks = u32::try_from(whole).unwrap() + u32::from(last);
            assert_eq!(fault, ArchiveFault::CutOff { chunks }, "{length}");
        }
    }
}

/// SEC-253: no bit can be another, and a reader is told where it is.
#[test]
fn sec_253_a_flipped_bit_is_found() {
    let flipped = |bytes: &[u8], bit: usize| {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        changed
    };
    let small = archive(&content(300));
    for bit in 0..small.len() * 8 {
        let fault = read(&flipped(&small, bit), 300, 1).unwrap_err();
        let expected = match bit / 8 {
            0..8 => ArchiveFault::NotAnArchive,
            8..HEADER_BYTES => ArchiveFault::Header,
            byte if byte < small.len() - TRAILER_BYTES => ArchiveFault::Damaged { chunk: 0 },
            _ => ArchiveFault::Trailer,
        };
        assert_eq!(fault, expected, "bit {bit}");
    }
    let size = 2 * CHUNK_BYTES + 900;
    let large = archive(&content(size));
    for bit in (HEADER_BYTES * 8..(large.len() - TRAILER_BYTES) * 8).step_by(37_111) {
        let chunk = u32::try_from((bit / 8 - HEADER_BYTES) / WHOLE).unwrap();
        assert_eq!(read(&flipped(&large, bit), size, 1).unwrap_err(), ArchiveFault::Damaged { chunk }, "bit {bit}");
    }
}

/// SEC-253: chunks have one order, and belong to one archive.
#[test]
fn sec_253_chunks_that_stand_elsewhere_are_found() {
    let size = 4 * CHUNK_BYTES;
    let bytes = archive(&content(size));
    let chunk = |number: usize| HEADER_BYTES + number * WHOLE..HEADER_BYTES + (number + 1) * WHOLE;
    let with = |place: usize, other: &[u8]| [&bytes[..chunk(place).start], other, &bytes[chunk(place).end..]].concat();
    let swapped = [&bytes[..chunk(1).start], &bytes[chunk(2)], &bytes[chunk(1)], &bytes[chunk(2).end..]].concat();
    assert_eq!(read(&swapped, size, 1), Err(ArchiveFault::OutOfOrder { wanted: 1, found: 2 }));
    assert_eq!(read(&with(1, &bytes[chunk(0)]), size, 1), Err(ArchiveFault::OutOfOrder { wanted: 1, found: 0 }));
    assert_eq!(read(&with(1, &[]), size, 1), Err(ArchiveFault::OutOfOrder { wanted: 1, found: 2 }));
    // The same content under the same key, in another archive.
    let other = archive_with(&content(size), 8);
    assert_eq!(read(&with(1, &other[chunk(1)]), size, 1), Err(ArchiveFault::Damaged { chunk: 1 }));
    // Without its last chunk, a whole one before it taken for the end.
    let ended = [&bytes[..chunk(3).start], &bytes[bytes.len() - TRAILER_BYTES..]].concat();
    assert_eq!(read(&ended, 3 * CHUNK_BYTES, 1), Err(ArchiveFault::Damaged { chunk: 3 }));
    assert_eq!(read(&[&bytes[..], b"x"].concat(), size, 1), Err(ArchiveFault::Longer));
}

/// SEC-253: another key is told from damage, with the ids of both.
#[test]
fn sec_253_another_key_is_told_as_such() {
    let bytes = archive(&content(10));
    let fault = read(&bytes, 10, 2).unwrap_err();
    let ArchiveFault::OtherKey { made_with, given } = &fault else { panic!("{fault}") };
    assert!(made_with != given && made_with.len() == 16, "{fault}");
    assert_eq!(
        read(b"PK\x03\x04 and then something else, long enough to be a header of anything", 1, 1),
        Err(ArchiveFault::NotAnArchive)
    );
}

/// A later form is told as such, and not taken for damage.
#[test]
fn a_later_form_is_refused() {
    use aws_lc_rs::digest::{SHA256, digest};
    let mut bytes = archive(&content(10));
    bytes[8] = 2;
    let check = digest(&SHA256, &bytes[..56]);
    bytes[56..64].copy_from_slice(&check.as_ref()[..8]);
    assert_eq!(read(&bytes, 10, 1), Err(ArchiveFault::NewerForm { found: 2 }));
}

/// The same store backed up twice under one key gives two archives that have nothing in common.
#[test]
fn every_archive_has_a_key_of_its_own() {
    let (one, two) = (archive_with(&content(500), 1), archive_with(&content(500), 2));
    assert_ne!(one[HEADER_BYTES + FRAME_BYTES..], two[HEADER_BYTES + FRAME_BYTES..]);
}
