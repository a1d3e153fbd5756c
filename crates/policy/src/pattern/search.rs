//! Finding text with gaps of one code point in longer text, in time that grows with the longer one's length, whatever
//! they hold: it is gone through once for each 64 bytes and gaps of what is sought, and once for what is longer and has
//! no gap.
//!
//! What is short is cut into blocks of 64 atoms, each a byte or a gap. A block keeps one bit an atom: whether the
//! text up to here ends with everything sought up to that atom. A step of one byte moves all bits at once (known as
//! Shift-And). What is long, as values of variables may be, is found by knowing of each of its beginnings how much of
//! it begins anew there (known as Knuth, Morris and Pratt). Looking for either place by place would cost the product of
//! the lengths where both repeat themselves.

use std::ops::ControlFlow::{self, Break, Continue};

/// From how many bytes on a text without gaps is looked for by itself.
const LONG: usize = 128;

/// A search through one text.
pub(super) struct Search<'t> {
    text: &'t str,
    ascii_case: bool,
    /// How many bytes a match has at least.
    length: usize,
    /// Text that was added since the last gap.
    piece: String,
    /// Where a match of the blocks before the current one ends, a bit a byte; `None` before the first: everywhere.
    /// Only what is longer than a block needs it.
    ends: Option<Vec<u64>>,
    block: Block,
}

/// At most 64 atoms.
struct Block {
    /// The atoms that are this byte.
    bytes: [u64; 256],
    /// The atoms that are gaps.
    gaps: u64,
    length: u32,
}

/// There is no match, whatever is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nowhere;

impl<'t> Search<'t> {
    /// Begins a search in `text`, of nothing as yet. `ascii_case`: ASCII letters are equal in both cases.
    pub(super) const fn new(text: &'t str, ascii_case: bool) -> Self {
        Self { text, ascii_case, length: 0, piece: String::new(), ends: None, block: Block::new() }
    }

    /// Adds text to what is sought.
    pub(super) fn text(&mut self, text: &str) -> Result<(), Nowhere> {
        self.lengthen(text.len())?;
        self.piece.push_str(text);
        Ok(())
    }

    /// Adds a gap to what is sought.
    pub(super) fn one(&mut self) -> Result<(), Nowhere> {
        self.lengthen(1)?;
        self.end_piece()?;
        let bit = self.next_bit()?;
        self.block.gaps |= bit;
        Ok(())
    }

    /// The text behind the first place where all that was added is.
    pub(super) fn behind_first(mut self) -> Option<&'t str> {
        if self.piece.len() == self.length && !self.ascii_case {
            return self.text.split_once(self.piece.as_str()).map(|(_, behind)| behind);
        }
        self.end_piece().ok()?;
        if self.block.length == 0 {
            return match &self.ends {
                None => Some(self.text),
                Some(ends) => self.text.get(first_bit(ends)?..),
            };
        }
        let end = self.block.step_through(self.text, self.ends.as_deref(), |end| {
            // A gap ends with the last byte of a code point, not with its first.
            if self.text.is_char_boundary(end) { Break(end) } else { Continue(()) }
        });
        self.text.get(end?..)
    }

    /// What is longer than the text is nowhere in it.
    fn lengthen(&mut self, by: usize) -> Result<(), Nowhere> {
        self.length = self.length.saturating_add(by);
        if self.length > self.text.len() { Err(Nowhere) } else { Ok(()) }
    }

    fn end_piece(&mut self) -> Result<(), Nowhere> {
        let mut piece = std::mem::take(&mut self.piece);
        if self.ascii_case {
            piece.make_ascii_lowercase();
        }
        if piece.len() >= LONG {
            self.end_block()?;
            return self.find_long(piece.as_bytes());
        }
        for byte in piece.bytes() {
            let bit = self.next_bit()?;
            self.block.add(byte, bit);
            if self.ascii_case {
                self.block.add(byte.to_ascii_uppercase(), bit);
            }
        }
        Ok(())
    }

    fn next_bit(&mut self) -> Result<u64, Nowhere> {
        if self.block.length == u64::BITS {
            self.end_block()?;
        }
        self.block.length += 1;
        Ok(1 << (self.block.length - 1))
    }

    /// Turns the current block into places where it ends.
    fn end_block(&mut self) -> Result<(), Nowhere> {
        if self.block.length == 0 {
            return Ok(());
        }
        let block = std::mem::replace(&mut self.block, Block::new());
        let (text, before) = (self.text, self.ends.take());
        self.note(|note| {
            let _: Option<()> = block.step_through(text, before.as_deref(), |end| {
                note(end);
                Continue(())
            });
        })
    }

    /// The same for a long piece.
    fn find_long(&mut self, piece: &[u8]) -> Result<(), Nowhere> {
        let (text, ascii_case, before) = (self.text, self.ascii_case, self.ends.take());
        let mut long = Long::new(piece);
        self.note(|note| {
            for (at, byte) in text.bytes().enumerate() {
                let byte = if ascii_case { byte.to_ascii_lowercase() } else { byte };
                if long.ends_with(byte) && before.as_deref().is_none_or(|ends| has_bit(ends, at + 1 - piece.len())) {
                    note(at + 1);
                }
            }
        })
    }

    /// Keeps the ends that `find` finds. Errors: there are none.
    fn note(&mut self, find: impl FnOnce(&mut dyn FnMut(usize))) -> Result<(), Nowhere> {
        let mut ends = vec![0; self.text.len() / 64 + 1];
        let mut some = false;
        find(&mut |end| {
            some = true;
            if let Some(word) = ends.get_mut(end / 64) {
                *word |= 1 << (end % 64);
            }
        });
        self.ends = Some(ends);
        if some { Ok(()) } else { Err(Nowhere) }
    }
}

/// A long piece, and how much of its beginning the text up to here ends with.
struct Long<'p> {
    piece: &'p [u8],
    /// How much of the piece's beginning each of its beginnings ends with, but for that itself.
    repeats: Vec<usize>,
    matched: usize,
}

impl<'p> Long<'p> {
    fn new(piece: &'p [u8]) -> Self {
        let mut long = Self { piece, repeats: Vec::with_capacity(piece.len()), matched: 0 };
        long.repeats.push(0);
        for byte in piece.iter().skip(1) {
            long.ends_with(*byte);
            long.repeats.push(long.matched);
        }
        long.matched = 0;
        long
    }

    /// Whether the text ends with the piece once this byte is behind it.
    #[expect(clippy::indexing_slicing, reason = "what is matched is shorter than the piece before each byte")]
    fn ends_with(&mut self, byte: u8) -> bool {
        if self.matched == self.piece.len() {
            self.matched = self.repeats[self.matched - 1];
        }
        while self.piece[self.matched] != byte && self.matched > 0 {
            self.matched = self.repeats[self.matched - 1];
        }
        self.matched += usize::from(self.piece[self.matched] == byte);
        self.matched == self.piece.len()
    }
}

fn has_bit(bits: &[u64], at: usize) -> bool {
    bits.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

fn first_bit(bits: &[u64]) -> Option<usize> {
    let (at, word) = bits.iter().enumerate().find(|(_, word)| **word != 0)?;
    Some(at * 64 + usize::try_from(word.trailing_zeros()).ok()?)
}

impl Block {
    const fn new() -> Self {
        Self { bytes: [0; 256], gaps: 0, length: 0 }
    }

    #[expect(clippy::indexing_slicing, reason = "a byte is less than 256")]
    fn add(&mut self, byte: u8, bit: u64) {
        self.bytes[usize::from(byte)] |= bit;
    }

    /// Calls `ended` with the end of each match of this block that begins where one before it ended.
    #[expect(clippy::indexing_slicing, reason = "a byte is less than 256")]
    fn step_through<T>(
        &self,
        text: &str,
        ends: Option<&[u64]>,
        mut ended: impl FnMut(usize) -> ControlFlow<T>,
    ) -> Option<T> {
        let last = 1 << (self.length - 1);
        let mut state = 0_u64;
        for (at, byte) in text.bytes().enumerate() {
            let begins = ends.is_none_or(|ends| has_bit(ends, at));
            let moved = state << 1 | u64::from(begins);
            state = if is_continuation(byte) {
                // A gap that has begun goes on; none begins inside a code point.
                moved & self.bytes[usize::from(byte)] | state & self.gaps
            } else {
                moved & (self.bytes[usize::from(byte)] | self.gaps)
            };
            if state & last != 0
                && let Break(found) = ended(at + 1)
            {
                return Some(found);
            }
        }
        None
    }
}

/// Whether it is a byte of a code point but not its first.
const fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}
