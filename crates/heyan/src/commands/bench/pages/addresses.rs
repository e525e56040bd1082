//! Every address that is asked for: the table of the consoles, filled in, the portal's pages and the API's questions.

use axum::http::Method;
use heyan_domain::accounts::RoleKind;
use heyan_web::console::declared;

use super::objects::Objects;

/// What an address gives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    /// A page: the aim holds for it.
    Page,
    /// An answer of the API.
    Api,
    /// A file that somebody takes away, or an evaluation that somebody asks for: as long as what is in it.
    File,
}

impl Kind {
    /// In front of its name in the table.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Page => "",
            Self::Api => "API: ",
            Self::File => "file: ",
        }
    }
}

/// One address.
pub(super) struct Address {
    /// As the table of routes has it.
    pub name: String,
    /// As it is asked for.
    pub path: String,
    pub kind: Kind,
}

/// Lists narrowed by what people narrow them by; the route must be the role's.
const NARROWED: &[(&str, &str)] = &[
    ("/console/provider/filings", "state=verifying"),
    ("/console/provider/filings", "state=returned&kind=first&province=zhejiang"),
    ("/console/provider/filings", "number=B-777"),
    ("/console/provider/filings", "number=none"),
    ("/console/provider/webhooks/{endpoint}", "failed=1"),
    ("/console/provider/new", "kind=first&province=zhejiang"),
    ("/console/operator/audit", "account=tencent-clerk"),
    ("/console/operator/audit", "account=zhejiang&day=2026-03-25"),
    ("/console/operator/audit", "kind=account_created"),
    ("/console/operator/audit", "day=2026-03-25"),
    ("/console/operator/funnel", "days=90&by=province"),
    ("/console/operator/funnel", "days=90&by=provider&province=zhejiang"),
];

/// A picture that is there only while somebody sets up the second factor.
const NOT_ASKED: &str = "/console/account/totp/qr";

/// The deeds that a page asks about, with what they are about.
fn deeds(path: &str, objects: &Objects) -> Vec<(&'static str, String)> {
    if path.starts_with("/console/operator/proposals") {
        let (other, own) = (objects.proposal.to_string(), objects.own_proposal.to_string());
        return vec![("approve", other.clone()), ("refuse", other), ("withdraw", own)];
    }
    vec![
        ("submit", objects.draft.to_string()),
        ("reverify", objects.returned.to_string()),
        ("withdraw", objects.verifying.to_string()),
    ]
}

/// What stands for `{filing}`, `{id}`, … in a path.
fn object(path: &str, role: RoleKind, objects: &Objects) -> String {
    let id = |prefix: &str| path.starts_with(prefix);
    if id("/console/administration/") || (id("/console/unmask/") && role == RoleKind::Administration) {
        return objects.in_review.to_string();
    }
    if id("/console/provider/initial-review/") {
        return objects.in_initial_review.to_string();
    }
    if id("/console/provider/bulk/") {
        return objects.job.to_string();
    }
    if id("/console/provider/keys/") {
        return objects.key.to_string();
    }
    if id("/console/provider/webhooks/") {
        return objects.endpoint.to_string();
    }
    if path.ends_with("/correct") {
        return objects.returned.to_string();
    }
    if id("/console/operator/privacy/") {
        return objects.withdrawn.to_string();
    }
    if id("/console/operator/accounts/") || id("/console/provider/members/") {
        return objects.member.to_string();
    }
    if id("/console/operator/proposals/") {
        return objects.proposal.to_string();
    }
    if id("/console/operator/rules/versions/") {
        return objects.version.clone();
    }
    if id("/console/operator/rules/sets/") {
        return "national-2020".to_owned();
    }
    objects.verifying.to_string()
}

/// Everything that a role may read in the consoles.
pub(super) fn of_role(role: RoleKind, objects: &Objects) -> Vec<Address> {
    let routes = declared().iter().filter(|route| route.method == Method::GET && route.who.may(role));
    let routes = routes.filter(|route| route.path != NOT_ASKED);
    let mut all = Vec::new();
    for route in routes {
        let kind = if is_file(route.path) { Kind::File } else { Kind::Page };
        if route.path.contains("{deed}") {
            for (deed, of) in deeds(route.path, objects) {
                let name = route.path.replace("{deed}", deed);
                let path = name.replace("{filing}", &of).replace("{id}", &of);
                all.push(Address { name, path, kind });
            }
            continue;
        }
        let of = object(route.path, role, objects);
        let path = route.path.replace("{delivery}", &objects.delivery.to_string());
        let path = ["{filing}", "{id}", "{job}", "{set}", "{key}", "{endpoint}"]
            .iter()
            .fold(path, |path, parameter| path.replace(parameter, &of));
        let narrowed = NARROWED.iter().filter(|(narrowed, _)| *narrowed == route.path);
        all.extend(narrowed.map(|(name, query)| Address {
            name: format!("{name}?{query}"),
            path: format!("{path}?{query}"),
            kind: Kind::Page,
        }));
        all.push(Address { name: route.path.to_owned(), path, kind });
    }
    all
}

/// Files, and the preview of what a version of the rules would have changed, which replays up to 20,000 filings.
fn is_file(path: &str) -> bool {
    let export = path.rsplit('.').next().is_some_and(|end| ["csv", "xlsx", "txt"].contains(&end));
    export || path.ends_with("/export") || path.ends_with("/impact") || path.ends_with("/text")
}

/// What is asked for without a session: by people, by a provider's system, by an administration's.
pub(super) fn without_session(
    objects: &Objects,
    progress: &str,
) -> Vec<(&'static str, &'static str, Vec<Address>)> {
    let address =
        |kind: Kind| move |(name, path): (&str, String)| Address { name: name.to_owned(), path, kind };
    let plain = |path: &'static str| (path, path.to_owned());
    let portal = vec![
        plain("/"),
        plain("/verify"),
        plain("/resend"),
        plain("/verify/result"),
        plain("/resend/result"),
        plain("/not-mine"),
        plain("/help"),
        plain("/help/who"),
        plain("/privacy"),
        plain("/captcha"),
        plain("/sandbox/inbox"),
        plain("/console/sign-in"),
        plain("/docs/errors/AuthFailure.Key"),
        ("/progress/{token}", progress.to_owned()),
    ];
    let filing = |name: &'static str| (name, name.replace("{filing}", &objects.verifying.to_string()));
    let provider = vec![
        plain("/v1/filings"),
        plain("/v1/filings?state=verifying"),
        filing("/v1/filings/{filing}"),
        filing("/v1/filings/{filing}/verifications"),
        filing("/v1/filings/{filing}/timeline"),
        plain("/v1/events"),
        plain("/v1/rules/resolve?kind=first&province=%E6%B5%99%E6%B1%9F"),
        ("/v1/bulk/{job}", format!("/v1/bulk/{}", objects.job)),
        plain("/v1/webhook-endpoints"),
        plain("/v1/deliveries"),
        plain("/v1/deliveries?state=failed"),
        ("/v1/deliveries/{delivery}", format!("/v1/deliveries/{}", objects.delivery)),
    ];
    let review = ("/v1/reviews/{filing}", format!("/v1/reviews/{}", objects.in_review));
    let administration = vec![plain("/v1/reviews"), review];
    vec![
        ("anybody", "", portal.into_iter().map(address(Kind::Page)).collect()),
        ("provider's key", "test_tencent", provider.into_iter().map(address(Kind::Api)).collect()),
        (
            "administration's key",
            "test_admin_zhejiang",
            administration.into_iter().map(address(Kind::Api)).collect(),
        ),
    ]
}
