//! `claviger policy simulate`: cases in, decisions out, a line each.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, Read, Write},
    process::ExitCode,
};

use anyhow::{Context, Result};
use policy::{
    catalogue::Catalogue,
    simulate::{MAX_LINE_BYTES, answer},
};

use crate::{catalogue, cli::Simulate};

/// How much is read and written at a time.
const BUFFER_BYTES: usize = 64 << 10;

pub(super) fn run(arguments: &Simulate) -> Result<ExitCode> {
    let catalogue = catalogue::read(arguments.catalogue.as_deref())?;
    let output = BufWriter::with_capacity(BUFFER_BYTES, io::stdout().lock());
    match arguments.file.as_deref().filter(|path| path.as_os_str() != "-") {
        Some(path) => {
            let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
            answer_all(file, output, &catalogue)?;
        }
        None => answer_all(io::stdin().lock(), output, &catalogue)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Answers each line that is not blank, in order. Holds one line at a time.
fn answer_all(input: impl Read, mut output: impl Write, catalogue: &Catalogue) -> io::Result<()> {
    let mut input = BufReader::with_capacity(BUFFER_BYTES, input);
    let mut line = Vec::new();
    loop {
        if !input.buffer().contains(&b'\n') {
            // Whoever waits for an answer before sending the next case must get it now.
            output.flush()?;
        }
        line.clear();
        // One byte more than a line may have: its line feed, or proof that it is too long.
        if input.by_ref().take(MAX_LINE_BYTES as u64 + 1).read_until(b'\n', &mut line)? == 0 {
            return output.flush();
        }
        if line.pop_if(|last| *last == b'\n').is_none() && line.len() > MAX_LINE_BYTES {
            input.skip_until(b'\n')?;
            refuse(&mut output, format_args!("the line has more than {MAX_LINE_BYTES} bytes"))?;
        } else if !line.trim_ascii().is_empty() {
            match str::from_utf8(&line) {
                Ok(line) => writeln!(output, "{}", answer(line, catalogue))?,
                Err(_) => refuse(&mut output, format_args!("the line is not UTF-8"))?,
            }
        }
    }
}

/// The answer to a line of which not even the id is known.
fn refuse(output: &mut impl Write, why: std::fmt::Arguments<'_>) -> io::Result<()> {
    writeln!(output, r#"{{"id":null,"error":"{why}"}}"#)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn answers(input: &[u8]) -> Vec<String> {
        let mut output = Vec::new();
        answer_all(input, &mut output, &Catalogue::built_in()).unwrap();
        String::from_utf8(output).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn lines_that_are_no_text_or_too_long_have_answers_too() {
        let long = |length: usize| vec![b'x'; length];
        let lines = [b"\xff\n\n \t\r\n".to_vec(), long(MAX_LINE_BYTES + 1), b"\n".to_vec(), long(MAX_LINE_BYTES)];
        let found = answers(&lines.concat());
        let [not_text, too_long, just_short_enough] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(not_text, r#"{"id":null,"error":"the line is not UTF-8"}"#);
        assert_eq!(too_long, r#"{"id":null,"error":"the line has more than 1048576 bytes"}"#);
        assert!(just_short_enough.contains("unexpected character"), "{just_short_enough}");
        assert_eq!(answers(&long(3 * MAX_LINE_BYTES)), [too_long.as_str()]);
        assert_eq!(answers(b""), [""; 0]);
    }

    /// An answer is there before the next case is read.
    #[test]
    fn nobody_waits_for_an_answer() {
        /// Gives a case at a time, and sees what is written meanwhile.
        struct Asker<'a>(usize, &'a RefCell<Vec<u8>>);
        impl Read for Asker<'_> {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                let written = String::from_utf8(self.1.borrow().clone()).unwrap();
                assert_eq!(written.lines().count(), self.0, "all before are answered");
                if self.0 == 3 {
                    return Ok(0);
                }
                self.0 += 1;
                into[..3].copy_from_slice(b"{}\n");
                Ok(3)
            }
        }
        struct Answers<'a>(&'a RefCell<Vec<u8>>);
        impl Write for Answers<'_> {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.borrow_mut().write(bytes)
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let written = RefCell::new(Vec::new());
        let output = BufWriter::new(Answers(&written));
        answer_all(Asker(0, &written), output, &Catalogue::built_in()).unwrap();
    }
}
