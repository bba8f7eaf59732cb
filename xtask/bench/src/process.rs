//! What Linux tells of a process: processor time and memory.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// `/proc` counts processor time in hundredths of a second on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// Which process.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    /// This one.
    Own,
    /// Another one.
    Pid(u32),
}

impl Of {
    fn file(self, name: &str) -> Result<String> {
        let path = match self {
            Self::Own => format!("/proc/self/{name}"),
            Self::Pid(pid) => format!("/proc/{pid}/{name}"),
        };
        fs::read_to_string(&path).context(path)
    }

    /// Processor time so far, all threads, user and system.
    ///
    /// # Errors
    /// There is no such process, or no `/proc`.
    pub fn cpu(self) -> Result<Duration> {
        cpu_of(&self.file("stat")?).context("/proc/…/stat reads differently here")
    }

    /// Bytes of memory that are really there.
    ///
    /// # Errors
    /// As [`Of::cpu`].
    pub fn resident(self) -> Result<u64> {
        memory_of(&self.file("status")?, "VmRSS:").context("no VmRSS")
    }

    /// The most bytes that were ever really there.
    ///
    /// # Errors
    /// As [`Of::cpu`].
    pub fn peak(self) -> Result<u64> {
        memory_of(&self.file("status")?, "VmHWM:").context("no VmHWM")
    }
}

/// Fields 14 and 15; the name before them may hold anything, so counting starts behind its parenthesis.
fn cpu_of(stat: &str) -> Option<Duration> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks = fields.next()?.parse::<u32>().ok()? + fields.next()?.parse::<u32>().ok()?;
    Some(TICK * ticks)
}

fn memory_of(status: &str, name: &str) -> Option<u64> {
    let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_behind_an_odd_name() {
        let stat = "7 (a) b 1) S 1 7 7 0 -1 4194560 99 0 0 0 150 50 3 4 20 0 8 0 1 2 3";
        assert_eq!(cpu_of(stat), Some(Duration::from_secs(2)));
    }

    #[test]
    fn memory_is_read_in_bytes() {
        let status = "Name:\tx\nVmHWM:\t   20 kB\nVmRSS:\t      10 kB\n";
        assert_eq!((memory_of(status, "VmRSS:"), memory_of(status, "VmHWM:")), (Some(10_240), Some(20_480)));
    }

    #[test]
    fn this_process_has_memory() {
        // The peak is read last: it may grow in between.
        let resident = Of::Own.resident().unwrap();
        assert!(resident > 100_000);
        assert!(Of::Own.peak().unwrap() >= resident);
        Of::Own.cpu().unwrap();
    }
}
