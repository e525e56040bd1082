//! Every answer of these tests is held against `/openapi.json`: its status is one that the document has for the call, and
//! its body has the shape that stands there.

use std::sync::LazyLock;

use heyan_web::api::Language;
use heyan_web::api::openapi::document;
use serde_json::Value;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document(Language::En, true));

fn resolve(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(place) => {
            DOCUMENT.pointer(place.strip_prefix('#').unwrap()).unwrap_or_else(|| panic!("no {place}"))
        }
        None => schema,
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("{other} is no type of the document"),
    }
}

/// What a value has that its schema has not, with its place.
fn wrong(schema: &Value, value: &Value, at: &str) -> Option<String> {
    let schema = resolve(schema);
    if let Some(ways) = schema["anyOf"].as_array() {
        let all: Vec<_> = ways.iter().map(|way| wrong(way, value, at)).collect();
        return if all.iter().any(Option::is_none) { None } else { all.into_iter().flatten().next() };
    }
    let kinds = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(more) => more.iter().filter_map(Value::as_str).collect(),
        _ => panic!("a schema without a type at {at}: {schema}"),
    };
    if !kinds.iter().any(|kind| is_of(kind, value)) {
        return Some(format!("{at} is {value}, not {kinds:?}"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return Some(format!("{at} is {value}, none of {words:?}"));
    }
    if let Some(items) = value.as_array() {
        return items
            .iter()
            .enumerate()
            .find_map(|(no, item)| wrong(&schema["items"], item, &format!("{at}/{no}")));
    }
    let members = value.as_object()?;
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(missing) = required.into_iter().find(|name| !members.contains_key(*name)) {
        return Some(format!("{at} lacks {missing}"));
    }
    members.iter().find_map(|(name, member)| match schema["properties"].get(name) {
        Some(schema) => wrong(schema, member, &format!("{at}/{name}")),
        None => Some(format!("{at} has {name}, which the document does not know")),
    })
}

/// The call that an address is one of.
fn call<'d>(method: &str, path: &str) -> Option<&'d Value> {
    let parts: Vec<&str> = path.split('?').next()?.split('/').collect();
    let fits = |template: &str| {
        let own: Vec<&str> = template.split('/').collect();
        own.len() == parts.len()
            && own.iter().zip(&parts).all(|(own, part)| own.starts_with('{') || own == part)
    };
    let paths = DOCUMENT["paths"].as_object()?;
    let mut fitting: Vec<_> = paths.iter().filter(|(template, _)| fits(template)).collect();
    // An address that is named goes before one with an id in its place.
    fitting.sort_by_key(|(template, _)| template.matches('{').count());
    fitting.iter().find_map(|(_, calls)| calls.get(method.to_lowercase()))
}

/// Holds an answer against the document; addresses that are none of the API's are none of its business.
#[track_caller]
pub fn hold(method: &str, path: &str, status: u16, body: &Value) {
    let Some(call) = call(method, path) else { return };
    // Outside the sandbox its calls are not there.
    if path.starts_with("/v1/sandbox") && body["code"] == "ResourceNotFound.Route" {
        return;
    }
    let answers = &call["responses"];
    let answer = answers.get(status.to_string());
    let answer = answer
        .unwrap_or_else(|| panic!("{method} {path} answers {status}, which the document lacks: {body}"));
    let Some(content) = resolve(answer)["content"].as_object() else {
        assert!(body.is_null(), "{method} {path} {status} has a body, which the document lacks: {body}");
        return;
    };
    let schema = &content.values().next().unwrap()["schema"];
    if let Some(wrong) = wrong(schema, body, "") {
        panic!("{method} {path} {status}: {wrong}\n{body}");
    }
}

/// The document that is committed is the one that the program gives.
#[test]
fn the_committed_document_is_the_one_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/openapi.json");
    let served = serde_json::to_string_pretty(&*DOCUMENT).unwrap() + "\n";
    if std::env::var_os("HEYAN_WRITE_OPENAPI").is_some() {
        std::fs::write(path, &served).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == served,
        "write it anew: HEYAN_WRITE_OPENAPI=1 cargo test -p heyan --test api committed_document"
    );
}

#[test]
fn whatever_the_document_refers_to_is_in_it() {
    fn walk(value: &Value) {
        match value {
            Value::Object(members) => {
                if members.contains_key("$ref") {
                    resolve(value);
                }
                members.values().for_each(walk);
            }
            Value::Array(items) => items.iter().for_each(walk),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    walk(&DOCUMENT);
    let text = DOCUMENT.to_string();
    assert!(!text.contains("api-"), "a text is missing");
    let production = document(Language::En, false).to_string();
    assert!(!production.contains("/v1/sandbox") && !production.contains("bearer"));
    let chinese = document(Language::ZhCn, true).to_string();
    assert!(!chinese.contains("\"api-") && chinese.contains("备案申请列表"));
}
