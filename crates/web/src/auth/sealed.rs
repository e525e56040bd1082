//! Values that a browser keeps for us without being able to read or change them.

use heyan_domain::Timestamp;
use heyan_store::keys::Purpose;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::people::hex;

#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    until: Timestamp,
    value: T,
}

/// Seals a value for a place and a time, as letters and digits.
pub(crate) fn seal<T: Serialize>(app: &App, place: &[u8], value: T, life_ms: i64) -> Option<String> {
    let sealed = Sealed { until: app.clock.now().plus_ms(life_ms), value };
    let clear = serde_json::to_vec(&sealed).ok()?;
    Some(app.draw(|rng| hex(&app.ring.seal(Purpose::Flash, place, &clear, rng))))
}

/// Opens a sealed value, if it is ours, for this place, and fresh.
pub(crate) fn open<T: DeserializeOwned>(app: &App, place: &[u8], text: &str) -> Option<T> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes: Option<Vec<u8>> =
        pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    let bytes = bytes.filter(|_| rest.is_empty())?;
    let clear = app.ring.open(Purpose::Flash, place, &bytes).ok()?;
    let sealed: Sealed<T> = serde_json::from_slice(&clear).ok()?;
    (app.clock.now() < sealed.until).then_some(sealed.value)
}
