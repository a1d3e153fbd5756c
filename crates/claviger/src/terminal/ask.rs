//! Questions to whoever sits at the terminal.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Stdin, Write as _};

use anyhow::{Context, Result, bail, ensure};
use base::secret::SecretText;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::failure::{Cause, Failure};

/// The longest secret, in bytes.
const SECRET_MAX: usize = 8 << 10;
const INTERRUPT: u8 = 0x03;
const END: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const CLEAR: u8 = 0x15;
const DELETE: u8 = 0x7F;

/// Reads a secret: typed without being shown where standard input is a terminal, else its next line.
///
/// Errors: there is none, or whoever was asked broke off.
pub(crate) fn secret(prompt: &str) -> Result<SecretText> {
    let stdin = io::stdin();
    let bytes = if stdin.is_terminal() {
        // Before anybody is told to type.
        let hidden = Hidden::new(&stdin)?;
        eprint!("{prompt}: ");
        let typed = type_secret(stdin.lock());
        drop(hidden);
        eprintln!();
        typed?
    } else {
        line(&stdin)?
    };
    let text = String::from_utf8(bytes).ok().context("a secret must be text")?;
    ensure!(!text.is_empty(), Failure::usage("a secret is wanted on standard input, and there is none"));
    Ok(SecretText::new(text))
}

/// Reads a secret that is set now: typed twice, where it is typed. Errors: as [`secret`], and the two differ.
pub(crate) fn new_secret(prompt: &str) -> Result<SecretText> {
    let first = secret(prompt)?;
    let same = !io::stdin().is_terminal() || secret("the same again")? == first;
    ensure!(same, Failure::new(Cause::Failed, "the two are not the same: nothing was done"));
    Ok(first)
}

/// The next line of what is piped in, without its end.
fn line(stdin: &Stdin) -> Result<Vec<u8>> {
    let mut line = Vec::with_capacity(SECRET_MAX + 2);
    stdin.lock().take(SECRET_MAX as u64 + 2).read_until(b'\n', &mut line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    ensure!(line.len() <= SECRET_MAX, "a secret has at most {SECRET_MAX} bytes");
    Ok(line)
}

/// Reads what is typed up to the end of the line. The terminal edits nothing meanwhile, so we do.
fn type_secret(input: impl io::BufRead) -> Result<Vec<u8>> {
    // Never moved, so that no copy is left behind.
    let mut typed = Vec::with_capacity(SECRET_MAX);
    for byte in input.bytes() {
        match byte? {
            b'\n' | b'\r' => return Ok(typed),
            INTERRUPT => break,
            END if typed.is_empty() => break,
            CLEAR => typed.clear(),
            BACKSPACE | DELETE => {
                // The bytes of a character behind its first begin with these bits.
                while typed.pop().is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000) {}
            }
            byte if byte >= b' ' && typed.len() < SECRET_MAX => typed.push(byte),
            _ => {}
        }
    }
    bail!("nothing was done")
}

/// While it lives, what is typed is not shown, and keys that would stop the program are read like others: else it would
/// leave the terminal like that.
struct Hidden<'t> {
    terminal: &'t Stdin,
    before: Termios,
}

impl<'t> Hidden<'t> {
    fn new(terminal: &'t Stdin) -> Result<Self> {
        let before = tcgetattr(terminal).context("the terminal does not tell its state")?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(terminal, OptionalActions::Now, &hidden).context("the terminal shows what is typed")?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}

/// Lets somebody who sits there confirm by typing `word`, unless they have said `--yes`. `what` is going to be done, as a
/// question. Errors: they do not, or nobody can be asked.
pub(crate) fn confirm(yes: bool, what: &str, word: &str) -> Result<()> {
    if yes {
        return Ok(());
    }
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        let message = format!("{what} Nobody can be asked, since standard input is no terminal: `--yes` says so.");
        bail!(Failure::usage(message));
    }
    eprint!("{what} Type `{word}` to go on: ");
    io::stderr().flush()?;
    let mut typed = String::new();
    stdin.lock().take(1 << 10).read_line(&mut typed)?;
    ensure!(typed.trim() == word, Failure::new(Cause::Failed, "nothing was done"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_can_be_mended() {
        let typed = |keys: &str| type_secret(keys.as_bytes()).map(|typed| String::from_utf8(typed).unwrap());
        assert_eq!(typed("secret\nrest").unwrap(), "secret");
        assert_eq!(typed("wrong\u{15}sex\u{7F}cret张\u{8}\r").unwrap(), "secret");
        assert_eq!(typed("\u{7F}\u{1b}a\u{4}\n").unwrap(), "a");
        for broken_off in ["secret\u{3}\n", "\u{4}", "no end"] {
            assert!(typed(broken_off).is_err(), "{broken_off:?}");
        }
    }
}
