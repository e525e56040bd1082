//! What shapes are made of.

use serde_json::{Map, Value, json};

pub(super) fn words<T: ToString>(all: &[T]) -> Value {
    let words: Vec<String> = all.iter().map(ToString::to_string).collect();
    json!({ "type": "string", "enum": words })
}

pub(super) fn of(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

pub(super) fn or_null(schema: Value) -> Value {
    [("anyOf", Value::Array(vec![schema, json!({ "type": "null" })]))].into_iter().collect()
}

pub(super) fn list(items: Value) -> Value {
    [("type", Value::from("array")), ("items", items)].into_iter().collect()
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

pub(super) fn text_or_null() -> Value {
    json!({ "type": ["string", "null"] })
}

pub(super) fn whole() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

pub(super) fn whole_or_null() -> Value {
    json!({ "type": ["integer", "null"], "minimum": 0 })
}

pub(super) fn flag() -> Value {
    json!({ "type": "boolean" })
}

pub(super) fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

pub(super) fn time_or_null() -> Value {
    json!({ "type": ["string", "null"], "format": "date-time" })
}

pub(super) fn id(prefix: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^{prefix}_[0-9A-Za-z]+$") })
}

pub(super) type Members = Vec<(&'static str, Value)>;

/// An object with these members and no others, all of which are there.
pub(super) fn object(members: Members) -> Value {
    let required: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    optional(members, &required)
}

/// An object with these members and no others.
pub(super) fn optional(members: Members, required: &[&str]) -> Value {
    let properties: Map<String, Value> =
        members.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

pub(super) fn page(of_what: &str) -> Value {
    object(vec![("items", list(of(of_what))), ("next_cursor", text_or_null())])
}

pub(super) fn limited(most: usize) -> Value {
    json!({ "type": ["string", "null"], "maxLength": most })
}
