//! Finding text with gaps of one code point in longer text, in time that grows with the product of their lengths
//! divided by 64, whatever they hold.
//!
//! What is sought is cut into blocks of 64 atoms, each a byte or a gap. A block keeps one bit an atom: whether the
//! text up to here ends with everything sought up to that atom. A step of one byte moves all bits at once (known as
//! Shift-And). Looking for it place by place would cost the product of the lengths where both repeat themselves.

use std::ops::ControlFlow::{self, Break, Continue};

/// A search through one text.
pub(super) struct Search<'t> {
    text: &'t str,
    ascii_case: bool,
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

impl<'t> Search<'t> {
    /// Begins a search in `text`, of nothing as yet. `ascii_case`: ASCII letters are equal in both cases.
    pub(super) fn new(text: &'t str, ascii_case: bool) -> Self {
        Self { text, ascii_case, ends: None, block: Block::new() }
    }

    /// Adds text to what is sought.
    pub(super) fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            let bit = self.next_bit();
            if self.ascii_case {
                self.block.add(byte.to_ascii_lowercase(), bit);
                self.block.add(byte.to_ascii_uppercase(), bit);
            } else {
                self.block.add(byte, bit);
            }
        }
    }

    /// Adds a gap to what is sought.
    pub(super) fn one(&mut self) {
        self.block.gaps |= self.next_bit();
    }

    /// The text behind the first place where all that was added is.
    pub(super) fn behind_first(self) -> Option<&'t str> {
        if self.block.length == 0 {
            return Some(self.text);
        }
        let end = self.block.step_through(self.text, self.ends.as_deref(), |end| {
            // A gap ends with the last byte of a code point, not with its first.
            if self.text.is_char_boundary(end) { Break(end) } else { Continue(()) }
        });
        self.text.get(end?..)
    }

    fn next_bit(&mut self) -> u64 {
        if self.block.length == u64::BITS {
            let mut ends = vec![0; self.text.len() / 64 + 1];
            let _: Option<()> = self.block.step_through(self.text, self.ends.as_deref(), |end| {
                if let Some(word) = ends.get_mut(end / 64) {
                    *word |= 1 << (end % 64);
                }
                Continue(())
            });
            self.ends = Some(ends);
            self.block = Block::new();
        }
        self.block.length += 1;
        1 << (self.block.length - 1)
    }
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
            let begins = ends.is_none_or(|ends| ends.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1));
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
