//! Random damage from a seed, the same on every run.

/// A small generator (xorshift64*): its quality matters less than that it can be repeated.
pub(crate) struct Random(u64);

/// What is put into requests: the marks that they are made of, and values at the edges.
const PIECES: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r\n\r\n",
    b"\0",
    b" ",
    b":",
    b"/",
    b"//",
    b"/../",
    b"%",
    b"%00",
    b"%2F",
    b"%ff",
    b"?",
    b"&",
    b"=",
    b"#",
    b";",
    b"\xff",
    b"\xc0\xaf",
    b"\xef\xbb\xbf",
    b"\"",
    b"{",
    b"}",
    b"[[[[",
    b"\\u0000",
    b"\\ud800",
    b"-1",
    b"0",
    b"18446744073709551616",
    b"bce-auth-v1",
    b"authorization=",
    b"Authorization: ",
    b"Host: x\r\n",
    b"Content-Length: 7\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Expect: 100-continue\r\n",
    b"Content-MD5: x\r\n",
    b"HTTP/1.1",
    b"GET ",
    b"\xe5\xbc\xa0",
];

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(drawn).unwrap_or_default() % bound
    }

    /// One of the texts, damaged in one to four places.
    pub(crate) fn damage(&mut self, texts: &[Vec<u8>]) -> Vec<u8> {
        let mut text = texts[self.below(texts.len())].clone();
        for _ in 0..=self.below(4) {
            let from = self.below(text.len() + 1);
            let to = (from + self.below(12)).min(text.len());
            match self.below(6) {
                0 => text[from..to].iter_mut().for_each(|byte| *byte ^= 1 << (from % 8)),
                1 => drop(text.drain(from..to)),
                2 => drop(text.splice(from..from, PIECES[self.below(PIECES.len())].iter().copied())),
                3 => drop(text.splice(from..to, PIECES[self.below(PIECES.len())].iter().copied())),
                4 => {
                    let twice = text[from..to].to_vec();
                    text.splice(from..from, twice);
                }
                _ => {
                    let other = &texts[self.below(texts.len())];
                    let at = self.below(other.len());
                    text.truncate(from);
                    text.extend_from_slice(&other[at..]);
                }
            }
        }
        text
    }
}
