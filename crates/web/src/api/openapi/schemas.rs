//! The shapes of what goes in and what comes out. Members that have no value are null, unless a shape says otherwise.

use heyan_domain::event::EventKind;
use heyan_domain::filing::raw::{MAX_DOMAINS, MAX_NAME_CHARS, MAX_PHONES, MAX_REMARK_CHARS, MAX_SERVICES};
use heyan_domain::filing::{ReturnReason, RoundWarning};
use heyan_domain::rulebook::RemedyAction;
use heyan_domain::terms::{
    Changed, DocumentType, FilingKind, Initiator, Nature, Province, Role, ServiceKind,
};
use heyan_domain::verification::{MessageKind, MessageState};
use heyan_domain::webhooks::{DeliveryState, OffReason};
use serde_json::{Map, Value, json};

use super::shape::{
    Members, flag, id, limited, list, object, of, optional, or_null, page, text, text_or_null, time,
    time_or_null, whole, whole_or_null, words,
};
use crate::api::code::ErrorCode;

/// The states of a verification.
const VERIFICATION_STATES: &[&str] = &["waiting_to_send", "open", "passed", "failed", "expired", "cancelled"];

/// What is common to a filing in a list and one by itself.
fn summary() -> Members {
    vec![
        ("id", of("FilingId")),
        ("etag", text()),
        ("provider", text()),
        ("provider_order_no", text_or_null()),
        ("kind", of("FilingKind")),
        ("province", of("Province")),
        ("initiator", of("Initiator")),
        ("shell", flag()),
        ("state", of("FilingState")),
        ("created_at", time()),
        ("round", or_null(of("Round"))),
        (
            "return",
            or_null(object(vec![("reason", of("ReturnReason")), ("at", time()), ("detail", text_or_null())])),
        ),
        ("pending_return", or_null(object(vec![("reason", of("ReturnReason")), ("at", time())]))),
        ("remedies", list(of("Remedy"))),
        ("entity_no", text_or_null()),
        ("service_nos", or_null(list(text()))),
        (
            "support",
            or_null(object(vec![
                ("name", text()),
                ("phone", text_or_null()),
                ("link", text_or_null()),
                ("hours", text_or_null()),
            ])),
        ),
    ]
}

fn detail() -> Members {
    let mut members = summary();
    members.extend([
        ("reference", of("Reference")),
        ("entity", or_null(of("Entity"))),
        ("services", list(of("Service"))),
        ("remark", text_or_null()),
    ]);
    members
}

fn filing() -> Value {
    let mut members = detail();
    members.extend([
        ("progress_url", json!({ "type": "string", "format": "uri" })),
        ("report_due_at", time_or_null()),
        ("report_due_provisional", json!({ "type": ["boolean", "null"] })),
    ]);
    object(members)
}

fn queue_place() -> Members {
    vec![
        ("arrived_at", time()),
        ("due_at", time()),
        ("due_provisional", flag()),
        ("overdue", flag()),
        ("claim", or_null(object(vec![("by", text()), ("until", time())]))),
    ]
}

fn review() -> Value {
    let mut members = detail();
    let evidence = object(vec![
        ("verification_id", of("VerificationId")),
        ("roles", list(of("Role"))),
        ("phone_masked", text_or_null()),
        ("passed_at", time()),
    ]);
    members.extend([
        ("filing_id", of("FilingId")),
        ("review", or_null(object(queue_place()))),
        ("evidence", list(evidence)),
    ]);
    object(members)
}

fn review_in_queue() -> Value {
    let mut members = queue_place();
    members.extend([
        ("filing_id", of("FilingId")),
        ("kind", of("FilingKind")),
        ("province", of("Province")),
        ("provider", text()),
        ("etag", text()),
        ("shell", flag()),
        ("warnings", list(of("RoundWarning"))),
    ]);
    object(members)
}

/// What a provider sends, and what is shown of it again.
fn content() -> Members {
    let address = || {
        vec![
            ("province", of("Province")),
            ("city", limited(MAX_NAME_CHARS)),
            ("detail", limited(MAX_NAME_CHARS)),
        ]
    };
    let document = vec![("type", of("DocumentType")), ("number", text()), ("back_number", text_or_null())];
    let head = vec![
        ("name", json!({ "type": "string", "maxLength": MAX_NAME_CHARS })),
        ("phones", json!({ "type": "array", "items": text(), "minItems": 1, "maxItems": MAX_PHONES })),
        ("emergency_phone", text_or_null()),
        ("email", text_or_null()),
        ("document", of("NewDocument")),
    ];
    let access = || {
        vec![
            ("method", limited(MAX_NAME_CHARS)),
            ("ip_addresses", or_null(list(text()))),
            ("server_place", limited(MAX_NAME_CHARS)),
        ]
    };
    let entity = vec![
        ("name", limited(MAX_NAME_CHARS)),
        ("nature", or_null(of("Nature"))),
        ("document", or_null(of("NewDocument"))),
        ("address", or_null(optional(address(), &[]))),
        ("head", or_null(of("NewHead"))),
    ];
    let service = vec![
        ("service_no", text_or_null()),
        ("kind", or_null(of("ServiceKind"))),
        ("name", limited(MAX_NAME_CHARS)),
        ("domains", or_null(json!({ "type": "array", "items": text(), "maxItems": MAX_DOMAINS }))),
        ("head", or_null(of("NewHead"))),
        ("access", or_null(optional(access(), &[]))),
    ];
    let new = vec![
        ("provider_order_no", limited(MAX_NAME_CHARS)),
        ("kind", of("FilingKind")),
        ("province", of("Province")),
        ("initiator", or_null(of("Initiator"))),
        ("shell", flag()),
        ("entity", or_null(of("NewEntity"))),
        ("services", json!({ "type": "array", "items": of("NewService"), "maxItems": MAX_SERVICES })),
        ("reference", or_null(of("Reference"))),
        ("remark", limited(MAX_REMARK_CHARS)),
        ("report", flag()),
    ];
    let masked = object(vec![
        ("type", of("DocumentType")),
        ("number_masked", text()),
        ("back_number_masked", text_or_null()),
    ]);
    let head_shown = object(vec![
        ("name", text()),
        ("phones_masked", list(text())),
        ("emergency_phone_masked", text_or_null()),
        ("email", text_or_null()),
        ("document", of("Document")),
    ]);
    let entity_shown = object(vec![
        ("name", text_or_null()),
        ("nature", or_null(of("Nature"))),
        ("document", or_null(of("Document"))),
        ("address", or_null(optional(address(), &["province"]))),
        ("head", or_null(of("Head"))),
    ]);
    let service_shown = object(vec![
        ("service_no", text_or_null()),
        ("kind", or_null(of("ServiceKind"))),
        ("name", text_or_null()),
        ("domains", or_null(list(text()))),
        ("head", or_null(of("Head"))),
        ("access", or_null(optional(access(), &[]))),
    ]);
    vec![
        ("NewDocument", optional(document, &["type", "number"])),
        ("NewHead", optional(head, &["name", "phones", "document"])),
        ("NewEntity", optional(entity, &[])),
        ("NewService", optional(service, &[])),
        ("NewFiling", optional(new, &["kind", "province"])),
        ("Reference", optional(vec![("entity_no", text_or_null()), ("service_no", text_or_null())], &[])),
        ("Document", masked),
        ("Head", head_shown),
        ("Entity", entity_shown),
        ("Service", service_shown),
    ]
}

fn rounds() -> Members {
    let message = object(vec![
        ("no", whole()),
        ("kind", of("MessageKind")),
        ("state", of("MessageState")),
        ("at", time()),
    ]);
    let verification = vec![
        ("id", of("VerificationId")),
        ("roles", list(of("Role"))),
        ("phone_masked", text_or_null()),
        ("state", json!({ "type": "string", "enum": VERIFICATION_STATES })),
        ("deadline", time_or_null()),
        ("attempts_used", whole()),
        ("attempts_limit", whole_or_null()),
        ("resends_used", whole()),
        ("resends_limit", whole_or_null()),
        ("disowned", flag()),
        ("messages", list(message)),
    ];
    // Said only where it is true.
    let always: Vec<&str> =
        verification.iter().map(|(name, _)| *name).filter(|name| *name != "disowned").collect();
    let round = object(vec![
        ("no", whole()),
        ("ruleset", text_or_null()),
        ("title", text_or_null()),
        ("source", or_null(of("Source"))),
        ("reported_at", time()),
        ("changed", list(of("Changed"))),
        ("warnings", list(of("RoundWarning"))),
        ("verifications", list(of("Verification"))),
    ]);
    let prefilled = optional(
        vec![
            ("kind", of("FilingKind")),
            ("province", of("Province")),
            ("reference", of("Reference")),
            ("shell", flag()),
        ],
        &["kind", "province"],
    );
    let action = object(vec![
        ("name", words(RemedyAction::ALL)),
        ("method", text_or_null()),
        ("path", text_or_null()),
        ("body", or_null(prefilled)),
    ]);
    let remedy = object(vec![
        ("code", text()),
        ("title", text()),
        ("steps", list(text())),
        ("record_phone_masked", text_or_null()),
        ("action", action),
    ]);
    vec![
        ("Verification", optional(verification, &always)),
        ("Round", round),
        ("Remedy", remedy),
        ("Source", object(vec![("document", text()), ("place", text())])),
    ]
}

fn events() -> Members {
    let data = optional(
        vec![
            ("reason", of("ReturnReason")),
            ("round", whole()),
            ("ruleset", text()),
            ("outcome", whole()),
            ("attempts_used", whole()),
            ("message_no", whole()),
            ("deadline_at", time()),
            ("carrier_code", text()),
            ("shell", flag()),
            ("warnings", list(text())),
        ],
        &[],
    );
    let event = object(vec![
        ("id", of("EventId")),
        ("type", words(EventKind::FED)),
        ("at", time()),
        ("filing_id", of("FilingId")),
        ("verification_id", or_null(of("VerificationId"))),
        ("data", of("EventData")),
    ]);
    let entry = object(vec![
        ("id", of("EventId")),
        ("type", words(EventKind::ALL)),
        ("at", time()),
        ("actor", words(&["provider", "person", "administration", "clock", "carrier"])),
        ("province", or_null(of("Province"))),
        ("verification_id", or_null(of("VerificationId"))),
        ("data", of("EventData")),
    ]);
    let acknowledge = vec![("cursor", of("EventId"))];
    vec![
        ("EventData", data),
        ("Event", event),
        ("Events", object(vec![("items", list(of("Event"))), ("next_cursor", or_null(of("EventId")))])),
        ("Timeline", object(vec![("filing_id", of("FilingId")), ("items", list(entry))])),
        ("Acknowledge", object(acknowledge)),
        ("Acknowledged", object(vec![("acknowledged", or_null(of("EventId")))])),
    ]
}

fn webhooks() -> Members {
    let kinds = || json!({ "type": "array", "items": words(EventKind::FED) });
    let endpoint = || {
        vec![
            ("id", of("EndpointId")),
            ("url", text()),
            ("events", kinds()),
            ("enabled", flag()),
            ("disabled", or_null(object(vec![("at", time()), ("reason", words(OffReason::ALL))]))),
            ("failing_since", time_or_null()),
            ("created_at", time()),
        ]
    };
    let mut made = endpoint();
    made.push(("secret", json!({ "type": "string", "pattern": "^whsec_[0-9A-Za-z+/=]+$" })));
    let url = json!({ "type": "string", "format": "uri", "pattern": "^https?://" });
    let attempt = object(vec![
        ("at", time()),
        ("took_ms", whole()),
        ("status", whole_or_null()),
        ("failure", or_null(words(&["unreachable", "too_slow", "too_long", "not_public"]))),
    ]);
    let delivery = object(vec![
        ("id", of("DeliveryId")),
        ("endpoint_id", of("EndpointId")),
        ("event_id", of("EventId")),
        ("event_type", words(EventKind::FED)),
        ("filing_id", of("FilingId")),
        ("state", words(DeliveryState::ALL)),
        ("created_at", time()),
        ("next_attempt_at", time_or_null()),
        ("attempts", list(attempt)),
    ]);
    let message = object(vec![("type", words(EventKind::FED)), ("timestamp", time()), ("data", of("Event"))]);
    vec![
        ("NewWebhookEndpoint", optional(vec![("url", url), ("events", kinds())], &["url"])),
        ("WebhookEndpoint", object(endpoint())),
        ("WebhookEndpointMade", object(made)),
        ("WebhookEndpoints", page("WebhookEndpoint")),
        ("Delivery", delivery),
        ("Deliveries", page("Delivery")),
        ("WebhookMessage", message),
        ("EndpointId", id("whe")),
        ("DeliveryId", id("whd")),
    ]
}

fn bulk() -> Members {
    let job = || {
        vec![
            ("id", of("BulkId")),
            ("state", words(&["working", "finished", "refused"])),
            ("total", whole()),
            ("done", whole()),
            ("created", whole()),
            ("refused", whole()),
            ("created_at", time()),
            ("ended_at", time_or_null()),
        ]
    };
    let error = object(vec![
        ("row", whole()),
        ("provider_order_no", text_or_null()),
        ("column", text_or_null()),
        ("pointer", text()),
        ("code", of("ErrorCode")),
        ("detail", text()),
    ]);
    let mut page = job();
    page.extend([("errors", list(error)), ("next_cursor", text_or_null())]);
    vec![("BulkJob", object(job())), ("BulkPage", object(page))]
}

fn sandbox() -> Members {
    let message = object(vec![
        ("id", of("MessageId")),
        ("to", text()),
        ("sender", text()),
        ("text", text()),
        ("no", whole()),
        ("created_at", time()),
        ("state", of("MessageState")),
        ("filing_id", of("FilingId")),
        ("verification_id", of("VerificationId")),
    ]);
    let seconds = json!({ "type": "integer", "minimum": 0, "maximum": crate::api::MAX_ADVANCE_SECONDS });
    vec![
        ("Clock", object(vec![("now", time())])),
        ("Advance", object(vec![("seconds", seconds)])),
        ("SandboxMessages", object(vec![("items", list(message))])),
    ]
}

fn problem() -> Members {
    let error = optional(
        vec![
            ("row", whole()),
            ("column", text()),
            ("pointer", text()),
            ("code", of("ErrorCode")),
            ("detail", text()),
        ],
        &["pointer", "code", "detail"],
    );
    let members = vec![
        ("type", text()),
        ("title", text()),
        ("status", whole()),
        ("detail", text()),
        ("code", of("ErrorCode")),
        ("request_id", text()),
        ("errors", list(error)),
        ("filing_id", of("FilingId")),
    ];
    let always = ["type", "title", "status", "detail", "code", "request_id", "errors"];
    let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    vec![("Problem", optional(members, &always)), ("ErrorCode", words(&codes))]
}

fn terms() -> Members {
    vec![
        ("FilingId", id("fil")),
        ("VerificationId", id("ver")),
        ("MessageId", id("msg")),
        ("EventId", id("evt")),
        ("BulkId", id("blk")),
        ("FilingKind", words(FilingKind::ALL)),
        ("FilingState", words(crate::api::FILING_STATES)),
        ("ServiceKind", words(ServiceKind::ALL)),
        ("DocumentType", words(DocumentType::ALL)),
        ("Nature", words(Nature::ALL)),
        ("Province", words(Province::ALL)),
        ("Initiator", words(Initiator::ALL)),
        ("Changed", words(Changed::ALL)),
        ("Role", words(Role::ALL)),
        ("ReturnReason", words(ReturnReason::ALL)),
        ("RoundWarning", words(RoundWarning::ALL)),
        ("MessageKind", words(MessageKind::ALL)),
        ("MessageState", words(MessageState::ALL)),
    ]
}

/// Every shape by its name.
pub(super) fn all() -> Value {
    let resolved = object(vec![
        ("ruleset", text()),
        ("roles", list(of("Role"))),
        ("suspended_roles", list(of("Role"))),
        ("source", of("Source")),
        ("validity_hours", whole()),
        ("attempts_limit", whole()),
        ("resend_limit", whole()),
    ]);
    let verifications = object(vec![
        ("filing_id", of("FilingId")),
        ("round", whole_or_null()),
        ("items", list(of("Verification"))),
    ]);
    let rejection =
        object(vec![("reason", json!({ "type": "string", "minLength": 1, "maxLength": MAX_REMARK_CHARS }))]);
    let own = vec![
        ("Summary", object(summary())),
        ("Filings", page("Summary")),
        ("Filing", filing()),
        ("Verifications", verifications),
        ("Review", review()),
        ("ReviewInQueue", review_in_queue()),
        ("Reviews", page("ReviewInQueue")),
        ("Rejection", rejection),
        ("Resolved", resolved),
    ];
    let groups = [own, content(), rounds(), events(), webhooks(), bulk(), sandbox(), problem(), terms()];
    groups.into_iter().flatten().map(|(name, schema)| (name.to_owned(), schema)).collect::<Map<_, _>>().into()
}
