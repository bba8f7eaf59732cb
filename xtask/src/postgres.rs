//! A PostgreSQL server of one's own, for tests and figures: in a temporary folder, on a free port, gone with the command.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::apt;
use crate::steps::{Steps, answer, run_quiet};
use crate::workspace::which;

/// Where Debian keeps the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// How a server is stopped; the folder of its data follows.
const STOP: [&str; 5] = ["stop", "--silent", "--mode=immediate", "--wait", "--pgdata"];

/// A running server. Dropped, it is stopped and its folder is removed.
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// Starts one, installing the programs where that is allowed. Nothing where there are none: said loudly.
    ///
    /// # Errors
    /// The programs are there, but do not start a server.
    pub fn start(steps: &Steps) -> Result<Option<Self>> {
        let mut programs = programs();
        if programs.is_none() && apt::usable() {
            apt::install(steps, &["postgresql"])?;
            programs = self::programs();
        }
        let Some(programs) = programs else {
            steps.note(
                "SKIPPED: NO POSTGRESQL. Its tests do not run. Next step: install the server (initdb, postgres), then \
                 run this command again",
            );
            return Ok(None);
        };
        steps.step("PostgreSQL: a server of our own", || Self::begin(programs)).map(Some)
    }

    fn begin(programs: PathBuf) -> Result<Self> {
        // A port that is free now; nobody else is about to take it.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = std::env::temp_dir().join(format!("latchkey-postgres-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let server = Self { programs, folder, port };
        if is_root() {
            run_quiet(Command::new("chown").arg("postgres").arg(&server.folder))?;
        }
        let data = server.folder.join("data");
        let make = [
            "--auth=trust",
            "--username=latchkey",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "--pgdata",
        ];
        run_quiet(server.program("initdb").args(make).arg(&data)).context("initdb")?;
        // Nothing of it outlives the tests: it need not reach the disk.
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c max_connections=300 -c fsync=off -c full_page_writes=off",
            server.folder.display()
        );
        let log = server.folder.join("log");
        let mut start = server.program("pg_ctl");
        start.args(["--wait", "--silent", "--options"]).arg(options);
        run_quiet(start.arg("--log").arg(log).arg("--pgdata").arg(&data).arg("start"))
            .context("pg_ctl start")?;
        server.watch()?;
        Ok(server)
    }

    /// Whatever ends this command, a signal included, ends the server too: a shell of its own looks once a second.
    fn watch(&self) -> Result<()> {
        let script = r#"pid=$1; folder=$2; shift 2; while kill -0 "$pid" 2>/dev/null; do sleep 1; done; "$@"; cd / && rm -rf "$folder""#;
        let mut stop = self.program("pg_ctl");
        stop.args(STOP).arg(self.folder.join("data"));
        let mut shell = Command::new("setsid");
        shell.args(["sh", "-c", script, "watch"]).arg(std::process::id().to_string()).arg(&self.folder);
        shell.arg(stop.get_program()).args(stop.get_args()).current_dir(&self.folder);
        // Its end is nobody's to wait for.
        shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("setsid")?;
        Ok(())
    }

    /// Its address without a database's name.
    pub fn url(&self) -> String {
        format!("postgres://latchkey@127.0.0.1:{}", self.port)
    }

    /// Makes an empty database; its address by the server's socket, as programs on one machine talk.
    ///
    /// # Errors
    /// The server does not do it.
    pub fn make(&self, name: &str) -> Result<String> {
        let mut make = self.program("createdb");
        make.args(["--host=127.0.0.1", "--username=latchkey", "--port"]).arg(self.port.to_string());
        run_quiet(make.arg(name)).context("createdb")?;
        // The folder stands where a host's name would, so its slashes are written otherwise.
        let folder = self.folder.display().to_string().replace('%', "%25").replace('/', "%2F");
        Ok(format!("postgres://latchkey@{folder}:{}/{name}", self.port))
    }

    /// One of its programs, as the user it must run as: never root.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // The folder this command was called in may be closed to that user.
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let _ = run_quiet(self.program("pg_ctl").args(STOP).arg(data));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = fs::read_dir(VERSIONS)
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    versions.sort_by_key(|bin| version(bin));
    let in_path = which("initdb").and_then(|program| program.parent().map(Path::to_owned));
    versions
        .into_iter()
        .rev()
        .chain(in_path)
        .find(|bin| bin.join("initdb").exists() && bin.join("pg_ctl").exists())
}

/// `/usr/lib/postgresql/15/bin` is 15.
fn version(bin: &Path) -> u32 {
    let name = bin.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    name.and_then(|name| name.parse().ok()).unwrap_or(0)
}

fn is_root() -> bool {
    answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_last() {
        let mut bins =
            ["/usr/lib/postgresql/9/bin", "/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/15/bin"];
        bins.sort_by_key(|bin| version(Path::new(bin)));
        assert_eq!(bins.last(), Some(&"/usr/lib/postgresql/17/bin"));
    }
}
