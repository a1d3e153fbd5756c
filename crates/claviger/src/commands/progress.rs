//! How far something is, for people who watch it: one line that is written over and over, and gone at the end. Where
//! standard error is no terminal there is none.

use std::{
    io::{IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

/// How often the line is written anew.
const PERIOD: Duration = Duration::from_millis(100);
const MIB: f64 = 1_048_576.0;

/// See the module.
pub(super) struct ProgressLine {
    terminal: bool,
    written: Option<Instant>,
}

impl ProgressLine {
    pub(super) fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), written: None }
    }

    /// So many rows of all are done, and so many bytes.
    pub(super) fn show(&mut self, what: &str, rows: u64, all_rows: u64, bytes: u64) {
        if !self.terminal || self.written.is_some_and(|moment| moment.elapsed() < PERIOD) {
            return;
        }
        self.written = Some(Instant::now());
        #[expect(clippy::cast_precision_loss, reason = "one digit behind the point is shown")]
        let mebibytes = bytes as f64 / MIB;
        let _ = write!(std::io::stderr(), "\r\x1b[K{what}  {rows} of {all_rows} rows  {mebibytes:.1} MiB");
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if self.written.is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
