//! Request and message limits, counted in the database and keyed by what is attacked (SEC-05, RES-07).

use crate::Timestamp;
use crate::decide::Stop;
use crate::mark;
use crate::terms::{ApiKeyId, Phone, ProviderId};
use crate::time::{DAY_MS, MINUTE_MS};
use crate::tx::Tx;

/// The address a request came from, shortened to what one subscriber commands: IPv4 /24, IPv6 /56.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AddressBlock(pub [u8; 8]);

impl AddressBlock {
    /// The block of an address.
    pub fn of(address: std::net::IpAddr) -> Self {
        let mut block = [0; 8];
        match address.to_canonical() {
            std::net::IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                block = [4, a, b, c, 0, 0, 0, 0];
            }
            std::net::IpAddr::V6(address) => {
                let octets = address.octets();
                for (slot, octet) in block.iter_mut().skip(1).zip(octets) {
                    *slot = octet;
                }
            }
        }
        Self(block)
    }
}

/// How much is allowed. `None` switches the group off, as the sandbox does unless asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Requests on the portal naming one phone, per civil day.
    pub requests_per_phone_and_day: u32,
    /// Requests on the portal from one address block, per ten minutes.
    pub requests_per_block_and_10_minutes: u32,
    /// Messages to one phone over all providers and filings, per civil day (RES-07).
    pub messages_per_phone_and_day: u32,
    /// Reports by one provider that ask one phone, per civil day (RES-07).
    pub reports_per_provider_phone_and_day: u32,
    /// Times that somebody says "这不是我的备案" for one phone, right or wrong, per civil day (PRO-07). So few because each
    /// is a guess at a code.
    pub disowns_per_phone_and_day: u32,
    /// Pictures and speeches of captchas drawn for one address block, per ten minutes.
    pub captchas_per_block_and_10_minutes: u32,
    /// Sign-ins of the staff from one address block, per ten minutes.
    pub sign_ins_per_block_and_10_minutes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_phone_and_day: 60,
            requests_per_block_and_10_minutes: 600,
            messages_per_phone_and_day: 10,
            reports_per_provider_phone_and_day: 5,
            disowns_per_phone_and_day: 5,
            captchas_per_block_and_10_minutes: 3_000,
            sign_ins_per_block_and_10_minutes: 100,
        }
    }
}

const BLOCK_WINDOW_MS: i64 = 10 * MINUTE_MS;

struct Window {
    begins_at: Timestamp,
    ends_at: Timestamp,
}

fn day(now: Timestamp) -> Window {
    let begins_at = now.beijing_midnight();
    Window { begins_at, ends_at: begins_at.plus_ms(DAY_MS) }
}

fn ten_minutes(now: Timestamp) -> Window {
    let begins_at = Timestamp::from_ms(now.as_ms().div_euclid(BLOCK_WINDOW_MS) * BLOCK_WINDOW_MS);
    Window { begins_at, ends_at: begins_at.plus_ms(BLOCK_WINDOW_MS) }
}

/// Counts one more under a key; gives when the window ends if that is over the limit.
fn count(tx: &mut Tx<'_>, what: &[u8], window: &Window, limit: u32) -> Result<Option<Timestamp>, Stop> {
    let key = tx.context.keyring.counter(what, window.begins_at);
    let count = tx.counter(&key)?.unwrap_or(0).saturating_add(1);
    tx.put_counter(key, count);
    Ok((count > limit).then_some(window.ends_at))
}

fn phone_key(label: u8, phone: &Phone) -> Vec<u8> {
    let mut key = vec![label];
    key.extend_from_slice(phone.as_str().as_bytes());
    key
}

/// Counts a request on the portal before anything is looked up, so that a refusal tells nothing (SEC-05). Gives when
/// to try again, if it is too many.
pub fn count_request(
    tx: &mut Tx<'_>,
    phone: &Phone,
    from: Option<AddressBlock>,
) -> Result<Option<Timestamp>, Stop> {
    let Some(limits) = tx.context.limits else { return Ok(None) };
    mark!("SEC-05");
    let by_phone = count(tx, &phone_key(b'p', phone), &day(tx.now()), limits.requests_per_phone_and_day)?;
    let by_block = match from {
        Some(AddressBlock(block)) => {
            let mut key = vec![b'b'];
            key.extend_from_slice(&block);
            count(tx, &key, &ten_minutes(tx.now()), limits.requests_per_block_and_10_minutes)?
        }
        None => None,
    };
    Ok(by_phone.max(by_block))
}

/// Counts somebody who says "这不是我的备案" (PRO-07), as a request on the portal and by itself.
pub fn count_disown(
    tx: &mut Tx<'_>,
    phone: &Phone,
    from: Option<AddressBlock>,
) -> Result<Option<Timestamp>, Stop> {
    let Some(limits) = tx.context.limits else { return Ok(None) };
    let requests = count_request(tx, phone, from)?;
    let disowns = count(tx, &phone_key(b'd', phone), &day(tx.now()), limits.disowns_per_phone_and_day)?;
    Ok(requests.max(disowns))
}

fn count_of_block(
    tx: &mut Tx<'_>,
    label: u8,
    from: Option<AddressBlock>,
    limit: impl Fn(&Limits) -> u32,
) -> Result<Option<Timestamp>, Stop> {
    let (Some(limits), Some(AddressBlock(block))) = (tx.context.limits, from) else { return Ok(None) };
    let mut key = vec![label];
    key.extend_from_slice(&block);
    count(tx, &key, &ten_minutes(tx.now()), limit(limits))
}

/// Counts a sign-in of the staff before its account is looked up; gives when to try again, if it is too many.
pub fn count_sign_in(tx: &mut Tx<'_>, from: Option<AddressBlock>) -> Result<Option<Timestamp>, Stop> {
    count_of_block(tx, b's', from, |limits| limits.sign_ins_per_block_and_10_minutes)
}

/// Counts a captcha before it is drawn, so that no address can make a server draw without end; gives when to try again, if
/// it is too many.
pub fn count_drawing(tx: &mut Tx<'_>, from: Option<AddressBlock>) -> Result<Option<Timestamp>, Stop> {
    count_of_block(tx, b'i', from, |limits| limits.captchas_per_block_and_10_minutes)
}

/// Counts a message to a phone; gives when the next is possible, if it is too many (RES-07).
pub fn count_message(tx: &mut Tx<'_>, phone: &Phone) -> Result<Option<Timestamp>, Stop> {
    let Some(limits) = tx.context.limits else { return Ok(None) };
    mark!("RES-07");
    count(tx, &phone_key(b'm', phone), &day(tx.now()), limits.messages_per_phone_and_day)
}

/// Counts a report that asks a phone; gives when the next is possible, if it is too many (RES-07).
pub fn count_report(
    tx: &mut Tx<'_>,
    provider: &ProviderId,
    phone: &Phone,
) -> Result<Option<Timestamp>, Stop> {
    let Some(limits) = tx.context.limits else { return Ok(None) };
    let mut key = phone_key(b'r', phone);
    key.extend_from_slice(provider.as_str().as_bytes());
    count(tx, &key, &day(tx.now()), limits.reports_per_provider_phone_and_day)
}

/// Uses up a captcha; whether it had not been used before. Counted where the limits are, so that it holds over restarts
/// and over all processes.
pub fn use_captcha(tx: &mut Tx<'_>, nonce: &[u8; 16]) -> Result<bool, Stop> {
    use_once(tx, b'c', nonce)
}

/// Uses up a way to an identity provider and back; whether it had not been used before.
pub fn use_way(tx: &mut Tx<'_>, way: &[u8; 16]) -> Result<bool, Stop> {
    use_once(tx, b'w', way)
}

/// Uses up the nonce of a signed request; whether its key had not used it before.
pub fn use_nonce(tx: &mut Tx<'_>, key: ApiKeyId, nonce: &[u8; 16]) -> Result<bool, Stop> {
    let mut what = key.number().to_be_bytes().to_vec();
    what.extend_from_slice(nonce);
    use_once(tx, b'n', &what)
}

fn use_once(tx: &mut Tx<'_>, label: u8, nonce: &[u8]) -> Result<bool, Stop> {
    let mut what = vec![label];
    what.extend_from_slice(nonce);
    // What is used once lives for minutes; what is used on both sides of midnight is remembered on both.
    let today = day(tx.now());
    let yesterday = day(today.begins_at.plus_ms(-1));
    let keyring = tx.context.keyring;
    let used_yesterday = tx.counter(&keyring.counter(&what, yesterday.begins_at))?.is_some();
    let used_today = count(tx, &what, &today, 1)?.is_some();
    Ok(!used_yesterday && !used_today)
}
