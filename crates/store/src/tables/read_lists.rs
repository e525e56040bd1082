//! Lists and counts, paged by key.

use crate::sql::Value;
use heyan_domain::Timestamp;
use heyan_domain::event::Event;
use heyan_domain::review::Review;
use heyan_domain::terms::{EventId, FilingId, FilingKind, ProviderId, Province};

use super::columns;
use super::packed;
use super::read::Reader;
use super::rows::{self, filing_state, select_event, select_review};
use crate::database::StoreError;
use crate::views::{Counts, FilingView};

/// Which filings a provider wants to see.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FilingFilter {
    /// By state's name on the wire.
    pub state: Option<String>,
    /// By kind.
    pub kind: Option<FilingKind>,
    /// By administration.
    pub province: Option<Province>,
    /// With an open verification whose deadline is before this.
    pub deadline_before: Option<Timestamp>,
    /// By the provider's own number.
    pub provider_order_no: Option<String>,
}

/// Where a filing stands in its administration's queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QueuePlace {
    /// When it arrived.
    pub arrived_at: Timestamp,
    /// Which it is among those that arrived at once.
    pub filing: FilingId,
}

/// One page of a list, and where the next begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page<T, C> {
    /// The items.
    pub items: Vec<T>,
    /// The key of the last item, if more follow.
    pub next: Option<C>,
}

impl<T, C> Page<T, C> {
    /// Cuts a list that was read one longer than asked.
    pub(super) fn cut(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> C) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(key) } else { None };
        Self { items, next }
    }
}

pub(super) fn one_more(limit: usize) -> Value {
    Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1))
}

/// A provider's filings under a filter, the newest first. By deadline this gives some too many: the column has the
/// earliest deadline of the round, whoever has verified meanwhile.
fn filings_sql(
    provider: &ProviderId,
    filter: &FilingFilter,
    before: Option<FilingId>,
) -> (String, Vec<Value>) {
    let mut sql = "SELECT id, verifications FROM filings WHERE provider = ? AND id < ?".to_owned();
    let before = before.map_or(i64::MAX, FilingId::number);
    let mut values = vec![Value::Text(provider.as_str().to_owned()), Value::Integer(before)];
    if let Some(state) = &filter.state {
        let numbers: Vec<String> = filing_state::numbers(state).iter().map(u8::to_string).collect();
        sql.push_str(" AND state IN (");
        sql.push_str(&numbers.join(", "));
        sql.push(')');
    }
    if let Some(kind) = filter.kind {
        sql.push_str(" AND kind = ?");
        values.push(Value::Integer(columns::kind_number(kind).into()));
    }
    if let Some(province) = filter.province {
        sql.push_str(" AND province = ?");
        values.push(Value::Integer(province.code().into()));
    }
    if let Some(order_no) = &filter.provider_order_no {
        sql.push_str(" AND order_no = ?");
        values.push(Value::Text(order_no.clone()));
    }
    if let Some(before) = filter.deadline_before {
        sql.push_str(" AND deadline_at < ?");
        values.push(Value::Integer(before.as_ms()));
    }
    sql.push_str(" ORDER BY id DESC");
    (sql, values)
}

impl Reader {
    /// A provider's filings, the newest first; `before` is where the last page ended.
    pub fn filings(
        &self,
        provider: &ProviderId,
        filter: &FilingFilter,
        before: Option<FilingId>,
        limit: usize,
    ) -> Result<Page<FilingView, FilingId>, StoreError> {
        let (sql, values) = filings_sql(provider, filter, before);
        let ids = self.matching(&sql, values, filter, limit.saturating_add(1))?;
        let Page { items, next } = Page::cut(ids, limit, |id| *id);
        let mut views = Vec::with_capacity(items.len());
        for id in items {
            views.extend(self.filing_view(id)?);
        }
        Ok(Page { items: views, next })
    }

    /// The first filings of a query that match what SQL cannot see.
    fn matching(
        &self,
        sql: &str,
        values: Vec<Value>,
        filter: &FilingFilter,
        limit: usize,
    ) -> Result<Vec<FilingId>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        let mut found = Vec::new();
        while found.len() < limit
            && let Some(row) = rows.next()?
        {
            let id = FilingId::from_number(row.get(0)?);
            if let Some(before) = filter.deadline_before {
                let stored = row.get_ref(1)?.as_blob()?;
                if !packed::unpack(id, stored)?.iter().any(|one| one.is_unfinished_before(before)) {
                    continue;
                }
            }
            found.push(id);
        }
        Ok(found)
    }

    /// A provider's feed after an event, in order. Events that are not for the feed are passed over.
    pub fn events(
        &self,
        provider: &ProviderId,
        after: Option<EventId>,
        limit: usize,
    ) -> Result<Page<Event, EventId>, StoreError> {
        let sql = select_event!(
            "FROM events WHERE provider = ?1 AND id > ?2 AND kind NOT IN (1, 2, 7, 19, 20, 21, 22, 40) ORDER BY id LIMIT ?3"
        );
        let values = [
            Value::Text(provider.as_str().to_owned()),
            Value::Integer(after.map_or(0, EventId::number)),
            one_more(limit),
        ];
        let events = self.many(sql, values, rows::event)?;
        Ok(Page::cut(events, limit, |event| event.id))
    }

    /// How far a provider has acknowledged its feed.
    pub fn acknowledged(&self, provider: &ProviderId) -> Result<Option<EventId>, StoreError> {
        let sql = "SELECT event FROM acknowledged WHERE provider = ?1";
        self.one(sql, [provider.as_str()], |row| Ok(EventId::from_number(row.get(0)?)))
    }

    /// An administration's queue, the oldest first.
    pub fn reviews(
        &self,
        province: Province,
        after: Option<QueuePlace>,
        limit: usize,
    ) -> Result<Page<Review, QueuePlace>, StoreError> {
        let sql = select_review!(
            "FROM reviews WHERE province = ?1 AND (arrived_at, filing) > (?2, ?3) \
             ORDER BY arrived_at, filing LIMIT ?4"
        );
        let after = after.unwrap_or(QueuePlace {
            arrived_at: Timestamp::from_ms(i64::MIN),
            filing: FilingId::from_number(0),
        });
        let values = [
            Value::Integer(province.code().into()),
            Value::Integer(after.arrived_at.as_ms()),
            Value::Integer(after.filing.number()),
            one_more(limit),
        ];
        let reviews = self.many(sql, values, rows::review)?;
        Ok(Page::cut(reviews, limit, |review| QueuePlace {
            arrived_at: review.arrived_at,
            filing: review.filing,
        }))
    }

    /// Sizes for the metrics; cheap ones only.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let count = |sql: &str| self.one(sql, (), |row| Ok(row.get(0)?)).map(Option::unwrap_or_default);
        Ok(Counts {
            outbox: count("SELECT count(*) FROM outbox")?,
            filings: count("SELECT next - 1 FROM sequences WHERE name = 'filing'")?,
            events: count("SELECT next - 1 FROM sequences WHERE name = 'event'")?,
        })
    }
}
