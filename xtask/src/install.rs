//! What the tests need from the system: installed where we may, else asked for in one line.

use std::{fs, process::Command};

use crate::command::{Failure, Result, output, step, succeeds};

/// Installs Debian packages. Errors: we are not root, or this is not Debian or Ubuntu; then the
/// message is the one line that the user has to run.
pub(crate) fn packages(names: &[&str]) -> Result<()> {
    if !is_debian() {
        return Err(Failure::new(format!(
            "the tests need {} (these are Debian's names): install them and run this again",
            names.join(" and ")
        )));
    }
    if !is_root() {
        return Err(Failure::new(format!("the tests need more; run: sudo apt-get install -y {}", names.join(" "))));
    }
    step(&mut apt_get(&["update"]))?;
    step(apt_get(&["install", "-y", "--no-install-recommends"]).args(names))
}

/// Whether we run as root: `PostgreSQL` refuses that, apt-get wants it.
pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|printed| printed.trim_ascii() == b"0")
}

fn apt_get(args: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(args).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_debian() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    names_debian(&release) && succeeds(Command::new("apt-get").arg("--version"))
}

fn names_debian(release: &str) -> bool {
    release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split(' '))
        .any(|id| id == "debian" || id == "ubuntu")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_its_children_are_known_others_are_not() {
        assert!(names_debian("NAME=x\nID=debian\n"));
        assert!(names_debian("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!names_debian("ID=fedora\nHOME_URL=\"https://example.org/debian\"\n"));
        assert!(!names_debian(""));
    }
}
