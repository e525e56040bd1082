//! Databases on the PostgreSQL that the tests are given.

use std::path::Path;

use heyan_store::location::Address;
use tokio_postgres::NoTls;

/// Where it is; `scripts/test` starts one and says so.
const SERVER: &str = "HEYAN_TEST_POSTGRES";
/// Whether tests keep their data there instead of in files.
const ON_SERVER: &str = "HEYAN_TEST_ON_SERVER";

/// The server, for those who may make databases.
pub fn server() -> String {
    std::env::var(SERVER).unwrap_or_else(|_| panic!("{SERVER} is not set: run these tests by scripts/test"))
}

/// On a thread of its own, since a test may be in the middle of something asynchronous.
pub fn sql(address: &str, text: &str) -> usize {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
                tokio::spawn(connection);
                client.simple_query(text).await.unwrap().len()
            })
        });
        thread.join().unwrap()
    })
}

/// The address of a new database.
pub fn new_database(name: &str) -> String {
    let server = server();
    sql(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    sql(&server, &format!("CREATE DATABASE {name} TEMPLATE template0"));
    at(&server, name)
}

fn at(server: &str, name: &str) -> String {
    server.replacen("/postgres?", &format!("/{name}?"), 1)
}

/// The database that belongs to a data directory, if tests keep their data on the server; made at the first time.
pub fn of(data: &Path) -> Option<Address> {
    std::env::var_os(ON_SERVER)?;
    let server = server();
    let name = data.to_string_lossy().bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let name = format!("t{}", &name[name.len().saturating_sub(50)..]);
    // One row of the answer is its end.
    if sql(&server, &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'")) < 3 {
        sql(&server, &format!("CREATE DATABASE {name} TEMPLATE template0"));
    }
    Some(at(&server, &name).parse().unwrap())
}
