//! `/console/unmask`: seeing the personal data of a filing in clear (SEC-14). One person asks and says why, a second one of
//! the same house (or an operator) decides, the first looks. What may be asked by whom is decided in the domain; a filing
//! that somebody may not ask about is not there.

mod filing;
mod list;
mod look;

use heyan_domain::accounts::{Role, RoleKind};
use heyan_domain::audit::Staff as Named;
use heyan_domain::audit::unmask::{Person, Standing, Unmasking};
use heyan_domain::{Timestamp, filing::Filing};
use heyan_store::tables::Whose;

pub(super) use filing::masked;

use super::parts::{Cell, Tone};
use super::table::{EVERYBODY, Route, Who, action, page};
use crate::auth::Staff;
use crate::texts::Texts;

const PATH: &str = "/console/unmask";
/// Whoever may ask: the auditor reads the requests and changes nothing.
const ASKERS: Who = Who::of(&[
    RoleKind::Operator,
    RoleKind::Administration,
    RoleKind::ProviderAdmin,
    RoleKind::ProviderClerk,
]);
/// Whoever may be the second person.
const DECIDERS: Who = Who::of(&[RoleKind::Operator, RoleKind::Administration, RoleKind::ProviderAdmin]);

pub(super) fn routes() -> Vec<Route> {
    vec![
        page(PATH, EVERYBODY, list::show).in_menu("menu-unmask"),
        page("/console/unmask/{filing}", EVERYBODY, filing::show),
        action("/console/unmask/{filing}/ask", ASKERS, filing::ask),
        action("/console/unmask/{filing}/decide", DECIDERS, filing::decide),
        action("/console/unmask/{filing}/look", ASKERS, look::show),
    ]
}

/// Who asks, as the domain knows people.
fn person(staff: &Staff) -> Person {
    let named = Named { account: staff.account, name: staff.name.as_str().to_owned() };
    Person { staff: named, role: staff.role.clone() }
}

/// Whether somebody may see that there is such a filing.
fn may_see(staff: &Staff, filing: &Filing) -> bool {
    matches!(staff.role, Role::Auditor) || person(staff).may_ask(filing)
}

/// Whether a request is shown to somebody: their own, one they may decide, and to overseers every one.
fn is_shown(staff: &Staff, request: &Unmasking) -> bool {
    let overseer = matches!(staff.role, Role::Operator | Role::Auditor);
    let own = request.requester.staff.account == staff.account;
    overseer || own || person(staff).may_decide(&request.requester.role)
}

/// Whose requests somebody's list holds: the same as `is_shown` says of one.
fn shown(staff: &Staff) -> Whose {
    match &staff.role {
        Role::Operator | Role::Auditor => Whose::All,
        Role::Administration(province) => Whose::Administration(*province),
        Role::ProviderAdmin(provider) => Whose::Provider(provider.clone()),
        Role::ProviderClerk(_) => Whose::Account(staff.account),
    }
}

/// Whether somebody can be the second person for a request now.
fn can_decide(staff: &Staff, request: &Unmasking, now: Timestamp) -> bool {
    let waits = matches!(request.standing(now), Standing::Waiting(_));
    let own = request.requester.staff.account == staff.account;
    waits && !own && person(staff).may_decide(&request.requester.role)
}

/// Where a request stands, in a word and with the time until which it does.
fn standing(t: &Texts, request: &Unmasking, now: Timestamp) -> (Cell, String) {
    let until = |at| t.one("unmask-until", "time", t.date_time(at));
    match request.standing(now) {
        Standing::Waiting(at) => (Cell::tag(Tone::Warning, t.get("unmask-waiting")), until(at)),
        Standing::Open(at) => (Cell::tag(Tone::Success, t.get("unmask-open")), until(at)),
        Standing::Refused => (Cell::tag(Tone::Error, t.get("unmask-refused")), String::new()),
        Standing::Expired => (Cell::tag(Tone::Plain, t.get("unmask-expired")), String::new()),
        Standing::Used => (Cell::tag(Tone::Plain, t.get("unmask-used")), String::new()),
    }
}
