//! What most programs would do: each request a transaction of its own, over a pool of connections, on the same tables. It is here
//! to be measured against, and gives away what it can: no limits and no audit log that everybody would wait for, event numbers
//! from memory, the code looked for in the row instead of decided about.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::{Json, Router, routing::post};
use heyan_domain::tags::Keyring as _;
use heyan_domain::terms::{Code, FilingId, IdLast6, Phone};
use heyan_store::keys::{KeyFile, KeySet};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_postgres::{Client, Config, Statement};

use super::super::server::{
    Addresses, Groups, do_nothing, say, serve_as_we_do, stop_with_standard_input, stopped,
};
use super::copies::{connect, said};
use crate::failure::Failure;

/// Connections in the pool: more of them wait for the same two cores.
const POOL: usize = 16;

const FIND: &str = "SELECT f.id, f.provider, f.province, f.last_event, f.verifications FROM phones p \
                    JOIN filings f ON f.id = p.filing WHERE p.phone = $1 FOR UPDATE OF f";
const CHANGE: &str =
    "UPDATE filings SET state = $2, version = version + 1, last_event = $3, verifications = $4 WHERE id = $1";
const EVENT: &str = "INSERT INTO events (provider, id, kind, at, filing, verification, previous, actor) \
                     VALUES ($1, $2, 1, $3, $4, $5, $6, 0)";
const COUNT: &str = "INSERT INTO counters (key, count) VALUES ($1, 1)";
const REVIEW: &str = "INSERT INTO reviews (filing, province, arrived_at, due_at, due_provisional) \
                      VALUES ($1, $2, $3, $3, 0)";

/// A connection with its statements.
struct Connection {
    client: Client,
    find: Statement,
    change: Statement,
    event: Statement,
    count: Statement,
    review: Statement,
}

impl Connection {
    async fn open(config: &Config) -> Result<Self, Failure> {
        let client = connect(config).await?;
        let [find, change, event, count, review] = [
            client.prepare(FIND).await.map_err(said)?,
            client.prepare(CHANGE).await.map_err(said)?,
            client.prepare(EVENT).await.map_err(said)?,
            client.prepare(COUNT).await.map_err(said)?,
            client.prepare(REVIEW).await.map_err(said)?,
        ];
        Ok(Self { client, find, change, event, count, review })
    }
}

struct Plain {
    keys: KeySet,
    next_event: AtomicI64,
    free: Semaphore,
    pool: Mutex<Vec<Connection>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Typed {
    sms_valid_code: String,
    mobile_num: u64,
    cert_num: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    code: u16,
    success: bool,
    params: Status,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    valid_status: u16,
}

/// Serves until standard input ends.
pub(super) async fn serve(data: &Path, config: &Config) -> Result<(), Failure> {
    let mut pool = Vec::with_capacity(POOL);
    for _ in 0..POOL {
        pool.push(Connection::open(config).await?);
    }
    let asking = connect(config).await?;
    let next =
        asking.query_one("SELECT next FROM sequences WHERE name = 'event'", &[]).await.map_err(said)?;
    let next_event = AtomicI64::new(next.get(0));
    let keys = KeySet::new(&KeyFile::read(&data.join("keys.toml"))?);
    let plain = Plain { keys, next_event, free: Semaphore::new(POOL), pool: Mutex::new(pool) };
    let router = Router::new()
        .route("/pquery/smsValidate/validateByCondition", post(verify))
        .with_state(Arc::new(plain));
    let doors = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let nothing = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let stop = stop_with_standard_input();
    let (doors_at, nothing_at) = (doors.local_addr()?, nothing.local_addr()?);
    say(&Addresses { doors: doors_at, nothing: nothing_at, desk: doors_at })?;
    let doing_nothing = tokio::spawn(do_nothing(nothing, stopped(stop.subscribe())));
    serve_as_we_do(doors, router, stopped(stop.subscribe())).await?;
    doing_nothing.await??;
    say(&Groups::default())
}

async fn verify(State(plain): State<Arc<Plain>>, Json(typed): Json<Typed>) -> Json<Answer> {
    let status = plain.verify(&typed).await.unwrap_or(500);
    Json(Answer { code: 200, success: true, params: Status { valid_status: status } })
}

impl Plain {
    async fn verify(&self, typed: &Typed) -> Option<u16> {
        let phone = Phone::parse(&typed.mobile_num.to_string())?;
        let (id_last6, code) = (IdLast6::parse(&typed.cert_num)?, Code::parse(&typed.sms_valid_code)?);
        let _free = self.free.acquire().await.ok()?;
        let mut connection = self.pool.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
        let status = self.in_transaction(&mut connection, &phone, &id_last6, &code).await;
        self.pool.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        status.inspect_err(|error| tracing::error!(error = %error, "a transaction has failed")).ok()
    }

    async fn in_transaction(
        &self,
        connection: &mut Connection,
        phone: &Phone,
        id_last6: &IdLast6,
        code: &Code,
    ) -> Result<u16, tokio_postgres::Error> {
        let key = self.keys.active();
        let tag = *self.keys.phone(key, phone).as_bytes();
        let Connection { client, find, change, event, count, review } = connection;
        let client = client.transaction().await?;
        let Some(row) = client.query_opt(&*find, &[&tag.as_slice()]).await? else {
            client.rollback().await?;
            return Ok(20);
        };
        let (id, provider, province): (i64, String, i64) = (row.get(0), row.get(1), row.get(2));
        let (previous, mut verifications): (i64, Vec<u8>) = (row.get(3), row.get(4));
        let verification = FilingId::from_number(id).verification(0);
        let holds = |tag: &[u8; 16]| verifications.windows(16).any(|part| part == tag);
        let right = holds(self.keys.person(key, phone, id_last6).as_bytes())
            && holds(self.keys.code(key, verification, code).as_bytes());
        if let Some(last) = verifications.last_mut() {
            *last = last.wrapping_add(1);
        }
        let events = 1 + i64::from(right);
        let first = self.next_event.fetch_add(events, Ordering::Relaxed);
        let state = if right { 3_i64 } else { 2 };
        client.execute(&*change, &[&id, &state, &(first + events - 1), &verifications]).await?;
        for no in first..first + events {
            client
                .execute(&*event, &[&provider, &no, &first, &id, &verification.number(), &previous])
                .await?;
        }
        client.execute(&*count, &[&id]).await?;
        client.execute(&*count, &[&(-id)]).await?;
        if right {
            client.execute(&*review, &[&id, &province, &first]).await?;
        }
        client.commit().await?;
        Ok(if right { 3 } else { 2 })
    }
}
