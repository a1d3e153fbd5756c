//! Random numbers from a seed: splitmix64.

/// A source of choices.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below the limit. The bias of the remainder does not matter here.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A position in something so long.
    pub(crate) fn position(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).expect("lists are short");
        usize::try_from(self.below(length)).expect("it is below a length")
    }

    /// Whether something happens that happens so many times in a hundred.
    pub(crate) fn chance(&mut self, of_hundred: u64) -> bool {
        self.below(100) < of_hundred
    }

    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        let position = self.position(list.len());
        *list.get(position).expect("the position is in the list")
    }

    /// The text as it is, or in one case only.
    pub(crate) fn respell(&mut self, text: &str) -> String {
        match self.below(8) {
            0 => text.to_ascii_uppercase(),
            1 => text.to_ascii_lowercase(),
            _ => text.to_owned(),
        }
    }

    /// A pattern that fits the text: a part of it becomes `*`, or a character becomes `?`.
    pub(crate) fn loosen(&mut self, text: &str) -> String {
        let characters: Vec<char> = text.chars().collect();
        let from = self.position(characters.len() + 1);
        let to = from + self.position(characters.len() - from + 1);
        let (before, rest) = characters.split_at(from);
        let (between, after) = rest.split_at(to - from);
        let middle = match self.below(4) {
            0 => "?".repeat(between.len().min(2)) + between.get(2..).map_or("", |_| "*"),
            1 => between.iter().collect(),
            _ => "*".to_owned(),
        };
        let end: String = if self.chance(30) { "*".to_owned() } else { after.iter().collect() };
        before.iter().collect::<String>() + &middle + &end
    }
}
