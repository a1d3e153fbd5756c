//! What the stories in the browser need beside Node: Chromium, and letters for every language of the console.

use std::process::Command;

use crate::command::{output, succeeds};

/// Whether there is a Chromium, and a font for Chinese: without one all pages are boxes, as wide as chance has it.
pub(crate) fn is_there() -> bool {
    succeeds(Command::new("chromium").arg("--version"))
        && output(Command::new("fc-list").args([":lang=zh", "family"])).is_ok_and(|fonts| !fonts.is_empty())
}
