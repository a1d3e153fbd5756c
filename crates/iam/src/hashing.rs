//! Hashing passwords, on a few threads of its own.
//!
//! A hash costs about 15 ms of a core and 19 MiB, so it never runs on a database thread or an async worker: the
//! pool has as many threads as there are cores, a short queue, and says "busy" beyond it.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use base::secret::SecretText;
use data_encoding::BASE64_NOPAD;
use unicode_normalization::UnicodeNormalization;

use crate::{
    clock::Random,
    core::Core,
    error::{Error, Result},
    passwords::Broken,
    vitals::{Flow, Queue},
};

/// How many hashes may wait.
const QUEUE_LENGTH: usize = 64;
/// How long one may wait before it is answered "busy".
const WAIT_MAX: Duration = Duration::from_secs(2);
/// The length of a salt, in bytes.
const SALT_BYTES: usize = 16;
/// The length of a hash, in bytes.
const OUTPUT_BYTES: usize = 32;

/// What a hash costs. Weaker than the default only in tests of this program: no configuration reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for HashingCost {
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2 }
    }
}

/// A password that may be set: 8 to 128 characters and at most 1024 bytes, in normalization form KC.
#[derive(Debug, Clone)]
pub struct Password(SecretText);

impl Password {
    /// The fewest characters.
    pub const MIN: usize = 8;
    /// The most characters.
    pub const MAX: usize = 128;
    /// The most bytes, before and after normalization.
    pub const BYTES_MAX: usize = 1_024;

    /// Checks a password before anything is hashed (SEC-016). Nothing is trimmed, folded or cut (SEC-015).
    /// What an account asks for beside that is told by [`passwords::check`](crate::passwords::check).
    /// Errors: `WeakPassword`.
    pub fn parse(text: &str) -> Result<Self> {
        let weak = |broken| Err(Error::WeakPassword { broken: vec![broken] });
        if text.len() > Self::BYTES_MAX {
            return weak(Broken::TooLong { most: Self::MAX });
        }
        let normal = SecretText::new(text.nfkc().collect());
        let characters = normal.expose().chars().count();
        if normal.expose().len() > Self::BYTES_MAX || characters > Self::MAX {
            return weak(Broken::TooLong { most: Self::MAX });
        }
        if characters < Self::MIN {
            return weak(Broken::TooShort { least: Self::MIN });
        }
        Ok(Self(normal))
    }

    /// The text itself, to be looked at by the rules.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Its hash as a PHC string, which names algorithm and parameters (SEC-014).
    pub(crate) fn hash(&self, cost: HashingCost, salt: [u8; SALT_BYTES]) -> Result<String> {
        hash(&self.0, cost, salt)
    }
}

/// The hash of a text in normal form.
fn hash(normal: &SecretText, cost: HashingCost, salt: [u8; SALT_BYTES]) -> Result<String> {
    let parameters = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|e| Error::internal(e.to_string()))?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let hash = hasher.hash_password_with_salt(normal.expose().as_bytes(), &salt);
    Ok(hash.map_err(|e| Error::internal(e.to_string()))?.to_string())
}

/// The hash that takes the place of `phc`, where that one is weaker than those that are made here (SEC-014). `text` is the
/// password of it, whether today's rules would let it be set or not.
pub(crate) fn stronger(core: &Core, phc: &str, text: &SecretText) -> Result<Option<String>> {
    if !is_weaker(phc, core.hashing_cost) {
        return Ok(None);
    }
    let normal = SecretText::new(text.expose().nfkc().collect());
    hash(&normal, core.hashing_cost, core.random()).map(Some)
}

/// Whether a hash is of another kind than those of that cost, or costs less.
fn is_weaker(phc: &str, cost: HashingCost) -> bool {
    let Ok(hash) = PasswordHash::new(phc) else { return false };
    let Ok(parameters) = Params::try_from(&hash) else { return true };
    hash.algorithm != Algorithm::Argon2id.ident()
        || hash.version != Some(Version::V0x13.into())
        || parameters.m_cost() < cost.memory_kib
        || parameters.t_cost() < cost.passes
}

/// Whether `text` is the password whose hash is `phc`. It costs what making the hash has cost, whatever the answer.
///
/// Errors: the hash cannot be read: a damaged store.
pub(crate) fn is_password(phc: &str, text: &SecretText) -> Result<bool> {
    let hash = PasswordHash::new(phc).map_err(|_| Error::internal("a password's hash cannot be read"))?;
    let normal = SecretText::new(text.expose().nfkc().collect());
    Ok(Argon2::default().verify_password(normal.expose().as_bytes(), &hash).is_ok())
}

/// A hash that no password has, of the cost of those that are made here: verifying against it takes as long (SEC-019).
pub(crate) fn decoy(cost: HashingCost, random: &dyn Random) -> String {
    let HashingCost { memory_kib, passes } = cost;
    let (mut salt, mut output) = ([0; SALT_BYTES], [0; OUTPUT_BYTES]);
    random.fill(&mut salt);
    random.fill(&mut output);
    let (salt, output) = (BASE64_NOPAD.encode(&salt), BASE64_NOPAD.encode(&output));
    format!("$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${output}")
}

type Work = (Instant, Box<dyn FnOnce(Result<()>) + Send>);

/// The threads that hash.
pub(crate) struct HashingPool {
    queue: Mutex<Option<SyncSender<Work>>>,
    flow: Arc<Flow>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl HashingPool {
    /// Starts as many threads as there are cores.
    pub(crate) fn start() -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel::<Work>(QUEUE_LENGTH);
        let (receiver, flow) = (Arc::new(Mutex::new(receiver)), Arc::new(Flow::default()));
        let count = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = (0..count).map(|number| {
            let (receiver, flow) = (Arc::clone(&receiver), Arc::clone(&flow));
            std::thread::Builder::new().name(format!("hash-{number}")).spawn(move || run(&receiver, &flow))
        });
        let threads = threads.collect::<std::io::Result<Vec<_>>>()?;
        Ok(Self { queue: Mutex::new(Some(sender)), flow, threads: Mutex::new(threads) })
    }

    /// Runs `work` on the pool; where it is busy, `work` is told so at once, here.
    pub(crate) fn submit(&self, work: Box<dyn FnOnce(Result<()>) + Send>) {
        use std::sync::mpsc::TrySendError;
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        self.flow.queue();
        let refused = match queue.as_ref() {
            Some(queue) => match queue.try_send((Instant::now(), work)) {
                Ok(()) => return,
                Err(TrySendError::Full((_, work)) | TrySendError::Disconnected((_, work))) => work,
            },
            None => work,
        };
        drop(queue);
        self.flow.refuse();
        refused(Err(Error::Unavailable { retry_after_s: 1 }));
    }

    /// How many wait, had their turn, or found no room.
    pub(crate) fn flow(&self) -> Queue {
        self.flow.read()
    }

    /// Finishes what is queued and ends the threads.
    pub(crate) fn stop(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        for thread in std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner)) {
            let _ = thread.join();
        }
    }
}

fn run(queue: &Mutex<Receiver<Work>>, flow: &Flow) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((since, work)) = next else { return };
        flow.take(1);
        work(if since.elapsed() > WAIT_MAX { Err(Error::Unavailable { retry_after_s: 1 }) } else { Ok(()) });
    }
}

/// What an operation may use while it prepares: outside of any transaction, on a hashing thread.
pub struct Prepare<'a> {
    pub(crate) core: &'a Core,
}

impl Prepare<'_> {
    /// Hashes a password with a fresh salt.
    pub(crate) fn hash(&self, password: &Password) -> Result<String> {
        password.hash(self.core.hashing_cost, self.core.random())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: HashingCost = HashingCost { memory_kib: 8, passes: 1 };

    fn verifies(phc: &str, password: &str) -> bool {
        is_password(phc, &SecretText::new(password.to_owned())).unwrap()
    }

    /// SEC-019: nobody's hash costs as much as somebody's.
    #[test]
    fn sec_019_a_decoy_is_a_hash_of_the_same_cost() {
        let phc = decoy(CHEAP, &crate::clock::SystemEntropy::default());
        let real = Password::parse("correct horse").unwrap().hash(CHEAP, [3; SALT_BYTES]).unwrap();
        let parameters = |phc: &str| phc.rsplitn(3, '$').nth(2).unwrap().to_owned();
        assert_eq!((parameters(&phc), phc.len()), (parameters(&real), real.len()));
        assert!(!verifies(&phc, "correct horse"));
    }

    /// SEC-014: Argon2id with the parameters in the hash.
    #[test]
    fn sec_014_hashes_name_their_parameters() {
        let password = Password::parse("correct horse").unwrap();
        let phc = password.hash(HashingCost::default(), [7; SALT_BYTES]).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verifies(&phc, "correct horse") && !verifies(&phc, "correct horsf"));
        assert_ne!(phc, password.hash(HashingCost::default(), [8; SALT_BYTES]).unwrap());
    }

    /// SEC-014: a hash is weaker where any of its parameters is, or where it is of another kind.
    #[test]
    fn sec_014_weaker_hashes_are_known_by_their_parameters() {
        let cost = HashingCost { memory_kib: 16, passes: 2 };
        let of = |kind: &str, memory: u32, passes: u32| {
            format!(
                "${kind}$m={memory},t={passes},p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            )
        };
        for (phc, weaker) in [
            (of("argon2id$v=19", 16, 2), false),
            (of("argon2id$v=19", 32, 3), false),
            (of("argon2id$v=19", 15, 9), true),
            (of("argon2id$v=19", 99, 1), true),
            (of("argon2id$v=16", 16, 2), true),
            (of("argon2i$v=19", 16, 2), true),
        ] {
            assert_eq!(is_weaker(&phc, cost), weaker, "{phc}");
        }
        let made = Password::parse("correct horse").unwrap().hash(cost, [3; SALT_BYTES]).unwrap();
        assert!(!is_weaker(&made, cost) && is_weaker(&made, HashingCost { passes: 3, ..cost }));
    }

    /// SEC-015: every byte counts, the 73rd and the last too; nothing is trimmed, folded or cut at a NUL.
    #[test]
    fn sec_015_the_whole_password_counts() {
        let long = "好".repeat(128);
        let phc = |text: &str| Password::parse(text).unwrap().hash(CHEAP, [1; SALT_BYTES]).unwrap();
        let with_end = |text: &str, end: char| {
            let mut changed: Vec<char> = text.chars().collect();
            changed.pop();
            changed.push(end);
            changed.into_iter().collect::<String>()
        };
        assert!(verifies(&phc(&long), &long));
        assert!(!verifies(&phc(&long), &with_end(&long, '坏')));
        let ascii = "a".repeat(100);
        assert!(!verifies(&phc(&ascii), &with_end(&ascii, 'b')));
        assert!(!verifies(&phc("pass\0word"), "pass\0wore"));
        assert!(!verifies(&phc("password1 "), "password1") && !verifies(&phc("Password1"), "password1"));
        assert!(verifies(&phc("ｐassword1"), "password1"), "compatibility forms are the same password");
    }

    /// SEC-016: what is too long is refused before hashing.
    #[test]
    fn sec_016_length_is_bounded() {
        for bad in ["", "1234567", &"a".repeat(129), &"好".repeat(342), &"\u{FDFA}".repeat(128)] {
            assert!(Password::parse(bad).is_err(), "{} characters", bad.chars().count());
        }
        assert!(Password::parse("12345678").is_ok() && Password::parse(&"a".repeat(128)).is_ok());
    }
}
