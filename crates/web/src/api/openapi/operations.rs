//! The calls of the API: address, who may, what goes in and what comes out.

use serde_json::{Map, Value, json};

use crate::texts::Texts;

/// What the body of a request is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Body {
    /// There is none.
    None,
    /// None, or an empty object.
    Empty,
    /// JSON of a schema.
    Json(&'static str),
    /// A file of filings.
    Sheet,
}

/// One call.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Its id; its summary is the text `api-op-<id>`.
    pub id: &'static str,
    /// `get`, `post`, `put`, `delete`.
    pub method: &'static str,
    /// The address.
    pub path: &'static str,
    /// The scope that a signed request needs; none is needed for what every key may ask.
    pub scope: Option<&'static str>,
    /// Names of query parameters, as in `parameters`.
    pub query: &'static [&'static str],
    /// Whether the caller names the version that it has read.
    pub if_match: bool,
    /// Whether it is done once for each `Idempotency-Key`.
    pub once: bool,
    /// What goes in.
    pub body: Body,
    /// The status of its success.
    pub status: u16,
    /// The schema of what comes out; none for an answer without a body.
    pub answer: &'static str,
    /// Other statuses than those of every call.
    pub errors: &'static [u16],
    /// Where it belongs in the list.
    pub tag: &'static str,
}

const GET: Operation = Operation {
    id: "",
    method: "get",
    path: "",
    scope: Some("read"),
    query: &[],
    if_match: false,
    once: false,
    body: Body::None,
    status: 200,
    answer: "",
    errors: &[],
    tag: "filings",
};
const ACT: Operation =
    Operation { method: "post", scope: Some("write"), once: true, body: Body::Empty, ..GET };
const REVIEW: Operation = Operation { scope: Some("review"), answer: "Review", tag: "reviews", ..ACT };
const HOOK: Operation =
    Operation { scope: Some("events"), answer: "WebhookEndpoint", tag: "webhooks", ..ACT };
const SANDBOX: Operation = Operation { scope: None, tag: "sandbox", ..GET };

/// Every call, in the order of the list.
const OPERATIONS: &[Operation] = &[
    Operation {
        id: "createFiling",
        path: "/v1/filings",
        body: Body::Json("NewFiling"),
        status: 201,
        answer: "Filing",
        ..ACT
    },
    Operation {
        id: "listFilings",
        path: "/v1/filings",
        query: &["state", "kind", "province", "deadline_before", "provider_order_no", "limit", "cursor"],
        answer: "Filings",
        ..GET
    },
    Operation { id: "getFiling", path: "/v1/filings/{filing}", answer: "Filing", ..GET },
    Operation {
        id: "correctFiling",
        method: "put",
        path: "/v1/filings/{filing}",
        if_match: true,
        once: false,
        body: Body::Json("NewFiling"),
        answer: "Filing",
        ..ACT
    },
    Operation {
        id: "reportFiling",
        path: "/v1/filings/{filing}/report",
        if_match: true,
        answer: "Filing",
        ..ACT
    },
    Operation {
        id: "reverifyFiling",
        path: "/v1/filings/{filing}/reverify",
        if_match: true,
        answer: "Filing",
        ..ACT
    },
    Operation { id: "withdrawFiling", path: "/v1/filings/{filing}/withdraw", answer: "Filing", ..ACT },
    Operation {
        id: "listVerifications",
        path: "/v1/filings/{filing}/verifications",
        answer: "Verifications",
        ..GET
    },
    Operation { id: "getTimeline", path: "/v1/filings/{filing}/timeline", answer: "Timeline", ..GET },
    Operation {
        id: "createBulk",
        path: "/v1/filings/bulk",
        body: Body::Sheet,
        status: 202,
        answer: "BulkJob",
        tag: "bulk",
        ..ACT
    },
    Operation {
        id: "getBulk",
        path: "/v1/bulk/{job}",
        query: &["limit", "cursor"],
        answer: "BulkPage",
        tag: "bulk",
        ..GET
    },
    Operation {
        id: "pullEvents",
        path: "/v1/events",
        scope: Some("events"),
        query: &["after", "limit_of_events", "wait"],
        answer: "Events",
        tag: "events",
        ..GET
    },
    Operation {
        id: "acknowledgeEvents",
        path: "/v1/events/ack",
        scope: Some("events"),
        once: false,
        body: Body::Json("Acknowledge"),
        answer: "Acknowledged",
        tag: "events",
        ..ACT
    },
    Operation {
        id: "createWebhookEndpoint",
        path: "/v1/webhook-endpoints",
        body: Body::Json("NewWebhookEndpoint"),
        status: 201,
        answer: "WebhookEndpointMade",
        ..HOOK
    },
    Operation {
        id: "listWebhookEndpoints",
        method: "get",
        path: "/v1/webhook-endpoints",
        once: false,
        body: Body::None,
        answer: "WebhookEndpoints",
        ..HOOK
    },
    Operation {
        id: "getWebhookEndpoint",
        method: "get",
        path: "/v1/webhook-endpoints/{endpoint}",
        once: false,
        body: Body::None,
        ..HOOK
    },
    Operation {
        id: "deleteWebhookEndpoint",
        method: "delete",
        path: "/v1/webhook-endpoints/{endpoint}",
        once: false,
        status: 204,
        answer: "",
        ..HOOK
    },
    Operation {
        id: "renewWebhookSecret",
        path: "/v1/webhook-endpoints/{endpoint}/secret",
        answer: "WebhookEndpointMade",
        ..HOOK
    },
    Operation { id: "enableWebhookEndpoint", path: "/v1/webhook-endpoints/{endpoint}/enable", ..HOOK },
    Operation {
        id: "listDeliveries",
        method: "get",
        path: "/v1/deliveries",
        query: &["endpoint_id", "state_of_delivery", "limit", "cursor"],
        once: false,
        body: Body::None,
        answer: "Deliveries",
        ..HOOK
    },
    Operation {
        id: "getDelivery",
        method: "get",
        path: "/v1/deliveries/{delivery}",
        once: false,
        body: Body::None,
        answer: "Delivery",
        ..HOOK
    },
    Operation { id: "replayDelivery", path: "/v1/deliveries/{delivery}/replay", answer: "Delivery", ..HOOK },
    Operation {
        id: "resolveRules",
        path: "/v1/rules/resolve",
        scope: None,
        query: &[
            "kind_required",
            "province_required",
            "at",
            "changed",
            "province_changes",
            "record_at_this_provider",
            "initiator",
        ],
        answer: "Resolved",
        errors: &[422],
        tag: "rules",
        ..GET
    },
    Operation {
        id: "listReviews",
        path: "/v1/reviews",
        query: &["province", "limit", "cursor"],
        answer: "Reviews",
        tag: "reviews",
        ..GET
    },
    Operation { id: "getReview", path: "/v1/reviews/{filing}", answer: "Review", tag: "reviews", ..GET },
    Operation { id: "claimReview", path: "/v1/reviews/{filing}/claim", ..REVIEW },
    Operation { id: "approveReview", path: "/v1/reviews/{filing}/approve", if_match: true, ..REVIEW },
    Operation {
        id: "rejectReview",
        path: "/v1/reviews/{filing}/reject",
        if_match: true,
        body: Body::Json("Rejection"),
        ..REVIEW
    },
    Operation { id: "getSandboxClock", path: "/v1/sandbox/clock", answer: "Clock", ..SANDBOX },
    Operation {
        id: "advanceSandboxClock",
        method: "post",
        path: "/v1/sandbox/clock/advance",
        body: Body::Json("Advance"),
        answer: "Clock",
        ..SANDBOX
    },
    Operation {
        id: "listSandboxMessages",
        path: "/v1/sandbox/messages",
        query: &["phone", "limit_of_messages"],
        answer: "SandboxMessages",
        ..SANDBOX
    },
];

/// The groups of the list, in its order.
pub(crate) const TAGS: &[&str] = &["filings", "bulk", "events", "webhooks", "rules", "reviews", "sandbox"];

/// The calls that there are, in a sandbox or outside of one.
pub(crate) fn calls(sandbox: bool) -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().filter(move |operation| sandbox || operation.tag != SANDBOX.tag)
}

pub(super) fn tags(texts: &Texts, sandbox: bool) -> Value {
    let there = TAGS.iter().filter(|tag| calls(sandbox).any(|operation| operation.tag == **tag));
    there.map(|tag| json!({ "name": tag, "description": texts.get(&format!("api-tag-{tag}")) })).collect()
}

pub(super) fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

impl Operation {
    fn parameters(&self) -> Vec<Value> {
        let mut names = Vec::new();
        let in_path = ["filing", "job", "endpoint", "delivery"];
        names.extend(in_path.iter().filter(|name| self.path.contains(&format!("{{{name}}}"))));
        names.extend(self.once.then_some("idempotency-key"));
        names.extend(self.if_match.then_some("if-match"));
        names.extend(self.query);
        names.iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect()
    }

    fn body(&self) -> Option<Value> {
        let json = |schema: Value, required: bool| json!({ "required": required, "content": { "application/json": { "schema": schema } } });
        match self.body {
            Body::None => None,
            Body::Empty => Some(json(json!({ "type": "object", "additionalProperties": false }), false)),
            Body::Json(name) => {
                let mut body = json(schema(name), true);
                if let (Some(content), Some(example)) = (
                    body.pointer_mut("/content/application~1json").and_then(Value::as_object_mut),
                    example(name),
                ) {
                    content.insert("example".to_owned(), example);
                }
                Some(body)
            }
            Body::Sheet => {
                let file = json!({ "schema": { "type": "string", "format": "binary" } });
                Some(
                    json!({ "required": true, "content": { "text/csv": file, (crate::api::WORKBOOK): file } }),
                )
            }
        }
    }

    /// Every status that it may answer with, beside its success.
    fn statuses(&self) -> Vec<u16> {
        let mut statuses = vec![400, 401, 403, 421, 429, 500, 503];
        statuses.extend(self.errors);
        if self.path.contains('{') {
            statuses.push(404);
        }
        if self.body != Body::None {
            statuses.extend([409, 413, 415, 422]);
        }
        if self.if_match {
            statuses.extend([412, 428]);
        }
        // Words of a query that are none of the expected ones.
        if !self.query.is_empty() {
            statuses.push(422);
        }
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }

    /// The calls that can be made with what this one answers: on what it has made, or on the first of its list.
    fn links(&self) -> Option<Value> {
        let (parameter, place) = match self.id {
            "createFiling" => ("filing", "/id"),
            "createBulk" => ("job", "/id"),
            "createWebhookEndpoint" => ("endpoint", "/id"),
            "listDeliveries" => ("delivery", "/items/0/id"),
            "listReviews" => ("filing", "/items/0/filing_id"),
            _ => return None,
        };
        let next = OPERATIONS.iter().filter(|next| {
            next.path.contains(&format!("{{{parameter}}}"))
                && (next.tag == "reviews") == (self.tag == "reviews")
        });
        let link = |next: &Operation| {
            let mut parameters = Map::new();
            parameters.insert(parameter.to_owned(), format!("$response.body#{place}").into());
            if next.if_match {
                let etag = place.rsplit_once('/').map_or("", |(parent, _)| parent);
                parameters.insert("If-Match".to_owned(), format!("$response.body#{etag}/etag").into());
            }
            (next.id.to_owned(), json!({ "operationId": next.id, "parameters": parameters }))
        };
        Some(Value::Object(next.map(link).collect()))
    }

    fn shown(&self, texts: &Texts) -> Value {
        let mut responses = Map::new();
        let mut success = json!({ "description": texts.get("api-success") });
        if let Some(success) = success.as_object_mut().filter(|_| !self.answer.is_empty()) {
            let content = json!({ "application/json": { "schema": schema(self.answer) } });
            success.insert("content".to_owned(), content);
        }
        if let (Some(success), Some(links)) = (success.as_object_mut(), self.links()) {
            success.insert("links".to_owned(), links);
        }
        responses.insert(self.status.to_string(), success);
        for status in self.statuses() {
            responses.insert(status.to_string(), json!({ "$ref": "#/components/responses/Problem" }));
        }
        let mut shown = json!({
            "operationId": self.id,
            "summary": texts.get(&format!("api-op-{}", self.id)),
            "tags": [self.tag],
            "parameters": self.parameters(),
            "responses": responses,
        });
        if let (Some(shown), Some(body)) = (shown.as_object_mut(), self.body()) {
            shown.insert("requestBody".to_owned(), body);
        }
        if let (Some(shown), Some(scope)) = (shown.as_object_mut(), self.scope) {
            shown.insert("x-scope".to_owned(), scope.into());
        }
        shown
    }
}

/// What a body looks like, where that is more than a member or two.
fn example(schema: &str) -> Option<Value> {
    let text = match schema {
        "NewFiling" => include_str!("../../../../../examples/filings/first.json"),
        "NewWebhookEndpoint" => r#"{"url":"https://receiver.example/heyan","events":["filing.returned"]}"#,
        _ => return None,
    };
    serde_json::from_str(text).ok()
}

/// Every call by its address and method.
pub(super) fn paths(texts: &Texts, sandbox: bool) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in calls(sandbox) {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.to_owned(), operation.shown(texts));
        }
    }
    Value::Object(paths)
}
