//! The `claviger` program: see `claviger --help`.

fn main() -> std::process::ExitCode {
    claviger::run(std::env::args_os())
}
