//! The program `aktiver`; everything is in the library.

fn main() -> std::process::ExitCode {
    aktiver::cli::main()
}
