//! The binary `latchkey`: arguments in, exit code out.
use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
