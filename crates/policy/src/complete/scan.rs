//! The strings of a text that need not be whole, and what encloses them.

/// How deep what encloses a string is looked at; deeper than any document is.
const MAX_DEPTH: usize = 10;

/// A text as it was looked through.
pub(super) struct Scanned {
    /// Its strings, in order.
    pub(super) words: Vec<Word>,
    /// Where the cursor is, if something can stand there.
    pub(super) spot: Option<Spot>,
}

/// A string, or a word without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) place: Place,
    /// As it stands there: with its escapes.
    pub(super) text: String,
}

/// Where a string stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The members and elements in which it is, from the outside.
    pub(super) path: Vec<Step>,
    /// Whether it is the name of a member, rather than a value.
    pub(super) is_name: bool,
}

/// A step from the outside to the inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into the member of this name.
    Member(String),
    /// Into the element of this number.
    Element(usize),
}

/// Where the cursor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) place: Place,
    /// Where what is there begins and ends, in bytes, without quotes.
    pub(super) begin: usize,
    pub(super) end: usize,
    quotes: Quotes,
    /// Whether a colon follows.
    has_colon: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    None,
    First,
    Both,
}

enum Frame {
    Object { name: Option<String>, at_value: bool },
    List { element: usize },
}

struct Scanner<'a> {
    text: &'a str,
    cursor: usize,
    frames: Vec<Frame>,
    /// How much deeper the text is than what is looked at.
    deeper: usize,
    scanned: Scanned,
}

impl Scanned {
    /// Looks through `text`, in which the cursor is at a byte.
    pub(super) fn of(text: &str, cursor: usize) -> Self {
        let scanned = Self { words: Vec::new(), spot: None };
        let mut scanner = Scanner { text, cursor, frames: Vec::new(), deeper: 0, scanned };
        scanner.run();
        scanner.scanned
    }

    /// Whether it is an access-control list.
    pub(super) fn is_list(&self) -> bool {
        self.words
            .iter()
            .any(|word| word.place.is_name && word.place.path.is_empty() && word.text == "accessControlList")
    }

    /// The values that stand in a member of what is at `path`, or in its lists.
    pub(super) fn values<'a>(&'a self, path: &'a [Step], names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        let inside = move |word: &&Word| match word.place.path.strip_prefix(path) {
            Some([Step::Member(name)] | [Step::Member(name), Step::Element(_)]) => {
                !word.place.is_name && names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name))
            }
            _ => false,
        };
        self.words.iter().filter(inside).map(|word| word.text.as_str())
    }

    /// The names of the members of what is at `path`, but for what is being written.
    pub(super) fn names<'a>(&'a self, path: &'a [Step]) -> impl Iterator<Item = &'a str> {
        let inside = move |word: &&Word| word.place.is_name && word.place.path == path;
        self.words.iter().filter(inside).map(|word| word.text.as_str())
    }
}

impl Spot {
    /// What stands before the cursor.
    pub(super) fn before<'a>(&self, text: &'a str, cursor: usize) -> &'a str {
        text.get(self.begin..cursor).unwrap_or_default()
    }

    /// What to write so that `text` is there: no text that is offered needs escapes.
    pub(super) fn insert(&self, text: &str) -> String {
        match self.quotes {
            Quotes::Both => text.to_owned(),
            Quotes::First => format!("{text}\"{}", self.colon()),
            Quotes::None => format!("\"{text}\"{}", self.colon()),
        }
    }

    fn colon(&self) -> &'static str {
        if self.place.is_name && !self.has_colon { ": " } else { "" }
    }
}

impl Scanner<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(char) = self.text.get(at..).and_then(|rest| rest.chars().next()) {
            let end = match char {
                '"' => self.string(at),
                char if is_bare(char) => self.bare(at),
                _ => {
                    self.gap(at);
                    self.mark(char);
                    at + char.len_utf8()
                }
            };
            at = end;
        }
        self.gap(at);
    }

    /// A string that begins at a quote; gives where it ends. One that is not whole ends with its line.
    fn string(&mut self, at: usize) -> usize {
        self.gap(at);
        let begin = at + 1;
        let rest = self.text.get(begin..).unwrap_or_default();
        let mut escaped = false;
        let mut length = rest.len();
        for (place, byte) in rest.bytes().enumerate() {
            match byte {
                b'\n' => {}
                _ if escaped => {
                    escaped = false;
                    continue;
                }
                b'\\' => {
                    escaped = true;
                    continue;
                }
                b'"' => {}
                _ => continue,
            }
            length = place;
            break;
        }
        let end = begin + length;
        let closed = self.text.get(end..).is_some_and(|rest| rest.starts_with('"'));
        self.word(begin, end, if closed { Quotes::Both } else { Quotes::First });
        end + usize::from(closed)
    }

    /// A word without quotes: a number, `true`, or the beginning of a string that forgot its quote.
    fn bare(&mut self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let end = at + rest.find(|char| !is_bare(char)).unwrap_or(rest.len());
        self.word(at, end, Quotes::None);
        end
    }

    fn word(&mut self, begin: usize, end: usize, quotes: Quotes) {
        let text = self.text.get(begin..end).unwrap_or_default().to_owned();
        if let Some(place) = self.place() {
            if (begin..=end).contains(&self.cursor) {
                let behind = self.text.get(end..).unwrap_or_default().trim_start_matches('"').trim_start();
                let has_colon = behind.starts_with(':');
                self.scanned.spot = Some(Spot { place, begin, end, quotes, has_colon });
            } else {
                self.scanned.words.push(Word { place, text: text.clone() });
            }
        }
        match self.frames.last_mut() {
            Some(Frame::Object { name, at_value: false }) if self.deeper == 0 => *name = Some(text),
            _ => {}
        }
    }

    /// The cursor may be before `at`, where no word is.
    fn gap(&mut self, at: usize) {
        if self.cursor == at && self.scanned.spot.is_none() {
            let has_colon = false;
            let spot = |place| Spot { place, begin: at, end: at, quotes: Quotes::None, has_colon };
            self.scanned.spot = self.place().map(spot);
        }
    }

    /// Where something stands that comes now.
    fn place(&self) -> Option<Place> {
        let is_name = match self.frames.last()? {
            _ if self.deeper > 0 => return None,
            Frame::Object { at_value, .. } => !at_value,
            Frame::List { .. } => false,
        };
        let outer = self.frames.iter().take(self.frames.len() - usize::from(is_name));
        let path = outer.map(|frame| match frame {
            Frame::Object { name, .. } => Step::Member(name.clone().unwrap_or_default()),
            Frame::List { element } => Step::Element(*element),
        });
        Some(Place { path: path.collect(), is_name })
    }

    fn mark(&mut self, mark: char) {
        let frame = match mark {
            '{' => Some(Frame::Object { name: None, at_value: false }),
            '[' => Some(Frame::List { element: 0 }),
            _ => None,
        };
        if let Some(frame) = frame {
            if self.frames.len() < MAX_DEPTH {
                self.frames.push(frame);
            } else {
                self.deeper += 1;
            }
            return;
        }
        if matches!(mark, '}' | ']') {
            if self.deeper > 0 { self.deeper -= 1 } else { drop(self.frames.pop()) }
        }
        if self.deeper > 0 {
            return;
        }
        match (mark, self.frames.last_mut()) {
            (':', Some(Frame::Object { at_value, .. })) => *at_value = true,
            (',', Some(Frame::Object { at_value, name })) => (*at_value, *name) = (false, None),
            (',', Some(Frame::List { element })) => *element += 1,
            _ => {}
        }
    }
}

fn is_bare(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '*' | '_' | '-' | '.')
}
