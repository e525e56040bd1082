//! Webhooks: endpoints, and events on their way to them. A reader follows the events, and the writer keeps the deliveries they
//! call for together with how far that reaches, so that nothing is sent twice or left out.

use crate::sql::{Row, params};
use heyan_domain::Timestamp;
use heyan_domain::event::Event;
use heyan_domain::state::Tables;
use heyan_domain::terms::{DeliveryId, EndpointId, EventId, ProviderId};
use heyan_domain::time::DAY_MS;
use heyan_domain::webhooks::{
    Delivery, DeliveryState, Endpoint, EndpointTerms, EndpointUrl, Off, OffReason, SecretSince, TOLD_FOR_MS,
};
use rand::Rng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::read::Reader;
use super::read_lists::Page;
use super::rows::{self, damaged};
use super::write::to_json;
use super::writer::Writer;
use crate::database::StoreError;
use crate::keys::{Purpose, Ring};
use crate::views::{DeliverySeen, Followed};

/// How long a delivery is kept in the log.
const KEEP_MS: i64 = 30 * DAY_MS;

/// What of an endpoint is sealed: its address may hold a secret of its owner's.
#[derive(Serialize, Deserialize)]
struct Sealed {
    url: EndpointUrl,
    secrets: Vec<SecretSince>,
}

macro_rules! select_endpoint {
    ($rest:literal) => {
        concat!(
            "SELECT id, provider, kinds, sealed, made_at, failing_since, off_at, off_reason, event FROM webhooks ",
            $rest
        )
    };
}
macro_rules! select_delivery {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.endpoint, d.provider, d.event, d.state, d.created_at, d.next_at, d.step, d.tries \
             FROM webhook_deliveries AS d ",
            $rest
        )
    };
}
/// The same with its event behind it, in the order of `select_event!`.
macro_rules! select_seen {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.endpoint, d.provider, d.event, d.state, d.created_at, d.next_at, d.step, d.tries, \
             e.kind, e.filing FROM webhook_deliveries AS d \
             JOIN events AS e ON e.provider = d.provider AND e.id = d.event ",
            $rest
        )
    };
}

const fn state_number(state: DeliveryState) -> u8 {
    match state {
        DeliveryState::Waiting => 0,
        DeliveryState::Delivered => 1,
        DeliveryState::Failed => 2,
    }
}

const fn state(number: u8) -> Option<DeliveryState> {
    match number {
        0 => Some(DeliveryState::Waiting),
        1 => Some(DeliveryState::Delivered),
        2 => Some(DeliveryState::Failed),
        _ => None,
    }
}

fn endpoint(ring: &Ring, row: &Row<'_>) -> Result<Endpoint, StoreError> {
    let id: i64 = row.get(0)?;
    let kinds: String = row.get(2)?;
    let sealed = row.get_ref(3)?.as_blob()?;
    let Sealed { url, secrets } =
        rows::unseal(ring, Purpose::Webhook, &id.to_be_bytes(), sealed, "address of a webhook")?;
    let kinds = kinds.split_whitespace().map(|kind| damaged(kind.parse().ok(), "kinds of a webhook"));
    let off_at: Option<i64> = row.get(6)?;
    let reason: Option<String> = row.get(7)?;
    let off = off_at.zip(reason).map(|(at, reason)| {
        let reason: Option<OffReason> = reason.parse().ok();
        Ok::<_, StoreError>(Off {
            at: Timestamp::from_ms(at),
            reason: damaged(reason, "state of a webhook")?,
        })
    });
    Ok(Endpoint {
        id: EndpointId::from_number(id),
        terms: EndpointTerms { url, kinds: kinds.collect::<Result<_, _>>()? },
        secrets,
        made_at: Timestamp::from_ms(row.get(4)?),
        failing_since: row.get::<Option<i64>>(5)?.map(Timestamp::from_ms),
        off: off.transpose()?,
    })
}

fn provider(row: &Row<'_>, column: usize) -> Result<ProviderId, StoreError> {
    damaged(ProviderId::parse(&row.get::<String>(column)?), "provider of a webhook")
}

fn delivery(row: &Row<'_>) -> Result<Delivery, StoreError> {
    let tries: String = row.get(8)?;
    Ok(Delivery {
        id: DeliveryId::from_number(row.get(0)?),
        endpoint: EndpointId::from_number(row.get(1)?),
        provider: provider(row, 2)?,
        event: EventId::from_number(row.get(3)?),
        state: damaged(state(row.get(4)?), "state of a delivery")?,
        created_at: Timestamp::from_ms(row.get(5)?),
        next_at: row.get::<Option<i64>>(6)?.map(Timestamp::from_ms),
        step: row.get(7)?,
        tries: serde_json::from_str(&tries)
            .map_err(|_| StoreError::Damaged { what: "tries of a delivery" })?,
    })
}

fn seen(row: &Row<'_>) -> Result<DeliverySeen, StoreError> {
    Ok(DeliverySeen {
        delivery: delivery(row)?,
        kind: damaged(super::columns::event_kind(row.get(9)?), "kind of event")?,
        filing: heyan_domain::terms::FilingId::from_number(row.get(10)?),
    })
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Writer {
    pub(super) fn load_webhooks(&self, provider: &ProviderId, rows: &mut Tables) -> Result<(), StoreError> {
        let sql = select_endpoint!("WHERE provider = ?1 ORDER BY made_at, id");
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut cursor = statement.query([provider.as_str()])?;
        let mut found = Vec::new();
        while let Some(row) = cursor.next()? {
            found.push(endpoint(&self.ring, &row)?);
        }
        rows.webhooks.insert(provider.clone(), Some(found));
        Ok(())
    }

    pub(super) fn load_delivery(&self, id: DeliveryId, rows: &mut Tables) -> Result<(), StoreError> {
        let found = self.one(select_delivery!("WHERE d.id = ?1"), [id.number()], delivery)?;
        rows.deliveries.insert(id, found);
        Ok(())
    }

    pub(super) fn write_webhooks(&self, rows: &Tables, rng: &mut dyn Rng) -> Result<(), StoreError> {
        for (provider, endpoints) in &rows.webhooks {
            let Some(endpoints) = endpoints else { continue };
            let mut before = self.connection.prepare_cached("SELECT id FROM webhooks WHERE provider = ?1")?;
            let before: Vec<i64> = before.query_map([provider.as_str()], |row| row.get(0))?;
            for gone in before.iter().filter(|id| endpoints.iter().all(|one| one.id.number() != **id)) {
                self.connection.put("DELETE FROM webhooks WHERE id = ?1", [gone])?;
            }
            for endpoint in endpoints {
                self.write_endpoint(provider, endpoint, rng)?;
            }
        }
        for delivery in rows.deliveries.values().flatten() {
            let sql =
                "UPDATE webhook_deliveries SET state = ?2, next_at = ?3, step = ?4, tries = ?5 WHERE id = ?1";
            let tries = to_json(&delivery.tries, "tries of a delivery")?;
            self.connection.put(
                sql,
                params![
                    delivery.id.number(),
                    state_number(delivery.state),
                    delivery.next_at.map(Timestamp::as_ms),
                    delivery.step,
                    String::from_utf8_lossy(&tries),
                ],
            )?;
        }
        Ok(())
    }

    fn write_endpoint(
        &self,
        provider: &ProviderId,
        endpoint: &Endpoint,
        rng: &mut dyn Rng,
    ) -> Result<(), StoreError> {
        let id = endpoint.id.number();
        let sealed = Sealed { url: endpoint.terms.url.clone(), secrets: endpoint.secrets.clone() };
        let clear = Zeroizing::new(to_json(&sealed, "address of a webhook")?);
        let kinds: Vec<&str> = endpoint.terms.kinds.iter().map(|kind| kind.as_str()).collect();
        // It begins behind what has happened before it was made.
        let sql = "INSERT INTO webhooks (id, provider, kinds, sealed, made_at, failing_since, off_at, off_reason, \
                   event) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, \
                   (SELECT coalesce(max(id), 0) FROM events WHERE provider = ?2)) ON CONFLICT (id) DO UPDATE SET \
                   kinds = excluded.kinds, sealed = excluded.sealed, failing_since = excluded.failing_since, \
                   off_at = excluded.off_at, off_reason = excluded.off_reason";
        self.connection.put(
            sql,
            params![
                id,
                provider.as_str(),
                kinds.join(" "),
                self.ring.seal(Purpose::Webhook, &id.to_be_bytes(), &clear, rng),
                endpoint.made_at.as_ms(),
                endpoint.failing_since.map(Timestamp::as_ms),
                endpoint.off.map(|off| off.at.as_ms()),
                endpoint.off.map(|off| off.reason.as_str()),
            ],
        )?;
        Ok(())
    }

    /// Adds deliveries that events call for, and notes up to which they have been followed. What somebody else has
    /// followed meanwhile is left out.
    pub(super) fn follow(&self, followed: &Followed) -> Result<usize, StoreError> {
        let mut added = 0;
        for one in &followed.endpoints {
            let sql = "UPDATE webhooks SET event = ?3 WHERE id = ?1 AND event = ?2";
            let values = params![one.endpoint.number(), one.from.number(), one.to.number()];
            if self.connection.prepare_cached(sql)?.execute(values)? == 0 {
                continue;
            }
            for event in &one.events {
                let sql = "INSERT INTO webhook_deliveries (endpoint, provider, event, state, created_at, next_at, \
                           step, tries) VALUES (?1, ?2, ?3, 0, ?4, ?4, 0, '[]')";
                let values = params![
                    one.endpoint.number(),
                    one.provider.as_str(),
                    event.number(),
                    followed.at.as_ms()
                ];
                added += self.connection.prepare_cached(sql)?.execute(values)?;
            }
        }
        Ok(added)
    }

    /// Deliveries lie in the order in which they were made, so looking at the oldest is enough.
    pub(super) fn tidy_webhooks(&self, now: Timestamp, batch: i64) -> Result<usize, StoreError> {
        let sql = "DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM (SELECT id, created_at \
                   FROM webhook_deliveries ORDER BY id LIMIT ?2) AS oldest WHERE created_at < ?1)";
        Ok(self.connection.prepare_cached(sql)?.execute(params![now.plus_ms(-KEEP_MS).as_ms(), batch])?)
    }
}

impl Reader {
    /// A provider's endpoints, the oldest first.
    pub fn webhooks_of(&self, provider: &ProviderId) -> Result<Vec<Endpoint>, StoreError> {
        let sql = select_endpoint!("WHERE provider = ?1 ORDER BY made_at, id");
        self.many(sql, [provider.as_str()], |row| endpoint(&self.ring, row))
    }

    /// All endpoints, of all providers.
    pub fn webhooks(&self) -> Result<Vec<(ProviderId, Endpoint)>, StoreError> {
        self.many(select_endpoint!("ORDER BY id"), (), |row| {
            Ok((provider(row, 1)?, endpoint(&self.ring, row)?))
        })
    }

    /// The endpoints for which deliveries are due, of all providers.
    pub fn webhooks_ready(&self, now: Timestamp) -> Result<Vec<(ProviderId, Endpoint)>, StoreError> {
        let sql = select_endpoint!(
            "WHERE off_at IS NULL AND EXISTS (SELECT 1 FROM webhook_deliveries AS d \
             WHERE d.endpoint = webhooks.id AND d.next_at <= ?1) ORDER BY id"
        );
        self.many(sql, [now.as_ms()], |row| Ok((provider(row, 1)?, endpoint(&self.ring, row)?)))
    }

    /// What events call for that have not been followed, at most `limit` events for each endpoint.
    pub fn webhook_events(&self, now: Timestamp, limit: usize) -> Result<Followed, StoreError> {
        let snapshot = self.connection.snapshot()?;
        let mut followed = Followed { at: now, endpoints: Vec::new() };
        let sql = select_endpoint!("WHERE off_at IS NULL ORDER BY id");
        let endpoints = self.many(sql, (), |row| {
            Ok((provider(row, 1)?, endpoint(&self.ring, row)?, EventId::from_number(row.get(8)?)))
        })?;
        for (provider, endpoint, from) in endpoints {
            let sql = "SELECT id, kind, at FROM events WHERE provider = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
            let events = self.many(sql, params![provider.as_str(), from.number(), count(limit)], |row| {
                let kind = damaged(super::columns::event_kind(row.get(1)?), "kind of event")?;
                Ok((EventId::from_number(row.get(0)?), kind, Timestamp::from_ms(row.get(2)?)))
            })?;
            let Some((to, ..)) = events.last().copied() else { continue };
            let told = events
                .iter()
                .filter(|(_, kind, at)| endpoint.wants(*kind) && now.since_ms(*at) < TOLD_FOR_MS);
            let events = told.map(|(id, ..)| *id).collect();
            let endpoint = endpoint.id;
            followed.endpoints.push(crate::views::FollowedBy { endpoint, provider, from, to, events });
        }
        drop(snapshot);
        Ok(followed)
    }

    /// The deliveries to an endpoint whose time has come, the earliest first, each with its event.
    pub fn webhooks_due(
        &self,
        endpoint: EndpointId,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Delivery, Event)>, StoreError> {
        let sql =
            select_delivery!("WHERE d.endpoint = ?1 AND d.next_at <= ?2 ORDER BY d.next_at, d.id LIMIT ?3");
        let due = self.many(sql, params![endpoint.number(), now.as_ms(), count(limit)], delivery)?;
        let mut found = Vec::new();
        for delivery in due {
            let sql = rows::select_event!("FROM events WHERE provider = ?1 AND id = ?2");
            let values = params![delivery.provider.as_str(), delivery.event.number()];
            if let Some(event) = self.one(sql, values, rows::event)? {
                found.push((delivery, event));
            }
        }
        Ok(found)
    }

    /// One delivery.
    pub fn webhook_delivery(&self, id: DeliveryId) -> Result<Option<DeliverySeen>, StoreError> {
        self.one(select_seen!("WHERE d.id = ?1"), [id.number()], seen)
    }

    /// The deliveries of a provider before a place, the latest first: all, those to an endpoint, those that have failed.
    pub fn webhook_deliveries(
        &self,
        provider: &ProviderId,
        endpoint: Option<EndpointId>,
        failed: bool,
        before: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Page<DeliverySeen, DeliveryId>, StoreError> {
        let before = before.map_or(i64::MAX, DeliveryId::number);
        let one_more = count(limit).saturating_add(1);
        let endpoint = endpoint.map(EndpointId::number);
        let values = params![provider.as_str(), endpoint, before, one_more];
        // A statement for each, so that each has its index.
        let sql = match (endpoint.is_some(), failed) {
            (_, true) => select_seen!(
                "WHERE d.provider = ?1 AND (d.endpoint = ?2 OR ?2 IS NULL) AND d.id < ?3 AND d.state = 2 \
                 ORDER BY d.id DESC LIMIT ?4"
            ),
            (true, false) => select_seen!(
                "WHERE d.provider = ?1 AND d.endpoint = ?2 AND d.id < ?3 ORDER BY d.id DESC LIMIT ?4"
            ),
            (false, false) => {
                select_seen!(
                    "WHERE d.provider = ?1 AND CAST(?2 AS BIGINT) IS NULL AND d.id < ?3 ORDER BY d.id DESC LIMIT ?4"
                )
            }
        };
        let found = self.many(sql, values, seen)?;
        Ok(Page::cut(found, limit, |seen| seen.delivery.id))
    }

    /// How many endpoints work, fail, and are off.
    pub fn webhook_standings(&self) -> Result<[u64; 3], StoreError> {
        let sql = "SELECT count(*) FILTER (WHERE off_at IS NULL AND failing_since IS NULL), \
                   count(*) FILTER (WHERE off_at IS NULL AND failing_since IS NOT NULL), \
                   count(*) FILTER (WHERE off_at IS NOT NULL) FROM webhooks";
        let found = self.one(sql, (), |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
        Ok(found.unwrap_or_default().map(|count: i64| u64::try_from(count).unwrap_or_default()))
    }

    /// How many deliveries wait over all, counted up to 10,000, and since when the oldest of those.
    pub fn webhooks_waiting(&self) -> Result<(u64, Option<Timestamp>), StoreError> {
        let sql = "SELECT count(*), min(created_at) FROM (SELECT d.created_at FROM webhooks AS w \
                   JOIN webhook_deliveries AS d ON d.endpoint = w.id AND d.next_at IS NOT NULL \
                   WHERE w.off_at IS NULL LIMIT 10000) AS found";
        let found = self.one(sql, (), |row| {
            let oldest: Option<i64> = row.get(1)?;
            Ok((row.get::<i64>(0)?, oldest.map(Timestamp::from_ms)))
        })?;
        let (waiting, oldest) = found.unwrap_or_default();
        Ok((u64::try_from(waiting).unwrap_or_default(), oldest))
    }
}
