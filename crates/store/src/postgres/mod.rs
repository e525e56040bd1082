//! What is PostgreSQL's alone: reaching the server, its schema, whose turn it is to write.

mod server;
mod session;
mod turn;

pub use server::PgError;
pub(crate) use server::{Server, name_of, read_address};
pub(crate) use session::{PgRow, Prepared, Session};
pub(crate) use turn::{Meanwhile, Turn};
