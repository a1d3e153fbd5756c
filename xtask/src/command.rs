//! Running other programs, and how a command of ours fails.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Why a command stopped: the words for the user and the exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: u8,
    pub(crate) message: String,
}

pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A part failed, or something is missing.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { exit: 1, message: message.into() }
    }

    /// The command line is wrong.
    pub(crate) fn usage(problem: impl AsRef<str>) -> Self {
        Self { exit: 2, message: format!("{}; `cargo xtask help` shows what there is", problem.as_ref()) }
    }

    /// All that ran passed, but not all ran.
    pub(crate) fn not_run() -> Self {
        Self { exit: 3, message: "what ran has passed, but not everything ran".into() }
    }
}

/// Runs one part and lets its output through. Errors: it can't start, or it fails; then the
/// failure carries the part's own exit code.
pub(crate) fn step(command: &mut Command) -> Result<()> {
    let line = shown(command);
    eprintln!("== {line}");
    // Tests and installers must not wait for somebody who is not there.
    let status =
        command.stdin(Stdio::null()).status().map_err(|cause| Failure::new(format!("cannot run `{line}`: {cause}")))?;
    if status.success() {
        return Ok(());
    }
    let exit = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Err(Failure { exit, message: format!("`{line}` failed ({status})") })
}

/// What a program prints. Errors: it can't start, or it fails.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>> {
    let line = shown(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|cause| Failure::new(format!("cannot run `{line}`: {cause}")))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Failure::new(format!("`{line}` failed ({})", output.status)))
    }
}

/// Whether a program starts and succeeds; its output is of no interest.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Cargo, the one that runs us, in the workspace's folder.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.args(args).current_dir(root());
    command
}

/// The workspace's folder. Asked from cargo at run time, so that a moved tree still works.
pub(crate) fn root() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR")
        .and_then(|folder| Path::new(&folder).parent().map(Path::to_path_buf))
        .unwrap_or_else(|| PathBuf::from("."))
}

/// The folder that cargo builds into: ours is `<target>/<profile>/xtask`.
pub(crate) fn target() -> Result<PathBuf> {
    let program = env::current_exe().map_err(|cause| Failure::new(format!("cannot tell our own path: {cause}")))?;
    program.ancestors().nth(2).map(Path::to_path_buf).ok_or_else(|| Failure::new("cannot tell the target folder"))
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut line = program.to_string_lossy().into_owned();
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_part_hands_on_its_exit_code() {
        let failure = step(Command::new("sh").args(["-c", "exit 41"])).unwrap_err();
        assert_eq!(failure.exit, 41);
        assert!(failure.message.contains("exit 41"), "{}", failure.message);
    }

    #[test]
    fn a_missing_program_is_a_failure_with_its_name() {
        let failure = step(&mut Command::new("claviger-has-no-such-program")).unwrap_err();
        assert_eq!(failure.exit, 1);
        assert!(failure.message.contains("claviger-has-no-such-program"), "{}", failure.message);
    }
}
