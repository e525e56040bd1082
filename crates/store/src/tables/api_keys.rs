//! Keys of the provider API: loading, writing, reading.

use crate::sql::{Row, params};
use heyan_domain::Timestamp;
use heyan_domain::api_keys::{ApiKey, KeyLabel, KeyOwner, LiveSecret};
use heyan_domain::state::Tables;
use heyan_domain::terms::{ApiKeyId, ProviderId, Province};
use rand::Rng;
use zeroize::Zeroizing;

use super::read::Reader;
use super::rows::{self, damaged};
use super::write::to_json;
use super::writer::Writer;
use crate::database::StoreError;
use crate::keys::{Purpose, Ring};

macro_rules! select_key {
    ($rest:literal) => {
        concat!(
            "SELECT id, provider, province, label, scopes, networks, sealed, made_at, revoked_at FROM api_keys ",
            $rest
        )
    };
}

/// Words of a column, with a space between them.
fn words<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, StoreError> {
    text.split_whitespace().map(|word| damaged(parse(word), "words of a key")).collect()
}

fn joined<T: ToString>(words: &[T]) -> String {
    words.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn owner(provider: Option<String>, province: Option<u32>) -> Result<KeyOwner, StoreError> {
    let provider = provider.map(|name| damaged(ProviderId::parse(&name), "provider")).transpose()?;
    let province = province.map(|code| damaged(Province::from_code(code), "province")).transpose()?;
    let owner = provider.map(KeyOwner::Provider).or(province.map(KeyOwner::Administration));
    damaged(owner, "owner of a key")
}

fn api_key(ring: &Ring, row: &Row<'_>) -> Result<ApiKey, StoreError> {
    let id: i64 = row.get(0)?;
    let label: String = row.get(3)?;
    let (scopes, networks): (String, String) = (row.get(4)?, row.get(5)?);
    let sealed = row.get_ref(6)?.as_blob()?;
    Ok(ApiKey {
        id: ApiKeyId::from_number(id),
        owner: owner(row.get(1)?, row.get(2)?)?,
        label: damaged(KeyLabel::parse(&label), "label of a key")?,
        scopes: words(&scopes, |word| word.parse().ok())?,
        networks: words(&networks, heyan_domain::api_keys::Network::parse)?,
        secrets: rows::unseal(ring, Purpose::ApiKey, &id.to_be_bytes(), sealed, "secrets of a key")?,
        made_at: Timestamp::from_ms(row.get(7)?),
        revoked_at: row.get::<Option<i64>>(8)?.map(Timestamp::from_ms),
    })
}

impl Writer {
    pub(super) fn load_api_key(&self, id: ApiKeyId, rows: &mut Tables) -> Result<(), StoreError> {
        let found = self.one(select_key!("WHERE id = ?1"), [id.number()], |row| api_key(&self.ring, row))?;
        rows.api_keys.insert(id, found);
        Ok(())
    }

    pub(super) fn write_api_keys(&self, rows: &Tables, rng: &mut dyn Rng) -> Result<(), StoreError> {
        for key in rows.api_keys.values().flatten() {
            let id = key.id.number();
            let clear = Zeroizing::new(to_json::<Vec<LiveSecret>>(&key.secrets, "secrets of a key")?);
            let sealed = self.ring.seal(Purpose::ApiKey, &id.to_be_bytes(), &clear, rng);
            let province = match &key.owner {
                KeyOwner::Administration(province) => Some(province.code()),
                KeyOwner::Provider(_) => None,
            };
            let sql = "INSERT INTO api_keys (id, provider, province, label, scopes, networks, sealed, made_at, \
                       revoked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET \
                       label = excluded.label, scopes = excluded.scopes, networks = excluded.networks, \
                       sealed = excluded.sealed, revoked_at = excluded.revoked_at";
            self.connection.put(
                sql,
                params![
                    id,
                    key.owner.provider().map(ProviderId::as_str),
                    province,
                    key.label.as_str(),
                    joined(&key.scopes),
                    joined(&key.networks),
                    sealed,
                    key.made_at.as_ms(),
                    key.revoked_at.map(Timestamp::as_ms),
                ],
            )?;
        }
        Ok(())
    }
}

impl Reader {
    /// One key of the provider API.
    pub fn api_key(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        self.one(select_key!("WHERE id = ?1"), [id.number()], |row| api_key(&self.ring, row))
    }

    /// A provider's keys, the newest first, at most `limit`; those that were revoked are among them.
    pub fn api_keys_of(&self, provider: &ProviderId, limit: usize) -> Result<Vec<ApiKey>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = select_key!("WHERE provider = ?1 ORDER BY made_at DESC, id DESC LIMIT ?2");
        self.many(sql, params![provider.as_str(), limit], |row| api_key(&self.ring, row))
    }

    /// All keys, the newest first, for the command line.
    pub fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        self.many(select_key!("ORDER BY made_at DESC, id DESC"), (), |row| api_key(&self.ring, row))
    }
}
