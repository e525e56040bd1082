//! The applicant's progress link (PRO-03): an address that nobody can guess, that says nothing by itself, and that
//! is the same whenever it is asked for.

use heyan_domain::mark;
use heyan_domain::terms::FilingId;
use heyan_store::keys::{Purpose, Ring};

use crate::people::{hex, unhex};

/// Where links are sealed for.
const PLACE: &[u8] = b"progress";

/// The path of a filing's page.
pub(crate) fn path(ring: &Ring, filing: FilingId) -> String {
    mark!("PRO-03");
    format!("/progress/{}", hex(&ring.seal_same(Purpose::Progress, PLACE, &filing.number().to_be_bytes())))
}

/// The filing of a link; `None` for everything that this data's keys did not make.
pub(super) fn filing(ring: &Ring, token: &str) -> Option<FilingId> {
    let clear = ring.open(Purpose::Progress, PLACE, &unhex(token)?).ok()?;
    let bytes: [u8; 8] = clear.as_slice().try_into().ok()?;
    Some(FilingId::from_number(i64::from_be_bytes(bytes)))
}
