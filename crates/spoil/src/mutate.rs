//! Spoiling an input: up to four changes in random places.

/// The most changes of one input.
const CHANGES: usize = 4;
/// The longest part that is moved or dropped, in bytes.
const PART: usize = 16;

/// Xorshift: the same numbers on every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One of the seeds with up to [`CHANGES`] changes; about every fifth has none.
    pub(crate) fn spoilt(&mut self, seeds: &[Vec<u8>], pieces: &[&[u8]]) -> Vec<u8> {
        let mut input = self.pick(seeds).cloned().unwrap_or_default();
        for _ in 0..self.below(CHANGES + 1) {
            self.change(&mut input, seeds, pieces);
        }
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, seeds: &[Vec<u8>], pieces: &[&[u8]]) {
        let place = self.below(input.len() + 1);
        let gone = place..(place + self.below(4)).min(input.len());
        match self.below(10) {
            // What means something has the greatest part: anything else is mostly refused at first sight.
            0..4 => {
                let piece = self.pick(pieces).copied().unwrap_or_default();
                input.splice(gone, piece.iter().copied());
            }
            4 => {
                let byte = self.byte();
                input.splice(gone, [byte]);
            }
            5 => {
                let bit = 1 << self.below(8);
                input.get_mut(place).into_iter().for_each(|byte| *byte ^= bit);
            }
            6 => {
                let other = self.pick(seeds).cloned().unwrap_or_default();
                let part = self.part(other.len());
                input.splice(gone, other.get(part).unwrap_or_default().iter().copied());
            }
            7 => {
                let part = self.part(input.len());
                let again = input.get(part).unwrap_or_default().to_vec();
                input.splice(place..place, again);
            }
            8 => {
                let part = self.part(input.len());
                input.drain(part);
            }
            _ => input.truncate(place.max(input.len() / 2)),
        }
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { from.get(self.below(from.len())) }
    }

    /// A part of something so long.
    fn part(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        start..(start + self.below(PART)).min(length)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// A number below `bound`, which is not 0.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or_default()
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 16
    }
}
