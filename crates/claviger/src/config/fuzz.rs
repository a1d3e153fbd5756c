//! The text of a configuration file.

use std::path::Path;

use super::File;

/// The text of a file: an error tells a line that there is, and not what stands there (SEC-146).
pub fn config(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else { return false };
    match File::parse(text, Path::new("claviger.toml")) {
        Ok(_) => true,
        Err(error) => {
            let told = error.to_string();
            let line = told.rsplit_once("(line ").and_then(|(_, line)| line.strip_suffix(')')?.parse::<usize>().ok());
            assert!(line.is_some_and(|line| (1..=text.split('\n').count()).contains(&line)), "{told}");
            assert!(is_told(text) || !told.contains(CANARY), "{told}");
            false
        }
    }
}

/// What stands for a secret value in seeds.
pub(crate) const CANARY: &str = "swordfish";

/// Keys whose values are secret.
const SECRETS: [&str; 3] = ["database", "secret_access_key", "api_key"];

/// Whether a text has the canary elsewhere than in secret values: names, and words that are not taken, are told, which
/// is what errors are for.
pub(crate) fn is_told(text: &str) -> bool {
    let is_secret = |line: &str| line.split_once('=').is_some_and(|(name, _)| SECRETS.contains(&name.trim()));
    text.lines().any(|line| line.contains(CANARY) && !is_secret(line))
}

#[cfg(test)]
mod tests {
    use spoil::Trial;

    use super::*;

    #[test]
    fn sec_274_fuzz_config() {
        let seeds = [
            "[store]\ndatabase = \"postgres://me:swordfish@host/db\"\ndata = \"x\"\nmax_staleness_s = 5\n[http]\nlisten = \"[::1]:1\"\n",
            "[log]\nlevel = \"info\"\nformat = \"json\"\n[metrics]\nlisten = \"127.0.0.1:9\"\n[catalogue]\nfolder = 'c'\n",
        ];
        let pieces: [&[u8]; 15] = [
            b"\"",
            b"=",
            b"[",
            b"]",
            b"\n",
            b"'",
            b"#",
            b"-1",
            b"99999999999999999999",
            b"1979-05-27",
            b"{ a = 1 }",
            b"\\",
            b"[audit]\n",
            b"[authorize]\nservice_accounts = [\"123456789012\"]\n",
            "张".as_bytes(),
        ];
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).to_vec();
        Trial { name: "config", seeds, pieces: &pieces, rounds: 10_000 }.run(config);
    }
}
