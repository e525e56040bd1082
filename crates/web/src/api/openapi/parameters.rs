//! What can stand in addresses, queries and heads; and the message that goes the other way.

use heyan_signing::webhook;
use serde_json::{Value, json};

use super::operations::schema;
use crate::texts::Texts;

fn in_query(texts: &Texts, key: &str, name: &str, required: bool, schema: &Value) -> Value {
    json!({
        "name": name, "in": "query", "required": required, "schema": schema,
        // `?state=` says as little as leaving it out.
        "allowEmptyValue": !required,
        "description": texts.get(&format!("api-query-{}", key.replace('_', "-"))),
    })
}

fn number(least: u32, most: u32, default: u32) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": most, "default": default })
}

/// Every parameter by its name in the document.
pub(super) fn all(texts: &Texts) -> Value {
    let time = json!({ "type": "string", "format": "date-time" });
    let text = json!({ "type": "string" });
    let flag = json!({ "type": "boolean" });
    let query = |key: &str, schema: &Value| in_query(texts, key, key, false, schema);
    let path = |name: &str, id: &str| {
        json!({
            "name": name, "in": "path", "required": true, "schema": schema(id),
            "description": texts.get(&format!("api-path-{name}")),
        })
    };
    let header = |name: &str, key: &str, schema: Value| json!({ "name": name, "in": "header", "required": true, "schema": schema, "description": texts.get(key) });
    json!({
        "filing": path("filing", "FilingId"),
        "job": path("job", "BulkId"),
        "endpoint": path("endpoint", "EndpointId"),
        "delivery": path("delivery", "DeliveryId"),
        "endpoint_id": query("endpoint_id", &schema("EndpointId")),
        "state_of_delivery": in_query(
            texts,
            "state_of_delivery",
            "state",
            false,
            &json!({ "type": "string", "enum": ["failed"] }),
        ),
        "idempotency-key": header(
            "Idempotency-Key",
            "api-idempotency-key",
            json!({ "type": "string", "minLength": 1, "maxLength": crate::api::MAX_KEY_CHARS, "pattern": "^[!-~]+$" }),
        ),
        "if-match": header("If-Match", "api-if-match", json!({ "type": "string", "examples": ["\"3\""] })),
        "state": query("state", &schema("FilingState")),
        "kind": query("kind", &schema("FilingKind")),
        "kind_required": in_query(texts, "kind", "kind", true, &schema("FilingKind")),
        "province": query("province", &schema("Province")),
        "province_required": in_query(texts, "province", "province", true, &schema("Province")),
        "deadline_before": query("deadline_before", &time),
        "provider_order_no": query("provider_order_no", &text),
        "limit": query("limit", &number(1, 200, 50)),
        "limit_of_events": in_query(texts, "limit", "limit", false, &number(1, 500, 100)),
        "limit_of_messages": in_query(texts, "limit", "limit", false, &number(1, 1_000, 200)),
        "cursor": query("cursor", &text),
        "after": query("after", &schema("EventId")),
        "wait": query("wait", &number(0, 60, 0)),
        "at": query("at", &time),
        "changed": query("changed", &text),
        "province_changes": query("province_changes", &flag),
        "record_at_this_provider": query("record_at_this_provider", &flag),
        "initiator": query("initiator", &schema("Initiator")),
        "phone": query("phone", &text),
    })
}

/// What is sent to a provider's endpoints.
pub(super) fn message(texts: &Texts) -> Value {
    let header = |name: &str, key: &str| json!({ "name": name, "in": "header", "required": true, "schema": { "type": "string" }, "description": texts.get(key) });
    json!({ "post": {
        "operationId": "event",
        "summary": texts.get("api-op-event"),
        "tags": ["webhooks"],
        "parameters": [
            header(webhook::ID, "api-webhook-id"),
            header(webhook::TIMESTAMP, "api-webhook-timestamp"),
            header(webhook::SIGNATURE, "api-webhook-signature"),
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": schema("WebhookMessage") } } },
        "responses": { "2XX": { "description": texts.get("api-webhook-taken") } },
    } })
}
