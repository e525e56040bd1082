//! What is PostgreSQL's alone: reaching the server, its schema, whose turn it is to write.

mod many;
mod server;
mod session;
mod turn;
mod values;

pub use server::PgError;
pub(crate) use server::{Server, complete, name_of, read_address};
pub(crate) use session::{Found, Prepared, Session};
pub(crate) use turn::{Asked, Meanwhile, Turn};
pub(crate) use values::PgRow;
