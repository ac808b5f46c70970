//! The outside, behind the ports of `service`: ways to be paid, and where large files lie.
//!
//! The clock and randomness are not here: they enter the program in `server`.

pub mod files;
pub mod invoice;
pub mod sandbox_card;

pub use files::DirectoryFiles;
pub use invoice::InvoiceGateway;
pub use sandbox_card::SandboxCardGateway;
