//! A throw-away `PostgreSQL` server: on loopback, on a free port, in a folder of its own.
//!
//! A small shell, the keeper, makes the server, waits until its input ends, stops the server and
//! deletes the folder. We hold the other end of that input. So the server goes away however we
//! end — returning, panicking, killed — and only what the keeper itself started is ever stopped.

use std::{
    env,
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

use crate::{
    command::{Failure, Result},
    install::is_root,
};

/// What we use of a `PostgreSQL` installation. Debian puts only clients on the PATH.
const PROGRAMS: [&str; 4] = ["initdb", "pg_ctl", "postgres", "psql"];

/// Somebody may take the port between our choice and the server's start: how often we choose.
const ATTEMPTS: usize = 3;

/// `$1` is the folder of the programs, `$2` the port. `PostgreSQL`'s sockets would need a short
/// path, so it gets none. `fsync` stays on: durability is among the things we test.
const KEEPER: &str = r#"
dir=$(mktemp -d "${TMPDIR:-/tmp}/claviger-pg.XXXXXX") || dir=$(mktemp -d /tmp/claviger-pg.XXXXXX) || exit 1
cd "$dir" || exit 1
if "$1/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/log" 2>&1 &&
    "$1/pg_ctl" -D "$dir/data" -l "$dir/log" -t 60 -w start -o "-p $2 -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories= -c fsync=on -c max_connections=200" >/dev/null
then
    echo ready
    read -r _
    "$1/pg_ctl" -D "$dir/data" -m immediate -t 60 -w stop >/dev/null
else
    cat "$dir/log" >&2
fi
cd / && rm -rf "$dir"
"#;

/// A running server; dropping it stops it.
pub(crate) struct Cluster {
    keeper: Child,
    lifeline: Option<ChildStdin>,
    programs: PathBuf,
    port: u16,
}

/// The folder that holds `PostgreSQL`'s programs: on the PATH, else where Debian puts them, the
/// newest version.
pub(crate) fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).chain(debian_folders()).find(|folder| is_complete(folder))
}

impl Cluster {
    /// Starts a server. Errors: `PostgreSQL`'s own words are on standard error already.
    pub(crate) fn start(programs: &Path) -> Result<Self> {
        for _ in 0..ATTEMPTS {
            if let Some(cluster) = Self::attempt(programs)? {
                eprintln!("== PostgreSQL of {} at {}", programs.display(), cluster.url());
                return Ok(cluster);
            }
        }
        Err(Failure::new("the throw-away PostgreSQL does not start"))
    }

    /// What tests connect to. The user needs no password; the server listens on loopback only.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Tells a part of the tests where the server is, and where its client programs are.
    pub(crate) fn tell(&self, command: &mut Command) {
        command.env("CLAVIGER_TEST_PG", self.url()).env("CLAVIGER_PG_BIN", &self.programs);
    }

    fn attempt(programs: &Path) -> Result<Option<Self>> {
        let port = free_port().map_err(|cause| Failure::new(format!("no free port on loopback: {cause}")))?;
        let mut keeper = keeper(programs, port)
            .process_group(0) // an interrupt from the terminal is for us, the keeper then tidies up
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|cause| Failure::new(format!("cannot run PostgreSQL's keeper: {cause}")))?;
        let lifeline = keeper.stdin.take();
        let mut first_line = String::new();
        if let Some(stdout) = keeper.stdout.take() {
            // An unreadable answer is the same as none.
            let _ = BufReader::new(stdout).read_line(&mut first_line);
        }
        let cluster = Self { keeper, lifeline, programs: programs.to_path_buf(), port };
        Ok((first_line == "ready\n").then_some(cluster))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        if let Err(cause) = self.keeper.wait() {
            eprintln!("xtask: cannot tell whether PostgreSQL has stopped: {cause}");
        }
    }
}

/// `PostgreSQL` refuses to run as root; then its own user, which Debian's package makes, runs it.
fn keeper(programs: &Path, port: u16) -> Command {
    let mut command;
    if is_root() {
        command = Command::new("su");
        command.args(["-s", "/bin/sh", "-c", KEEPER, "--", "postgres", "keeper"]);
    } else {
        command = Command::new("/bin/sh");
        command.args(["-c", KEEPER, "keeper"]);
    }
    command.arg(programs).arg(port.to_string()).current_dir("/");
    command
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn is_complete(folder: &Path) -> bool {
    PROGRAMS.iter().all(|program| folder.join(program).is_file())
}

fn debian_folders() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    newest_first(versions.collect()).into_iter().map(|version| version.join("bin")).collect()
}

fn newest_first(mut versions: Vec<PathBuf>) -> Vec<PathBuf> {
    let number = |path: &PathBuf| path.file_name().and_then(OsStr::to_str).and_then(|name| name.parse::<u32>().ok());
    versions.sort_by_key(|path| std::cmp::Reverse(number(path)));
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_numbers_with_unknown_names_last() {
        let versions = ["9", "16", "x", "15"].map(PathBuf::from);
        assert_eq!(newest_first(versions.to_vec()), ["16", "15", "9", "x"].map(PathBuf::from));
    }

    #[test]
    fn a_folder_without_the_programs_does_not_do() {
        assert!(!is_complete(Path::new("/nowhere")));
    }
}
