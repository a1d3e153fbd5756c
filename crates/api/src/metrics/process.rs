//! The process, as Linux tells of it; elsewhere, and where `/proc` is hidden, nothing is told.

use std::{fmt, fs};

use super::page::Page;

/// What the system counts for this process.
#[derive(Debug, Default)]
pub(super) struct Process {
    resident_bytes: Option<u64>,
    threads: Option<u64>,
    open_files: Option<u64>,
    files_max: Option<u64>,
    cpu_ticks: Option<u64>,
}

impl Process {
    pub(super) fn read() -> Self {
        let text = |name: &str| fs::read_to_string(format!("/proc/self/{name}")).unwrap_or_default();
        let status = text("status");
        Self {
            resident_bytes: of_status(&status, "VmRSS:").map(|kib| kib * 1024),
            threads: of_status(&status, "Threads:"),
            // Looking opens one more.
            open_files: fs::read_dir("/proc/self/fd").ok().map(|files| files.count() as u64 - 1),
            files_max: of_limits(&text("limits")),
            cpu_ticks: of_stat(&text("stat")),
        }
    }

    pub(super) fn write(&self, page: &mut Page<'_>, started_s: i64) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "these numbers are small")]
        let (started, ticks) = (started_s as f64, rustix::param::clock_ticks_per_second() as f64);
        page.seconds("process_start_time", "When the server began", started)?;
        if let Some(bytes) = self.resident_bytes {
            page.bytes("process_resident_memory", "Memory that is really used", bytes)?;
        }
        if let Some(count) = self.threads {
            page.gauge("process_threads", "Threads", count)?;
        }
        if let Some(count) = self.open_files {
            page.gauge("process_open_fds", "Open files and connections", count)?;
        }
        if let Some(count) = self.files_max {
            page.gauge("process_max_fds", "How many there may be", count)?;
        }
        #[expect(clippy::cast_precision_loss, reason = "a processor's time is small")]
        self.cpu_ticks
            .map_or(Ok(()), |spent| page.counter_seconds("process_cpu", "Processor time", spent as f64 / ticks))
    }
}

/// The number after a word at the beginning of a line.
fn of_status(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

/// The soft limit of open files; none where there is no limit.
fn of_limits(text: &str) -> Option<u64> {
    of_status(text, "Max open files")
}

/// The time in user and in kernel mode, in ticks. The name before may hold anything, but ends with the last `)`.
fn of_stat(text: &str) -> Option<u64> {
    let mut numbers = text.rsplit_once(')')?.1.split_whitespace().skip(11).map_while(|word| word.parse::<u64>().ok());
    Some(numbers.next()? + numbers.next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_tells_is_understood() {
        let status = "Name:\tx\nVmRSS:\t    2048 kB\nThreads:\t9\n";
        assert_eq!((of_status(status, "VmRSS:"), of_status(status, "Threads:")), (Some(2048), Some(9)));
        assert_eq!(of_status(status, "VmSwap:"), None);
        let limits = "Limit   Soft Limit   Hard Limit   Units\nMax open files            1024    524288   files\n";
        assert_eq!(of_limits(limits), Some(1024));
        assert_eq!(of_limits("Max open files            unlimited            unlimited            files\n"), None);
        assert_eq!(of_stat("7 (a) b) S 1 2 3 4 5 6 7 8 9 10 31 11 0 0"), Some(42));
        assert_eq!(of_stat(""), None);
    }

    #[test]
    fn this_process_is_told_of() {
        let process = Process::read();
        assert!(process.resident_bytes > Some(1 << 20) && process.threads >= Some(1), "{process:?}");
        assert!(process.open_files >= Some(3) && process.cpu_ticks.is_some(), "{process:?}");
    }
}
