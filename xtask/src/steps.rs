//! Step lines: what is being done, how long it takes, and a sign of life while it does.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// After so much silence a step says that it is still at work.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How much of a quiet command's output is shown when it fails.
const LAST_LINES: usize = 40;

/// The clock of one run of `cargo xtask`.
#[derive(Clone, Copy)]
pub struct Steps {
    started: Instant,
}

impl Steps {
    /// Starts the clock.
    pub fn start() -> Self {
        Self { started: now() }
    }

    /// Does `work` between a line that says what begins and a line that says how long it took.
    ///
    /// # Errors
    /// Those of `work`, with the title of the step.
    pub fn step<T>(&self, title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.note(title);
        let begun = now();
        let (done, waiting) = channel::<()>();
        let (clock, name) = (*self, title.to_owned());
        let heart = thread::spawn(move || {
            while waiting.recv_timeout(HEARTBEAT) == Err(RecvTimeoutError::Timeout) {
                clock.note(&format!("… still at it: {name}"));
            }
        });
        let result = work();
        drop(done);
        // The heartbeat cannot fail in a way that matters here.
        let _ended = heart.join();
        let took = begun.elapsed().as_secs_f32();
        match &result {
            Ok(_) => self.note(&format!("done in {took:.1} s: {title}")),
            Err(_) => self.note(&format!("FAILED after {took:.1} s: {title}")),
        }
        result.with_context(|| title.to_owned())
    }

    /// One line with the time since the start.
    pub fn note(&self, text: &str) {
        let seconds = self.started.elapsed().as_secs();
        println!("[{:3}:{:02}] {text}", seconds / 60, seconds % 60);
    }
}

/// Runs a command whose output the user follows.
///
/// # Errors
/// It cannot be started, or does not end with 0.
pub fn run(command: &mut Command) -> Result<()> {
    let name = name_of(command);
    let status =
        command.stdin(Stdio::null()).status().with_context(|| format!("`{name}` cannot be started"))?;
    if !status.success() {
        bail!("`{name}` ended with {status}");
    }
    Ok(())
}

/// Runs a command like [`run`] and hands every line of its standard output on.
///
/// # Errors
/// As [`run`].
pub fn run_lines(command: &mut Command, mut line: impl FnMut(&str)) -> Result<()> {
    let name = name_of(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{name}` cannot be started"))?;
    if let Some(output) = child.stdout.take() {
        for text in BufReader::new(output).split(b'\n') {
            let text = text?;
            let text = String::from_utf8_lossy(&text);
            println!("{text}");
            line(&text);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{name}` ended with {status}");
    }
    Ok(())
}

/// Runs a chatty command: its output is shown only when it fails, and only the end of it.
///
/// # Errors
/// As [`run`].
pub fn run_quiet(command: &mut Command) -> Result<()> {
    let name = name_of(command);
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("`{name}` cannot be started"))?;
    if !output.status.success() {
        for stream in [&output.stdout, &output.stderr] {
            eprint!("{}", last_lines(&String::from_utf8_lossy(stream)));
        }
        bail!("`{name}` ended with {}", output.status);
    }
    Ok(())
}

/// Runs a command like [`run_quiet`], but ends it when it takes longer than `limit`.
///
/// # Errors
/// As [`run`], and when the time is over.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let name = name_of(command);
    let mut child =
        command.stdin(Stdio::null()).spawn().with_context(|| format!("`{name}` cannot be started"))?;
    let begun = now();
    loop {
        if let Some(status) = child.try_wait()? {
            if status.success() {
                return Ok(());
            }
            bail!("`{name}` ended with {status}");
        }
        if begun.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!("`{name}` gave no answer within {} s", limit.as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// What a command prints, without the line end; `None` when it cannot be run or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn name_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(LAST_LINES);
    lines.iter().skip(from).map(|line| format!("    {line}\n")).collect()
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch for step lines, no rule hangs on it")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_hangs_is_ended() {
        let error = run_within(Command::new("sleep").arg("600"), Duration::from_millis(100)).unwrap_err();
        assert!(error.to_string().contains("no answer"), "{error}");
    }

    #[test]
    fn a_failed_step_names_itself() {
        let error =
            Steps::start().step("counting sheep", || run_quiet(Command::new("false").arg("x"))).unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("counting sheep") && text.contains("false x"), "{text}");
    }

    #[test]
    fn only_the_end_of_a_long_output_is_shown() {
        let text: String = (0..100).map(|n| format!("line {n}\n")).collect();
        let shown = last_lines(&text);
        assert_eq!(shown.lines().count(), LAST_LINES);
        assert!(shown.ends_with("line 99\n") && !shown.contains("line 59\n"));
    }
}
