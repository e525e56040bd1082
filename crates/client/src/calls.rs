//! The calls, by noun.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Call, Client, Delivery, Error, Event, Filing, NewFiling, Page, Reply, Resolved, SandboxMessage,
    Verifications, WebhookEndpoint,
};
use heyan_outbound::Method;

/// What is not written as it is in a query.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A query of what is said; nothing if nothing is.
fn query(pairs: &[(&str, Option<&str>)]) -> String {
    let said = pairs.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let pairs: Vec<String> =
        said.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, RESERVED))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// Which filings are listed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FilingFilter {
    /// `verifying`, `returned`, …
    pub state: Option<String>,
    /// `first`, …
    pub kind: Option<String>,
    /// By its short Chinese name.
    pub province: Option<String>,
    /// The provider's own number.
    pub provider_order_no: Option<String>,
}

#[derive(Deserialize)]
struct Items<T> {
    items: Vec<T>,
}

#[derive(Deserialize)]
struct Clock {
    now: String,
}

const NOTHING: Option<&()> = None;

/// Filings, by their provider.
impl Client {
    /// Makes a filing under a key; with `report` it is handed over, too.
    ///
    /// # Errors
    /// It is refused, or there is no answer.
    pub async fn create(&self, key: &str, filing: &NewFiling) -> Result<Filing, Error> {
        self.post(Call { path: "/filings", key: Some(key), etag: None }, Some(filing)).await
    }

    /// One filing.
    ///
    /// # Errors
    /// It is not there, or there is no answer.
    pub async fn filing(&self, id: &str) -> Result<Filing, Error> {
        self.get(&format!("/filings/{id}")).await
    }

    /// A page of filings behind a cursor.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn filings(&self, filter: &FilingFilter, cursor: Option<&str>) -> Result<Page<Filing>, Error> {
        let query = query(&[
            ("state", filter.state.as_deref()),
            ("kind", filter.kind.as_deref()),
            ("province", filter.province.as_deref()),
            ("provider_order_no", filter.provider_order_no.as_deref()),
            ("cursor", cursor),
        ]);
        self.get(&format!("/filings{query}")).await
    }

    /// Corrects a draft or a filing that came back, of the version that was read. Not repeated by itself where nobody knows
    /// whether it was done: read the filing then.
    ///
    /// # Errors
    /// It is refused, has changed since, or there is no answer.
    pub async fn correct(&self, id: &str, etag: &str, filing: &NewFiling) -> Result<Filing, Error> {
        let path = format!("/filings/{id}");
        let call = Call { path: &path, key: None, etag: Some(etag) };
        crate::typed(self.send(Method::PUT, call, Some(filing)).await?)
    }

    async fn act(&self, path: &str, key: &str, etag: Option<&str>) -> Result<Filing, Error> {
        self.post(Call { path, key: Some(key), etag }, NOTHING).await
    }

    /// Hands a filing over.
    ///
    /// # Errors
    /// Its state does not allow it, it has changed since, or there is no answer.
    pub async fn report(&self, key: &str, id: &str, etag: &str) -> Result<Filing, Error> {
        self.act(&format!("/filings/{id}/report"), key, Some(etag)).await
    }

    /// Has everybody verify again, without a change.
    ///
    /// # Errors
    /// Its state does not allow it, it has changed since, or there is no answer.
    pub async fn reverify(&self, key: &str, id: &str, etag: &str) -> Result<Filing, Error> {
        self.act(&format!("/filings/{id}/reverify"), key, Some(etag)).await
    }

    /// Takes a filing back.
    ///
    /// # Errors
    /// Its state does not allow it, or there is no answer.
    pub async fn withdraw(&self, key: &str, id: &str) -> Result<Filing, Error> {
        self.act(&format!("/filings/{id}/withdraw"), key, None).await
    }

    /// Who of a filing is asked, and how they stand.
    ///
    /// # Errors
    /// It is not there, or there is no answer.
    pub async fn verifications(&self, id: &str) -> Result<Verifications, Error> {
        self.get(&format!("/filings/{id}/verifications")).await
    }

    /// Who would have to verify; the parameters are those of `rules/resolve`.
    ///
    /// # Errors
    /// There is no such kind or province, or no answer.
    pub async fn resolve(&self, parameters: &[(&str, &str)]) -> Result<Resolved, Error> {
        let pairs: Vec<_> = parameters.iter().map(|(name, value)| (*name, Some(*value))).collect();
        self.get(&format!("/rules/resolve{}", query(&pairs))).await
    }
}

/// Events and webhooks.
impl Client {
    /// The events behind one, or behind what was acknowledged; waits so many seconds for the first.
    ///
    /// # Errors
    /// There is no such event, or no answer.
    pub async fn events(&self, after: Option<&str>, wait_seconds: u32) -> Result<Page<Event>, Error> {
        let wait = (wait_seconds > 0).then(|| wait_seconds.to_string());
        self.get(&format!("/events{}", query(&[("after", after), ("wait", wait.as_deref())]))).await
    }

    /// Says that everything up to an event was read. Repeating it does no harm.
    ///
    /// # Errors
    /// There is no such event, or no answer.
    pub async fn acknowledge(&self, event: &str) -> Result<Reply, Error> {
        // The API asks for no key; this one says that the call may be repeated.
        let call = Call { path: "/events/ack", key: Some(event), etag: None };
        self.send(Method::POST, call, Some(&json!({ "cursor": event }))).await
    }

    /// Has the events of some types, or all, sent to an address. The answer holds the secret.
    ///
    /// # Errors
    /// The address will not do, there are ten already, or there is no answer.
    pub async fn add_webhook(&self, key: &str, url: &str, events: &[&str]) -> Result<WebhookEndpoint, Error> {
        let body = json!({ "url": url, "events": events });
        self.post(Call { path: "/webhook-endpoints", key: Some(key), etag: None }, Some(&body)).await
    }

    /// The endpoints.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn webhooks(&self) -> Result<Page<WebhookEndpoint>, Error> {
        self.get("/webhook-endpoints").await
    }

    /// Removes an endpoint.
    ///
    /// # Errors
    /// It is not there, or there is no answer.
    pub async fn remove_webhook(&self, id: &str) -> Result<(), Error> {
        let path = format!("/webhook-endpoints/{id}");
        self.send(Method::DELETE, Call { path: &path, ..Call::default() }, NOTHING).await.map(|_| ())
    }

    /// What was sent to an endpoint, or to all, the latest first.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn deliveries(
        &self,
        endpoint: Option<&str>,
        cursor: Option<&str>,
    ) -> Result<Page<Delivery>, Error> {
        self.get(&format!("/deliveries{}", query(&[("endpoint_id", endpoint), ("cursor", cursor)]))).await
    }

    /// Sends one once more.
    ///
    /// # Errors
    /// It is not there, its endpoint is off, or there is no answer.
    pub async fn replay(&self, key: &str, delivery: &str) -> Result<Delivery, Error> {
        let path = format!("/deliveries/{delivery}/replay");
        self.post(Call { path: &path, key: Some(key), etag: None }, NOTHING).await
    }
}

/// Reviews, for an administration.
impl Client {
    /// Takes a filing from the queue.
    ///
    /// # Errors
    /// Another reviewer has it, it is not there, or there is no answer.
    pub async fn claim(&self, key: &str, filing: &str) -> Result<Filing, Error> {
        self.act(&format!("/reviews/{filing}/claim"), key, None).await
    }

    /// 管局审核通过, of the version that was read.
    ///
    /// # Errors
    /// It is refused, has changed since, or there is no answer.
    pub async fn approve(&self, key: &str, filing: &str, etag: &str) -> Result<Filing, Error> {
        self.act(&format!("/reviews/{filing}/approve"), key, Some(etag)).await
    }

    /// 管局审核不通过, of the version that was read.
    ///
    /// # Errors
    /// It is refused, has changed since, or there is no answer.
    pub async fn reject(&self, key: &str, filing: &str, etag: &str, reason: &str) -> Result<Filing, Error> {
        let path = format!("/reviews/{filing}/reject");
        self.post(Call { path: &path, key: Some(key), etag: Some(etag) }, Some(&json!({ "reason": reason })))
            .await
    }
}

/// What only a sandbox has.
impl Client {
    /// What its clock shows.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn clock(&self) -> Result<String, Error> {
        self.get("/sandbox/clock").await.map(|Clock { now }| now)
    }

    /// Moves its clock, and waits until everything that is due by then is done.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn advance(&self, seconds: u64) -> Result<String, Error> {
        let call = Call { path: "/sandbox/clock/advance", ..Call::default() };
        self.post(call, Some(&json!({ "seconds": seconds }))).await.map(|Clock { now }| now)
    }

    /// The messages that a phone has got, the newest first.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn messages(&self, phone: &str) -> Result<Vec<SandboxMessage>, Error> {
        let found = self.get(&format!("/sandbox/messages{}", query(&[("phone", Some(phone))]))).await;
        found.map(|Items { items }| items)
    }
}
